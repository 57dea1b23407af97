package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.HttpServer;
import dev.anillo.loop.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/// One seeded script of requests, cut at random, gets the same bytes from every transport (but for the time in Date).
class TransportsAgreeTest {
    private static final int REQUESTS = 60;
    private static final int PIECE_BYTES_MAX = 3000;

    /// A conversation on one connection: what is sent, in pieces, and nothing after it.
    private static List<String> pieces(Random random) {
        var script = new StringBuilder();
        var requests = random.nextInt(REQUESTS);
        for (var i = 0; i < requests; i++) script.append(request(random, i));
        switch (random.nextInt(4)) {
            case 0 -> script.append(RawClient.requestText("GET /last", "Connection: close"));
            case 1 -> script.append("BAD ?\r\n\r\n").append(RawClient.requestText("GET /never"));
            case 2 -> script.append(RawClient.requestText("POST /echo", "Transfer-Encoding: chunked")).append("5\r\nabc");
            default -> {} // just the end
        }
        var pieces = new ArrayList<String>();
        for (var at = 0; at < script.length(); ) {
            var to = Math.min(script.length(), at + 1 + random.nextInt(PIECE_BYTES_MAX));
            pieces.add(script.substring(at, to));
            at = to;
        }
        return pieces;
    }

    private static String request(Random random, int number) {
        var target = "/" + List.of("echo", "late", "parts", "fail", "ignore", "none").get(random.nextInt(6)) + "?" + number;
        var body = "b".repeat(random.nextInt(5) == 0 ? random.nextInt(40_000) : random.nextInt(100));
        return switch (random.nextInt(5)) {
            case 0 -> RawClient.requestText("GET " + target);
            case 1 -> RawClient.requestText("HEAD " + target, "X: " + "y".repeat(random.nextInt(2000)));
            case 2 -> RawClient.requestText("POST " + target, "Content-Length: " + body.length()) + body;
            case 3 -> "GET " + target + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
            default -> {
                var half = body.length() / 2;
                yield RawClient.requestText("PUT " + target, "Transfer-Encoding: chunked") + chunk(body.substring(half), random)
                        + chunk(body.substring(0, half), random) + "0\r\n" + (random.nextBoolean() ? "T: x\r\n" : "") + "\r\n";
            }
        };
    }

    private static String chunk(String text, Random random) {
        if (text.isEmpty()) return "";
        return Integer.toHexString(text.length()) + (random.nextBoolean() ? ";e=1" : "") + "\r\n" + text + "\r\n";
    }

    private static void answer(HttpRequest request, HttpResponse response) {
        var target = request.target();
        response.header("X-Target", target);
        switch (request.path()) {
            case "/echo" -> RequestsTest.echo(request, response);
            case "/late" -> request.onData(_ -> {}).onEnd(() ->
                    request.socket().loop().setTimeout(() -> response.end(target), 1));
            case "/parts" -> {
                // Its framing with HTTP/1.0 ends the connection, whose bytes behind it are nobody's.
                if (request.minorVersion() == 0) response.header("Content-Length", "5");
                response.write("one");
                response.end(response.header("Content-Length") == null ? "three" : "45");
            }
            case "/fail" -> throw new UnsupportedOperationException("planned");
            case "/none" -> response.status(204).end();
            default -> response.end("ignored the body");
        }
    }

    private static String conversation(int port, List<String> pieces) {
        try (var client = RawClient.connect(port)) {
            var reader = CompletableFuture.supplyAsync(client::readToEnd, task -> Thread.ofPlatform().start(task));
            for (var piece : pieces) client.send(piece);
            client.endSending();
            return RawClient.withoutDate(Deadline.await(reader, () -> "the conversation has no end"));
        }
    }

    private static String serveAndAsk(EventLoop loop, List<String> pieces) {
        var listening = new CompletableFuture<Integer>();
        var server = HttpServer.create(loop, TransportsAgreeTest::answer).onHandlerError((_, _) -> {});
        server.listen(0, "127.0.0.1", () -> {
            try {
                listening.complete(server.port());
            } catch (Exception refused) {
                listening.completeExceptionally(refused);
            }
        });
        var text = conversation(Deadline.await(listening, () -> "does not listen"), pieces);
        server.close();
        return text;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void everyTransportAnswersTheSame(long seed) {
        var pieces = pieces(new Random(seed));
        var answers = new HashMap<String, String>();
        for (var transport : List.of("nio", "epoll", "io_uring")) {
            try (var loop = ServerTest.startOn(transport)) {
                answers.put(transport, serveAndAsk(loop, pieces));
            } catch (TestAbortedException absent) {
                continue; // the others are still compared, and this one is reported by the tests that need it
            }
            assertEquals(answers.get("nio"), answers.get(transport), transport);
        }
    }
}
