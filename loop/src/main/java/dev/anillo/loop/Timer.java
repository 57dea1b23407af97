package dev.anillo.loop;

/// A callback that the loop will run at a time; made by [EventLoop#setTimeout] and [EventLoop#setInterval].
///
/// Threads: the loop's.
public final class Timer {
    static final int NOT_QUEUED = -1;

    final Runnable callback;
    final long delayNanos;
    final boolean repeats;
    private final Reactor reactor;

    // The queue's own notes.
    long deadlineNanos;
    long sequence;
    int index = NOT_QUEUED;

    private boolean referenced = true;
    private boolean cancelled;

    Timer(Reactor reactor, Runnable callback, long delayNanos, boolean repeats) {
        this.reactor = reactor;
        this.callback = callback;
        this.delayNanos = delayNanos;
        this.repeats = repeats;
    }

    /// Never runs again. Harmless when it has run or was cancelled already.
    public void cancel() {
        reactor.checkThread();
        cancelled = true;
        reactor.dequeue(this);
    }

    /// Counts the delay anew from now, also after the timer has run or from within its callback. A cancelled timer
    /// stays cancelled.
    public Timer refresh() {
        reactor.checkThread();
        if (!cancelled) reactor.enqueue(this);
        return this;
    }

    /// Keeps the loop running until the timer has run (as it does from the start).
    public Timer ref() {
        reactor.checkThread();
        if (!referenced) {
            referenced = true;
            if (index != NOT_QUEUED) reactor.retain();
        }
        return this;
    }

    /// Lets the loop end without waiting for this timer.
    public Timer unref() {
        reactor.checkThread();
        if (referenced) {
            referenced = false;
            if (index != NOT_QUEUED) reactor.release();
        }
        return this;
    }

    public boolean hasRef() {
        return referenced;
    }

    boolean isCancelled() {
        return cancelled;
    }
}
