package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.LoopInternals;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.function.Consumer;

/// One TCP connection, as callbacks: see [StreamSocket].
///
/// Threads: the loop's.
public final class TcpSocket extends StreamSocket<TcpSocket> {
    private static final int MILLIS_PER_SECOND = 1000;

    /// An accepted or a new socket.
    TcpSocket(EventLoop loop, LoopInternals internals, int descriptor) {
        super(loop, internals, descriptor);
    }

    // Connecting.

    /// As [#connect(SocketAddress, int, Consumer)] without a time-out of its own: the system's counts (minutes).
    public static TcpSocket connect(SocketAddress peer, Consumer<TcpSocket> onConnect) throws OsException {
        return connect(peer, 0, onConnect);
    }

    /// Opens a connection on this thread's loop. Until it stands, writes wait. A refusal comes to [#onError]
    /// (`connect 127.0.0.1:5432: ECONNREFUSED, …`); without such a callback it is uncaught.
    ///
    /// @param peer a resolved address
    /// @param timeoutMillis after which the attempt fails with `ETIMEDOUT`; 0: the system's own limit
    /// @throws OsException when not even a socket can be had (`socket`, EMFILE)
    public static TcpSocket connect(SocketAddress peer, int timeoutMillis, Consumer<TcpSocket> onConnect) throws OsException {
        Objects.requireNonNull(onConnect);
        if (!(peer instanceof InetSocketAddress inet)) {
            throw new IllegalArgumentException("not an internet address: " + peer);
        }
        if (inet.isUnresolved()) {
            throw new IllegalArgumentException("unresolved address " + inet.getHostString() + ": look it up first");
        }
        var loop = EventLoop.current();
        var internals = LoopInternals.of(loop);
        internals.checkThread();
        return new TcpSocket(loop, internals, internals.driver().open(peer)).connectTo(peer, timeoutMillis, onConnect);
    }

    /// A connected socket of a handle, on this thread's loop. It owns the handle from now on.
    ///
    /// @throws OsException naming `adopt` (`EINVAL`) when it is another kind of socket; the handle stays the caller's
    public static TcpSocket open(SocketHandle handle) throws OsException {
        var loop = EventLoop.current();
        var internals = LoopInternals.of(loop);
        return new TcpSocket(loop, internals, handle.adopt(internals, false, false));
    }

    // Settings.

    /// Small writes leave at once (TCP_NODELAY, tcp(7)). On by default for sockets of a [TcpServer].
    public TcpSocket noDelay(boolean on) throws OsException {
        requireOpen();
        operations.driver().noDelay(operations.descriptor, on);
        return this;
    }

    /// Probes a silent peer (SO_KEEPALIVE, socket(7)).
    ///
    /// @param idleMillis silence before the first probe, in whole seconds at least; 0: the system's default
    public TcpSocket keepAlive(boolean on, long idleMillis) throws OsException {
        requireOpen();
        var idleSeconds = (int) Math.min(Integer.MAX_VALUE, idleMillis / MILLIS_PER_SECOND);
        operations.driver().keepAlive(operations.descriptor, on, idleSeconds);
        return this;
    }

    /// How long ago the last bytes of the peer arrived in the system, whether they were read yet or not, in milliseconds
    /// (TCP_INFO, tcp(7)). For bytes that have just been read: how long they waited for the loop, at the least.
    ///
    /// @return -1 where the system does not tell: on the nio transport, and when the socket is closed
    public int lastArrivalMillis() {
        internals.checkThread();
        return isDestroyed() ? -1 : operations.driver().lastArrivalMillis(operations.descriptor);
    }

    private void requireOpen() {
        internals.checkThread();
        if (isDestroyed()) throw new IllegalStateException("socket is closed");
    }

    // Ending.

    /// As [#destroy], and tells the peer by RST instead of FIN.
    public void reset() {
        internals.checkThread();
        if (isDestroyed()) return;
        operations.driver().abortOnClose(operations.descriptor);
        destroy();
    }
}
