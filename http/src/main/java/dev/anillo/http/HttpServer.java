package dev.anillo.http;

import dev.anillo.http.server.Connections;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.net.SocketHandle;
import dev.anillo.loop.net.TcpServer;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// An HTTP/1.1 server on one loop.
///
///     HttpServer.create((request, response) -> response.end("Hola")).listen(3000);
///
/// Threads: the loop's, but [#listen] and [#close], which any thread may call.
public final class HttpServer {
    /// How long [#close()] lets requests take that were begun, in milliseconds: what supervisors usually wait for.
    public static final int CLOSE_MILLIS_MAX = 10_000;

    private final EventLoop loop;
    private final Connections connections;
    private final TcpServer server;

    private final Consumer<Runnable> stop = this::stop;
    private Runnable onClose;
    private Runnable onStopped;

    private HttpServer(EventLoop loop, Handler handler) {
        this.loop = loop;
        connections = new Connections(loop, handler, this::allClosed);
        server = TcpServer.create(loop, connections::accept).onClose(connections::listenerClosed);
        connections.listener(server, TcpServer.BACKLOG);
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

    /// Connections that may wait in the kernel to be accepted ([TcpServer#backlog]). Default [TcpServer#BACKLOG].
    public HttpServer backlog(int connections) {
        server.backlog(connections);
        this.connections.listener(server, connections);
        return this;
    }

    /// The server could not listen ([TcpServer#onError]).
    public HttpServer onError(Consumer<IOException> callback) {
        server.onError(callback);
        return this;
    }

    /// A handler, or a callback that it set, threw. The client has got 500, or a part of the response. Default: the loop's
    /// logger, `dev.anillo.http`.
    public HttpServer onHandlerError(BiConsumer<HttpRequest, Throwable> callback) {
        connections.onHandlerError(callback);
        return this;
    }

    /// What clients are let have, in place of the defaults.
    public HttpServer limits(HttpLimits limits) {
        connections.limits(limits);
        return this;
    }

    /// Requests that are never answered 503 by the server itself: health checks, lest an instance that is only busy is taken
    /// for dead and its load falls on the others. Default none. Such a request waits in the same queue as others.
    ///
    /// @param condition asked only of a request that would be answered so; what it keeps of it leads nowhere
    public HttpServer neverShed(Predicate<HttpRequest> condition) {
        connections.neverShed(condition);
        return this;
    }

    /// A `Server` field for every response (RFC 9110 §10.2.4), encoded once. A response that sets one has its own instead.
    /// Default none: it helps nobody but those who look for servers with known faults.
    ///
    /// @param name a product, such as `tienda/2.1`; at the most 80 characters; null for none
    /// @throws IllegalArgumentException when it is longer, or has a character that no field may have (RFC 9110 §5.5)
    public HttpServer serverName(String name) {
        connections.serverName(name);
        return this;
    }

    /// Hands the socket over, which is no longer the server's to close, when a request asks for another protocol by
    /// `Upgrade` (RFC 9110 §7.8) and has no body. Without it such a request is one like others.
    public HttpServer onUpgrade(UpgradeHandler callback) {
        connections.onUpgrade(callback);
        return this;
    }

    /// Hands the socket over at a CONNECT (RFC 9110 §9.3.6). Without it the handler is called.
    public HttpServer onConnect(UpgradeHandler callback) {
        connections.onConnect(callback);
        return this;
    }

    /// The server is closed, and its last connection too.
    public HttpServer onClose(Runnable callback) {
        onClose = Objects.requireNonNull(callback);
        return this;
    }

    private void allClosed() {
        loop.removeOnStop(stop);
        if (onClose != null) onClose.run();
        if (onStopped != null) onStopped.run();
    }

    /// The process was asked to end.
    private void stop(Runnable whenStopped) {
        onStopped = whenStopped;
        close();
    }

    /// Listens on all addresses, IPv6 and IPv4.
    public HttpServer listen(int port) {
        stopWithProcess();
        server.listen(port);
        return this;
    }

    /// Listens on all addresses, IPv6 and IPv4.
    public HttpServer listen(int port, Runnable onListening) {
        stopWithProcess();
        server.listen(port, onListening);
        return this;
    }

    public HttpServer listen(int port, String host) {
        stopWithProcess();
        server.listen(port, host);
        return this;
    }

    /// @param port 0 lets the system choose: see [#port]
    /// @param host an address, or a name, which is looked up without blocking the loop
    /// @param onListening called when connections are accepted
    public HttpServer listen(int port, String host, Runnable onListening) {
        stopWithProcess();
        server.listen(port, host, onListening);
        return this;
    }

    /// Listens with what another process, or the service manager, listens with already: connections come to whoever accepts
    /// them first. The server owns the handle from now on. The loop's thread.
    ///
    /// @param handle of a TCP socket that listens
    /// @param onListening called when connections are accepted
    public HttpServer listen(SocketHandle handle, Runnable onListening) {
        stopWithProcess();
        server.listen(handle, onListening);
        return this;
    }

    /// Serves a connection that was accepted elsewhere, by another process say ([dev.anillo.loop.process.MessageChannel]). The
    /// server owns the handle from now on. The loop's thread.
    ///
    /// @throws OsException naming `adopt` (`EINVAL`) when it is another kind of socket; the handle stays the caller's
    /// @throws IllegalStateException when the server is closed; the handle stays the caller's
    public void accept(SocketHandle connection) throws OsException {
        server.accept(connection);
    }

    /// One more descriptor for what the server listens with, to be passed to another process ([TcpServer#handle]).
    ///
    /// @throws OsException `EOPNOTSUPP` on the nio transport, `EMFILE`, or `EBADF` when it does not listen
    public SocketHandle handle() throws OsException {
        return server.handle();
    }

    private void stopWithProcess() {
        if (loop.inLoop()) loop.onStop(stop);
    }

    /// As [#close(int)] with [#CLOSE_MILLIS_MAX].
    public void close() {
        close(CLOSE_MILLIS_MAX);
    }

    /// Stops gracefully: accepts no more, then answers what was begun with `Connection: close`, closes idle connections.
    /// Any thread; harmless when closed already. The `close` is said once the port is free, a moment after this returns:
    /// clients that it sends elsewhere must not find a port that is about to close.
    ///
    /// @param deadlineMillis after which connections that are still open are closed as they are
    public void close(int deadlineMillis) {
        if (loop.inLoop()) {
            closeOnLoop(deadlineMillis);
            return;
        }
        try {
            loop.execute(() -> closeOnLoop(deadlineMillis));
        } catch (RejectedExecutionException _) {
            server.close(); // the loop has ended, and what was open on it
        }
    }

    private void closeOnLoop(int deadlineMillis) {
        connections.close(deadlineMillis);
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

    /// What it has to do, and what it has turned away. The loop's thread.
    public HttpLoad load() {
        return connections.load();
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
