package dev.anillo.loop.net;

import dev.anillo.loop.OsException;
import dev.anillo.loop.Timer;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Token;
import java.net.SocketAddress;

/// What only a connecting socket needs.
final class Connecting {
    final Runnable onConnect;

    private final StreamSocket<?> socket;
    private final SocketAddress peer;
    private Timer timeout;
    private boolean timedOut;

    Connecting(StreamSocket<?> socket, SocketAddress peer, Runnable onConnect) {
        this.socket = socket;
        this.peer = peer;
        this.onConnect = onConnect;
    }

    /// @param timeoutMillis 0 for none
    void start(int timeoutMillis) {
        if (timeoutMillis > 0) timeout = socket.loop.setTimeout(this::timedOut, timeoutMillis);
        var operations = socket.operations;
        operations.driver().connect(operations.descriptor, peer, operations.start(Token.CONNECT));
    }

    private void timedOut() {
        timedOut = true;
        socket.operations.cancel(Token.CONNECT);
    }

    void stopTimeout() {
        if (timeout != null) timeout.cancel();
    }

    OsException refusal(int errno) {
        var told = timedOut && errno == Errno.ECANCELED ? Errno.ETIMEDOUT : errno;
        return new OsException("connect", Addresses.format(peer), told);
    }
}
