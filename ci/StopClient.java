/// Tells ci/ClientsServer.java to stop while clients of several kinds keep it busy, each on a connection that it keeps
/// as long as it may, and counts what becomes of their requests. Ends with status 1 when one has failed:
///
/// - cut: the answer ended in its middle,
/// - dropped: a kept connection ended without an answer and without the `Connection: close` that warns of it,
/// - unheard: a new connection was accepted, by the system at least, and ended without an answer.
///
/// Refused connections are as they should be: the server has stopped to listen.
///
///     ./anillo ci/StopClient.java PORT FILE
final int runMillis = 1_000;
final int endMillisMax = 15_000;
final int readMillisMax = 10_000;

int port;
byte[] content;
final TreeMap<String, Integer> counts = new TreeMap<>();

record Answer(byte[] body, boolean closes) {}

interface Exchange {
    Answer run(Socket socket, InputStream in) throws Exception;
}

void main(String[] arguments) throws Exception {
    port = Integer.parseInt(arguments[0]);
    content = Files.readAllBytes(Path.of(arguments[1]));
    for (var outcome : List.of("answered", "cut", "dropped", "unheard", "wrong")) counts.put(outcome, 0);
    var clients = new ArrayList<Thread>();
    for (var i = 0; i < 32; i++) clients.add(client((socket, in) -> get(socket, in, "/", "Hola Mundo\n".getBytes())));
    for (var i = 0; i < 8; i++) clients.add(client((socket, in) -> get(socket, in, "/slow/200", "at last\n".getBytes())));
    for (var i = 0; i < 8; i++) clients.add(client((socket, in) -> get(socket, in, "/file", content)));
    for (var i = 0; i < 8; i++) clients.add(client(this::upload));
    Thread.sleep(runMillis);
    try (var socket = new Socket("127.0.0.1", port)) {
        write(socket, "POST /stop HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        answer(socket.getInputStream());
    }
    var stopNanos = System.nanoTime();
    for (var client : clients) {
        if (!client.join(Duration.ofMillis(endMillisMax))) count("unended");
    }
    var millis = (System.nanoTime() - stopNanos) / 1_000_000;
    IO.println("stopped in " + millis + " ms under 56 clients: " + counts);
    var failed = counts.keySet().stream().anyMatch(outcome -> !outcome.equals("answered") && counts.get(outcome) > 0);
    System.exit(failed ? 1 : 0);
}

synchronized void count(String outcome) {
    counts.merge(outcome, 1, Integer::sum);
}

Thread client(Exchange exchange) {
    return Thread.ofVirtual().start(() -> {
        while (true) {
            try (var socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(readMillisMax);
                socket.setTcpNoDelay(true);
                exchangeMany(socket, exchange);
            } catch (ConnectException refused) {
                return;
            } catch (IOException problem) {
                count("connection failed: " + problem.getMessage());
                return;
            }
        }
    });
}

void exchangeMany(Socket socket, Exchange exchange) {
    InputStream in = null;
    for (var isFirst = true; ; isFirst = false) {
        try {
            if (in == null) in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            in.mark(1);
            var answer = exchange.run(socket, in);
            if (answer == null) {
                count(isFirst ? "unheard" : "dropped");
                return;
            }
            count("answered");
            if (answer.closes()) return;
        } catch (IllegalStateException wrong) {
            IO.println(wrong.getMessage());
            count("wrong");
            return;
        } catch (Exception problem) {
            if (!problem.getMessage().startsWith("cut")) count(isFirst ? "unheard" : "dropped");
            else count("cut");
            IO.println(problem.toString());
            return;
        }
    }
}

Answer get(Socket socket, InputStream in, String path, byte[] expected) throws IOException {
    write(socket, "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return expect(answer(in), expected);
}

/// The body goes slowly, so that a stop meets it in its middle.
Answer upload(Socket socket, InputStream in) throws Exception {
    var pieces = 20;
    var pieceBytes = ThreadLocalRandom.current().nextInt(1, 10_000);
    write(socket, "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: " + pieces * pieceBytes + "\r\n\r\n");
    for (var i = 0; i < pieces; i++) {
        socket.getOutputStream().write(content, i * pieceBytes, pieceBytes);
        Thread.sleep(10);
    }
    var digest = MessageDigest.getInstance("SHA-256");
    digest.update(content, 0, pieces * pieceBytes);
    var expected = pieces * pieceBytes + " " + HexFormat.of().formatHex(digest.digest()) + "\n";
    return expect(answer(in), expected.getBytes());
}

void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
}

Answer expect(Answer answer, byte[] body) {
    if (answer != null && !Arrays.equals(answer.body(), body)) {
        throw new IllegalStateException("another body than expected, " + answer.body().length + " bytes");
    }
    return answer;
}

/// @return null at the end of the connection before an answer
Answer answer(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    for (var lineBytes = -1; lineBytes != 0; ) { // up to the empty line
        lineBytes = -1; // CR counts as none
        for (var b = 0; b != '\n'; lineBytes++) {
            b = in.read();
            if (b < 0 && head.size() == 0) return null;
            if (b < 0) throw new IOException("cut within the head after: " + head);
            head.write(b);
        }
        lineBytes--;
    }
    var lines = head.toString(StandardCharsets.ISO_8859_1).toLowerCase().split("\r\n");
    if (!lines[0].startsWith("http/1.1 200 ")) throw new IllegalStateException("answer " + lines[0]);
    var length = 0;
    var closes = false;
    for (var line : lines) {
        if (line.startsWith("content-length: ")) length = Integer.parseInt(line.substring(16));
        closes |= line.equals("connection: close");
    }
    var body = in.readNBytes(length);
    if (body.length < length) throw new IOException("cut after " + body.length + " of " + length + " bytes");
    return new Answer(body, closes);
}
