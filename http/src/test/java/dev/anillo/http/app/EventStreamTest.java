package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static final int HEARTBEATS_OFF = 0;

    /// Counts how often a stream tells that it is over.
    private final AtomicInteger closes = new AtomicInteger();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private Handler streaming(Consumer<EventStream> use) {
        return (request, response) -> use.accept(open(request, response));
    }

    private EventStream open(HttpRequest request, HttpResponse response) {
        return EventStream.open(request, response).heartbeatMillis(HEARTBEATS_OFF).onClose(() -> {
            closes.incrementAndGet();
            closed.complete(null);
        });
    }

    private static Socket get(AppServer server, int receiveBytes, String... fields) throws IOException {
        var socket = server.connect(receiveBytes);
        var request = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
        for (var field : fields) request.append(field).append("\r\n");
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// What comes, up to and with this text.
    private static String readUpTo(Socket socket, String end) throws IOException {
        var last = end.charAt(end.length() - 1);
        var read = new ByteArrayOutputStream();
        while (true) {
            var c = socket.getInputStream().read();
            assertTrue(c >= 0, () -> "the end after: " + read.toString(StandardCharsets.UTF_8));
            read.write(c);
            if (c != last) continue;
            var text = read.toString(StandardCharsets.UTF_8);
            if (text.endsWith(end)) return text;
        }
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n";
    }

    @Test
    void theHeadIsSentBeforeAnyEvent() throws Exception {
        try (var server = AppServer.start(streaming(_ -> {})); var socket = get(server, 0)) {
            var head = readUpTo(socket, "\r\n\r\n");
            assertTrue(head.startsWith("HTTP/1.1 200 OK\r\n"), head);
            assertTrue(head.contains("\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"), head);
            assertTrue(head.contains("\r\nTransfer-Encoding: chunked\r\n"), head);
        }
    }

    @Test
    void aClientReadsEventsAsTheyAreSent() throws Exception {
        var stream = new CompletableFuture<EventStream>();
        try (var server = AppServer.start(streaming(stream::complete)); var socket = get(server, 0)) {
            readUpTo(socket, "\r\n\r\n");
            var opened = AppServer.await(stream);
            var answers = new CompletableFuture<List<Boolean>>();
            server.loop().execute(() -> answers.complete(
                    List.of(opened.send("¡hola!"), opened.send("tick", "a\r\nb", "1", 500))));
            assertEquals(List.of(true, true), AppServer.await(answers));
            var expected = chunk("data: ¡hola!\n\n") + chunk("event: tick\nid: 1\nretry: 500\ndata: a\ndata: b\n\n");
            assertEquals(expected, readUpTo(socket, "data: b\n\n\r\n"));
        }
    }

    @Test
    void aStreamThatIsClosedEndsTheResponseAndTellsOnce() throws Exception {
        Handler handler = streaming(stream -> {
            stream.send("last");
            stream.close();
            stream.close();
            assertFalse(stream.isOpen());
            assertFalse(stream.send("too late"));
        });
        try (var server = AppServer.start(handler); var client = HttpClient.newHttpClient()) {
            var lines = client.send(java.net.http.HttpRequest.newBuilder(server.uri()).build(), BodyHandlers.ofLines());
            assertEquals("data: last|", lines.body().collect(Collectors.joining("|")));
            AppServer.await(closed);
        }
        assertEquals(1, closes.get());
    }

    @Test
    void theClientTellsWhatItHasSeenLast() throws Exception {
        var ids = new CompletableFuture<String>();
        Handler handler = streaming(stream -> ids.complete(String.valueOf(stream.lastEventId())));
        try (var server = AppServer.start(handler); var _ = get(server, 0, "Last-Event-ID: é 7")) {
            assertEquals("é 7", AppServer.await(ids));
        }
    }

    @Test
    void withoutAnIdOrWithOneThatIsNotUtf8ThereIsNone() throws Exception {
        var ids = new LinkedBlockingQueue<String>();
        Handler handler = streaming(stream -> {
            ids.add(String.valueOf(stream.lastEventId()));
            stream.close();
        });
        try (var server = AppServer.start(handler); var socket = get(server, 0)) {
            readUpTo(socket, "0\r\n\r\n");
            send(socket, "GET / HTTP/1.1\r\nHost: a\r\nLast-Event-ID: \u00e9\r\n\r\n");
            readUpTo(socket, "0\r\n\r\n");
        }
        assertEquals(List.of("null", "null"), List.copyOf(ids));
    }

    @Test
    void headGetsTheHeadAlone() throws Exception {
        var handler = streaming(stream -> assertFalse(stream.isOpen()));
        try (var server = AppServer.start(handler); var socket = server.connect(0)) {
            send(socket, "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.contains("\r\nContent-Type: text/event-stream\r\n"), answer);
            assertTrue(answer.endsWith("\r\n\r\n"), answer);
            AppServer.await(closed);
        }
    }

    // Heartbeats.

    @Test
    void aSilentStreamBeats() throws Exception {
        var handler = streaming(stream -> stream.heartbeatMillis(1));
        try (var server = AppServer.start(handler); var socket = get(server, 0)) {
            readUpTo(socket, "\r\n\r\n");
            assertEquals(chunk(":\n\n").repeat(3), readUpTo(socket, chunk(":\n\n").repeat(3)));
        }
    }

    /// A heartbeat after the end would throw ("write after the response has ended"), and the server's closing would
    /// tell.
    @Test
    void aStreamThatIsOverBeatsNoMore() throws Exception {
        var later = new CompletableFuture<Void>();
        try (var server = AppServer.start((request, response) -> {
            var stream = open(request, response).heartbeatMillis(1);
            stream.close();
            stream.heartbeatMillis(1);
            request.socket().loop().setTimeout(() -> later.complete(null), 20);
        }); var socket = get(server, 0)) {
            readUpTo(socket, "0\r\n\r\n");
            AppServer.await(later);
        }
    }

    @Test
    void aClientThatVanishesWithoutAWordIsNoticedByTheHeartbeat() throws Exception {
        try (var server = AppServer.start(streaming(stream -> stream.heartbeatMillis(1)))) {
            try (var socket = get(server, 0)) {
                readUpTo(socket, "\r\n\r\n");
            }
            AppServer.await(closed);
        }
        assertEquals(1, closes.get());
    }

    @Test
    void aClientThatResetsTheConnectionIsGoneAtOnce() throws Exception {
        var stream = new CompletableFuture<EventStream>();
        try (var server = AppServer.start(streaming(stream::complete))) {
            var socket = get(server, 0);
            readUpTo(socket, "\r\n\r\n");
            AppServer.reset(socket);
            AppServer.await(closed);
            var opened = AppServer.await(stream);
            var answer = new CompletableFuture<Boolean>();
            server.loop().execute(() -> answer.complete(opened.isOpen() || opened.send("to nobody")));
            assertFalse(AppServer.await(answer));
        }
        assertEquals(1, closes.get());
    }

    /// Then the server has dropped the request's callbacks, and the heartbeat looks for itself.
    @Test
    void aHandlerThatFailsAfterOpeningLeavesNoHeartbeat() throws Exception {
        Handler handler = streaming(stream -> {
            stream.heartbeatMillis(1);
            throw new IllegalStateException("on purpose");
        });
        try (var server = AppServer.start(handler); var _ = get(server, 0)) {
            AppServer.await(closed);
            assertEquals("on purpose", server.takeProblems().getFirst().getMessage());
        }
        assertEquals(1, closes.get());
    }

    // Slow clients.

    @Test
    void aSlowClientIsDroppedBeforeMoreThanTheLimitWaitsForIt() throws Exception {
        var bytesMax = 300_000;
        var mostWaiting = new long[1];
        var slowTold = new boolean[1];
        var event = "x".repeat(10_000);
        Handler handler = (request, response) -> {
            var stream = open(request, response).waitingBytesMax(bytesMax);
            var socket = request.socket();
            var flood = new Runnable[1];
            flood[0] = () -> {
                for (var i = 0; i < 10; i++) slowTold[0] |= !stream.send(event) && stream.isOpen();
                mostWaiting[0] = Math.max(mostWaiting[0], socket.waitingBytes());
                if (stream.isOpen()) socket.loop().setImmediate(flood[0]);
            };
            flood[0].run();
        };
        try (var server = AppServer.start(handler); var _ = get(server, 4_096)) {
            AppServer.await(closed);
        }
        assertTrue(slowTold[0], "was told before");
        var waited = mostWaiting[0];
        assertTrue(waited > 64 * 1024 && waited < bytesMax + 1_000, () -> waited + " bytes waited");
        assertEquals(1, closes.get());
    }

    @Test
    void aClientThatReadsGetsAllOfWhatWaitsForDrain() throws Exception {
        var events = 2_000;
        var event = "x".repeat(2_000);
        Handler handler = streaming(stream -> {
            var sent = new int[1];
            Runnable more = () -> {
                while (sent[0] < events && stream.send(sent[0]++ + event)) {
                    // until the client is slower
                }
                if (sent[0] == events) stream.close();
            };
            stream.onDrain(more);
            more.run();
        });
        try (var server = AppServer.start(handler); var client = HttpClient.newHttpClient()) {
            var lines = client.send(java.net.http.HttpRequest.newBuilder(server.uri()).build(), BodyHandlers.ofLines())
                    .body().filter(line -> !line.isEmpty()).toList();
            assertEquals(events, lines.size());
            for (var i = 0; i < events; i++) assertEquals("data: " + i + event, lines.get(i));
        }
    }

    @Test
    void anEventLargerThanTheLimitReachesAClientForWhichNothingWaits() throws Exception {
        var event = "y".repeat(50_000);
        Handler handler = (request, response) -> {
            var stream = open(request, response).waitingBytesMax(10_000);
            var send = new Runnable[1];
            send[0] = () -> {
                if (request.socket().waitingBytes() == 0) stream.send(event);
                else request.socket().loop().setImmediate(send[0]); // the head is still on its way
            };
            send[0].run();
        };
        try (var server = AppServer.start(handler); var socket = get(server, 0)) {
            assertTrue(readUpTo(socket, "y\n\n\r\n").contains(event));
        }
    }
}
