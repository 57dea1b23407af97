package dev.anillo.loop;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferChecks;
import dev.anillo.loop.buffer.SharedBytes;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.Transports;
import dev.anillo.loop.memory.Memory;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// An environment of callbacks: one thread, one transport, timers, sockets, and nothing that blocks.
///
/// **The default loop** needs no call to run. The first handle that a program opens outside any loop brings it into
/// being; it starts to dispatch when the thread that opened the handle has ended (`main` returned), so that the script
/// runs to completion before any callback. When no referenced handle and no pending callback is left it ends, and with
/// it the JVM. A script that throws ends the process with status 1 before any callback.
///
/// **Explicit loops**, for use inside a bigger program, come from [#start()] or [EventLoopGroup#open]; they run at once,
/// and close when told.
///
/// Threads: all methods belong to the loop's thread (for the default loop, until the script has ended, to the thread
/// that opened it), but [#execute], [#inLoop], [#transport], [#close] and [#awaitEnd], which any thread may call.
public final class EventLoop implements Executor, AutoCloseable {
    /// The shortest timer, in milliseconds; as in Node.js. Keeps a chain of timers from starving the sockets.
    public static final long TIMER_MILLIS_MIN = 1;

    /// The longest timer, in milliseconds: a hundred years. Deadlines are compared by difference, which holds for any
    /// two within half of what 64 bits of nanoseconds can count.
    public static final long TIMER_MILLIS_MAX = 100L * 365 * 24 * 60 * 60 * 1000;

    /// Blocking works of one loop that run at once; more wait their turn ([#blocking]). A thread that waits is cheap, but what
    /// it waits for (connections to a database, open files) seldom is.
    public static final int BLOCKING_MAX = 256;

    /// How long a closing loop waits for its sockets' last completions, in nanoseconds. They come within a turn; the
    /// bound is for an operating system that never answers.
    static final long CLOSE_NANOS_MAX = 5_000_000_000L;

    /// Whether SIGTERM and SIGINT let the default loop finish: the launcher says so, a bigger program has its own ways.
    private static final boolean STOPS_GRACEFULLY = Boolean.getBoolean("anillo.graceful");

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static EventLoop defaultLoop;

    static {
        LoopInternals.openWith(loop -> loop.reactor);
    }

    private final Driver driver;
    private final Reactor reactor;
    private final LoopThread thread;
    private final Thread creator;
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean closing;
    private volatile boolean scriptFailed;
    /// Null before the first turn.
    private volatile LoopWatch watch;
    private final GracefulStop stop = new GracefulStop(this);
    private final Blocking blocking;

    private static final class LoopThread extends Thread {
        private final EventLoop loop;

        LoopThread(EventLoop loop, Runnable body, String name) {
            super(null, body, name, 0, false);
            this.loop = loop;
        }
    }

    /// @param creator the thread whose end starts the default loop; null for a loop that starts at once
    private EventLoop(Thread creator, String name, Driver driver) {
        this.creator = creator;
        this.driver = driver;
        this.thread = new LoopThread(this, this::run, name);
        this.reactor = new Reactor(driver, creator == null ? thread : creator, creator == null ? this::report : this::exit);
        this.blocking = new Blocking(this, reactor);
        if (creator != null) {
            watch(creator, () -> scriptFailed = true);
            if (STOPS_GRACEFULLY) stop.handleSignals();
        }
        thread.start();
    }

    /// The loop of this thread: on a loop's thread its own, elsewhere the default loop, made when there is none.
    ///
    /// @throws IllegalStateException when the default loop belongs to another thread or dispatches already
    /// @throws TransportException when the transport that was asked for is not available
    public static EventLoop current() {
        if (Thread.currentThread() instanceof LoopThread thread) return thread.loop;
        synchronized (EventLoop.class) {
            if (defaultLoop == null || defaultLoop.ended.getCount() == 0) {
                defaultLoop = openDefault();
            } else if (!defaultLoop.reactor.inLoop()) {
                throw new IllegalStateException("the default loop belongs to thread " + defaultLoop.creator.getName()
                        + " and the callbacks that follow it; use EventLoop.start() here, or hand work over with execute");
            }
            return defaultLoop;
        }
    }

    private static EventLoop openDefault() {
        try {
            return new EventLoop(Thread.currentThread(), "anillo", Transports.open());
        } catch (TransportException refused) {
            watch(Thread.currentThread(), () -> {});
            throw refused;
        }
    }

    /// A loop of its own, running at once, until [#close].
    ///
    /// @throws TransportException when the transport that was asked for is not available
    public static EventLoop start() {
        return start("anillo-" + COUNT.incrementAndGet());
    }

    /// As [#start()], with a name for its thread.
    public static EventLoop start(String name) {
        return start(name, Transports.open());
    }

    /// On a transport that the caller has chosen.
    ///
    /// @param driver open, the loop's from now on
    static EventLoop start(String name, Driver driver) {
        return new EventLoop(null, Objects.requireNonNull(name), driver);
    }

    // The life of the loop's thread.

    private void run() {
        try {
            if (creator != null) awaitScript();
            reactor.begin();
            if (scriptFailed) {
                reactor.abandon();
                return;
            }
            stop.dispatching();
            watch = LoopWatch.start(thread, reactor.pulse());
            if (creator != null) {
                reactor.runToTheEnd();
            } else {
                while (!closing) reactor.turn(true);
            }
            var leaked = reactor.end();
            if (leaked > 0) {
                System.getLogger("dev.anillo.loop").log(System.Logger.Level.WARNING,
                        "loop {0} ended while {1} buffers were kept and not released: -Danillo.checks=on tells where",
                        thread.getName(), leaked);
            }
            if (Memory.CHECKED) BufferChecks.reportLeaks(thread);
        } finally {
            if (watch != null) watch.end();
            ended.countDown();
        }
    }

    private void awaitScript() {
        while (true) {
            try {
                creator.join();
                return;
            } catch (InterruptedException _) {
                // The loop's thread is nobody's to interrupt: its only task now is to wait for the script.
            }
        }
    }

    /// Learns of an exception that ends the script: then nothing is dispatched, as in Node.js. What the operating
    /// system refused is told in one line, the rest as the thread's own handler does.
    private static void watch(Thread script, Runnable onFailure) {
        var own = script.getUncaughtExceptionHandler();
        script.setUncaughtExceptionHandler((thread, problem) -> {
            onFailure.run();
            if (Uncaught.isRefusal(problem)) {
                Uncaught.print(problem, System.err);
            } else {
                own.uncaughtException(thread, problem);
            }
        });
    }

    /// The default loop's answer to a problem that nobody handles.
    private void exit(Throwable problem) {
        Uncaught.print(problem, System.err);
        System.exit(1);
    }

    /// An explicit loop's: the thread's handler is told, and the loop goes on. It does not own the process.
    private void report(Throwable problem) {
        thread.getUncaughtExceptionHandler().uncaughtException(thread, problem);
    }

    /// How the loop has been doing: how much it works, and how long something new has to wait. A callback that holds it for
    /// more than [LoopHealth#STALL_MILLIS] is also reported, once, as a warning to the System.Logger `dev.anillo.loop` with the
    /// stack that it was caught in.
    ///
    /// Threads: any.
    public LoopHealth health() {
        var watching = watch;
        return watching == null ? new LoopHealth(0, 0, 0, 0, 0, 0) : watching.health();
    }

    // Timers and callbacks.

    /// Runs the callback once, no sooner than after the delay. Timers of equal deadline run in the order they were set.
    ///
    /// @param delayMillis milliseconds; brought within [#TIMER_MILLIS_MIN] and [#TIMER_MILLIS_MAX]
    public Timer setTimeout(Runnable callback, long delayMillis) {
        return reactor.setTimer(Objects.requireNonNull(callback), nanos(delayMillis), false);
    }

    /// Runs the callback again and again, the period counted from the end of each run. An exception that is handled
    /// ([#onUncaught]) does not end it.
    ///
    /// @param periodMillis milliseconds; brought within [#TIMER_MILLIS_MIN] and [#TIMER_MILLIS_MAX]
    public Timer setInterval(Runnable callback, long periodMillis) {
        return reactor.setTimer(Objects.requireNonNull(callback), nanos(periodMillis), true);
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(Math.clamp(millis, TIMER_MILLIS_MIN, TIMER_MILLIS_MAX));
    }

    /// Runs the callback at the end of the turn, after the sockets' callbacks. One set by an immediate waits for the
    /// next turn.
    public Immediate setImmediate(Runnable callback) {
        return reactor.setImmediate(Objects.requireNonNull(callback));
    }

    /// Runs the callback right after the one that is running, before timers, sockets and immediates.
    public void nextTick(Runnable callback) {
        reactor.nextTick(Objects.requireNonNull(callback));
    }

    /// Runs the task on the loop's thread, in the order of the calls. Any thread.
    ///
    /// @throws RejectedExecutionException when the loop has ended
    @Override
    public void execute(Runnable task) {
        if (!reactor.put(Objects.requireNonNull(task))) {
            throw new RejectedExecutionException("loop " + thread.getName() + " has ended");
        }
    }

    /// Runs work that waits (a database, a file, a lock) on a virtual thread, and completes the result on the loop's thread, so
    /// that what is chained to it runs there. The loop goes on meanwhile, and does not end before the work. Not for long
    /// computation: virtual threads share a few of the system's.
    ///
    ///     loop.blocking(() -> Files.readString(path)).thenAccept(response::end);
    ///
    /// What the work throws completes the result exceptionally. [CompletableFuture#cancel] interrupts the work; a loop that
    /// is closed does not, and a result that comes after its end is a [RejectedExecutionException].
    ///
    /// @param work runs at once, or behind the [#BLOCKING_MAX] that run
    public <T> CompletableFuture<T> blocking(Callable<T> work) {
        reactor.checkThread();
        return blocking.start(Objects.requireNonNull(work));
    }

    /// As [#execute], for news that no longer matter when the loop has ended.
    void executeUnlessEnded(Runnable task) {
        reactor.put(task);
    }

    /// Who is told of an exception that a callback throws, and of an error that has no handler. Without one, the default
    /// loop prints it and ends the process with status 1; an explicit loop passes it to its thread's handler and goes on.
    ///
    /// @param handler runs on the loop's thread; what it throws itself is passed to the thread's handler
    public void onUncaught(Consumer<Throwable> handler) {
        reactor.checkThread();
        Objects.requireNonNull(handler);
        reactor.onUncaught(problem -> {
            try {
                handler.accept(problem);
            } catch (Throwable worse) {
                report(worse);
            }
        });
    }

    /// The time of day in milliseconds since 1970, as it was when it was first asked for in this turn: many answers, one
    /// look at the clock. The loop's thread.
    public long currentTimeMillis() {
        return reactor.currentTimeMillis();
    }

    /// The loop's clock, which timers go by: nanoseconds of [System#nanoTime]. The loop's thread.
    public long nanoTime() {
        reactor.checkThread();
        return driver.nanoTime();
    }

    /// The loop's clock as it was when it was first asked for by this method in this turn: what [#nanoTime] says more is the
    /// time that the turn has worked since. The loop's thread.
    public long turnNanos() {
        return reactor.turnNanos();
    }

    /// An empty off-heap buffer of the loop's pools: fill it and pass it to a socket's `write`, or release it.
    ///
    /// @param bytes the room that is needed, at the most 64 KiB
    public Buffer takeBuffer(int bytes) {
        reactor.checkThread();
        return reactor.takeBuffer(bytes);
    }

    /// A read-only buffer over all of the bytes: pass it to a socket's `write` or a response's `end`, or release it.
    public Buffer view(SharedBytes bytes) {
        return view(bytes, 0, bytes.length());
    }

    /// As [#view(SharedBytes)], over a part.
    ///
    /// @throws IndexOutOfBoundsException when the part is not within the bytes
    public Buffer view(SharedBytes bytes, int offset, int length) {
        reactor.checkThread();
        return reactor.view(bytes, offset, length);
    }

    /// Runs the callback at each such signal, in place of what the JVM, or the graceful stop ([#onStop]), does with it; when
    /// the last callback of a signal is cancelled they have it again. Several may be set, on several loops: all are run. The
    /// kernel keeps no count: signals that come in a rush may be told as one.
    ///
    /// @return does not keep the loop running by itself
    /// @throws UnsupportedOperationException when the signal can't be had: java runs with -Xrs, the system has no such
    ///     signal, or it is the JVM's own ([Signal#SIGUSR2])
    public SignalHandle onSignal(Signal signal, Runnable callback) {
        reactor.checkThread();
        return new SignalHandle(this, reactor, signal, Objects.requireNonNull(callback)).start();
    }

    /// Takes part in the graceful stop of a process that runs the default loop (`-Danillo.graceful=true`, which the
    /// launcher sets): at the first SIGTERM or SIGINT each callback is told to stop, and when all have stopped the process
    /// ends. Without such a callback, and at the second signal, it ends at once. HTTP servers take part by themselves.
    ///
    /// @param callback begins to stop, and runs what it is given when it has stopped
    public void onStop(Consumer<Runnable> callback) {
        reactor.checkThread();
        stop.add(Objects.requireNonNull(callback));
    }

    /// Takes part no longer.
    public void removeOnStop(Consumer<Runnable> callback) {
        reactor.checkThread();
        stop.remove(callback);
    }

    /// Has all who take part in the graceful stop ([#onStop]) stop, for another reason than a signal.
    ///
    /// @param whenStopped called when all have stopped
    public void stop(Runnable whenStopped) {
        reactor.checkThread();
        stop.stopAll(Objects.requireNonNull(whenStopped));
    }

    /// Runs the callback when the loop ends, behind all others and once its sockets are closed: for what is held beside
    /// them. Not where the script has failed, and not where the process ends by [System#exit].
    public void onEnd(Runnable callback) {
        reactor.onEnd(Objects.requireNonNull(callback));
    }

    /// Runs it no longer.
    public void removeOnEnd(Runnable callback) {
        reactor.removeOnEnd(callback);
    }

    // About the loop.

    /// Whether the caller runs on this loop. Any thread.
    public boolean inLoop() {
        return reactor.inLoop();
    }

    /// `io_uring`, `epoll` or `nio`. Any thread.
    public String transport() {
        return driver.name();
    }

    /// Closes what is open on this loop, without waiting for peers, and ends it. Any thread. Returns when the loop has
    /// ended; on the loop's own thread it returns at once, and the loop ends after the turn. The default loop ends by
    /// itself and is not closed.
    @Override
    public void close() {
        if (creator != null) throw new IllegalStateException("the default loop ends by itself, when nothing is left to do");
        reactor.put(() -> closing = true); // refused when the loop has ended already
        if (!inLoop()) awaitEnd();
    }

    /// Waits until the loop has ended. Any thread but the loop's.
    public void awaitEnd() {
        if (inLoop()) throw new IllegalStateException("a loop cannot wait for its own end");
        var interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException _) {
                interrupted = true; // kept for the caller: see below
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    @Override
    public String toString() {
        return "EventLoop[" + thread.getName() + ", " + transport() + "]";
    }

    // What tests look at.

    Reactor reactor() {
        return reactor;
    }

    Thread thread() {
        return thread;
    }
}
