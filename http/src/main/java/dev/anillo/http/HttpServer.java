package dev.anillo.http;

import dev.anillo.http.server.Connections;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.net.TcpServer;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// An HTTP/1.1 server on one loop.
///
///     HttpServer.create((request, response) -> response.end("Hola")).listen(3000);
///
/// Threads: the loop's, but [#listen] and [#close], which any thread may call.
public final class HttpServer {
    private final EventLoop loop;
    private final Connections connections;
    private final TcpServer server;

    private HttpServer(EventLoop loop, Handler handler) {
        this.loop = loop;
        connections = new Connections(handler);
        server = TcpServer.create(loop, connections::accept).onClose(connections::listenerClosed);
    }

    /// A server on this thread's loop ([EventLoop#current]).
    ///
    /// @throws dev.anillo.loop.TransportException when the transport that was asked for is not available
    public static HttpServer create(Handler handler) {
        return create(EventLoop.current(), handler);
    }

    /// A server on the given loop. Any thread.
    public static HttpServer create(EventLoop loop, Handler handler) {
        return new HttpServer(loop, handler);
    }

    // Settings, before listen.

    /// Several servers share a port and the kernel spreads the connections ([TcpServer#reusePort]). Default false.
    public HttpServer reusePort(boolean on) {
        server.reusePort(on);
        return this;
    }

    /// The server could not listen ([TcpServer#onError]).
    public HttpServer onError(Consumer<IOException> callback) {
        server.onError(callback);
        return this;
    }

    /// A handler, or a callback that it set, threw. The client has got 500 or a reset connection. Default: the loop's
    /// logger, `dev.anillo.http`.
    public HttpServer onHandlerError(BiConsumer<HttpRequest, Throwable> callback) {
        connections.onHandlerError(callback);
        return this;
    }

    /// The server is closed, and its last connection too.
    public HttpServer onClose(Runnable callback) {
        connections.onAllClosed(callback);
        return this;
    }

    /// Listens on all addresses, IPv6 and IPv4.
    public HttpServer listen(int port) {
        server.listen(port);
        return this;
    }

    /// Listens on all addresses, IPv6 and IPv4.
    public HttpServer listen(int port, Runnable onListening) {
        server.listen(port, onListening);
        return this;
    }

    public HttpServer listen(int port, String host) {
        server.listen(port, host);
        return this;
    }

    /// @param port 0 lets the system choose: see [#port]
    /// @param host an address, or a name, which is looked up without blocking the loop
    /// @param onListening called when connections are accepted
    public HttpServer listen(int port, String host, Runnable onListening) {
        server.listen(port, host, onListening);
        return this;
    }

    /// Accepts no more, closes idle connections, and lets requests that were begun be answered with
    /// `Connection: close`. Any thread; harmless when closed already.
    public void close() {
        if (loop.inLoop()) {
            closeOnLoop();
            return;
        }
        try {
            loop.execute(this::closeOnLoop);
        } catch (RejectedExecutionException _) {
            server.close(); // the loop has ended, and what was open on it
        }
    }

    private void closeOnLoop() {
        connections.closeIdle();
        server.close();
    }

    /// Where it listens.
    ///
    /// @throws OsException `EBADF` when it does not listen
    public SocketAddress localAddress() throws OsException {
        return server.localAddress();
    }

    /// The port it listens on.
    ///
    /// @throws OsException `EBADF` when it does not listen
    public int port() throws OsException {
        return server.port();
    }

    public EventLoop loop() {
        return loop;
    }

    /// Keeps the loop running while the server listens (as it does from the start).
    public HttpServer ref() {
        server.ref();
        return this;
    }

    /// Lets the loop end without waiting for this server.
    public HttpServer unref() {
        server.unref();
        return this;
    }
}
