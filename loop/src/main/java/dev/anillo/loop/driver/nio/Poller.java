package dev.anillo.loop.driver.nio;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferPool;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.HelperPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// One turn: look at the selector, report what was decided since the last turn, let those who are ready act.
///
/// Callbacks run when the selector is done, outside its locks and without recursion.
final class Poller {
    /// Results decided at once need no select. A chain of them (every send taken at once, each followed by the next)
    /// may keep the selector waiting this many polls, then newcomers and timers of the kernel have their turn.
    static final int POLLS_WITHOUT_SELECT_MAX = 16;

    /// A receive buffer: a request head in one read, and sixteen of them from a slab. Taken when there is something to
    /// read and mostly back before the next read, so that one buffer that the caches hold serves all connections.
    static final int RECEIVE_BYTES = 16 * 1024;

    private static final long NANOS_PER_MILLI = 1_000_000;

    final Selector selector;
    final Counters counters = new Counters();
    final Descriptors descriptors = new Descriptors();
    final BufferPool buffers = new BufferPool(RECEIVE_BYTES);
    final ByteViews views = new ByteViews();
    final HelperPool helpers = new HelperPool(this::wake, counters);
    final PartViews partViews = new PartViews();

    private final ArrayDeque<Operation> decided = new ArrayDeque<>();
    private final ArrayList<Descriptor> ready = new ArrayList<>();
    private final Consumer<SelectionKey> noteReady = this::noteReady;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Queue<Runnable> handedOver = new ConcurrentLinkedQueue<>();
    private Completions completions;
    private int pollsWithoutSelect;
    private boolean mustDeregister;

    Poller(Selector selector) {
        this.selector = selector;
    }

    void poll(long timeoutNanos, Completions completions) {
        this.completions = completions;
        if (!ready.isEmpty()) forgetReady();
        runHandedOver();
        var decidedBefore = decided.size();
        if (decidedBefore == 0) select(helpers.hasDone() ? 0 : timeoutNanos);
        else if (mustDeregister || pollsWithoutSelect == POLLS_WITHOUT_SELECT_MAX) select(0);
        else pollsWithoutSelect++;
        runHandedOver();
        for (var i = 0; i < decidedBefore; i++) reportDecided();
        for (var i = 0; i < ready.size(); i++) ready.get(i).handleReady();
        ready.clear();
        helpers.report(completions);
    }

    private void runHandedOver() {
        for (var task = handedOver.poll(); task != null; task = handedOver.poll()) task.run();
    }

    /// Any thread. The task runs on the loop's, within a poll and before its reports.
    void handOver(Runnable task) {
        handedOver.add(task);
        wake();
    }

    /// A callback threw during the last poll. The selector will tell of those who were left.
    private void forgetReady() {
        for (var descriptor : ready) descriptor.forgetReady();
        ready.clear();
    }

    private void select(long timeoutNanos) {
        // An interrupt is the program's own affair: it must neither keep the selector from waiting nor get lost.
        var interrupted = Thread.interrupted();
        counters.systemCalls++;
        if (timeoutNanos != 0) counters.waits++;
        try {
            if (timeoutNanos == 0) selector.selectNow(noteReady);
            else if (timeoutNanos == Long.MAX_VALUE) selector.select(noteReady);
            else selector.select(noteReady, Math.ceilDiv(timeoutNanos, NANOS_PER_MILLI));
        } catch (IOException e) {
            throw new UncheckedIOException("the selector failed", e);
        }
        if (interrupted) Thread.currentThread().interrupt();
        if (woken.getAndSet(false)) counters.wakeUps++;
        pollsWithoutSelect = 0;
        mustDeregister = false;
    }

    /// Some selectors tell of reading and writing apart: a descriptor is listed once for both.
    private void noteReady(SelectionKey key) {
        var descriptor = (Descriptor) key.attachment();
        if (descriptor.noteReady(key.readyOps())) ready.add(descriptor);
    }

    private void reportDecided() {
        var operation = decided.remove();
        var descriptor = operation.descriptor();
        if (descriptor.isClosing()) descriptors.remove(descriptor);
        report(operation.end(), operation.result());
    }

    /// The last completion of an operation. From within [#poll] only.
    void report(long token, int result) {
        report(token, result, false, null);
    }

    void report(long token, int result, boolean more, Buffer data) {
        counters.completions++;
        completions.completed(token, result, more, data);
    }

    /// For the next poll to report.
    void decided(Operation operation) {
        decided.add(operation);
    }

    /// A closed channel that was registered lets go of its socket with the next select; its close is reported after.
    void mustDeregister() {
        mustDeregister = true;
    }

    /// Any thread. The flag comes first, so that the select which is ended by the wake-up also sees it.
    void wake() {
        if (!woken.getAndSet(true)) selector.wakeup();
    }

    void shutDown() {
        descriptors.closeAll();
        decided.clear();
        ready.clear();
        helpers.shutDown();
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing the selector failed", e);
        } finally {
            buffers.close();
        }
    }
}
