package dev.anillo.loop;

/// A callback that a signal runs ([EventLoop#onSignal]). It does not keep the loop running unless [#ref] says so.
///
/// Threads: the loop's.
public final class SignalHandle {
    private final EventLoop loop;
    private final Reactor reactor;
    private final Signal signal;
    private final Runnable callback;
    private final Runnable onEnd = this::cancel;
    private boolean referenced;
    private boolean cancelled;

    SignalHandle(EventLoop loop, Reactor reactor, Signal signal, Runnable callback) {
        this.loop = loop;
        this.reactor = reactor;
        this.signal = signal;
        this.callback = callback;
    }

    SignalHandle start() {
        Signals.add(signal, this);
        reactor.onEnd(onEnd);
        return this;
    }

    /// On a thread of the JVM's.
    void arrived() {
        loop.executeUnlessEnded(() -> {
            if (!cancelled) callback.run();
        });
    }

    /// The last callback of a signal gives it back to whoever had it before: the JVM, or the graceful stop.
    public void cancel() {
        reactor.checkThread();
        if (cancelled) return;
        unref();
        cancelled = true;
        reactor.removeOnEnd(onEnd);
        Signals.remove(signal, this);
    }

    /// Keeps the loop running while it waits for the signal.
    public SignalHandle ref() {
        reactor.checkThread();
        if (!referenced && !cancelled) {
            referenced = true;
            reactor.retain();
        }
        return this;
    }

    /// Lets the loop end without waiting for the signal, as from the start.
    public SignalHandle unref() {
        reactor.checkThread();
        if (referenced) {
            referenced = false;
            reactor.release();
        }
        return this;
    }

    public boolean hasRef() {
        return referenced;
    }
}
