package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Listening;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// Listens for TCP connections, and calls back with a [TcpSocket] for each: see [StreamServer].
///
/// Threads: the loop's, but [#listen] and [#close], which any thread may call.
public final class TcpServer extends StreamServer<TcpSocket, TcpServer> {
    private static final InetAddress ALL_IPV6 = InetAddress.ofLiteral("::");
    private static final InetAddress ALL_IPV4 = InetAddress.ofLiteral("0.0.0.0");

    private boolean reusePort;
    private boolean noDelay = true;

    private TcpServer(EventLoop loop, Consumer<TcpSocket> onConnection) {
        super(loop, onConnection);
    }

    /// A server on this thread's loop ([EventLoop#current]).
    public static TcpServer create(Consumer<TcpSocket> onConnection) {
        return create(EventLoop.current(), onConnection);
    }

    /// A server on the given loop. Any thread.
    public static TcpServer create(EventLoop loop, Consumer<TcpSocket> onConnection) {
        return new TcpServer(loop, onConnection);
    }

    @Override
    TcpSocket socket(int accepted) {
        return new TcpSocket(loop, internals, accepted);
    }

    @Override
    int adopt(SocketHandle handle) throws OsException {
        return handle.adopt(internals, true, false);
    }

    // Settings, before listen.

    /// Several servers, on several loops or processes, share a port and the kernel spreads the connections
    /// (SO_REUSEPORT, socket(7)). Default false.
    public TcpServer reusePort(boolean on) {
        reusePort = on;
        return this;
    }

    /// Small writes on accepted sockets leave at once (TCP_NODELAY, tcp(7)). Default true: the loop gathers what a turn
    /// has written by itself.
    public TcpServer noDelay(boolean on) {
        noDelay = on;
        return this;
    }

    // Listening.

    /// Listens on all addresses, IPv6 and IPv4.
    public TcpServer listen(int port) {
        return listen(port, () -> {});
    }

    /// Listens on all addresses, IPv6 and IPv4; where there is no IPv6, on those of IPv4.
    public TcpServer listen(int port, Runnable onListening) {
        Objects.requireNonNull(onListening);
        onLoop(() -> {
            begin();
            try {
                opened(open(new InetSocketAddress(ALL_IPV6, port)), onListening);
            } catch (OsException refused) {
                if (refused.errno() == Errno.EAFNOSUPPORT || refused.errno() == Errno.EADDRNOTAVAIL) {
                    openOrTell(new InetSocketAddress(ALL_IPV4, port), onListening);
                } else {
                    refusedLater(refused);
                }
            }
        });
        return this;
    }

    public TcpServer listen(int port, String host) {
        return listen(port, host, () -> {});
    }

    /// @param port 0 lets the system choose: see [#localAddress]
    /// @param host an address, or a name, which is looked up without blocking the loop
    /// @param onListening called when connections are accepted
    public TcpServer listen(int port, String host, Runnable onListening) {
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException isName) {
            onLoop(() -> lookUp(port, host, onListening));
            return this;
        }
        return listen(new InetSocketAddress(address, port), onListening);
    }

    /// @param address resolved
    public TcpServer listen(SocketAddress address, Runnable onListening) {
        Objects.requireNonNull(onListening);
        if (!(address instanceof InetSocketAddress)) {
            throw new IllegalArgumentException("not an internet address: " + address);
        }
        onLoop(() -> {
            begin();
            openOrTell(address, onListening);
        });
        return this;
    }

    private void lookUp(int port, String host, Runnable onListening) {
        begin();
        Thread.ofVirtual().name("anillo lookup " + host).start(() -> {
            var answer = answer(port, host, onListening);
            try {
                loop.execute(answer);
            } catch (RejectedExecutionException _) {
                // The loop has ended meanwhile: nobody waits for the answer.
            }
        });
    }

    private Runnable answer(int port, String host, Runnable onListening) {
        try {
            var found = InetAddress.getByName(host);
            return () -> {
                if (isOpening()) openOrTell(new InetSocketAddress(found, port), onListening);
            };
        } catch (UnknownHostException _) {
            return () -> refused(new UnknownHostException(
                    "listen " + host + ":" + port + ": unknown host (check the name, or give an address)"));
        }
    }

    private void openOrTell(SocketAddress address, Runnable onListening) {
        try {
            opened(open(address), onListening);
        } catch (OsException refused) {
            refusedLater(refused);
        }
    }

    private int open(SocketAddress address) throws OsException {
        return internals.driver().listen(new Listening(address, BACKLOG, reusePort, noDelay));
    }

    // About the server.

    /// The port it listens on.
    ///
    /// @throws OsException `EBADF` when it does not listen
    public int port() throws OsException {
        return ((InetSocketAddress) localAddress()).getPort();
    }
}
