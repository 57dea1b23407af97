package dev.anillo.http;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.Timer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One HTTP server on several loops of this process, so that it uses several cores: each loop has a listening socket of its
/// own on the same port (SO_REUSEPORT, socket(7)), among which the kernel spreads the connections by a hash of their
/// addresses, and a handler of its own, so that handlers share nothing.
///
///     HttpServerGroup.create(4, Shop::new).listen(3000);
///
/// The first of the loops is the one that the group is made on. There the group's callbacks run; the others are started for
/// it and end with it.
///
/// Threads: the first loop's, but [#close], which any thread may call.
public final class HttpServerGroup {
    private final EventLoop first;
    private final int loops;
    private final Supplier<? extends Handler> handlers;
    private final Consumer<Runnable> stop = this::stop;

    private Consumer<HttpServer> settings = _ -> {};
    private Consumer<IOException> onError;
    private Runnable onClose = () -> {};
    private Runnable onStopped = () -> {};

    private final List<HttpServer> servers = new ArrayList<>();
    private Listen listen;
    private Runnable onListening;
    private int listening;
    /// Servers that are not closed, with those to come.
    private int open;
    private boolean closing;
    private int deadlineMillis;
    /// Keeps the first loop running until the last server is closed, on whichever loop that is.
    private Timer kept;

    /// One of [HttpServer]'s ways to listen, with the port left open.
    private interface Listen {
        void on(HttpServer server, int port, Runnable onListening);
    }

    private HttpServerGroup(EventLoop first, int loops, Supplier<? extends Handler> handlers) {
        if (loops < 1) throw new IllegalArgumentException("a server on " + loops + " loops: at least 1");
        this.first = first;
        this.loops = loops;
        this.handlers = Objects.requireNonNull(handlers);
    }

    /// On this thread's loop ([EventLoop#current]) and `loops - 1` more.
    ///
    /// @param loops 1 or more; more than there are processors gain nothing
    /// @param handlers asked once for each loop, on the loop's thread
    /// @throws dev.anillo.loop.TransportException when the transport that was asked for is not available
    public static HttpServerGroup create(int loops, Supplier<? extends Handler> handlers) {
        return new HttpServerGroup(EventLoop.current(), loops, handlers);
    }

    // Settings, before listen.

    /// Sets up each server, on its own loop: limits, name, upgrades. `onError`, `onClose` and `reusePort` are the group's.
    public HttpServerGroup each(Consumer<HttpServer> settings) {
        this.settings = Objects.requireNonNull(settings);
        return this;
    }

    /// One of the servers could not listen. All are closed then, and [#onClose] is called too. Without this callback it is
    /// uncaught.
    public HttpServerGroup onError(Consumer<IOException> callback) {
        onError = Objects.requireNonNull(callback);
        return this;
    }

    /// All servers are closed, their last connections too, and the other loops end.
    public HttpServerGroup onClose(Runnable callback) {
        onClose = Objects.requireNonNull(callback);
        return this;
    }

    /// Listens on all addresses, IPv6 and IPv4.
    public HttpServerGroup listen(int port) {
        return listen(port, () -> {});
    }

    /// Listens on all addresses, IPv6 and IPv4.
    public HttpServerGroup listen(int port, Runnable onListening) {
        return listen(port, onListening, HttpServer::listen);
    }

    public HttpServerGroup listen(int port, String host) {
        return listen(port, host, () -> {});
    }

    /// @param port 0 lets the system choose one for all: see [#port]
    /// @param host an address, or a name
    /// @param onListening called when connections are accepted on all loops
    public HttpServerGroup listen(int port, String host, Runnable onListening) {
        Objects.requireNonNull(host);
        return listen(port, onListening, (server, samePort, next) -> server.listen(samePort, host, next));
    }

    private HttpServerGroup listen(int port, Runnable onListening, Listen listen) {
        if (this.listen != null) throw new IllegalStateException("a group of servers listens once");
        this.listen = listen;
        this.onListening = Objects.requireNonNull(onListening);
        open = 1;
        kept = first.setTimeout(() -> {}, EventLoop.TIMER_MILLIS_MAX);
        add(first, port);
        first.onStop(stop);
        return this;
    }

    // The first server finds the port, then the others listen there.

    private void add(EventLoop loop, int port) {
        var server = HttpServer.create(loop, handlers.get()).reusePort(true);
        settings.accept(server);
        server.onError(refused -> onFirst(() -> refused(refused)))
                .onClose(() -> onFirst(this::closed));
        onFirst(() -> added(server, port));
    }

    /// Before it listens it is known here, so that it is closed with the others.
    private void added(HttpServer server, int port) {
        servers.add(server);
        listen.on(server, port, () -> onFirst(() -> listens(server)));
        if (closing) server.close(deadlineMillis);
    }

    private void listens(HttpServer server) {
        listening++;
        if (closing) return;
        if (server.loop() == first) addOthers();
        if (listening == loops) onListening.run();
    }

    private void addOthers() {
        var port = portOfFirst();
        open += loops - 1;
        for (var i = 1; i < loops; i++) {
            var loop = EventLoop.start();
            loop.execute(() -> {
                try {
                    add(loop, port);
                } catch (Throwable problem) {
                    onFirst(() -> failed(problem));
                    loop.close();
                }
            });
        }
    }

    private int portOfFirst() {
        try {
            return port();
        } catch (OsException gone) {
            throw new IllegalStateException("the first server listens and has no port", gone);
        }
    }

    private void onFirst(Runnable action) {
        if (first.inLoop()) {
            action.run();
            return;
        }
        try {
            first.execute(action);
        } catch (RejectedExecutionException _) {
            // The first loop was closed under the group: nobody is left to tell.
        }
    }

    /// A handler could not be made, or a setting not be set.
    private void failed(Throwable problem) {
        close();
        closed();
        throw problem instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(problem);
    }

    private void refused(IOException refused) {
        close();
        if (onError == null) throw new UncheckedIOException(refused);
        onError.accept(refused);
    }

    // The end.

    /// The process was asked to end.
    private void stop(Runnable whenStopped) {
        onStopped = whenStopped;
        close();
    }

    /// As [#close(int)] with [HttpServer#CLOSE_MILLIS_MAX].
    public void close() {
        close(HttpServer.CLOSE_MILLIS_MAX);
    }

    /// Closes each server as [HttpServer#close(int)] does. Any thread; harmless when closed already.
    public void close(int deadlineMillis) {
        onFirst(() -> {
            closing = true;
            this.deadlineMillis = deadlineMillis;
            servers.forEach(server -> server.close(deadlineMillis));
        });
    }

    private void closed() {
        if (--open > 0) return;
        servers.stream().map(HttpServer::loop).filter(loop -> loop != first).forEach(loop -> loop.execute(loop::close));
        first.removeOnStop(stop);
        kept.cancel();
        onClose.run();
        onStopped.run();
    }

    // About the group.

    /// Where it listens.
    ///
    /// @throws OsException `EBADF` when it does not listen
    public SocketAddress localAddress() throws OsException {
        return servers.getFirst().localAddress();
    }

    /// The port it listens on.
    ///
    /// @throws OsException `EBADF` when it does not listen
    public int port() throws OsException {
        return servers.getFirst().port();
    }

    /// The servers that were made so far, the first loop's first. Each belongs to its own loop.
    public List<HttpServer> servers() {
        return List.copyOf(servers);
    }
}
