package dev.anillo.http.server;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpServer;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.MemoryFindings;
import dev.anillo.loop.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/// A test against servers on explicit loops of one transport. Afterwards everything must be gone: connections, buffers,
/// descriptors, and no exception may have been left unheard. The checks of memory may have found nothing.
@EachTransport
abstract class ServerTest {
    private static final String TRANSPORT_PROPERTY = "anillo.transport";

    @Parameter
    String transport;

    EventLoop loop;

    /// What the servers' handlers threw. A test that expects something takes it out.
    final BlockingQueue<Throwable> handlerErrors = new LinkedBlockingQueue<>();

    /// What reached the loops' handler. A test that expects something takes it out.
    final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();

    private final List<EventLoop> loops = new ArrayList<>();
    private final List<Listening> servers = new ArrayList<>();
    private final List<RawClient> clients = new ArrayList<>();
    private Resources before;

    /// @param closed completed when the server and its last connection are closed
    private record Listening(HttpServer server, CompletableFuture<Void> closed) {}

    @BeforeEach
    void startLoop() {
        MemoryFindings.collect();
        before = Resources.now();
        loop = anotherLoop();
    }

    /// One more loop on the transport under test.
    EventLoop anotherLoop() {
        var another = startOn(transport);
        loops.add(another);
        another.execute(() -> another.onUncaught(uncaught::add));
        return another;
    }

    static EventLoop startOn(String transport) {
        var chosen = System.getProperty(TRANSPORT_PROPERTY);
        System.setProperty(TRANSPORT_PROPERTY, transport);
        try {
            return EventLoop.start();
        } catch (TransportException refused) {
            return Assumptions.abort(refused.getMessage());
        } finally {
            if (chosen == null) System.clearProperty(TRANSPORT_PROPERTY);
            else System.setProperty(TRANSPORT_PROPERTY, chosen);
        }
    }

    @AfterEach
    void everythingIsGone() {
        clients.forEach(RawClient::close);
        for (var each : servers) {
            each.server.close();
            Deadline.await(each.closed, () -> "connections are still open; " + problems());
        }
        loops.forEach(EventLoop::close);
        MemoryFindings.requireNone();
        if (before != null) before.requireSame();
        if (!handlerErrors.isEmpty()) Assertions.fail("a handler threw", handlerErrors.remove());
        if (!uncaught.isEmpty()) Assertions.fail("uncaught on the loop", uncaught.remove());
    }

    private String problems() {
        return "handlers threw " + handlerErrors + ", uncaught " + uncaught;
    }

    // Servers and clients.

    /// A server on a free port of 127.0.0.1; closed after the test.
    HttpServer serve(Handler handler) {
        return serve(loop, handler, _ -> {});
    }

    HttpServer serve(EventLoop loop, Handler handler, Consumer<HttpServer> settings) {
        return serve(loop, 0, handler, settings);
    }

    HttpServer serve(EventLoop loop, int port, Handler handler, Consumer<HttpServer> settings) {
        var server = HttpServer.create(loop, handler).onHandlerError((_, problem) -> handlerErrors.add(problem));
        settings.accept(server);
        var closed = new CompletableFuture<Void>();
        server.onClose(() -> closed.complete(null));
        var listening = new CompletableFuture<Void>();
        server.onError(listening::completeExceptionally);
        server.listen(port, "127.0.0.1", () -> listening.complete(null));
        Deadline.await(listening, () -> "does not listen");
        servers.add(new Listening(server, closed));
        return server;
    }

    /// Completed when the server is closed, and its last connection too.
    CompletableFuture<Void> closed(HttpServer server) {
        return servers.stream().filter(each -> each.server == server).findFirst().orElseThrow().closed;
    }

    int port(HttpServer server) {
        return on(server.loop(), server::port);
    }

    /// A client of a server that answers with the handler.
    RawClient clientOf(Handler handler) {
        return connect(serve(handler));
    }

    RawClient connect(HttpServer server) {
        return connect(server, 0);
    }

    RawClient connect(HttpServer server, int receiveBytes) {
        var client = RawClient.connect(port(server), receiveBytes);
        clients.add(client);
        return client;
    }

    // Running code on a loop.

    <T> T onLoop(Callable<T> action) {
        return on(loop, action);
    }

    void onLoop(Action action) {
        onLoop(() -> {
            action.run();
            return null;
        });
    }

    static <T> T on(EventLoop loop, Callable<T> action) {
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                result.complete(action.call());
            } catch (Throwable failed) {
                result.completeExceptionally(failed);
            }
        });
        return Deadline.await(result, () -> "the loop is busy or stuck");
    }

    interface Action {
        void run() throws Exception;
    }

    <T> T await(CompletableFuture<T> future) {
        return Deadline.await(future, this::problems);
    }

    /// The count has not changed for a while, in which the loop was busy with nothing else.
    long settled(AtomicLong count) {
        var last = -1L;
        while (count.get() != last) {
            last = count.get();
            var pause = new CompletableFuture<Void>();
            onLoop(() -> loop.setTimeout(() -> pause.complete(null), 150));
            await(pause);
        }
        return last;
    }

    /// The next thing that a handler threw.
    Throwable nextHandlerError() {
        return Deadline.next(handlerErrors);
    }

    /// Everything that a request's callbacks tell, in order: `data abc`, `end`, `aborted`.
    static void record(HttpRequest request, List<String> told) {
        request.onData(data -> told.add("data " + data)).onEnd(() -> told.add("end")).onAborted(() -> told.add("aborted"));
    }
}
