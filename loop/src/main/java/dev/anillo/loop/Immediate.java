package dev.anillo.loop;

/// A callback for the end of the loop's turn; made by [EventLoop#setImmediate].
///
/// Threads: the loop's.
public final class Immediate {
    private final Runnable callback;
    private boolean cancelled;

    Immediate(Runnable callback) {
        this.callback = callback;
    }

    /// Does not run. Harmless when it has run already.
    public void cancel() {
        cancelled = true;
    }

    void run() {
        if (!cancelled) callback.run();
    }
}
