package dev.anillo.http.server;

import dev.anillo.loop.net.TcpSocket;

/// Since when one connection is waited for. Measured by the ticks of [Connections], so that a request costs no look at
/// the clock: a wait may last a tick longer than its bound, never shorter.
final class Deadlines {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MILLIS_PER_SECOND = 1_000;

    private final Connections connections;
    private long sinceNanos;
    /// Of the body that is read, what had arrived at sinceNanos.
    private long bodyBytesBefore;
    private long progressNanos;
    private long sentBytes;

    Deadlines(Connections connections) {
        this.connections = connections;
        restart();
        progressNanos = sinceNanos;
    }

    /// Another wait begins.
    void restart() {
        sinceNanos = connections.nowNanos();
        bodyBytesBefore = 0;
    }

    boolean isOver(int millis) {
        return elapsedMillis(sinceNanos) > millis;
    }

    /// The tick before this one may have been nearly a tick earlier than the wait's beginning.
    private long elapsedMillis(long nanos) {
        return (connections.nowNanos() - nanos) / NANOS_PER_MILLI - connections.tickMillis();
    }

    void pauseForATick() {
        sinceNanos += connections.tickMillis() * NANOS_PER_MILLI;
    }

    /// Each grace is looked at by itself, lest a body that began fast may stall for hours.
    boolean isTooSlow(long bodyBytes) {
        var limits = connections.limits();
        var millis = elapsedMillis(sinceNanos);
        if (millis <= limits.bodyGraceMillis()) return false;
        if ((bodyBytes - bodyBytesBefore) * MILLIS_PER_SECOND < millis * limits.bodyBytesPerSecondMin()) return true;
        restart();
        bodyBytesBefore = bodyBytes;
        return false;
    }

    /// Each stall time is looked at by itself, as with bodies.
    boolean isReadTooSlowly(TcpSocket socket) {
        var limits = connections.limits();
        if (socket.waitingBytes() > 0) {
            var millis = elapsedMillis(progressNanos);
            if (millis <= limits.sendStallMillis()) return false;
            var taken = socket.sentBytes() - sentBytes;
            if (taken == 0 || taken * MILLIS_PER_SECOND < millis * limits.sendBytesPerSecondMin()) return true;
        }
        sentBytes = socket.sentBytes();
        progressNanos = connections.nowNanos();
        return false;
    }
}
