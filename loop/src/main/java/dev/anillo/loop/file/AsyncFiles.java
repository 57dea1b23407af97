package dev.anillo.loop.file;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.FileErrors;
import dev.anillo.loop.driver.FileFacts;
import dev.anillo.loop.driver.FileOperations;
import dev.anillo.loop.driver.LoopInternals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/// What takes a path: files as a whole, names, directories. On this thread's loop ([EventLoop#current]); results and
/// refusals as the package tells.
///
/// Threads: the loop's.
public final class AsyncFiles {
    /// Names that [#list] takes into memory.
    public static final int LIST_MAX = 100_000;

    private AsyncFiles() {}

    // Whole files.

    /// All bytes of a file.
    ///
    /// @param bytesMax a longer file fails with `EFBIG`, whatever its size was said to be
    public static CompletableFuture<byte[]> readAll(Path path, int bytesMax) {
        return AsyncFile.open(path).thenCompose(file -> {
            var whole = new CompletableFuture<byte[]>();
            readOn(file, new ByteArrayOutputStream(), bytesMax, whole);
            return closing(file, whole);
        });
    }

    private static void readOn(AsyncFile file, ByteArrayOutputStream bytes, int bytesMax, CompletableFuture<byte[]> whole) {
        file.read(bytes.size(), AsyncFile.READ_BYTES_MAX, (buffer, result) -> {
            if (result < 0) {
                whole.completeExceptionally(file.refusal("read", result));
                return;
            }
            if (result <= bytesMax - bytes.size()) bytes.writeBytes(buffer.toByteArray());
            else whole.completeExceptionally(file.refusal("read", -Errno.EFBIG));
            buffer.release();
            if (result == 0) whole.complete(bytes.toByteArray());
            else if (!whole.isDone()) readOn(file, bytes, bytesMax, whole);
        });
    }

    /// As [#readAll], as UTF-8; what is none becomes U+FFFD.
    public static CompletableFuture<String> readText(Path path, int bytesMax) {
        return readAll(path, bytesMax).thenApply(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /// Makes the file, or replaces its content. Not at once: others may see a part, and a failure leaves one. Where that
    /// matters write to a temporary file beside it, [AsyncFile#sync] and [#rename].
    ///
    /// @param bytes read until the write has ended: leave them as they are
    public static CompletableFuture<Void> writeAll(Path path, byte[] bytes) {
        return AsyncFile.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)
                .thenCompose(file -> closing(file, file.write(0, bytes)));
    }

    /// As [#writeAll(Path, byte\[\])], as UTF-8.
    public static CompletableFuture<Void> writeAll(Path path, String text) {
        return writeAll(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /// The outcome, once the file is closed; the first refusal counts.
    private static <T> CompletableFuture<T> closing(AsyncFile file, CompletableFuture<T> outcome) {
        return outcome.handle((_, _) -> file.close()).thenCompose(closed -> closed)
                .handle((_, problem) -> problem != null && !outcome.isCompletedExceptionally()
                        ? CompletableFuture.<T>failedFuture(problem) : outcome)
                .thenCompose(first -> first);
    }

    // Names.

    /// Fails naming `statx`; `ENOENT` when there is nothing.
    public static CompletableFuture<FileStatus> status(Path path) {
        return status(path, true);
    }

    /// As [#status], of a symbolic link itself.
    public static CompletableFuture<FileStatus> linkStatus(Path path) {
        return status(path, false);
    }

    private static CompletableFuture<FileStatus> status(Path path, boolean followLinks) {
        var internals = internals();
        var facts = new FileFacts();
        return Operation.start(internals, "statx", path,
                token -> internals.driver().files().status(path, followLinks, facts, token), _ -> FileStatus.of(facts));
    }

    /// Replaces what `to` names, at once: others see the one or the other (rename(2)). `EXDEV` to another file system.
    public static CompletableFuture<Void> rename(Path from, Path to) {
        var internals = internals();
        return start(internals, "rename", from + " to " + to, token -> internals.driver().files().rename(from, to, token));
    }

    /// Removes a name; the file goes with its last one, and when nobody has it open. `EISDIR` for a directory.
    public static CompletableFuture<Void> delete(Path path) {
        var internals = internals();
        return start(internals, "unlink", path, token -> internals.driver().files().unlink(path, false, token));
    }

    /// `ENOTEMPTY`, and `ENOTDIR` for what is none.
    public static CompletableFuture<Void> deleteDirectory(Path path) {
        var internals = internals();
        return start(internals, "rmdir", path, token -> internals.driver().files().unlink(path, true, token));
    }

    /// `EEXIST` when there is something, `ENOENT` when its parent is missing.
    public static CompletableFuture<Void> createDirectory(Path path) {
        var internals = internals();
        return start(internals, "mkdir", path, token -> internals.driver().files().makeDirectory(path, token));
    }

    private static LoopInternals internals() {
        return LoopInternals.of(EventLoop.current());
    }

    private static CompletableFuture<Void> start(LoopInternals internals, String name, Object target, LongConsumer start) {
        return Operation.start(internals, name, target, start, _ -> null);
    }

    // What no transport has an operation for: by java.nio.file, beside the loop.

    /// The paths in a directory, in no order. More than [#LIST_MAX] fail with `EFBIG`.
    public static CompletableFuture<List<Path>> list(Path directory) {
        return beside("list", directory, () -> {
            var found = new ArrayList<Path>();
            try (var paths = Files.newDirectoryStream(directory)) {
                for (var path : paths) {
                    if (found.size() == LIST_MAX) throw new OsException("list", directory.toString(), Errno.EFBIG);
                    found.add(path);
                }
            }
            return found;
        });
    }

    /// Copies a file; within the kernel where it can.
    ///
    /// @param options as of [Files#copy(Path, Path, CopyOption...)]; without REPLACE_EXISTING an existing target is `EEXIST`
    public static CompletableFuture<Void> copy(Path from, Path to, CopyOption... options) {
        return beside("copy", from + " to " + to, () -> {
            Files.copy(from, to, options);
            return null;
        });
    }

    /// An empty file of a name that no other has, for its owner alone. The caller deletes it.
    public static CompletableFuture<Path> createTemporaryFile(String prefix, String suffix) {
        return beside("open", "a temporary file", () -> Files.createTempFile(prefix, suffix));
    }

    /// As [#createTemporaryFile].
    public static CompletableFuture<Path> createTemporaryDirectory(String prefix) {
        return beside("mkdir", "a temporary directory", () -> Files.createTempDirectory(prefix));
    }

    private static <T> CompletableFuture<T> beside(String operation, Object target, Callable<T> work) {
        return EventLoop.current().blocking(() -> {
            try {
                return work.call();
            } catch (OsException refused) {
                throw refused;
            } catch (IOException refused) {
                throw FileErrors.refusal(operation, target.toString(), refused);
            }
        });
    }
}
