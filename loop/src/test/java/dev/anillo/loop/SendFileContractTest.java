package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.net.SendableFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Parts of files arrive complete and in their place among what else is written; whatever becomes of the connection, no
/// descriptor stays open.
@AndOnUnreliableKernels
class SendFileContractTest extends TransportTest {
    private static final int MIB = 1 << 20;
    private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");

    @TempDir
    Path directory;

    /// More than the kernel takes for a peer that does not read.
    private static final int LONG = 32 * MIB;

    @AfterEach
    void noFileIsLeftOpen() {
        Deadline.until(() -> openFiles().isEmpty(), () -> "left open: " + openFiles());
    }

    private List<Path> openFiles() {
        if (!Files.isDirectory(OWN_DESCRIPTORS)) return List.of();
        try (var entries = Files.list(OWN_DESCRIPTORS)) {
            return entries.map(SendFileContractTest::target).filter(target -> target.startsWith(directory)).toList();
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

    private SendableFile pattern(int bytes) throws IOException {
        var path = directory.resolve("pattern-" + bytes);
        Files.write(path, Pattern.bytes(0, bytes));
        return SendableFile.open(loop, path);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65536, 65537, 262145, 10 * MIB})
    void aWholeFileArrivesAsItIs(int bytes) throws Exception {
        var file = pattern(bytes);
        assertEquals(bytes, file.size());
        var pair = accept();
        try (var peer = pair.peer()) {
            onLoop(() -> {
                try (file) {
                    pair.accepted().socket.write(file, 0, bytes);
                }
                pair.accepted().socket.end();
            });
            assertEquals(bytes, peer.receivePattern());
        }
        onLoop(() -> pair.accepted().socket.destroy());
    }

    @Test
    void whatIsOpenedBelowADirectoryIsBelowItWhereverLinksLead() throws Exception {
        var root = Files.createDirectories(directory.toRealPath().resolve("root"));
        var inside = Files.writeString(root.resolve("inside"), "inside");
        var outside = Files.writeString(directory.resolve("outside"), "outside");
        Files.createDirectory(directory.resolve("root-sibling"));
        Files.writeString(directory.resolve("root-sibling/file"), "outside");
        Files.createSymbolicLink(root.resolve("stays"), inside);
        Files.createSymbolicLink(root.resolve("leaves"), outside);
        Files.createSymbolicLink(root.resolve("up"), directory);
        for (var name : List.of("inside", "stays", "up/root/inside")) {
            try (var file = SendableFile.openBelow(loop, root, root.resolve(name))) {
                assertEquals("inside", new String(file.readBytes(100)), name);
                assertEquals("in", new String(file.readBytes(2)), name);
            }
        }
        for (var name : List.of("leaves", "up/outside", "../outside", "../root-sibling/file")) {
            var path = root.resolve(name);
            var refused = assertThrows(OsException.class, () -> SendableFile.openBelow(loop, root, path), name);
            assertEquals("EXDEV", refused.code());
            assertTrue(refused.getMessage().startsWith("open " + path + " (which is not below " + root + "): EXDEV"),
                    refused::getMessage);
        }
    }

    /// Paths may be a peer's choice, and messages end up in logs.
    @Test
    void aPathWithALineEndIsToldInOneLine() {
        var refused = assertThrows(OsException.class, () -> SendableFile.open(loop, directory.resolve("a\nb\u001b")));
        assertEquals("open " + directory + "/a\\u000ab\\u001b: ENOENT, no such file or directory (errno 2)",
                refused.getMessage());
    }

    @Test
    void aFileThatIsNotInMemoryArrivesAsItIs() throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(OWN_DESCRIPTORS), "dd drops a file from memory on Linux");
        var bytes = 3 * MIB + 1;
        var file = pattern(bytes);
        var path = directory.resolve("pattern-" + bytes).toString();
        run("sync", path);
        run("dd", "if=" + path, "iflag=nocache", "count=0", "status=none"); // posix_fadvise(2), POSIX_FADV_DONTNEED
        var pair = accept();
        try (var peer = pair.peer()) {
            onLoop(() -> {
                try (file) {
                    pair.accepted().socket.write(file, 0, bytes);
                }
                pair.accepted().socket.end();
            });
            assertEquals(bytes, peer.receivePattern());
        }
        onLoop(() -> pair.accepted().socket.destroy());
    }

    private static void run(String... command) throws Exception {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), () -> String.join(" ", command));
    }

    @Test
    void partsStandInTheirPlaceAmongWhatElseIsWritten() throws Exception {
        var path = directory.resolve("text");
        Files.writeString(path, "0123456789");
        var pair = accept();
        var file = SendableFile.open(loop, path);
        onLoop(() -> {
            var socket = pair.accepted().socket;
            try (file) {
                socket.write("a");
                socket.write(file, 3, 4);
                socket.write("b");
                socket.write(new byte[] {'c'});
                socket.write(file, 0, 2);
                socket.write(file, 9, 1);
                socket.write(file, 5, 0);
                var out = socket.output(2);
                out.append(new byte[] {'d'}, 0, 1);
                socket.wrote(1);
            }
            socket.end();
        });
        try (var peer = pair.peer()) {
            assertEquals("a3456bc019d", peer.receiveAll());
        }
        onLoop(() -> pair.accepted().socket.destroy());
    }

    @Test
    void aSlowReaderIsWaitedForAndThenDrainIsTold() throws Exception {
        var pair = accept();
        var file = pattern(LONG);
        var drained = onLoop(() -> {
            try (file) {
                assertFalse(pair.accepted().socket.write(file, 0, LONG));
            }
            assertEquals(LONG, pair.accepted().socket.waitingBytes());
            assertEquals(0, pair.accepted().socket.waitingBytesInMemory());
            return pair.accepted().nextDrain();
        });
        try (var peer = pair.peer()) {
            Deadline.until(() -> onLoop(() -> pair.accepted().socket.sentBytes() > 0), () -> "nothing was sent");
            assertFalse(drained.isDone());
            var receiving = Peer.run(() -> assertEquals(LONG, peer.receivePattern()));
            await(drained);
            onLoop(() -> pair.accepted().socket.end());
            await(receiving);
        }
        onLoop(() -> pair.accepted().socket.destroy());
    }

    @Test
    void aPeerThatResetsInTheMiddleEndsIt() throws Exception {
        var pair = accept();
        var file = pattern(LONG);
        onLoop(() -> {
            try (file) {
                pair.accepted().socket.write(file, 0, LONG);
            }
        });
        pair.peer().receive(MIB);
        pair.peer().reset();
        await(pair.accepted().closed);
        assertTrue(pair.accepted().failed.isDone());
    }

    @Test
    void destroyingInTheMiddleEndsIt() throws Exception {
        var pair = accept();
        var file = pattern(LONG);
        onLoop(() -> {
            try (file) {
                pair.accepted().socket.write(file, 0, LONG);
                pair.accepted().socket.write("never sent");
            }
        });
        try (var peer = pair.peer()) {
            peer.receive(MIB);
            onLoop(() -> pair.accepted().socket.destroy());
            await(pair.accepted().closed);
        }
    }

    @Test
    void destroyingInTheTurnOfTheWriteEndsIt() throws Exception {
        var pair = accept();
        var file = pattern(LONG);
        onLoop(() -> {
            try (file) {
                pair.accepted().socket.write(file, 0, LONG);
            }
            loop.setImmediate(() -> pair.accepted().socket.destroy());
        });
        await(pair.accepted().closed);
        pair.peer().close();
    }

    @Test
    void closingTheLoopInTheMiddleClosesTheFileToo() throws Exception {
        var pair = accept();
        var file = pattern(LONG);
        onLoop(() -> {
            try (file) {
                pair.accepted().socket.write(file, 0, LONG);
            }
        });
        try (var peer = pair.peer()) {
            peer.receive(MIB);
            closeLoop();
        }
    }

    @Test
    void aFileThatHasBecomeShorterResetsTheConnection() throws Exception {
        var pair = accept();
        var file = pattern(LONG);
        try (var channel = FileChannel.open(directory.resolve("pattern-" + LONG), StandardOpenOption.WRITE)) {
            channel.truncate(1000);
        }
        onLoop(() -> {
            try (file) {
                pair.accepted().socket.write(file, 0, LONG);
            }
        });
        var problem = await(pair.accepted().failed);
        assertEquals("EIO", problem.code());
        assertEquals("sendfile", problem.operation());
        try (var peer = pair.peer()) {
            assertThrows(IOException.class, peer::receiveAll);
        }
        await(pair.accepted().closed);
    }

    @Test
    void manySocketsShareOneFile() throws Exception {
        var bytes = 3 * MIB;
        var file = pattern(bytes);
        var server = listen(socket -> {
            new Watched(socket).receiving();
            socket.write(file, 0, bytes);
            socket.end();
        });
        var port = port(server);
        for (var i = 0; i < 20; i++) {
            try (var peer = Peer.connect(port)) {
                assertEquals(bytes, peer.receivePattern());
            }
        }
        file.close();
    }

    @Test
    void aPartOutsideTheFileIsRefused() throws Exception {
        var pair = accept();
        try (var file = pattern(10)) {
            onLoop(() -> {
                var socket = pair.accepted().socket;
                assertThrows(IndexOutOfBoundsException.class, () -> socket.write(file, 5, 6));
                assertThrows(IndexOutOfBoundsException.class, () -> socket.write(file, -1, 2));
                socket.destroy();
                assertFalse(socket.write(file, 0, 10));
            });
        }
        pair.peer().close();
    }

    @Test
    void tellsSizeAndTimeOfAFile() throws Exception {
        var path = directory.resolve("ñandú");
        Files.writeString(path, "hola");
        var modified = Instant.parse("2001-02-03T04:05:06.789Z");
        Files.setLastModifiedTime(path, FileTime.from(modified));
        try (var file = SendableFile.open(loop, path)) {
            assertEquals(4, file.size());
            assertEquals(modified, file.lastModified());
        }
    }

    @Test
    void onlyRegularFilesThatAreThereAreOpened() throws Exception {
        var absent = assertThrows(OsException.class, () -> SendableFile.open(loop, directory.resolve("absent")));
        assertEquals("ENOENT", absent.code());
        assertEquals("open", absent.operation());
        var folder = assertThrows(OsException.class, () -> SendableFile.open(loop, directory));
        assertEquals("EINVAL", folder.code());
        var fifo = directory.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        assertEquals("EINVAL", assertThrows(OsException.class, () -> SendableFile.open(loop, fifo)).code());
    }

    @Test
    void closingOnceTooOftenIsTold() throws Exception {
        var file = pattern(1);
        file.share().close();
        file.close();
        assertThrows(IllegalStateException.class, file::close);
        assertThrows(IllegalStateException.class, file::share);
    }
}
