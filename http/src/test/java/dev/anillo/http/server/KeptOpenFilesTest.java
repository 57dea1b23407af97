package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpServer;
import dev.anillo.http.app.StaticFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that [StaticFiles] keeps open, on each transport: what changes is seen, and nothing stays open for ever.
class KeptOpenFilesTest extends ServerTest {
    private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int LONG = 8 << 20;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void makeFile() throws IOException {
        directory = directory.toRealPath();
        file = Files.writeString(directory.resolve("file.txt"), "one");
    }

    @AfterEach
    void theLoopsEndClosesAll() {
        loop.close();
        Deadline.until(() -> openFiles().isEmpty(), () -> "left open: " + openFiles());
    }

    private List<Path> openFiles() {
        if (!Files.isDirectory(OWN_DESCRIPTORS)) return List.of();
        try (var entries = Files.list(OWN_DESCRIPTORS)) {
            return entries.map(KeptOpenFilesTest::target).filter(target -> target.startsWith(directory)).toList();
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

    /// Whole, in one step, as a good deployment does it.
    private void replace(String content) throws IOException {
        var another = Files.writeString(directory.resolve("another"), content);
        Files.move(another, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// An answer in one piece: `200 "etag" content`.
    private static String get(RawClient client, String target) {
        var head = client.request("GET " + target).readHead();
        var length = Integer.parseInt(head.replaceFirst("(?s).*\r\nContent-Length: (\\d+)\r\n.*", "$1"));
        var etag = head.contains("\r\nETag: ") ? head.replaceFirst("(?s).*\r\nETag: ([^\r]*)\r\n.*", "$1") : "-";
        return head.substring(9, 12) + " " + etag + " " + client.readText(length);
    }

    private static void untilAnswered(RawClient client, String target, String end) {
        Deadline.until(() -> get(client, target).endsWith(end), () -> "never " + end);
    }

    @Test
    void aReplacedFileIsSeenAndNoAnswerIsAMixture() throws IOException {
        var client = connect(serve(StaticFiles.of(directory)));
        var old = get(client, "/file.txt");
        assertTrue(old.endsWith(" one"), old);
        replace("another");
        var answer = old;
        for (var i = 0; answer.equals(old); i++) {
            assertTrue(i < 10_000_000, "still the old one");
            answer = get(client, "/file.txt");
        }
        assertTrue(answer.startsWith("200 ") && answer.endsWith(" another"), answer);
        assertEquals(answer, get(client, "/file.txt"));
    }

    @Test
    void aDeletedFileIsSeenAndGivenBack() throws IOException {
        var client = connect(serve(StaticFiles.of(directory)));
        assertTrue(get(client, "/file.txt").endsWith(" one"));
        Files.delete(file);
        untilAnswered(client, "/file.txt", "Not Found\n");
        Deadline.until(() -> openFiles().isEmpty(), () -> "left open: " + openFiles());
        Files.writeString(file, "again");
        assertTrue(get(client, "/file.txt").endsWith(" again"));
    }

    @Test
    void aFileThatHasGrownIsSeenWithItsNewLength() throws IOException {
        var client = connect(serve(StaticFiles.of(directory)));
        var old = get(client, "/file.txt");
        Files.writeString(file, " and more", StandardOpenOption.APPEND);
        untilAnswered(client, "/file.txt", "one and more");
        assertTrue(!get(client, "/file.txt").split(" ")[1].equals(old.split(" ")[1]), old);
    }

    @Test
    void aFileThatHasBecomeShorterResetsUntilThatIsSeen() throws IOException {
        var server = serve(StaticFiles.of(directory));
        assertTrue(get(connect(server), "/file.txt").endsWith(" one"));
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(1);
        }
        Deadline.until(() -> isAnsweredWith(server, " o"), () -> "never");
    }

    private boolean isAnsweredWith(HttpServer server, String end) {
        try (var client = RawClient.connect(port(server))) {
            return get(client, "/file.txt").endsWith(end);
        } catch (RuntimeException reset) {
            return false;
        }
    }

    @Test
    void aLongAnswerEndsAsItBeganThoughItsFileIsReplacedAndForgotten() throws IOException {
        var old = new byte[LONG];
        new Random(1).nextBytes(old);
        Files.write(file, old);
        var server = serve(StaticFiles.of(directory).keepOpen(1));
        var slow = connect(server, 4096);
        slow.request("GET /file.txt").readHead();
        replace("new");
        untilAnswered(connect(server), "/file.txt", " new");
        assertArrayEquals(old, slow.read(LONG));
    }

    @Test
    void aLinkThatLeadsElsewhereIsSeen() throws IOException {
        var outside = Files.createTempDirectory("outside");
        try {
            var root = Files.createDirectory(directory.resolve("root"));
            Files.writeString(root.resolve("inside"), "inside");
            Files.writeString(outside.resolve("secret"), "secret");
            var link = Files.createSymbolicLink(root.resolve("link"), Path.of("inside"));
            var client = connect(serve(StaticFiles.of(root)));
            assertTrue(get(client, "/link").endsWith(" inside"));
            var another = Files.createSymbolicLink(directory.resolve("link"), outside.resolve("secret"));
            Files.move(another, link, StandardCopyOption.ATOMIC_MOVE);
            untilAnswered(client, "/link", "Not Found\n");
        } finally {
            Files.deleteIfExists(outside.resolve("secret"));
            Files.delete(outside);
        }
    }

    @Test
    void aSiblingThatAppearsIsSeen() throws IOException {
        var client = connect(serve(StaticFiles.of(directory)));
        assertTrue(get(client, "/file.txt").endsWith(" one"));
        Files.writeString(directory.resolve("file.txt.gz"), "zipped");
        Deadline.until(() -> zipped(client), () -> "never zipped");
    }

    private static boolean zipped(RawClient client) {
        var head = client.request("GET /file.txt", "Accept-Encoding: gzip").readHead();
        var isZipped = head.contains("Content-Encoding: gzip\r\n");
        assertEquals(isZipped ? "zipped" : "one", client.readText(isZipped ? 6 : 3));
        return isZipped;
    }

    @Test
    void manyRequestsKeepTheFileOpenOnce() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(OWN_DESCRIPTORS), "needs /proc");
        var client = connect(serve(StaticFiles.of(directory)));
        for (var i = 0; i < 100; i++) get(client, "/file.txt");
        Deadline.until(() -> openFiles().size() == 1, () -> "open: " + openFiles());
    }

    @Test
    void noMoreAreKeptOpenThanTheBoundSays() throws IOException {
        var client = connect(serve(StaticFiles.of(directory).keepOpen(2)));
        for (var i = 0; i < 10; i++) {
            Files.writeString(directory.resolve("file" + i), "file" + i);
            assertTrue(get(client, "/file" + i).endsWith(" file" + i));
            Deadline.until(() -> openFiles().size() <= 2, () -> "open: " + openFiles());
        }
    }

    @Test
    void whatNobodyAsksForIsClosed() throws IOException {
        assertTrue(get(connect(serve(StaticFiles.of(directory))), "/file.txt").endsWith(" one"));
        Deadline.until(() -> openFiles().isEmpty(), () -> "left open: " + openFiles());
    }

    @Test
    void withoutKeepingEachRequestSeesTheFileAsItIs() throws IOException {
        var client = connect(serve(StaticFiles.of(directory).keepOpen(0)));
        for (var i = 0; i < 100; i++) {
            Files.writeString(file, "content " + i);
            assertTrue(get(client, "/file.txt").endsWith(" content " + i));
        }
        Deadline.until(() -> openFiles().isEmpty(), () -> "left open: " + openFiles());
        assertThrows(IllegalArgumentException.class, () -> StaticFiles.of(directory).keepOpen(-1));
    }

    @Test
    void oneHandlerServesSeveralLoopsAndTheEndOfOneTakesNothingFromTheOther() throws IOException {
        var files = StaticFiles.of(directory);
        var otherLoop = anotherLoop();
        var other = connect(serve(otherLoop, files, _ -> {}));
        var client = connect(serve(files));
        for (var i = 0; i < 10; i++) {
            assertTrue(get(client, "/file.txt").endsWith(" one"));
            assertTrue(get(other, "/file.txt").endsWith(" one"));
        }
        otherLoop.close();
        assertTrue(get(client, "/file.txt").endsWith(" one"));
    }
}
