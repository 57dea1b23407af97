package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.OsException;
import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import dev.anillo.loop.stream.Writable;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A request's and a response's body as streams, beside others: here, sockets.
class BodyStreamsTest extends ServerTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    /// @return its port; it closes with the last of its connections
    private int upstream(Consumer<TcpSocket> onConnection) {
        var listening = new CompletableFuture<Integer>();
        onLoop(() -> {
            var server = new TcpServer[1];
            server[0] = TcpServer.create(socket -> {
                socket.onClose(server[0]::close);
                onConnection.accept(socket);
            });
            server[0].onError(listening::completeExceptionally).listen(0, "127.0.0.1", () -> {
                try {
                    listening.complete(server[0].port());
                } catch (OsException refused) {
                    listening.completeExceptionally(refused);
                }
            });
        });
        return await(listening);
    }

    private void pass(HttpRequest request, HttpResponse response, int port) throws OsException {
        var upstream = TcpSocket.connect(new InetSocketAddress("127.0.0.1", port), _ -> {});
        upstream.halfOpen(true).onError(_ -> told.add("upstream broke")).onClose(() -> told.add("upstream closed"));
        request.readable().onError(_ -> told.add("request broke")).onClose(() -> told.add("request closed"));
        request.pipe(upstream);
        upstream.pipe(response.writable()).onClose(() -> told.add("response closed"));
    }

    private void awaitTold(String... expected) {
        Deadline.until(() -> told.containsAll(List.of(expected)), () -> "told " + told);
    }

    @Test
    void aProxyPassesTheBodyThereAndBack() throws InterruptedException {
        var port = upstream(socket -> socket.pipe(socket));
        var client = clientOf((request, response) -> {
            response.header("Content-Length", request.header("Content-Length"));
            pass(request, response, port);
        });
        var body = new byte[5_000_000];
        for (var i = 0; i < body.length; i++) body[i] = (byte) (i * 31 >> 3);
        client.request("POST /", "Content-Length: " + body.length);
        var sender = Thread.ofPlatform().start(() -> client.send(body));
        client.readHead();
        assertArrayEquals(body, client.read(body.length));
        awaitTold("request closed", "response closed", "upstream closed");
        assertFalse(told.contains("request broke") || told.contains("upstream broke"), told::toString);
        sender.join();
    }

    @Test
    void aClientThatGoesTakesTheUpstreamConnectionWithIt() {
        var received = new CompletableFuture<Void>();
        var port = upstream(socket -> socket.onData(_ -> received.complete(null)));
        var client = clientOf((request, response) -> pass(request, response, port));
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
        await(received);
        client.close();
        awaitTold("request broke", "request closed", "response closed", "upstream closed");
    }

    @Test
    void anUpstreamThatBreaksWithinTheAnswerResetsTheClientSoThatItSeesNoWholeAnswer() {
        var upstreams = new LinkedBlockingQueue<TcpSocket>();
        var port = upstream(socket -> {
            socket.write("part");
            upstreams.add(socket);
        });
        var client = clientOf((request, response) -> pass(request, response, port));
        client.request("GET /").readHead();
        var upstream = Deadline.next(upstreams);
        onLoop(upstream::reset);
        awaitTold("upstream broke", "response closed");
    }

    @Test
    void anAnswerBeforeTheBodyHasComeClosesTheStreamWithoutAnEnd() {
        var client = clientOf((request, response) -> {
            request.readable().onData(_ -> {}).onEnd(() -> told.add("end")).onClose(() -> told.add("close"));
            response.status(413).end("too much");
        });
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
                .expectResponse("413 Content Too Large", "too much");
        client.send("cde");
        awaitTold("close");
        assertEquals(List.of("close"), List.copyOf(told));
    }

    @Test
    void aStreamThatIsKeptLeadsNowhereOnceTheExchangeIsOver() {
        var kept = new LinkedBlockingQueue<Writable>();
        var client = clientOf((_, response) -> {
            kept.add(response.writable());
            response.end("done");
        });
        client.request("GET /").expectResponse("200 OK", "done");
        var body = Deadline.next(kept);
        client.request("GET /").expectResponse("200 OK", "done");
        onLoop(() -> {
            assertFalse(body.isWritable());
            assertFalse(body.write("for another"));
            body.end();
            body.destroy();
        });
        client.request("GET /").expectResponse("200 OK", "done");
    }

    @Test
    void aBodyIsTakenOnce() {
        var client = clientOf((request, response) -> {
            request.onData(_ -> {});
            assertThrows(IllegalStateException.class, request::readable);
            request.onEnd(() -> response.end("ok"));
        });
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab").expectResponse("200 OK", "ok");
    }
}
