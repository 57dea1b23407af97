package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpServer;
import dev.anillo.http.app.StaticFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [StaticFiles] on each transport, asked by the JDK's client and by raw bytes.
class StaticFilesTest extends ServerTest {
    private static final String DIGITS = "0123456789";
    private static final Instant THEN = Instant.parse("1994-11-06T08:49:37Z");
    private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");

    @TempDir
    Path directory;

    private Path root;
    private HttpClient client;

    @BeforeEach
    void makeFiles() throws IOException {
        root = Files.createDirectories(directory.resolve("root"));
        Files.writeString(root.resolve("index.html"), "<h1>root</h1>");
        Files.writeString(root.resolve("digits.txt"), DIGITS);
        Files.setLastModifiedTime(root.resolve("digits.txt"), FileTime.from(THEN));
        Files.writeString(root.resolve("empty.css"), "");
        Files.writeString(root.resolve(".secret"), "secret");
        Files.createDirectories(root.resolve("sub dir"));
        Files.writeString(root.resolve("sub dir/index.html"), "<h1>sub</h1>");
        Files.createDirectories(root.resolve("bare"));
        Files.createDirectories(root.resolve(".git"));
        Files.writeString(root.resolve(".git/config"), "secret");
        Files.writeString(directory.resolve("outside.txt"), "secret");
        Files.createDirectories(directory.resolve("root-sibling"));
        Files.writeString(directory.resolve("root-sibling/file.txt"), "secret");
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void noFileIsLeftOpen() {
        client.close();
        loop.close(); // and with it the files that it keeps for further requests
        Deadline.until(() -> openFiles().isEmpty(), () -> "left open: " + openFiles());
    }

    private List<Path> openFiles() {
        if (!Files.isDirectory(OWN_DESCRIPTORS)) return List.of();
        try (var entries = Files.list(OWN_DESCRIPTORS)) {
            return entries.map(StaticFilesTest::target).filter(target -> target.startsWith(directory)).toList();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException closedMeanwhile) {
            return descriptor;
        }
    }

    private HttpServer serveFiles() throws IOException {
        return serve(StaticFiles.of(root));
    }

    private HttpResponse<byte[]> ask(HttpServer server, String method, String target, String... fields) throws Exception {
        var request = java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(server) + target))
                .method(method, java.net.http.HttpRequest.BodyPublishers.noBody());
        if (fields.length > 0) request.headers(fields);
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    @Test
    void aFileComesWithTypeLengthAndValidators() throws Exception {
        var response = ask(serveFiles(), "GET", "/digits.txt");
        assertEquals(200, response.statusCode());
        assertEquals(DIGITS, text(response));
        assertEquals("text/plain; charset=utf-8", header(response, "Content-Type"));
        assertEquals("10", header(response, "Content-Length"));
        assertEquals("bytes", header(response, "Accept-Ranges"));
        assertEquals("nosniff", header(response, "X-Content-Type-Options"));
        assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", header(response, "Last-Modified"));
        assertTrue(header(response, "ETag").startsWith("\""));
        assertEquals(null, header(response, "Vary"));
        assertEquals(null, header(response, "Cache-Control"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65536, 1 << 20, 5_000_001})
    void filesOfAnySizeArriveWhole(int bytes) throws Exception {
        var content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        Files.write(root.resolve("file.bin"), content);
        var response = ask(serveFiles(), "GET", "/file.bin");
        assertEquals("application/octet-stream", header(response, "Content-Type"));
        assertArrayEquals(content, response.body());
    }

    @Test
    void headTellsWhatGetWouldSend() throws Exception {
        var server = serveFiles();
        var get = ask(server, "GET", "/digits.txt");
        var head = ask(server, "HEAD", "/digits.txt");
        assertEquals(200, head.statusCode());
        assertEquals(0, head.body().length);
        for (var name : List.of("Content-Length", "Content-Type", "ETag", "Last-Modified")) {
            assertEquals(header(get, name), header(head, name));
        }
        assertEquals("0", header(ask(server, "HEAD", "/empty.css"), "Content-Length"));
    }

    @Test
    void otherMethodsAreRefusedWithAllow() throws Exception {
        var server = serveFiles();
        for (var method : List.of("POST", "PUT", "DELETE", "PATCH", "get")) {
            var refused = ask(server, method, "/digits.txt");
            assertEquals(405, refused.statusCode(), method);
            assertEquals("GET, HEAD, OPTIONS", header(refused, "Allow"));
        }
        assertEquals(204, ask(server, "OPTIONS", "/digits.txt").statusCode());
    }

    @Test
    void aDirectoryIsItsIndexFileAndNeverAListing() throws Exception {
        var server = serveFiles();
        assertEquals("<h1>root</h1>", text(ask(server, "GET", "/")));
        assertEquals("<h1>sub</h1>", text(ask(server, "GET", "/sub%20dir/")));
        assertEquals(404, ask(server, "GET", "/bare/").statusCode());
        assertEquals(404, ask(server, "GET", "/digits.txt/").statusCode());
    }

    @Test
    void aDirectoryWithoutItsSlashIsElsewhere() throws Exception {
        var response = ask(serveFiles(), "GET", "/sub%20dir?a=1&b=%20");
        assertEquals(308, response.statusCode());
        assertEquals("/sub%20dir/?a=1&b=%20", header(response, "Location"));
    }

    @Test
    void aPrefixIsNotPartOfTheFilesPath() throws Exception {
        var server = serve(StaticFiles.of(root).prefix("/static").cacheControl("max-age=60"));
        var found = ask(server, "GET", "/static/digits.txt");
        assertEquals(DIGITS, text(found));
        assertEquals("max-age=60", header(found, "Cache-Control"));
        assertEquals("/static/", header(ask(server, "GET", "/static"), "Location"));
        assertEquals("/static/bare/", header(ask(server, "GET", "/static/bare"), "Location"));
        assertEquals(404, ask(server, "GET", "/digits.txt").statusCode());
        assertEquals(404, ask(server, "GET", "/staticdigits.txt").statusCode());
    }

    // RFC 9110 §13 and §14.

    @Test
    void whatTheClientHasIsNotSentAgain() throws Exception {
        var server = serveFiles();
        var tag = header(ask(server, "GET", "/digits.txt"), "ETag");
        var current = ask(server, "GET", "/digits.txt", "If-None-Match", tag);
        assertEquals(304, current.statusCode());
        assertEquals(tag, header(current, "ETag"));
        assertEquals(304, ask(server, "GET", "/digits.txt", "If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT").statusCode());
        assertEquals(412, ask(server, "GET", "/digits.txt", "If-Match", "\"other\"").statusCode());
        Files.writeString(root.resolve("digits.txt"), "9876543210");
        Deadline.until(() -> seesAnother(server, tag), () -> "still " + tag);
        var changed = ask(server, "GET", "/digits.txt", "If-None-Match", tag);
        assertEquals("9876543210", text(changed));
        assertNotEquals(tag, header(changed, "ETag"));
    }

    private boolean seesAnother(HttpServer server, String tag) {
        try {
            return ask(server, "GET", "/digits.txt", "If-None-Match", tag).statusCode() != 304;
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void aRangeIsAPartialAnswer() throws Exception {
        var server = serveFiles();
        var part = ask(server, "GET", "/digits.txt", "Range", "bytes=2-4");
        assertEquals(206, part.statusCode());
        assertEquals("234", text(part));
        assertEquals("bytes 2-4/10", header(part, "Content-Range"));
        assertEquals("89", text(ask(server, "GET", "/digits.txt", "Range", "bytes=-2")));
        assertEquals("9", text(ask(server, "GET", "/digits.txt", "Range", "bytes=9-100")));
        assertEquals(200, ask(server, "GET", "/digits.txt", "Range", "lines=1-2").statusCode());
        assertEquals(200, ask(server, "GET", "/digits.txt", "Range", "bytes=2-4", "If-Range", "\"old\"").statusCode());
        var beyond = ask(server, "GET", "/digits.txt", "Range", "bytes=10-");
        assertEquals(416, beyond.statusCode());
        assertEquals("bytes */10", header(beyond, "Content-Range"));
    }

    @Test
    void severalRangesComeAsMultipart() throws Exception {
        var response = ask(serveFiles(), "GET", "/digits.txt", "Range", "bytes=0-1, 5-5, -2");
        assertEquals(206, response.statusCode());
        var type = header(response, "Content-Type");
        assertTrue(type.startsWith("multipart/byteranges; boundary="), type);
        var boundary = type.substring(type.indexOf('=') + 1);
        var head = "\r\n--" + boundary + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes ";
        assertEquals(head + "0-1/10\r\n\r\n01" + head + "5-5/10\r\n\r\n5" + head + "8-9/10\r\n\r\n89"
                + "\r\n--" + boundary + "--\r\n", text(response));
    }

    @Test
    void aCompressedSiblingIsSentToWhoAcceptsIt() throws Exception {
        Files.writeString(root.resolve("digits.txt.gz"), "zipped");
        Files.writeString(root.resolve("digits.txt.br"), "brotli");
        var server = serveFiles();
        var zipped = ask(server, "GET", "/digits.txt", "Accept-Encoding", "gzip");
        assertEquals("zipped", text(zipped));
        assertEquals("gzip", header(zipped, "Content-Encoding"));
        assertEquals("text/plain; charset=utf-8", header(zipped, "Content-Type"));
        assertEquals("Accept-Encoding", header(zipped, "Vary"));
        assertEquals("brotli", text(ask(server, "GET", "/digits.txt", "Accept-Encoding", "gzip, br")));
        var plain = ask(server, "GET", "/digits.txt");
        assertEquals(DIGITS, text(plain));
        assertEquals("Accept-Encoding", header(plain, "Vary"));
        assertEquals(null, header(plain, "Content-Encoding"));
        assertNotEquals(header(plain, "ETag"), header(zipped, "ETag"));
        assertEquals("application/gzip", header(ask(server, "GET", "/digits.txt.gz"), "Content-Type"));
    }

    @Test
    void textIsCompressedWhenAskedAndNotForRanges() throws Exception {
        var words = "una y otra vez ".repeat(1000);
        Files.writeString(root.resolve("words.txt"), words);
        Files.writeString(root.resolve("long.txt"), words.repeat(2));
        Files.writeString(root.resolve("words.png"), words);
        var server = serve(StaticFiles.of(root).gzip(words.length()));
        var zipped = ask(server, "GET", "/words.txt", "Accept-Encoding", "gzip");
        assertEquals("gzip", header(zipped, "Content-Encoding"));
        assertEquals("Accept-Encoding", header(zipped, "Vary"));
        assertEquals(null, header(zipped, "Accept-Ranges"));
        assertTrue(zipped.body().length < 1000);
        assertEquals(words, new String(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes(),
                StandardCharsets.UTF_8));
        var tag = header(zipped, "ETag");
        assertTrue(tag.startsWith("W/"), tag);
        assertEquals(304, ask(server, "GET", "/words.txt", "Accept-Encoding", "gzip", "If-None-Match", tag).statusCode());
        assertEquals(header(zipped, "Content-Length"),
                header(ask(server, "HEAD", "/words.txt", "Accept-Encoding", "gzip"), "Content-Length"));
        var part = ask(server, "GET", "/words.txt", "Accept-Encoding", "gzip", "Range", "bytes=4-4");
        assertEquals("y", text(part));
        assertEquals(words, text(ask(server, "GET", "/words.txt")));
        for (var target : List.of("/long.txt", "/words.png", "/empty.css", "/digits.txt")) {
            assertEquals(null, header(ask(server, "GET", target, "Accept-Encoding", "gzip"), "Content-Encoding"), target);
        }
    }

    // What must not be had.

    @ParameterizedTest
    @ValueSource(strings = {"/../outside.txt", "/..%2foutside.txt", "/%2e%2e/outside.txt", "/%2e%2e%2foutside.txt",
            "/sub%20dir/../../outside.txt", "/..%5coutside.txt", "/..\\outside.txt", "/./digits.txt", "/bare/..",
            "/../root-sibling/file.txt", "/%c0%ae%c0%ae/outside.txt", "/digits.txt%00", "/digits.txt%00.html",
            "//digits.txt", "/bare//", "/sub%20dir//index.html", "/.secret", "/.git/config", "/.git/", "/.git",
            "/%2esecret", "/%2e", "/...", "/digits.txt%0a", "/%", "/%zz", "/absent", "/absent/", "/digits%2etxt/x",
            "/%252e%252e/outside.txt", "/%252e%252e%252foutside.txt", "/..%255coutside.txt", "/%5c..%5coutside.txt",
            "/%2e%2e%5coutside.txt", "/..;/outside.txt", "/%2e%2e;a/outside.txt", "/%uff0e%uff0e/outside.txt",
            "/%ef%bc%8e%ef%bc%8e/outside.txt", "/%e0%80%ae%e0%80%ae/outside.txt", "http://localhost/../outside.txt",
            "/digits.txt::$DATA", "/C:/outside.txt", "/~root/", "/outside.txt%00/../digits.txt",
            "/leaves", "/leavesDirectory/outside.txt", "/leavesDirectory/", "/loop", "/process", "/descriptors/1",
            "/device", "/ownDevice", "/socket", "/fifo", "/unreadable"})
    void isNotFound(String target) throws Exception {
        Files.createSymbolicLink(root.resolve("leaves"), directory.resolve("outside.txt"));
        Files.createSymbolicLink(root.resolve("leavesDirectory"), directory);
        Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
        switch (target) {
            case "/process" -> Files.createSymbolicLink(root.resolve("process"), Path.of("/proc/self/environ"));
            case "/descriptors/1" -> Files.createSymbolicLink(root.resolve("descriptors"), OWN_DESCRIPTORS);
            case "/device" -> Files.createSymbolicLink(root.resolve("device"), Path.of("/dev/zero"));
            default -> {} // made otherwise, or not at all
        }
        if (target.equals("/ownDevice")) {
            var made = new ProcessBuilder("mknod", root.resolve("ownDevice").toString(), "c", "1", "5").start();
            Assumptions.assumeTrue(made.waitFor() == 0, "devices are made by root");
        }
        if (target.equals("/socket")) {
            ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(root.resolve("socket"))).close();
        }
        if (target.equals("/fifo")) {
            assertEquals(0, new ProcessBuilder("mkfifo", root.resolve("fifo").toString()).start().waitFor());
        }
        if (target.equals("/unreadable")) {
            Files.writeString(root.resolve("unreadable"), "secret");
            Files.setPosixFilePermissions(root.resolve("unreadable"), PosixFilePermissions.fromString("---------"));
            Assumptions.assumeFalse(Files.isReadable(root.resolve("unreadable")), "root reads everything");
        }
        var answer = connect(serveFiles()).request("GET " + target, "Connection: close").readToEnd();
        var line = answer.substring(0, answer.indexOf("\r\n"));
        // The parser refuses some before any handler sees them.
        assertTrue(line.equals("HTTP/1.1 404 Not Found") || line.equals("HTTP/1.1 400 Bad Request"), answer);
        assertTrue(!answer.contains("secret"), answer);
    }

    @Test
    void linksThatStayBelowTheRootAreFollowed() throws Exception {
        Files.createSymbolicLink(root.resolve("link.txt"), Path.of("digits.txt"));
        assertEquals(DIGITS, text(ask(serveFiles(), "GET", "/link.txt")));
    }

    /// Between the look at where a path leads and its opening the directory may become a link. Not on NIO, which can't ask
    /// where an open file is ([dev.anillo.loop.net.SendableFile#openBelow]).
    @Test
    void aDirectoryThatBecomesALinkAtAnyMomentLeadsNowhere() throws Exception {
        Assumptions.assumeFalse(transport.equals("nio"), "a channel does not tell where its file is");
        var swapped = Files.createDirectory(root.resolve("swapped"));
        var aside = root.resolve("aside");
        Files.writeString(swapped.resolve("outside.txt"), "inside");
        var server = serve(StaticFiles.of(root).keepOpen(0));
        var isOver = new AtomicBoolean();
        var swaps = new AtomicInteger();
        var swapping = Thread.ofPlatform().start(() -> {
            while (!isOver.get()) {
                try {
                    Files.move(swapped, aside);
                    Files.createSymbolicLink(swapped, directory);
                    Files.delete(swapped);
                    Files.move(aside, swapped);
                    swaps.incrementAndGet();
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            }
        });
        try {
            var found = 0;
            for (var i = 0; i < 1000; i++) {
                var answer = ask(server, "GET", "/swapped/outside.txt");
                if (answer.statusCode() == 404) continue;
                assertEquals("inside", text(answer), "after " + swaps + " swaps");
                found++;
            }
            assertTrue(found > 0, "never found in " + swaps + " swaps");
        } finally {
            isOver.set(true);
            swapping.join();
        }
        assertTrue(swaps.get() > 10, swaps::toString);
    }

    @Test
    void dotFilesAreServedWhenAsked() throws Exception {
        var server = serve(StaticFiles.of(root).dotFiles(true));
        assertEquals("secret", text(ask(server, "GET", "/.secret")));
    }

    @Test
    void onlyADirectoryCanBeServed() {
        assertThrows(NotDirectoryException.class, () -> StaticFiles.of(root.resolve("digits.txt")));
        assertThrows(IOException.class, () -> StaticFiles.of(root.resolve("absent")));
        assertThrows(IllegalArgumentException.class, () -> StaticFiles.of(root).prefix("static"));
        assertThrows(IllegalArgumentException.class, () -> StaticFiles.of(root).prefix("/static/"));
    }

    // The connection.

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        var big = new byte[3_000_000];
        new Random(1).nextBytes(big);
        Files.write(root.resolve("big.bin"), big);
        var peer = connect(serveFiles());
        peer.send(RawClient.requestText("GET /big.bin") + RawClient.requestText("GET /digits.txt")
                + RawClient.requestText("GET /absent") + RawClient.requestText("GET /big.bin"));
        peer.readHead();
        assertArrayEquals(big, peer.read(big.length));
        assertTrue(peer.readHead().contains("Content-Length: 10\r\n"));
        peer.expect(DIGITS);
        assertTrue(peer.readHead().startsWith("HTTP/1.1 404 "));
        peer.expect("Not Found\n");
        peer.readHead();
        assertArrayEquals(big, peer.read(big.length));
    }

    @Test
    void aClientThatGoesInTheMiddleLeavesNoFileOpen() throws Exception {
        Files.write(root.resolve("big.bin"), new byte[32 << 20]);
        var server = serveFiles();
        for (var i = 0; i < 10; i++) {
            var peer = connect(server, 4096);
            peer.send(RawClient.requestText("GET /big.bin") + RawClient.requestText("GET /big.bin"));
            if (i > 0) peer.read(i * 1000);
            peer.reset();
        }
    }
}
