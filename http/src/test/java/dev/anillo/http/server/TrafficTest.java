package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.HttpServer;
import dev.anillo.loop.memory.Slabs;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/// Well-formed traffic, much of it: by Java's own client, by many connections at once, in large bodies.
class TrafficTest extends ServerTest {
    private static final int LARGE_BYTES = 64 * 1024 * 1024;
    /// Of a large body that is echoed: both directions' waiting bytes and what the loop keeps ready, with much to spare.
    private static final int SLABS_MAX = 40;

    private static void stream(HttpRequest request, HttpResponse response) {
        if (request.contentLength() > 0) response.header("Content-Length", "" + request.contentLength());
        request.onData(data -> {
            if (!response.write(data.keep())) request.pause();
        }).onEnd(response::end);
        response.onDrain(request::resume);
    }

    private URI uri(HttpServer server, String target) {
        return URI.create("http://127.0.0.1:" + port(server) + target);
    }

    private static HttpClient javaClient() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    /// Bytes of one seed, and what those that were taken sum to.
    private static final class Noise {
        private final Random random = new Random(7);
        private final byte[] block = new byte[64 * 1024];
        private final CRC32 sum = new CRC32();

        byte[] next() {
            random.nextBytes(block);
            sum.update(block);
            return block;
        }
    }

    /// @param framing of the request's body: the response's will be the same
    private void echoLargeBody(HttpServer server, String framing) {
        var chunked = framing.startsWith("Transfer-Encoding");
        var client = connect(server).request("POST /", framing);
        var sent = new Noise();
        var sender = CompletableFuture.runAsync(() -> {
            for (var total = 0; total < LARGE_BYTES; total += sent.block.length) {
                if (chunked) client.send(Integer.toHexString(sent.block.length) + "\r\n");
                client.send(sent.next());
                if (chunked) client.send("\r\n");
            }
            if (chunked) client.send("0\r\n\r\n");
        }, task -> Thread.ofPlatform().start(task));
        assertTrue(client.readHead().contains("\r\n" + framing + "\r\n"));
        var received = new CRC32();
        var total = 0L;
        while (total < LARGE_BYTES) {
            var part = client.read(chunked ? Integer.parseInt(client.readLine(), 16) : sent.block.length);
            if (chunked) client.expect("\r\n");
            received.update(part);
            total += part.length;
        }
        if (chunked) client.expect("0\r\n\r\n");
        await(sender);
        assertEquals(LARGE_BYTES, total);
        assertEquals(sent.sum.getValue(), received.getValue());
    }

    @Test
    void sixtyFourMebibytesAreEchoedInBoundedMemoryInChunksAndWithALength() {
        var server = serve(TrafficTest::stream);
        var slabs = Slabs.outstanding();
        echoLargeBody(server, "Content-Length: " + LARGE_BYTES);
        echoLargeBody(server, "Transfer-Encoding: chunked");
        assertTrue(Slabs.outstanding() - slabs <= SLABS_MAX, Slabs.outstanding() - slabs + " slabs more");
    }

    @Test
    void javasOwnClientIsServedOnConnectionsThatItKeeps() throws Exception {
        var ports = ConcurrentHashMap.<String>newKeySet();
        var server = serve((request, response) -> {
            ports.add(request.socket().peerAddress().toString());
            response.header("X-Method", request.method());
            RequestsTest.echo(request, response);
        });
        try (var client = javaClient()) {
            for (var i = 0; i < 50; i++) {
                var body = "b".repeat(i * 100);
                var request = java.net.http.HttpRequest.newBuilder(uri(server, "/" + i))
                        .method(i % 2 == 0 ? "POST" : "PUT", BodyPublishers.ofString(body)).build();
                var response = client.send(request, BodyHandlers.ofString());
                assertEquals(body, response.body());
                assertEquals(request.method(), response.headers().firstValue("x-method").orElseThrow());
            }
            var expecting = java.net.http.HttpRequest.newBuilder(uri(server, "/")).expectContinue(true)
                    .POST(BodyPublishers.ofString("after leave")).build();
            assertEquals("after leave", client.send(expecting, BodyHandlers.ofString()).body());
        }
        assertEquals(1, ports.size());
    }

    @Test
    void fiveHundredConnectionsAtOnceAreAllServed() {
        var server = serve((request, response) -> {
            if (request.target().equals("/late")) loop.setTimeout(() -> response.end("late"), 5);
            else response.end(request.target());
        });
        var clients = new ArrayList<RawClient>();
        for (var i = 0; i < 500; i++) clients.add(connect(server));
        for (var round = 0; round < 3; round++) {
            for (var i = 0; i < 500; i++) clients.get(i).request(i % 5 == 0 ? "GET /late" : "GET /" + i);
            for (var i = 0; i < 500; i++) clients.get(i).expectResponse("200 OK", i % 5 == 0 ? "late" : "/" + i);
        }
    }

    @Test
    void twoServersOnTwoLoopsShareAPort() {
        var first = new AtomicInteger();
        var second = new AtomicInteger();
        var one = serve(loop, (_, response) -> {
            first.incrementAndGet();
            response.end("x");
        }, server -> server.reusePort(true));
        serve(anotherLoop(), port(one), (_, response) -> {
            second.incrementAndGet();
            response.end("x");
        }, server -> server.reusePort(true));
        for (var i = 0; i < 200 && (i < 100 || first.get() == 0 || second.get() == 0); i++) {
            connect(one).request("GET /").expectResponse("200 OK", "x").close();
        }
        assertTrue(first.get() > 0 && second.get() > 0, first + " and " + second);
    }

    @Test
    void clientsThatGoAwayAtRandomLeaveNothingBehind() {
        var server = serve((request, response) -> {
            if (request.target().equals("/late")) loop.setTimeout(() -> response.end("late"), 3);
            else stream(request, response);
        });
        var random = new Random(11);
        var threads = new ArrayList<CompletableFuture<Void>>();
        for (var t = 0; t < 8; t++) {
            var seed = random.nextLong();
            threads.add(CompletableFuture.runAsync(() -> misbehave(server, new Random(seed)), task -> Thread.ofPlatform().start(task)));
        }
        threads.forEach(this::await);
        connect(server).send(RawClient.requestText("POST /", "Content-Length: 3") + "abc").expectResponse("200 OK", "abc");
    }

    private void misbehave(HttpServer server, Random random) {
        var text = RawClient.requestText("GET /late") + RawClient.requestText("POST /", "Content-Length: 30000")
                + "x".repeat(30_000) + RawClient.requestText("POST /", "Transfer-Encoding: chunked") + "5\r\nabcde\r\n0\r\n\r\n";
        var port = port(server);
        for (var i = 0; i < 60; i++) {
            var client = RawClient.connect(port);
            client.send(text.substring(0, random.nextInt(text.length())));
            switch (random.nextInt(3)) {
                case 0 -> client.reset();
                case 1 -> client.close();
                default -> {
                    client.endSending();
                    if (random.nextBoolean()) client.readWhateverComes();
                    client.close();
                }
            }
        }
    }
}
