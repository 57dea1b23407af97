package dev.anillo.loop;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferChecks;
import dev.anillo.loop.buffer.BufferPool;
import dev.anillo.loop.buffer.SharedBytes;
import dev.anillo.loop.buffer.Views;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Endpoint;
import dev.anillo.loop.driver.Flushable;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.Slots;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.memory.Memory;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// The turning part of a loop, one turn after the other:
///
///     timers → flush what was written → poll (submit, wait, completions) → other threads' tasks → immediates
///
/// Whatever is queued by [#nextTick] runs after each single callback. Nothing here knows of threads but the inbox and
/// the sleep that a task put into it ends.
final class Reactor extends LoopInternals implements Completions {
    /// Bytes of a pooled buffer. One response head and a small body fit many times; 16 of them make a slab.
    static final int BUFFER_BYTES = 16 * 1024;

    /// Bytes of a large one, for who needs more in one piece.
    static final int LARGE_BUFFER_BYTES = 64 * 1024;

    // Whether the loop's thread must be woken for a new task.
    private static final int AWAKE = 0;
    private static final int ASLEEP = 1;
    private static final int WOKEN = 2;

    private final Driver driver;
    private final Slots slots = new Slots();
    private final TimerQueue timers = new TimerQueue();
    private final BufferPool buffers = new BufferPool(BUFFER_BYTES);
    private final BufferPool largeBuffers = new BufferPool(LARGE_BUFFER_BYTES);
    private final Views views = new Views();
    private final ArrayDeque<Runnable> ticks = new ArrayDeque<>();
    private final Set<Runnable> endings = new LinkedHashSet<>();
    private final Inbox inbox = new Inbox();
    private final Pulse pulse = new Pulse();
    private final AtomicInteger sleep = new AtomicInteger(AWAKE);
    private ArrayDeque<Immediate> immediates = new ArrayDeque<>();
    private ArrayDeque<Immediate> immediatesOfThisTurn = new ArrayDeque<>();
    private Flushable[] unflushed = new Flushable[64];
    private int unflushedCount;
    private long references;

    /// As it was when a callback of this turn asked first; 0 before that.
    private long timeOfDayMillis;

    /// Likewise, by the loop's clock, where somebody has asked.
    private long turnNanos;
    private boolean turnNanosKnown;
    private Consumer<Throwable> onUncaught;

    /// Whose turn it is to call in here. Changes hands once, when the script has ended and the loop's thread begins.
    private Thread owner;

    Reactor(Driver driver, Thread owner, Consumer<Throwable> onUncaught) {
        this.driver = driver;
        this.owner = owner;
        this.onUncaught = onUncaught;
    }

    Pulse pulse() {
        return pulse;
    }

    /// Takes the loop over on the current thread; to be called before the first turn.
    void begin() {
        var script = owner;
        owner = Thread.currentThread();
        if (Memory.CHECKED && script != owner) BufferChecks.handOver(script, owner);
        driver.start();
    }

    /// Something may still happen: a referenced handle is open, or a callback waits.
    private boolean isAlive() {
        return references > 0 || hasPending();
    }

    private boolean hasPending() {
        return !ticks.isEmpty() || !immediates.isEmpty() || !inbox.isEmpty();
    }

    /// @param alsoForNothing whether to wait even when nothing is referenced: other threads may have tasks
    void turn(boolean alsoForNothing) {
        runTimers();
        flush();
        timeOfDayMillis = 0; // a wait is about to pass
        turnNanosKnown = false;
        poll(alsoForNothing || references > 0);
        runTasks(inbox.takeAll());
        runImmediates();
    }

    private void runTimers() {
        if (timers.size() == 0) return;
        var now = driver.nanoTime();
        for (var timer = timers.first(); timer != null && timer.deadlineNanos - now <= 0; timer = timers.first()) {
            dequeue(timer);
            call(timer.callback);
            if (timer.repeats && !timer.isCancelled() && timer.index == Timer.NOT_QUEUED) enqueue(timer);
        }
    }

    private void flush() {
        for (var i = 0; i < unflushedCount; i++) { // a flush may add to the list
            var flushable = unflushed[i];
            unflushed[i] = null;
            try {
                flushable.flush();
            } catch (Throwable problem) {
                uncaught(problem);
            }
        }
        unflushedCount = 0;
    }

    private void poll(boolean mayWait) {
        pulse.rest();
        var timeoutNanos = mayWait && !hasPending() ? nanosToNextTimer() : 0;
        if (timeoutNanos == 0) {
            pulse.answer();
            driver.poll(0, this);
            return;
        }
        sleep.set(ASLEEP);
        pulse.answer();
        // Whoever put a task in before this line need not see us asleep: we see the task.
        driver.poll(inbox.isEmpty() ? timeoutNanos : 0, this);
        sleep.set(AWAKE);
    }

    private long nanosToNextTimer() {
        var next = timers.first();
        return next == null ? Long.MAX_VALUE : Math.max(0, next.deadlineNanos - driver.nanoTime());
    }

    @Override
    public void completed(long token, int result, boolean more, Buffer data) {
        var endpoint = slots.find(token);
        if (endpoint == null) {
            if (data != null) data.release();
            return;
        }
        pulse.beat();
        try {
            endpoint.completed(Token.operation(token), result, more, data);
        } catch (Throwable problem) {
            uncaught(problem);
        }
        if (!ticks.isEmpty()) runTicks();
    }

    private void runTasks(Inbox.Note note) {
        for (; note != null; note = note.next) call(note.task);
    }

    /// Those queued meanwhile wait for the next turn.
    private void runImmediates() {
        if (immediates.isEmpty()) return;
        var now = immediates;
        immediates = immediatesOfThisTurn;
        immediatesOfThisTurn = now;
        for (var immediate = now.poll(); immediate != null; immediate = now.poll()) {
            pulse.beat();
            try {
                immediate.run();
            } catch (Throwable problem) {
                uncaught(problem);
            }
            runTicks();
        }
    }

    private void call(Runnable callback) {
        pulse.beat();
        try {
            callback.run();
        } catch (Throwable problem) {
            uncaught(problem);
        }
        runTicks();
    }

    private void runTicks() {
        for (var tick = ticks.poll(); tick != null; tick = ticks.poll()) {
            pulse.beat();
            try {
                tick.run();
            } catch (Throwable problem) {
                uncaught(problem);
            }
        }
    }

    /// Turns until nothing can happen any more: no referenced handle, no callback, no task from another thread.
    void runToTheEnd() {
        runTicks(); // those of the script
        do {
            while (isAlive()) turn(false);
        } while (!inbox.shutIfEmpty());
    }

    /// Ends without a single callback: the script has failed.
    void abandon() {
        inbox.shut();
        driver.shutDown();
    }

    /// Closes whatever is still open and turns until it is gone, then ends the driver.
    ///
    /// @return buffers that a program has kept and not released: their memory is not used again
    int end() {
        var deadline = driver.nanoTime() + EventLoop.CLOSE_NANOS_MAX;
        slots.closeAll();
        while (slots.occupied() > 0 && driver.nanoTime() - deadline < 0) {
            slots.closeAll(); // a callback of one that closed may have opened another
            flush();
            driver.poll(1_000_000, this);
        }
        runTasks(inbox.shut());
        slots.closeAll();
        for (var ending : List.copyOf(endings)) call(ending);
        driver.shutDown();
        return buffers.close() + largeBuffers.close() + views.outstanding();
    }

    // What programs ask for, by way of EventLoop.

    void nextTick(Runnable callback) {
        checkThread();
        ticks.add(callback);
    }

    Immediate setImmediate(Runnable callback) {
        checkThread();
        var immediate = new Immediate(callback);
        immediates.add(immediate);
        return immediate;
    }

    Timer setTimer(Runnable callback, long delayNanos, boolean repeats) {
        checkThread();
        var timer = new Timer(this, callback, delayNanos, repeats);
        enqueue(timer);
        return timer;
    }

    /// Any thread.
    ///
    /// @return false when the loop has ended
    boolean put(Runnable task) {
        if (!inbox.put(task)) return false;
        if (sleep.get() == ASLEEP && sleep.compareAndSet(ASLEEP, WOKEN)) driver.wake();
        return true;
    }

    void onEnd(Runnable ending) {
        checkThread();
        endings.add(ending);
    }

    void removeOnEnd(Runnable ending) {
        checkThread();
        endings.remove(ending);
    }

    void onUncaught(Consumer<Throwable> handler) {
        onUncaught = handler;
    }

    long currentTimeMillis() {
        checkThread();
        if (timeOfDayMillis == 0) timeOfDayMillis = driver.currentTimeMillis();
        return timeOfDayMillis;
    }

    long turnNanos() {
        checkThread();
        if (!turnNanosKnown) {
            turnNanos = driver.nanoTime();
            turnNanosKnown = true;
        }
        return turnNanos;
    }

    // What timers ask for.

    void enqueue(Timer timer) {
        if (timer.index != Timer.NOT_QUEUED) {
            timers.remove(timer);
        } else if (timer.hasRef()) {
            retain();
        }
        timers.insert(timer, driver.nanoTime() + timer.delayNanos);
    }

    void dequeue(Timer timer) {
        if (timer.index == Timer.NOT_QUEUED) return;
        timers.remove(timer);
        if (timer.hasRef()) release();
    }

    // What handles ask for.

    @Override
    public Driver driver() {
        return driver;
    }

    @Override
    public int attach(Endpoint endpoint) {
        return slots.take(endpoint);
    }

    @Override
    public void detach(int slot) {
        slots.free(slot);
    }

    @Override
    public long token(int slot, int operation) {
        return slots.token(slot, operation);
    }

    @Override
    public void flushLater(Flushable flushable) {
        if (unflushedCount == unflushed.length) unflushed = Arrays.copyOf(unflushed, unflushedCount * 2);
        unflushed[unflushedCount++] = flushable;
    }

    @Override
    public Buffer takeBuffer(int bytes) {
        if (bytes <= BUFFER_BYTES) return buffers.take();
        if (bytes <= LARGE_BUFFER_BYTES) return largeBuffers.take();
        throw new IllegalArgumentException("a buffer of " + bytes + " bytes: at the most " + LARGE_BUFFER_BYTES);
    }

    Buffer view(SharedBytes bytes, int offset, int length) {
        return views.of(bytes, offset, length);
    }

    @Override
    public void retain() {
        references++;
    }

    @Override
    public void release() {
        references--;
    }

    @Override
    public void uncaught(Throwable problem) {
        onUncaught.accept(problem);
    }

    @Override
    public void checkThread() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("on thread " + Thread.currentThread().getName() + ", but this loop belongs to "
                    + owner.getName() + ": hand the work over with EventLoop.execute");
        }
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == owner;
    }

    // What tests look at.

    int openHandles() {
        return slots.occupied();
    }

    int buffersOut() {
        return buffers.outstanding() + largeBuffers.outstanding() + views.outstanding();
    }
}
