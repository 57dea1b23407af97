package dev.anillo.loop;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.file.AsyncFile;
import dev.anillo.loop.file.FileSink;
import dev.anillo.loop.file.FileSource;
import dev.anillo.loop.stream.Readable;
import dev.anillo.loop.stream.Writable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files as streams: what comes, in which order, how much is held, and what is told in the end.
class FileStreamContractTest extends TransportTest {
    private static final int MUCH = (3 << 20) + 11;

    @TempDir
    Path directory;

    private Path much() throws Exception {
        return Files.write(directory.resolve("much"), Pattern.bytes(0, MUCH));
    }

    /// What a source told, in order.
    private static final class Told {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final StringBuffer order = new StringBuffer();
        final CompletableFuture<Void> close = new CompletableFuture<>();

        Told(Readable source) {
            source.onError(problem -> order.append(errno(problem)).append(", "));
            source.onEnd(() -> order.append("end, "));
            source.onClose(() -> {
                order.append("close");
                close.complete(null);
            });
            source.onData(data -> bytes.writeBytes(data.toByteArray()));
        }
    }

    private static CompletableFuture<String> end(Writable sink) {
        var end = new CompletableFuture<String>();
        sink.onError(problem -> end.complete(errno(problem)));
        sink.onClose(() -> end.complete("closed"));
        return end;
    }

    private static String errno(IOException problem) {
        return Errno.name(assertInstanceOf(OsException.class, problem).errno());
    }

    // Sources.

    @Test
    void aFileComesWholeThenItsEndThenTheClose() throws Exception {
        var path = much();
        var told = onLoop(() -> new Told(FileSource.open(path)));
        await(told.close);
        assertEquals("end, close", told.order.toString());
        Pattern.check(told.bytes.toByteArray(), MUCH, 0);
        assertEquals(MUCH, told.bytes.size());
    }

    @Test
    void aPartOfAFileEndsWhereItWasAskedToOrWhereTheFileDoes() throws Exception {
        var path = Files.writeString(directory.resolve("text"), "0123456789");
        assertEquals("345", part(path, 3, 3));
        assertEquals("89", part(path, 8, 100));
        assertEquals("", part(path, 4, 0));
    }

    private String part(Path path, long offset, long length) {
        var file = await(onLoop(() -> AsyncFile.open(path)));
        var told = onLoop(() -> new Told(FileSource.of(file, offset, length)));
        await(told.close);
        assertEquals("end, close", told.order.toString());
        return told.bytes.toString();
    }

    @Test
    void aMissingFileIsAnErrorAndNoEnd() {
        var told = onLoop(() -> new Told(FileSource.open(directory.resolve("missing"))));
        await(told.close);
        assertEquals("ENOENT, close", told.order.toString());
    }

    @Test
    void anErrorThatNobodyHearsIsUncaught() throws Exception {
        onLoop(() -> {
            FileSource.open(directory.resolve("missing")).onData(_ -> {});
        });
        assertInstanceOf(OsException.class, next(uncaught));
    }

    @Test
    void aPausedSourceTellsNothingUntilItGoesOn() throws Exception {
        var path = much();
        var got = new AtomicLong();
        var end = new CompletableFuture<Void>();
        var source = onLoop(() -> {
            var opened = FileSource.open(path);
            opened.pause();
            return opened.onEnd(() -> end.complete(null)).onData(data -> {
                got.addAndGet(data.readable());
                opened.pause();
            });
        });
        var steps = 0;
        while (!end.isDone()) {
            var before = got.get();
            onLoop(source::resume);
            Deadline.until(() -> got.get() > before || end.isDone(), () -> "got " + got + " of " + MUCH);
            assertTrue(got.get() - before <= AsyncFile.READ_BYTES_MAX, "more than a read");
            steps++;
        }
        assertEquals(MUCH, got.get());
        assertTrue(steps > MUCH / AsyncFile.READ_BYTES_MAX, "steps " + steps);
    }

    @Test
    void aDestroyedSourceTellsOnlyItsClose() throws Exception {
        var path = much();
        var whileOpening = onLoop(() -> {
            var source = FileSource.open(path);
            var told = new Told(source);
            source.destroy();
            return told;
        });
        await(whileOpening.close);
        assertEquals("close", whileOpening.order.toString());
        var amid = onLoop(() -> {
            var source = FileSource.open(path);
            var told = new Told(source);
            source.onData(_ -> source.destroy());
            return told;
        });
        await(amid.close);
        assertEquals("close", amid.order.toString());
    }

    @Test
    void aSourceThatIsStillOpenEndsWithItsLoop() throws Exception {
        var path = much();
        onLoop(() -> {
            var source = FileSource.open(path);
            source.onData(_ -> source.pause());
        });
        closeLoop();
    }

    // Sinks.

    @Test
    void aFileIsCopiedThroughAPipe() throws Exception {
        var path = much();
        var copy = directory.resolve("copy");
        assertEquals("closed", await(onLoop(() -> end(FileSource.open(path).pipe(FileSink.open(copy))))));
        assertArrayEquals(Pattern.bytes(0, MUCH), Files.readAllBytes(copy));
    }

    @Test
    void aSinkThatIsBehindSaysSoAndTellsWhenItHasCaughtUp() {
        var path = directory.resolve("written");
        var drained = new CompletableFuture<Void>();
        var end = onLoop(() -> {
            var sink = FileSink.open(path);
            assertTrue(sink.write("little"));
            assertFalse(sink.write(new byte[FileSink.HIGH_WATER_BYTES]));
            sink.onDrain(() -> {
                drained.complete(null);
                sink.end();
            });
            return end(sink);
        });
        await(drained);
        assertEquals("closed", await(end));
        assertEquals(6 + FileSink.HIGH_WATER_BYTES, path.toFile().length());
    }

    @Test
    void aSinkAppendsWhereAsked() throws Exception {
        var path = Files.writeString(directory.resolve("log"), "one ");
        assertEquals("closed", await(onLoop(() -> {
            var sink = FileSink.open(path, APPEND);
            sink.write("two ");
            sink.write("three");
            sink.end();
            return end(sink);
        })));
        assertEquals("one two three", Files.readString(path));
    }

    @Test
    void aSinkThatIsRefusedTellsWhy() {
        assertEquals("ENOENT", await(onLoop(() -> end(FileSink.open(directory.resolve("no/such"))))));
        assertEquals("ENOSPC", await(onLoop(() -> {
            var sink = FileSink.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
            sink.write("lost");
            return end(sink);
        })));
    }

    @Test
    void nothingIsWrittenAfterTheEnd() {
        assertEquals("closed", await(onLoop(() -> {
            var sink = FileSink.open(directory.resolve("ended"));
            sink.end();
            assertThrows(IllegalStateException.class, () -> sink.write("late"));
            return end(sink);
        })));
    }

    @Test
    void aDestroyedSinkGivesBackWhatItHeld() {
        assertEquals("closed", await(onLoop(() -> {
            var sink = FileSink.open(directory.resolve("destroyed"));
            sink.write(new byte[MUCH]);
            sink.destroy();
            return end(sink);
        })));
    }

    // With sockets.

    @Test
    void aFileIsSentToASocketAndASocketReceivedIntoAFile() throws Exception {
        var path = much();
        var received = directory.resolve("received");
        var written = new CompletableFuture<String>();
        var server = listen(socket -> end(socket.pipe(FileSink.open(received))).thenAccept(written::complete));
        var client = connect(port(server));
        onLoop(() -> {
            client.socket.onData(_ -> {});
            FileSource.open(path).pipe(client.socket);
        });
        assertEquals("closed", await(written));
        assertArrayEquals(Pattern.bytes(0, MUCH), Files.readAllBytes(received));
    }
}
