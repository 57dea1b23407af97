package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.PeerCredentials;
import dev.anillo.loop.driver.LoopInternals;
import java.util.Objects;
import java.util.function.Consumer;

/// One connection within the machine (unix(7)), as callbacks: see [StreamSocket].
///
/// Threads: the loop's.
public final class UnixSocket extends StreamSocket<UnixSocket> {
    /// An accepted or a new socket.
    UnixSocket(EventLoop loop, LoopInternals internals, int descriptor) {
        super(loop, internals, descriptor);
    }

    /// Opens a connection on this thread's loop. Until it stands, writes wait. A refusal comes to [#onError]
    /// (`connect /run/app.sock: ENOENT, …`); without such a callback it is uncaught.
    ///
    /// @param path of the socket's file, or a NUL and an abstract name (Linux, with native access); 107 bytes at the most
    /// @throws OsException when not even a socket can be had (`socket`, EMFILE), the path is too long, or the transport
    ///     knows no abstract names (`connect`, EOPNOTSUPP)
    public static UnixSocket connect(String path, Consumer<UnixSocket> onConnect) throws OsException {
        Objects.requireNonNull(onConnect);
        var peer = UnixAddress.of("connect", path);
        var loop = EventLoop.current();
        var internals = LoopInternals.of(loop);
        internals.checkThread();
        return new UnixSocket(loop, internals, internals.driver().open(peer)).connectTo(peer, 0, onConnect);
    }

    /// Who is at the other end: for a server, the process that connected, which can't pretend to be another.
    ///
    /// @throws OsException naming `getsockopt`; `EOPNOTSUPP` on the nio transport, `EBADF` once the socket is closed
    public PeerCredentials peerCredentials() throws OsException {
        requireDescriptor("getsockopt");
        return operations.driver().peerCredentials(operations.descriptor);
    }
}
