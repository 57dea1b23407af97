package dev.anillo.http.server;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.HttpServer;
import dev.anillo.loop.OsException;
import dev.anillo.loop.SimulatedLoop;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.TcpSocket;
import dev.anillo.loop.simulation.Fault;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/// A server and its clients on one simulated system. Clients send requests one behind the other, with and without bodies;
/// some end or drop their connection at any byte of one. Handlers answer at once, late, in pieces, or with what they are sent.
///
/// What must hold whatever happens: each response belongs to the next request and is right to the last byte; where the
/// system does nothing that ends a connection, every request that was sent whole is answered, and who has ended is closed;
/// and nothing is left.
final class HttpScenario {
    private static final int PORT = 8000;
    private static final int CLIENTS_MAX = 6;
    private static final int REQUESTS_MAX = 8;
    private static final int BODY_BYTES_MAX = 40_000;
    /// One request in so many is the last one of its client, and may not be sent whole.
    private static final int CUT_EVERY = 12;
    private static final int SCRIPT_MILLIS = 60_000;
    private static final int CALM_MILLIS = 300_000;

    /// What may end a connection, or keep it waiting until the server does.
    private static final List<Fault> ENDING = List.of(Fault.RESET, Fault.CLOCK_JUMP, Fault.STALL);

    private final SimulatedLoop host;
    private final SplittableRandom random;
    private final CompletableFuture<Void> done;
    private final HttpServer server;
    private final List<Client> clients = new ArrayList<>();
    private int requests;

    HttpScenario(SimulatedLoop host, long seed, CompletableFuture<Void> done) {
        this.host = host;
        this.done = done;
        random = new SplittableRandom(~seed);
        host.loop.onUncaught(done::completeExceptionally);
        server = HttpServer.create(this::handle);
        server.onClose(() -> host.loop.setImmediate(this::finish));
        server.listen(PORT, "127.0.0.1");
        for (var i = random.nextInt(CLIENTS_MAX); i >= 0; i--) {
            host.loop.setTimeout(() -> clients.add(new Client()), 1 + random.nextInt(1_000));
        }
        host.loop.setTimeout(this::calmDown, SCRIPT_MILLIS);
        host.loop.setTimeout(() -> fail("not over " + CALM_MILLIS + " ms after the faults: " + clients),
                SCRIPT_MILLIS + CALM_MILLIS);
    }

    private void fail(String what) {
        done.completeExceptionally(new AssertionError(what));
    }

    private void calmDown() {
        host.driver.faults().end();
        host.loop.setTimeout(this::stop, CALM_MILLIS / 2);
    }

    private void stop() {
        for (var client : clients) client.requireAnswers();
        for (var client : clients) client.leave();
        server.close();
    }

    private void finish() {
        var left = clients.stream().filter(client -> !client.closed).toList();
        if (!left.isEmpty()) host.loop.setTimeout(this::finish, 1_000);
        else if (host.openHandles() != 0) fail(host.openHandles() + " handles are left");
        else if (host.buffersOut() != 0) fail(host.buffersOut() + " buffers are left");
        else if (host.driver.openSockets() != 0) fail(host.driver.openSockets() + " sockets are left");
        else if (host.driver.violation() != null) fail(host.driver.violation());
        else done.complete(null);
    }

    // The server's side.

    private void handle(HttpRequest request, HttpResponse response) {
        var number = Integer.parseInt(request.path().substring(1));
        if (request.method().equals("POST")) {
            switch (number % 3) {
                case 0 -> request.pipe(response);
                case 1 -> request.bodyAsBytes(BODY_BYTES_MAX).whenComplete((bytes, aborted) -> {
                    if (aborted == null) response.end(bytes);
                });
                default -> {
                    request.onData(response::write);
                    request.onEnd(response::end);
                }
            }
            return;
        }
        var body = body(number);
        switch (number % 4) {
            case 0 -> response.end(body);
            case 1 -> host.loop.setTimeout(() -> response.end(body), 1 + random.nextInt(100));
            case 2 -> inPieces(response, body, 0);
            default -> host.loop.setImmediate(() -> response.header("X-Number", Integer.toString(number)).end(body));
        }
    }

    private void inPieces(HttpResponse response, byte[] body, int from) {
        if (response.ended()) return;
        if (from == body.length) {
            response.end();
            return;
        }
        var bytes = Math.min(body.length - from, 1 + random.nextInt(20_000));
        response.write(Arrays.copyOfRange(body, from, from + bytes));
        host.loop.setTimeout(() -> inPieces(response, body, from + bytes), 1 + random.nextInt(30));
    }

    /// What belongs to the request of this number, there and back.
    private static byte[] body(int number) {
        var bytes = new byte[number * 7919 % (number % 5 == 0 ? BODY_BYTES_MAX : 300)];
        for (var i = 0; i < bytes.length; i++) bytes[i] = (byte) (i * 31 + (i >> 8) * 7 + number);
        return bytes;
    }

    // The clients' side.

    private final class Client {
        private final ArrayDeque<Integer> unanswered = new ArrayDeque<>();
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final TcpSocket socket;
        private int requestsLeft = 1 + random.nextInt(REQUESTS_MAX);
        private boolean connected;
        private boolean left;
        private boolean ending;
        private boolean halfClosed;
        /// The request that was not sent whole; 0 without one.
        private int cut;
        private boolean closed;
        private String error;

        Client() {
            var peer = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT);
            try {
                socket = TcpSocket.connect(peer, _ -> {
                    connected = true;
                    step();
                });
            } catch (OsException refused) {
                throw new AssertionError(refused);
            }
            socket.onError(problem -> error = ((OsException) problem).code());
            socket.onData(this::data).onClose(this::hasClosed);
        }

        private void step() {
            if (closed || ending || left || halfClosed) return;
            if (requestsLeft-- == 0) {
                ending = true;
                if (unanswered.isEmpty()) socket.end();
                return;
            }
            send();
            host.loop.setTimeout(this::step, 1 + random.nextInt(random.nextInt(4) == 0 ? 400 : 5));
        }

        void leave() {
            if (closed) return;
            left = true;
            socket.destroy();
        }

        private void send() {
            var number = ++requests;
            unanswered.add(number);
            var request = request(number);
            if (random.nextInt(CUT_EVERY) > 0) {
                socket.write(request);
                return;
            }
            var bytes = random.nextInt(request.length + 1);
            socket.write(Arrays.copyOf(request, bytes));
            if (random.nextInt(4) == 0) {
                leave();
                return;
            }
            if (bytes < request.length) cut = number;
            halfClosed = true;
            socket.halfOpen(true).end();
        }

        private byte[] request(int number) {
            var body = body(number);
            return switch (random.nextInt(3)) {
                case 0 -> ("GET /" + number + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
                case 1 -> joined(postHead(number, "Content-Length: " + body.length), body, "");
                default -> joined(postHead(number, "Transfer-Encoding: chunked"), chunked(body), "0\r\n\r\n");
            };
        }

        private static String postHead(int number, String framing) {
            return "POST /" + number + " HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n";
        }

        private byte[] chunked(byte[] body) {
            var chunks = new ByteArrayOutputStream();
            for (var from = 0; from < body.length; ) {
                var bytes = Math.min(body.length - from, 1 + random.nextInt(8_000));
                var chunk = Arrays.copyOfRange(body, from, from + bytes);
                chunks.writeBytes(joined(Integer.toHexString(bytes) + "\r\n", chunk, "\r\n"));
                from += bytes;
            }
            return chunks.toByteArray();
        }

        private static byte[] joined(String before, byte[] bytes, String behind) {
            var all = new ByteArrayOutputStream();
            all.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
            all.writeBytes(bytes);
            all.writeBytes(behind.getBytes(StandardCharsets.US_ASCII));
            return all.toByteArray();
        }

        private void data(Buffer data) {
            received.writeBytes(data.toByteArray());
            while (takeResponse()) {}
            if (random.nextInt(30) == 0) {
                socket.pause();
                host.loop.setTimeout(() -> {
                    if (!closed) socket.resume();
                }, 1 + random.nextInt(50));
            }
            if (ending && unanswered.isEmpty()) socket.end();
        }

        /// @return whether one was there, as a whole
        private boolean takeResponse() {
            var text = received.toString(StandardCharsets.ISO_8859_1);
            var headEnd = text.indexOf("\r\n\r\n");
            if (headEnd < 0) return false;
            var head = text.substring(0, headEnd).toLowerCase();
            if (!head.startsWith("http/1.1 200 ")) {
                if (!mayBeTold(head.substring("http/1.1 ".length()))) fail(this + " got " + head);
                return false;
            }
            var bodyStart = headEnd + 4;
            var body = new StringBuilder();
            int end;
            if (head.contains("transfer-encoding: chunked")) {
                end = takeChunks(text, bodyStart, body);
            } else {
                var at = head.indexOf("content-length: ") + "content-length: ".length();
                var length = Integer.parseInt(head.substring(at).split("\r\n")[0]);
                end = bodyStart + length;
                if (end <= text.length()) body.append(text, bodyStart, end);
            }
            if (end < 0 || end > text.length()) return false;
            if (unanswered.isEmpty()) {
                fail(this + " got a response that nobody asked for");
                return false;
            }
            var number = unanswered.remove();
            if (!body.toString().equals(new String(body(number), StandardCharsets.ISO_8859_1))) {
                fail(this + " got another response than that to " + number);
            }
            received.reset();
            received.writeBytes(text.substring(end).getBytes(StandardCharsets.ISO_8859_1));
            return received.size() > 0;
        }

        private boolean mayBeTold(String status) {
            return status.startsWith("408 ") || status.startsWith("503 ")
                    || status.startsWith("400 ") && cut > 0 && unanswered.peek() == cut;
        }

        /// @return behind the last chunk, or -1 when it has not come
        private static int takeChunks(String text, int at, StringBuilder body) {
            while (true) {
                var lineEnd = text.indexOf("\r\n", at);
                if (lineEnd < 0) return -1;
                var bytes = Integer.parseInt(text.substring(at, lineEnd), 16);
                var next = lineEnd + 2 + bytes + 2;
                if (next > text.length()) return -1;
                body.append(text, lineEnd + 2, lineEnd + 2 + bytes);
                if (bytes == 0) return next;
                at = next;
            }
        }

        private void hasClosed() {
            closed = true;
            requireAnswers();
        }

        void requireAnswers() {
            var served = unanswered.isEmpty() || unanswered.peek() == cut;
            if (left || !connected || served && (!halfClosed || closed)) return;
            if (ENDING.stream().allMatch(fault -> host.driver.faults().injected(fault) == 0)) {
                fail(this + " was left without an answer or an end, though nothing had happened");
            }
        }

        @Override
        public String toString() {
            return "client " + clients.indexOf(this) + " [unanswered " + unanswered + (connected ? "" : ", not connected")
                    + (ending ? ", ending" : "")
                    + (halfClosed ? ", half-closed" : "") + (cut > 0 ? ", cut " + cut : "")
                    + (left ? ", left" : "") + (error == null ? "" : ", " + error)
                    + (closed ? ", closed" : "") + "]";
        }
    }
}
