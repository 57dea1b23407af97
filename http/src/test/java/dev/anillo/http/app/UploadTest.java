package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.EventLoop;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Forms as real clients send them, to a server on a loop.
class UploadTest {
    private static final long SEED = Long.getLong("anillo.seed", System.nanoTime());
    private static final String TYPE = "multipart/form-data; boundary=XbX";
    private static final String HEAD = "--XbX\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n";
    private static final String END = "\r\n--XbX--\r\n";

    private static final MultipartReader UPLOADS = MultipartReader.create();

    @TempDir
    private Path directory;

    /// Answers with a line for each part: name, file name, type, bytes, and a hash of the bytes.
    private static void describe(HttpRequest request, HttpResponse response) {
        var lines = new ArrayList<String>();
        UPLOADS.read(request, response, part -> {
            var hash = sha256();
            var bytes = new long[1];
            part.onData(data -> {
                bytes[0] += data.readable();
                hash.update(data.asByteBuffer());
            }).onEnd(() -> lines.add(line(part.name(), part.fileName(), part.contentType(), bytes[0], hash)));
        }, () -> response.end(String.join("\n", lines)));
    }

    private static String line(String name, String fileName, String contentType, long bytes, MessageDigest hash) {
        var digest = HexFormat.of().formatHex(hash.digest(), 0, 8);
        return name + "|" + fileName + "|" + contentType + "|" + bytes + "|" + digest;
    }

    private static String line(String name, String fileName, String contentType, byte[] content) {
        var hash = sha256();
        hash.update(content);
        return line(name, fileName, contentType, content.length, hash);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }

    private static byte[] randomBytes(int count) {
        var bytes = new byte[count];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(byte[]... pieces) {
        var joined = new ByteArrayOutputStream();
        for (var piece : pieces) joined.writeBytes(piece);
        return joined.toByteArray();
    }

    /// Status and body.
    private static String post(AppServer server, String contentType, byte[] body, String... headers) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = java.net.http.HttpRequest.newBuilder(server.uri()).POST(BodyPublishers.ofByteArray(body));
            if (contentType != null) request.header("Content-Type", contentType);
            if (headers.length > 0) request.headers(headers);
            var response = client.send(request.build(), BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        }
    }

    private static String post(Handler handler, String contentType, String body) throws Exception {
        try (var server = AppServer.start(handler)) {
            return post(server, contentType, utf8(body));
        }
    }

    // The JDK's client.

    @Test
    void aFormIsReadAsTheJdksClientSendsIt() throws Exception {
        var forms = UrlEncodedReader.create();
        Handler handler = (request, response) -> forms.read(request, response, fields ->
                response.end(fields.get("name") + " " + fields.all("x") + " " + fields.get("none")));
        assertEquals("200 señor & co [1, 2] null", post(handler, "application/x-www-form-urlencoded",
                "name=se%C3%B1or+%26+co&x=1&x=2"));
        assertEquals("200 null [] null", post(handler, "Application/X-WWW-Form-Urlencoded; charset=UTF-8", ""));
    }

    @Test
    void anUploadWithoutAnnouncedLengthComesWhole() throws Exception {
        var content = randomBytes(3_000_000);
        var body = join(utf8(HEAD.formatted("a")), content, utf8("\r\n" + HEAD.formatted("b") + "x" + END));
        try (var server = AppServer.start(UploadTest::describe); var client = HttpClient.newHttpClient()) {
            var request = java.net.http.HttpRequest.newBuilder(server.uri()).header("Content-Type", TYPE)
                    .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))).build();
            var response = client.send(request, BodyHandlers.ofString());
            assertEquals(line("a", null, null, content) + "\n" + line("b", null, null, utf8("x")), response.body());
        }
    }

    // What is refused.

    @Test
    void anotherContentTypeIsRefusedWith415() throws Exception {
        var forms = UrlEncodedReader.create();
        Handler form = (request, response) -> forms.read(request, response, _ -> response.end("taken"));
        try (var server = AppServer.start(form)) {
            assertTrue(post(server, null, utf8("a=b")).startsWith("415 no Content-Type"));
            assertTrue(post(server, "text/plain", utf8("a=b")).startsWith("415 Content-Type of another format"));
            assertTrue(post(server, "nonsense", utf8("a=b")).startsWith("415 no Content-Type, or a malformed one"));
            var type = "application/x-www-form-urlencoded";
            assertTrue(post(server, type + "; charset=latin1", utf8("a=b")).startsWith("415 charset"));
            assertTrue(post(server, type, utf8("a=b"), "Content-Encoding", "gzip")
                    .startsWith("415 form with a Content-Encoding"));
            assertEquals("200 taken", post(server, type, utf8("a=b"), "Content-Encoding", "identity"));
        }
        assertTrue(post(UploadTest::describe, "multipart/mixed; boundary=XbX", "--XbX--").startsWith("415 "));
    }

    @Test
    void aMultipartWithoutAGoodBoundaryIsRefusedWith400() throws Exception {
        try (var server = AppServer.start(UploadTest::describe)) {
            for (var boundary : List.of("", "; boundary=\"\"", "; boundary=\"a*\"", "; boundary=" + "x".repeat(71))) {
                assertTrue(post(server, "multipart/form-data" + boundary, utf8("--XbX--"))
                        .startsWith("400 multipart without"));
            }
        }
    }

    @Test
    void aBodyOverTheLimitIsRefusedWith413AnnouncedOrNot() throws Exception {
        var forms = UrlEncodedReader.create().bytesMax(10);
        Handler handler = (request, response) -> forms.read(request, response, _ -> response.end("taken"));
        try (var server = AppServer.start(handler); var client = HttpClient.newHttpClient()) {
            var type = "application/x-www-form-urlencoded";
            assertEquals("200 taken", post(server, type, utf8("a=12345678")));
            assertTrue(post(server, type, utf8("a=123456789")).startsWith("413 body longer"));
            var request = java.net.http.HttpRequest.newBuilder(server.uri()).header("Content-Type", type)
                    .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(utf8("a=123456789")))).build();
            assertEquals(413, client.send(request, BodyHandlers.ofString()).statusCode());
        }
    }

    @Test
    void aMalformedFormIsRefusedWith400() throws Exception {
        var forms = UrlEncodedReader.create();
        Handler handler = (request, response) -> forms.read(request, response, _ -> response.end("taken"));
        assertTrue(post(handler, "application/x-www-form-urlencoded", "a=%zz").startsWith("400 percent sign"));
        assertTrue(post(handler, "application/x-www-form-urlencoded", "a=%e9")
                .startsWith("400 form field is not UTF-8"));
        assertTrue(post(UploadTest::describe, TYPE, HEAD.formatted("a") + "x").startsWith("400 body ends before"));
    }

    @Test
    void aRefusedFormAbortsThePartThatWasOpenAndNoOther() throws Exception {
        var events = new LinkedBlockingQueue<String>();
        Handler handler = (request, response) -> UPLOADS.read(request, part -> {
            part.onData(data -> events.add(part.name() + "=" + data));
            part.onEnd(() -> events.add(part.name() + " ended"));
            part.onAborted(() -> events.add(part.name() + " aborted"));
        }, () -> events.add("ended"), refusal -> {
            events.add("refused");
            refusal.answer(request, response);
        });
        var body = HEAD.formatted("a") + "1\r\n" + HEAD.formatted("b") + "2\r\n--XbXnonsense";
        assertTrue(post(handler, TYPE, body).startsWith("400 boundary followed by"));
        assertEquals(List.of("a=1", "a ended", "b=2", "b aborted", "refused"), List.copyOf(events));
    }

    @Test
    void aRefusalAfterTheHeadWasSentEndsTheConnection() throws Exception {
        Handler handler = (request, response) -> {
            response.write("begun");
            UPLOADS.read(request, response, _ -> {}, response::end);
        };
        try (var server = AppServer.start(handler); var client = HttpClient.newHttpClient()) {
            var request = java.net.http.HttpRequest.newBuilder(server.uri()).header("Content-Type", TYPE)
                    .POST(BodyPublishers.ofString("--XbX?")).build();
            var answer = client.sendAsync(request, BodyHandlers.ofString());
            assertTrue(assertThrows(Exception.class, answer::join).getCause() instanceof IOException);
        }
    }

    // Texts.

    @Test
    void shortFieldsComeAsText() throws Exception {
        Handler handler = (request, response) -> {
            var fields = new ArrayList<String>();
            UPLOADS.read(request, response, part -> part.onText(8, text -> fields.add(part.name() + "=" + text)),
                    () -> response.end(fields.toString()));
        };
        var body = HEAD.formatted("a") + "señor\r\n" + HEAD.formatted("b") + END;
        assertEquals("200 [a=señor, b=]", post(handler, TYPE, body));
        assertTrue(post(handler, TYPE, HEAD.formatted("a") + "123456789" + END).startsWith("413 text of a part"));
        try (var server = AppServer.start(handler)) {
            var latin1 = join(utf8(HEAD.formatted("a")), new byte[] {(byte) 0xE9}, utf8(END));
            assertTrue(post(server, TYPE, latin1).startsWith("400 text of a part is not UTF-8"));
        }
    }

    @Test
    void aPartThatNobodyReadsIsSkipped() throws Exception {
        Handler handler = (request, response) -> {
            var names = new ArrayList<String>();
            UPLOADS.read(request, response, part -> names.add(part.name()), () -> response.end(names.toString()));
        };
        var body = HEAD.formatted("a") + "x".repeat(100_000) + "\r\n" + HEAD.formatted("b") + END;
        assertEquals("200 [a, b]", post(handler, TYPE, body));
    }

    // Backpressure.

    /// Pauses after whatever it is told, and goes on in a later turn of the loop.
    private static final class Hesitating {
        final List<String> told = new ArrayList<>();
        private final boolean keeping;
        private Part part;
        private boolean paused;

        Hesitating(boolean keeping) {
            this.keeping = keeping;
        }

        void handle(HttpRequest request, HttpResponse response) {
            UPLOADS.read(request, response, this::begin, () -> {
                assertFalse(paused, "called while paused");
                response.end("done");
            });
        }

        private void begin(Part next) {
            part = next;
            var content = new StringBuilder();
            hesitate(() -> {});
            part.onData(data -> {
                var read = keeping ? data.keep() : data;
                Runnable look = () -> content.append(read.toString(StandardCharsets.ISO_8859_1));
                if (!keeping) look.run();
                hesitate(() -> {
                    if (!keeping) return;
                    look.run();
                    read.release();
                });
            });
            part.onEnd(() -> hesitate(() -> told.add(next.name() + "=" + content)));
        }

        private void hesitate(Runnable before) {
            assertFalse(paused, "called while paused");
            paused = true;
            part.pause();
            EventLoop.current().setImmediate(() -> {
                before.run();
                paused = false;
                part.resume();
            });
        }
    }

    @Test
    void aPartThatPausesGetsEverythingInOrder() throws Exception {
        var random = new SplittableRandom(SEED);
        var expected = new ArrayList<String>();
        var body = new StringBuilder();
        for (var i = 0; i < 30; i++) {
            var content = ("\r\n--Xb" + "x".repeat(random.nextInt(5_000)) + "\r\n").repeat(random.nextInt(5));
            expected.add("p" + i + "=" + content);
            body.append(HEAD.formatted("p" + i)).append(content).append(i < 29 ? "\r\n" : END);
        }
        for (var keeping : List.of(false, true)) {
            var hesitating = new Hesitating(keeping);
            try (var server = AppServer.start(hesitating::handle)) {
                assertEquals("200 done", post(server, TYPE, utf8(body.toString())), () -> "seed " + SEED);
            }
            assertTrue(expected.equals(hesitating.told), () -> "seed " + SEED + ", keeping " + keeping);
        }
    }

    @Test
    void aPausedPartSlowsTheClientDown() throws Exception {
        var resume = new CompletableFuture<Runnable>();
        var received = new long[1];
        Handler handler = (request, response) -> UPLOADS.read(request, response, part -> {
            part.pause();
            part.onData(data -> received[0] += data.readable());
            resume.complete(part::resume);
        }, () -> response.end("done"));
        var content = randomBytes(40_000_000);
        try (var server = AppServer.start(handler)) {
            var answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return post(server, TYPE, join(utf8(HEAD.formatted("a")), content, utf8(END)));
                } catch (Exception failed) {
                    throw new AssertionError(failed);
                }
            }, Thread::startVirtualThread);
            var proceed = AppServer.await(resume);
            assertEquals(0, received[0]);
            assertFalse(answer.isDone());
            server.loop().execute(proceed);
            assertEquals("200 done", AppServer.await(answer));
            assertEquals(content.length, received[0]);
        }
    }

    @Test
    void whatACallbackThrowsAfterAPauseEndsTheConnection() throws Exception {
        Handler handler = (request, response) -> UPLOADS.read(request, response, part -> {
            part.pause();
            request.socket().loop().setImmediate(part::resume);
            part.onData(_ -> {
                throw new IllegalStateException("on purpose");
            });
        }, response::end);
        try (var server = AppServer.start(handler); var client = HttpClient.newHttpClient()) {
            var request = java.net.http.HttpRequest.newBuilder(server.uri()).header("Content-Type", TYPE)
                    .POST(BodyPublishers.ofString(HEAD.formatted("a") + "x" + END)).build();
            assertThrows(IOException.class, () -> client.send(request, BodyHandlers.ofString()));
            assertEquals("on purpose", server.takeProblems().getFirst().getMessage());
        }
    }

    // Clients that go.

    @Test
    void aClientThatVanishesAbortsThePart() throws Exception {
        assertEquals(List.of("data 12", "aborted"), vanishing(false));
    }

    @Test
    void aClientThatVanishesWhileThePartPausesAbortsItWhenItResumes() throws Exception {
        assertEquals(List.of("data 12", "aborted"), vanishing(true));
    }

    /// What a handler is told of a client that sends the beginning of a form and resets the connection.
    private static List<String> vanishing(boolean pausing) throws Exception {
        var events = new LinkedBlockingQueue<String>();
        var resume = new CompletableFuture<Runnable>();
        var aborted = new CompletableFuture<Void>();
        Handler handler = (request, response) -> UPLOADS.read(request, response, part -> {
            part.onData(data -> {
                events.add("data " + data);
                if (pausing) part.pause();
                resume.complete(part::resume);
            });
            part.onEnd(() -> events.add("ended"));
            part.onAborted(() -> {
                events.add("aborted");
                aborted.complete(null);
            });
        }, () -> events.add("complete"));
        try (var server = AppServer.start(handler)) {
            var socket = server.connect(0);
            socket.getOutputStream().write(utf8("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: " + TYPE
                    + "\r\nContent-Length: 1000\r\n\r\n" + HEAD.formatted("a") + "12\r\n--Xb"));
            var proceed = AppServer.await(resume);
            AppServer.reset(socket);
            server.loop().execute(proceed);
            AppServer.await(aborted);
        }
        return List.copyOf(events);
    }

    // curl.

    private static boolean isThere(String program) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private String curl(AppServer server, String... arguments) throws Exception {
        assumeTrue(isThere("curl"), "curl is not installed");
        var command = new ArrayList<>(List.of("curl", "--silent", "-S", "--max-time", "20", "--noproxy", "*"));
        command.addAll(List.of(arguments));
        command.add(server.uri().toString());
        var curl = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        var output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(curl.waitFor(AppServer.SECONDS, TimeUnit.SECONDS));
        return output;
    }

    @Test
    void curlUploadsFieldsAndFiles() throws Exception {
        var large = randomBytes(5_000_000);
        Files.write(directory.resolve("large.bin"), large);
        Files.write(directory.resolve("a \"b\" ñ.txt"), utf8("\r\n--\r\n"));
        Files.write(directory.resolve("empty"), new byte[0]);
        try (var server = AppServer.start(UploadTest::describe)) {
            var lines = curl(server, "-F", "field=señor", "-F", "file=@large.bin", "-F",
                    "t=@\"a \\\"b\\\" ñ.txt\";type=text/x", "-F", "e=@empty",
                    "-F", "last=", "-H", "Expect: 100-continue").split("\n");
            assertEquals(line("field", null, null, utf8("señor")), lines[0]);
            assertEquals(line("file", "large.bin", "application/octet-stream", large), lines[1]);
            assertEquals(line("t", "a \"b\" ñ.txt", "text/x", utf8("\r\n--\r\n")), lines[2]);
            assertEquals(line("e", "empty", "application/octet-stream", new byte[0]), lines[3]);
            assertEquals(line("last", null, null, new byte[0]), lines[4]);
        }
    }

    @Test
    void curlUploadsWithBackslashesForEscapes() throws Exception {
        Files.write(directory.resolve("x"), utf8("1"));
        try (var server = AppServer.start(UploadTest::describe)) {
            assertEquals(line("file", "a\"b\\c", "application/octet-stream", utf8("1")),
                    curl(server, "--form-escape", "-F", "file=@x;filename=\"a\\\"b\\\\c\""));
        }
    }

    @Test
    void curlSendsAForm() throws Exception {
        var forms = UrlEncodedReader.create();
        Handler handler = (request, response) -> forms.read(request, response,
                fields -> response.end(fields.parameters().toString()));
        try (var server = AppServer.start(handler)) {
            var answer = curl(server, "--data-urlencode", "a=1 & 2 = ñ", "-d", "b=%7E");
            assertEquals(List.of(new NamedValue("a", "1 & 2 = ñ"), new NamedValue("b", "~")).toString(), answer);
        }
    }

    @Test
    void curlIsToldWhyItsUploadIsTooLarge() throws Exception {
        Files.write(directory.resolve("large.bin"), randomBytes(2_000_000));
        var limited = MultipartReader.create().bytesMax(1_000_000);
        Handler handler = (request, response) -> limited.read(request, response, _ -> {}, () -> response.end("taken"));
        try (var server = AppServer.start(handler)) {
            var answer = curl(server, "-F", "file=@large.bin", "-w", "%{http_code}");
            assertTrue(answer.contains("body longer than the limit") && answer.endsWith("413"), answer);
            answer = curl(server, "-F", "file=@large.bin", "-H", "Transfer-Encoding: chunked", "-w", "%{http_code}");
            assertTrue(answer.contains("body longer than the limit") && answer.contains("413"), answer);
        }
    }
}
