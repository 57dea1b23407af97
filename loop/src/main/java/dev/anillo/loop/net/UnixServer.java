package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.SocketMode;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Objects;
import java.util.function.Consumer;

/// Listens on a path or an abstract name within the machine (unix(7)), and calls back with a [UnixSocket] for each
/// connection: see [StreamServer].
///
/// A socket's file outlives a process that was killed. Such a leftover is taken over: when nobody answers there, it is
/// removed and the server listens in its place. A server that answers stays untouched (`EADDRINUSE`), and so does a file
/// that is no socket. The own file is removed when the server closes, unless another has taken its place.
///
/// Threads: the loop's, but [#listen] and [#close], which any thread may call.
public final class UnixServer extends StreamServer<UnixSocket, UnixServer> {
    private int fileMode = SocketMode.BY_UMASK;
    private SocketFile file;

    private UnixServer(EventLoop loop, Consumer<UnixSocket> onConnection) {
        super(loop, onConnection);
    }

    /// A server on this thread's loop ([EventLoop#current]).
    public static UnixServer create(Consumer<UnixSocket> onConnection) {
        return create(EventLoop.current(), onConnection);
    }

    /// A server on the given loop. Any thread.
    public static UnixServer create(EventLoop loop, Consumer<UnixSocket> onConnection) {
        return new UnixServer(loop, onConnection);
    }

    @Override
    UnixSocket socket(int accepted) {
        return new UnixSocket(loop, internals, accepted);
    }

    @Override
    int adopt(SocketHandle handle, boolean listening) throws OsException {
        return handle.adopt(internals, listening, true);
    }

    /// Who may connect: those that may write the file. Default: what the process's umask leaves. Native transports set it
    /// before anybody can connect, nio a moment after.
    ///
    /// @param permissions as chmod(1) takes them: `0600` the user alone, `0660` the group too
    public UnixServer fileMode(int permissions) {
        if ((permissions & ~0777) != 0) throw new IllegalArgumentException("no permissions: " + permissions);
        fileMode = permissions;
        return this;
    }

    // Listening.

    public UnixServer listen(String path) {
        return listen(path, () -> {});
    }

    /// @param path of the file to be, or a NUL and an abstract name (Linux, with native access); 107 bytes at the most
    /// @param onListening called when connections are accepted
    public UnixServer listen(String path, Runnable onListening) {
        Objects.requireNonNull(onListening);
        Objects.requireNonNull(path);
        onLoop(() -> {
            begin();
            try {
                open(UnixAddress.of("bind", path), onListening);
            } catch (OsException refused) {
                refusedLater(refused);
            }
        });
        return this;
    }

    private void open(SocketAddress address, Runnable onListening) throws OsException {
        try {
            bind(address, onListening);
        } catch (OsException refused) {
            var leftover = refused.errno() == Errno.EADDRINUSE && address instanceof UnixDomainSocketAddress unix
                    ? SocketFile.at(unix.getPath()) : null;
            if (leftover == null) throw refused;
            takeOver(leftover, address, refused, onListening);
        }
    }

    private void bind(SocketAddress address, Runnable onListening) throws OsException {
        var listener = internals.driver().listen(new Listening(address, backlog(), false, false, fileMode));
        if (address instanceof UnixDomainSocketAddress unix) file = SocketFile.at(unix.getPath());
        opened(listener, onListening);
    }

    /// Only a refused connection says that nobody listens; whoever is busy, or of another kind, is alive.
    private void takeOver(SocketFile leftover, SocketAddress address, OsException inUse, Runnable onListening)
            throws OsException {
        var probe = new UnixSocket(loop, internals, internals.driver().open(address));
        probe.onError(problem -> {
            var isDead = problem instanceof OsException os && os.errno() == Errno.ECONNREFUSED;
            if (isDead && isOpening() && leftover.remove()) bindOrTell(address, onListening);
            else refused(inUse);
        });
        probe.connectTo(address, 0, _ -> {
            probe.destroy();
            refused(inUse);
        });
    }

    private void bindOrTell(SocketAddress address, Runnable onListening) {
        try {
            bind(address, onListening);
        } catch (OsException refused) {
            refused(refused);
        }
    }

    @Override
    void descriptorClosed() {
        if (file != null) file.remove();
    }
}
