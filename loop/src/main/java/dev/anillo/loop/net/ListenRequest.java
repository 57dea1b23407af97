package dev.anillo.loop.net;

import java.io.IOException;
import java.util.Objects;

/// A server wants to listen, and whoever was named by [TcpServer#listenThrough] decides with what. One of the three answers
/// ends it; until then the server keeps its loop running. A server that is closed meanwhile does not mind the answer.
///
/// Threads: the loop's.
public final class ListenRequest {
    private final TcpServer server;
    private final String host;
    private final int port;
    private final Runnable onListening;

    /// @param host null for all addresses
    ListenRequest(TcpServer server, String host, int port, Runnable onListening) {
        this.server = server;
        this.host = host;
        this.port = port;
        this.onListening = onListening;
    }

    public TcpServer server() {
        return server;
    }

    /// An address or a name; null for all addresses.
    public String host() {
        return host;
    }

    /// 0: any.
    public int port() {
        return port;
    }

    /// The server listens with this, and owns it.
    ///
    /// @param then runs before the server's own callback
    public void give(SocketHandle handle, Runnable then) {
        Objects.requireNonNull(then);
        server.listenWith(handle, () -> {
            then.run();
            onListening.run();
        });
    }

    /// The server listens by itself, and shares the port ([TcpServer#reusePort]) with others that do.
    ///
    /// @param port in place of the one that was asked for
    /// @param then runs before the server's own callback
    public void listenAlone(int port, Runnable then) {
        Objects.requireNonNull(then);
        server.listenAlone(host, port, () -> {
            then.run();
            onListening.run();
        });
    }

    /// The server can't listen: told to its [TcpServer#onError].
    public void refuse(IOException problem) {
        server.refused(Objects.requireNonNull(problem));
    }

    @Override
    public String toString() {
        return "ListenRequest[" + (host == null ? "*" : host) + ":" + port + "]";
    }
}
