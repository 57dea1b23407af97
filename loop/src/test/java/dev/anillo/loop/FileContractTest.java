package dev.anillo.loop;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.file.AsyncFile;
import dev.anillo.loop.file.AsyncFiles;
import dev.anillo.loop.file.DirectoryWatch;
import dev.anillo.loop.file.FileStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files and names on a real file system.
class FileContractTest extends TransportTest {
    private static final int BOUND = 10 << 20;

    @TempDir
    Path directory;

    private <T> T done(Callable<CompletableFuture<T>> start) {
        return await(onLoop(start));
    }

    private OsException refused(Callable<CompletableFuture<?>> start) {
        return assertThrows(OsException.class, () -> await(onLoop(start)));
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(directory.resolve(name), text);
    }

    private String read(AsyncFile file, long offset, int length) {
        return done(() -> file.read(offset, length).thenApply(buffer -> {
            var text = buffer.toString(StandardCharsets.UTF_8);
            buffer.release();
            return text;
        }));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // Whole files.

    @Test
    void aWholeFileIsWrittenAndReadUnharmed() throws Exception {
        var path = directory.resolve("much");
        var much = Pattern.bytes(0, (3 << 20) + 7);
        done(() -> AsyncFiles.writeAll(path, much));
        assertArrayEquals(much, Files.readAllBytes(path));
        assertArrayEquals(much, done(() -> AsyncFiles.readAll(path, BOUND)));
    }

    @Test
    void writingAWholeFileReplacesALongerOne() throws Exception {
        var path = file("text", "what was here before");
        done(() -> AsyncFiles.writeAll(path, "näu"));
        assertEquals("näu", done(() -> AsyncFiles.readText(path, BOUND)));
    }

    @Test
    void aWholeFileIsReadUpToItsBoundAndNotPastIt() throws Exception {
        var path = file("ten", "0123456789");
        assertEquals("0123456789", done(() -> AsyncFiles.readText(path, 10)));
        assertEquals(Errno.EFBIG, refused(() -> AsyncFiles.readAll(path, 9)).errno());
    }

    @Test
    void anEmptyFileIsNoBytes() throws Exception {
        var path = file("empty", "");
        assertEquals("", done(() -> AsyncFiles.readText(path, 0)));
    }

    /// Their size is said to be 0.
    @Test
    void aFileOfTheProcFileSystemIsReadWhole() {
        var text = done(() -> AsyncFiles.readText(Path.of("/proc/self/status"), BOUND));
        assertTrue(text.contains("Pid:"), text);
    }

    // Opening.

    @Test
    void aMissingFileIsRefusedInOneLineThatNamesIt() {
        var path = directory.resolve("missing");
        assertEquals("open " + path + ": ENOENT, no such file or directory (errno 2)",
                refused(() -> AsyncFile.open(path)).getMessage());
    }

    @Test
    void aNewFileIsNotMadeWhereThereIsOne() throws Exception {
        var path = file("old", "stays");
        assertEquals(Errno.EEXIST, refused(() -> AsyncFile.open(path, WRITE, CREATE_NEW)).errno());
        assertEquals("stays", Files.readString(path));
    }

    @Test
    void aDirectoryCannotBeWrittenNorRead() {
        assertEquals(Errno.EISDIR, refused(() -> AsyncFile.open(directory, WRITE)).errno());
        assertEquals(Errno.EISDIR, refused(() -> AsyncFiles.readAll(directory, BOUND)).errno());
    }

    @Test
    void namesMayHaveAnyLetters() throws Exception {
        var path = file("größer ☃", "snow");
        assertEquals("snow", done(() -> AsyncFiles.readText(path, BOUND)));
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        assertEquals(Errno.ENAMETOOLONG, refused(() -> AsyncFile.open(directory.resolve("n".repeat(300)))).errno());
        assertEquals(Errno.ENAMETOOLONG, refused(() -> AsyncFile.open(Path.of("n/".repeat(3000) + "n"))).errno());
    }

    @Test
    void optionsThatCannotBeHonouredAreRefused() {
        onLoop(() -> {
            assertThrows(IllegalArgumentException.class, () -> AsyncFile.open(directory, WRITE, DELETE_ON_CLOSE));
            assertThrows(IllegalArgumentException.class, () -> AsyncFile.open(directory, READ, APPEND));
        });
    }

    /// It would wait for a partner that may never come.
    @Test
    void aFifoWithoutAWriterIsRefusedAtOnceAndTimersGoOn() throws Exception {
        var fifo = directory.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        var ticks = new LinkedBlockingQueue<Long>();
        var interval = onLoop(() -> loop.setInterval(() -> ticks.add(System.nanoTime()), 1));
        assertEquals(Errno.EINVAL, refused(() -> AsyncFile.open(fifo)).errno());
        assertEquals(Errno.EINVAL, refused(() -> AsyncFile.open(fifo, WRITE)).errno());
        ticks.clear();
        next(ticks);
        onLoop(interval::cancel);
    }

    // Reading and writing at offsets.

    @Test
    void readsAndWritesAreAtOffsets() throws Exception {
        var path = file("text", "0123456789");
        var file = done(() -> AsyncFile.open(path, READ, WRITE));
        done(() -> file.write(3, bytes("abc")));
        assertEquals("2abc6", read(file, 2, 5));
        assertEquals("89", read(file, 8, 100));
        assertEquals("", read(file, 10, 1));
        assertEquals("", read(file, 1L << 40, 1));
        done(file::close);
        assertEquals("012abc6789", Files.readString(path));
    }

    @Test
    void aWriteBehindTheEndLeavesZerosBetween() throws Exception {
        var path = file("text", "a");
        var file = done(() -> AsyncFile.open(path, WRITE));
        done(() -> file.write(3, loop.takeBuffer(1).append(bytes("b"), 0, 1)));
        done(file::close);
        assertEquals("a\0\0b", Files.readString(path));
    }

    @Test
    void whatIsAppendedGoesToTheEnd() throws Exception {
        var path = file("log", "one ");
        var file = done(() -> AsyncFile.open(path, APPEND));
        done(() -> file.write(0, bytes("two ")));
        done(() -> file.write(0, bytes("three")));
        done(file::close);
        assertEquals("one two three", Files.readString(path));
    }

    @Test
    void manyReadsOfOneFileAreUnderWayAtOnce() throws Exception {
        var path = directory.resolve("much");
        var block = 4096;
        var blocks = 500;
        Files.write(path, Pattern.bytes(0, block * blocks));
        var file = done(() -> AsyncFile.open(path));
        var reads = onLoop(() -> {
            var started = new ArrayList<CompletableFuture<byte[]>>();
            for (var i = 0; i < blocks; i++) {
                started.add(file.read((long) i * block, block).thenApply(buffer -> {
                    var got = buffer.toByteArray();
                    buffer.release();
                    return got;
                }));
            }
            return started;
        });
        for (var i = 0; i < blocks; i++) Pattern.check(await(reads.get(i)), block, (long) i * block);
        done(file::close);
    }

    @Test
    void aFileOpenedToReadIsNotWritten() throws Exception {
        var path = file("text", "kept");
        var file = done(() -> AsyncFile.open(path));
        assertEquals(Errno.EBADF, refused(() -> file.write(0, bytes("lost"))).errno());
        assertEquals(Errno.EINVAL, refused(() -> file.truncate(0)).errno());
        done(file::close);
        assertEquals("kept", Files.readString(path));
    }

    @Test
    void aFullDiskIsToldByTheWrite() {
        var file = done(() -> AsyncFile.open(Path.of("/dev/full"), WRITE));
        assertEquals("write /dev/full: ENOSPC, no space left on the device (errno 28)",
                refused(() -> file.write(0, bytes("lost"))).getMessage());
        done(file::close);
    }

    @Test
    void aFileIsCutAndFilledUpAndSynced() throws Exception {
        var path = file("text", "0123456789");
        var file = done(() -> AsyncFile.open(path, WRITE));
        done(() -> file.truncate(2));
        assertEquals("01", Files.readString(path));
        done(() -> file.truncate(4));
        assertEquals("01\0\0", Files.readString(path));
        done(file::sync);
        done(file::syncData);
        assertEquals(4, done(file::status).size());
        done(file::close);
    }

    // The end.

    @Test
    void aCloseWaitsForWhatIsUnderWayAndLaterOperationsAreRefused() throws Exception {
        var path = file("text", "0123456789");
        var file = done(() -> AsyncFile.open(path));
        var read = onLoop(() -> {
            var started = file.read(0, 10);
            file.close();
            file.close();
            return started;
        });
        var buffer = await(read);
        onLoop(() -> {
            assertEquals(10, buffer.readable());
            buffer.release();
        });
        assertEquals(Errno.EBADF, refused(() -> file.read(0, 10)).errno());
        done(file::close);
    }

    @Test
    void aFileThatIsStillOpenIsClosedWithItsLoop() throws Exception {
        var path = file("text", "0123456789");
        done(() -> AsyncFile.open(path));
        closeLoop();
    }

    @Test
    void aLoopEndsAmidOperations() throws Exception {
        var path = directory.resolve("much");
        Files.write(path, Pattern.bytes(0, 1 << 20));
        var file = done(() -> AsyncFile.open(path));
        onLoop(() -> {
            for (var i = 0; i < 100; i++) file.read(i * 4096L, 4096).thenAccept(Buffer::release);
            AsyncFile.open(path);
            AsyncFiles.status(path);
        });
        closeLoop();
    }

    @Test
    void whatWasGivenUpIsGivenBack() throws Exception {
        var path = file("text", "0123456789");
        var file = done(() -> AsyncFile.open(path));
        onLoop(() -> {
            AsyncFile.open(path).cancel(false);
            file.read(0, 10).cancel(false);
        });
        done(file::close); // the rest is the test's end
    }

    // Names.

    @Test
    void theStatusIsThatOfTheFile() throws Exception {
        var path = file("text", "0123456789");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        var status = done(() -> AsyncFiles.status(path));
        assertEquals(new FileStatus(FileStatus.Kind.REGULAR, 10, 0640, Files.getLastModifiedTime(path).toInstant()), status);
        assertTrue(done(() -> AsyncFiles.status(directory)).isDirectory());
        assertEquals(FileStatus.Kind.OTHER, done(() -> AsyncFiles.status(Path.of("/dev/null"))).kind());
        assertEquals(Errno.ENOENT, refused(() -> AsyncFiles.status(directory.resolve("missing"))).errno());
    }

    @Test
    void aLinkIsFollowedUnlessItselfIsAskedFor() throws Exception {
        var link = Files.createSymbolicLink(directory.resolve("link"), file("text", "0123"));
        assertEquals(4, done(() -> AsyncFiles.status(link)).size());
        assertEquals(FileStatus.Kind.LINK, done(() -> AsyncFiles.linkStatus(link)).kind());
    }

    @Test
    void aRenameReplacesItsTarget() throws Exception {
        var from = file("new", "new");
        var to = file("old", "old");
        done(() -> AsyncFiles.rename(from, to));
        assertFalse(Files.exists(from));
        assertEquals("new", Files.readString(to));
        assertEquals("rename " + from + " to " + to + ": ENOENT, no such file or directory (errno 2)",
                refused(() -> AsyncFiles.rename(from, to)).getMessage());
    }

    @Test
    void filesAndDirectoriesAreMadeAndDeleted() throws Exception {
        var made = directory.resolve("made");
        done(() -> AsyncFiles.createDirectory(made));
        assertEquals(Errno.EEXIST, refused(() -> AsyncFiles.createDirectory(made)).errno());
        assertEquals(Errno.ENOENT, refused(() -> AsyncFiles.createDirectory(directory.resolve("a/b"))).errno());
        var inside = Files.createFile(made.resolve("inside"));
        assertEquals(Set.of(inside), Set.copyOf(done(() -> AsyncFiles.list(made))));
        assertEquals(Errno.ENOTEMPTY, refused(() -> AsyncFiles.deleteDirectory(made)).errno());
        assertEquals(Errno.EISDIR, refused(() -> AsyncFiles.delete(made)).errno());
        assertEquals(Errno.ENOTDIR, refused(() -> AsyncFiles.deleteDirectory(inside)).errno());
        done(() -> AsyncFiles.delete(inside));
        done(() -> AsyncFiles.deleteDirectory(made));
        assertEquals(Errno.ENOENT, refused(() -> AsyncFiles.delete(made)).errno());
        assertEquals(Errno.ENOENT, refused(() -> AsyncFiles.list(made)).errno());
    }

    @Test
    void aFileIsCopiedAndATargetReplacedOnlyOnDemand() throws Exception {
        var from = file("from", "copied");
        var to = directory.resolve("to");
        done(() -> AsyncFiles.copy(from, to));
        assertEquals("copied", Files.readString(to));
        assertEquals(Errno.EEXIST, refused(() -> AsyncFiles.copy(from, to)).errno());
        done(() -> AsyncFiles.copy(from, to, StandardCopyOption.REPLACE_EXISTING));
    }

    @Test
    void temporaryFilesAreOfTheirOwnerAlone() throws Exception {
        var file = done(() -> AsyncFiles.createTemporaryFile("anillo", ".tmp"));
        var made = done(() -> AsyncFiles.createTemporaryDirectory("anillo"));
        assertEquals(0600, done(() -> AsyncFiles.status(file)).permissions());
        assertEquals(0700, done(() -> AsyncFiles.status(made)).permissions());
        done(() -> AsyncFiles.delete(file));
        done(() -> AsyncFiles.deleteDirectory(made));
    }

    // Watching.

    @Test
    void aWatchTellsWhatIsMadeAndDeletedUntilItIsClosed() throws Exception {
        var changes = new LinkedBlockingQueue<DirectoryWatch.Change>();
        var watch = done(() -> DirectoryWatch.start(directory, changes::add));
        var path = Files.createFile(directory.resolve("new"));
        assertEquals(new DirectoryWatch.Change(DirectoryWatch.Kind.CREATED, path), next(changes));
        Files.delete(path);
        assertEquals(new DirectoryWatch.Change(DirectoryWatch.Kind.DELETED, path), next(changes));
        this.<Void>await(closed -> {
            watch.onClose(() -> closed.complete(null));
            watch.close();
        });
        Files.createFile(path);
        assertEquals(0, changes.size());
    }

    @Test
    void aWatchClosesWhenItsDirectoryIsGone() throws Exception {
        var made = Files.createDirectory(directory.resolve("made"));
        var watch = done(() -> DirectoryWatch.start(made, _ -> {}));
        var closed = new CompletableFuture<Void>();
        onLoop(() -> {
            watch.onClose(() -> closed.complete(null));
        });
        Files.delete(made);
        await(closed);
    }

    @Test
    void aWatchOfNothingIsRefused() {
        assertEquals(Errno.ENOENT, refused(() -> DirectoryWatch.start(directory.resolve("missing"), _ -> {})).errno());
    }

    @Test
    void aWatchEndsWithItsLoop() throws Exception {
        done(() -> DirectoryWatch.start(directory, _ -> {}));
        closeLoop();
    }

    @Test
    void aFileMadeAndNamedByOptionsIsThere() throws Exception {
        var path = directory.resolve("made");
        var file = done(() -> AsyncFile.open(path, WRITE, CREATE));
        done(file::close);
        assertTrue(Files.exists(path));
    }
}
