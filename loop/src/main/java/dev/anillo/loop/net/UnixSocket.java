package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.PeerCredentials;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.LoopInternals;
import java.util.Objects;
import java.util.function.Consumer;

/// One connection within the machine (unix(7)), as callbacks: see [StreamSocket].
///
/// Threads: the loop's.
public final class UnixSocket extends StreamSocket<UnixSocket> {
    /// Handles that one message can carry.
    public static final int HANDLES_MAX = Driver.PASSED_MAX;

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

    /// A connected socket of a handle, on this thread's loop. It owns the handle from now on.
    ///
    /// @throws OsException naming `adopt` (`EINVAL`) when it is another kind of socket; the handle stays the caller's
    public static UnixSocket open(SocketHandle handle) throws OsException {
        var loop = EventLoop.current();
        var internals = LoopInternals.of(loop);
        return new UnixSocket(loop, internals, handle.adopt(internals, false, true));
    }

    // Passing sockets to other processes.

    /// Sends the bytes, and the handles with the first of them (SCM_RIGHTS, unix(7)). The handles are this socket's from
    /// now on, whatever the answer: closed here once they are sent, or never will be.
    ///
    /// @param bytes 1 or more, such as a message that says what the handles are
    /// @param handles 1 to [#HANDLES_MAX]
    /// @return as [#write(byte\[\])]
    /// @throws IllegalStateException after [#end], or when a handle was used already; they stay the caller's then
    public boolean write(byte[] bytes, SocketHandle... handles) {
        if (bytes.length == 0) throw new IllegalArgumentException("handles travel with bytes: at least one");
        if (handles.length == 0 || handles.length > HANDLES_MAX) {
            throw new IllegalArgumentException(handles.length + " handles: 1 to " + HANDLES_MAX + " in a message");
        }
        if (cannotWrite()) {
            for (var handle : handles) handle.close();
            return false;
        }
        output.add(new HandlesPart(handles.clone()));
        return write(bytes);
    }

    /// Takes the handles that come, each lent until the callback returns ([SocketHandle#keep] to have it longer). They are
    /// told before the bytes that they came with, or bytes sent before those: a message that belongs to a handle never
    /// comes first. To be set before [#onData]; without it, and on the nio transport, what comes is closed. A message with
    /// more than [#HANDLES_MAX] breaks the connection (`receive`, EMSGSIZE).
    public UnixSocket onHandle(Consumer<SocketHandle> callback) {
        internals.checkThread();
        input.takeHandles(Objects.requireNonNull(callback));
        return this;
    }

    /// Who is at the other end: for a server, the process that connected, which can't pretend to be another.
    ///
    /// @throws OsException naming `getsockopt`; `EOPNOTSUPP` on the nio transport, `EBADF` once the socket is closed
    public PeerCredentials peerCredentials() throws OsException {
        requireDescriptor("getsockopt");
        return operations.driver().peerCredentials(operations.descriptor);
    }
}
