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

    /// Null, or who answers for the servers of a loop.
    private static volatile Through through;

    private record Through(EventLoop loop, Consumer<ListenRequest> source) {}

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
    int adopt(SocketHandle handle, boolean listening) throws OsException {
        return handle.adopt(internals, listening, false);
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
        return begin(null, port, onListening);
    }

    public TcpServer listen(int port, String host) {
        return listen(port, host, () -> {});
    }

    /// @param port 0 lets the system choose: see [#localAddress]
    /// @param host an address, or a name, which is looked up without blocking the loop
    /// @param onListening called when connections are accepted
    public TcpServer listen(int port, String host, Runnable onListening) {
        return begin(Objects.requireNonNull(host), port, onListening);
    }

    /// @param address resolved
    public TcpServer listen(SocketAddress address, Runnable onListening) {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            throw new IllegalArgumentException("not an internet address, or not resolved: " + address);
        }
        return begin(inet.getAddress().getHostAddress(), inet.getPort(), onListening);
    }

    private TcpServer begin(String host, int port, Runnable onListening) {
        Objects.requireNonNull(onListening);
        var asked = new InetSocketAddress(port); // checks the port
        onLoop(() -> {
            begin();
            var who = through;
            if (who != null && who.loop == loop && !reusePort) {
                who.source.accept(new ListenRequest(this, host, asked.getPort(), onListening));
            } else {
                open(host, port, onListening);
            }
        });
        return this;
    }

    /// Has another decide what this loop's servers listen with from now on: in a cluster the primary does for its workers.
    /// Servers that share their port anyhow ([#reusePort]) and those that listen with a handle do without. For one loop of a
    /// process.
    ///
    /// @param source answers each request, at once or later
    public static void listenThrough(Consumer<ListenRequest> source) {
        through = new Through(EventLoop.current(), Objects.requireNonNull(source));
    }

    void listenAlone(String host, int port, Runnable onListening) {
        if (!isOpening()) return;
        reusePort = true;
        open(host, port, onListening);
    }

    /// @param host null for all addresses
    private void open(String host, int port, Runnable onListening) {
        if (host == null) {
            openOnAll(port, onListening);
            return;
        }
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException isName) {
            lookUp(port, host, onListening);
            return;
        }
        openOrTell(new InetSocketAddress(address, port), onListening);
    }

    private void openOnAll(int port, Runnable onListening) {
        try {
            opened(open(new InetSocketAddress(ALL_IPV6, port)), onListening);
        } catch (OsException refused) {
            if (refused.errno() == Errno.EAFNOSUPPORT || refused.errno() == Errno.EADDRNOTAVAIL) {
                openOrTell(new InetSocketAddress(ALL_IPV4, port), onListening);
            } else {
                refusedLater(refused);
            }
        }
    }

    private void lookUp(int port, String host, Runnable onListening) {
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
        return internals.driver().listen(new Listening(address, backlog(), reusePort, noDelay));
    }

    // About the server.

    /// The port it listens on.
    ///
    /// @throws OsException `EBADF` when it does not listen
    public int port() throws OsException {
        return ((InetSocketAddress) localAddress()).getPort();
    }
}
