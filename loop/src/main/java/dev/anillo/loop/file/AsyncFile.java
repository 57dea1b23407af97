package dev.anillo.loop.file;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Endpoint;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.FileFacts;
import dev.anillo.loop.driver.FileOperations;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.Token;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/// An open file: read and written at offsets, any number of operations at once.
///
///     AsyncFile.open(path, READ)
///             .thenCompose(file -> file.read(0, 4096).thenCompose(bytes -> {
///                 …
///                 bytes.release();
///                 return file.close();
///             }));
///
/// Whoever has opened it closes it; what is still open when its loop ends is closed then. After the close, operations are
/// refused with `EBADF`.
///
/// Threads: the loop's.
public final class AsyncFile {
    /// What one read brings at the most: the largest buffer of the loop's pools.
    public static final int READ_BYTES_MAX = 64 * 1024;

    private static final Set<StandardOpenOption> UNSUPPORTED =
            Set.of(StandardOpenOption.DELETE_ON_CLOSE, StandardOpenOption.SPARSE);

    private final EventLoop loop;
    private final LoopInternals internals;
    private final Path path;
    private final int descriptor;
    private final int slot;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private Runnable atLoopEnd = this::close;
    private int underWay;
    private boolean closing;

    private AsyncFile(EventLoop loop, LoopInternals internals, Path path, int descriptor) {
        this.loop = loop;
        this.internals = internals;
        this.path = path;
        this.descriptor = descriptor;
        this.slot = internals.attach(new Handle());
    }

    /// Opens a file on this thread's loop, following links; to read where no option says more. A FIFO or a socket is refused
    /// with `EINVAL`: it would wait for a partner.
    ///
    /// @param options of `java.nio.file`, with their meaning there, but DELETE_ON_CLOSE and SPARSE
    /// @return fails with an [OsException] naming `open`
    public static CompletableFuture<AsyncFile> open(Path path, StandardOpenOption... options) {
        return open(EventLoop.current(), path, options);
    }

    static CompletableFuture<AsyncFile> open(EventLoop loop, Path path, StandardOpenOption... options) {
        var wanted = wanted(options);
        var internals = LoopInternals.of(loop);
        var outcome = new CompletableFuture<AsyncFile>();
        Operation.start(internals, token -> internals.driver().files().open(path, wanted, token), result -> {
            if (result < 0) {
                outcome.completeExceptionally(new OsException("open", path.toString(), -result));
                return;
            }
            var file = new AsyncFile(loop, internals, path, result);
            if (!outcome.complete(file)) file.close(); // given up meanwhile
        });
        return outcome;
    }

    private static Set<StandardOpenOption> wanted(StandardOpenOption... options) {
        var wanted = EnumSet.noneOf(StandardOpenOption.class);
        for (var option : options) {
            if (UNSUPPORTED.contains(option)) throw new IllegalArgumentException("not supported: " + option);
            wanted.add(option);
        }
        var appends = wanted.contains(StandardOpenOption.APPEND);
        if (appends && (wanted.contains(StandardOpenOption.READ) || wanted.contains(StandardOpenOption.TRUNCATE_EXISTING))) {
            throw new IllegalArgumentException("APPEND goes neither with READ nor with TRUNCATE_EXISTING");
        }
        if (!appends && !wanted.contains(StandardOpenOption.WRITE)) wanted.add(StandardOpenOption.READ);
        return wanted;
    }

    /// Reads once.
    ///
    /// @param length more than 0; at the most [#READ_BYTES_MAX] are read, and perhaps fewer than there are
    /// @return a buffer of the caller's, to be released; empty at the end of the file. Fails naming `read`
    public CompletableFuture<Buffer> read(long offset, int length) {
        Objects.checkIndex(0, length);
        requireOffset(offset);
        var outcome = new CompletableFuture<Buffer>();
        read(offset, Math.min(length, READ_BYTES_MAX), (buffer, result) -> {
            if (result < 0) outcome.completeExceptionally(refusal("read", result));
            else if (!outcome.complete(buffer)) buffer.release(); // given up meanwhile
        });
        return outcome;
    }

    private static void requireOffset(long offset) {
        if (offset < 0) throw new IllegalArgumentException("offset " + offset);
    }

    interface Read {
        /// @param buffer the callee's, filled; null with a negated errno
        void completed(Buffer buffer, int result);
    }

    void read(long offset, int length, Read onRead) {
        internals.checkThread();
        var buffer = internals.takeBuffer(length);
        var asked = Math.min(length, buffer.room());
        start(token -> files().read(descriptor, offset, buffer.writeAddress(), asked, token), result -> {
            if (result < 0) buffer.release();
            else buffer.wrote(result);
            onRead.completed(result < 0 ? null : buffer, result);
        });
    }

    /// Writes all of the buffer, which is the file's from now on. Fails naming `write`; then a part may be written.
    public CompletableFuture<Void> write(long offset, Buffer buffer) {
        requireOffset(offset);
        var outcome = new CompletableFuture<Void>();
        write(offset, buffer, result -> {
            if (result < 0) outcome.completeExceptionally(refusal("write", result));
            else outcome.complete(null);
        });
        return outcome;
    }

    /// As [#write(long, Buffer)]. The array is read until the write has ended: leave it as it is.
    public CompletableFuture<Void> write(long offset, byte[] bytes) {
        requireOffset(offset);
        var outcome = new CompletableFuture<Void>();
        writeFrom(bytes, 0, offset, outcome);
        return outcome;
    }

    private void writeFrom(byte[] bytes, int from, long offset, CompletableFuture<Void> outcome) {
        if (from == bytes.length) {
            outcome.complete(null);
            return;
        }
        internals.checkThread();
        var length = Math.min(bytes.length - from, READ_BYTES_MAX);
        write(offset, internals.takeBuffer(length).append(bytes, from, length), result -> {
            if (result < 0) outcome.completeExceptionally(refusal("write", result));
            else writeFrom(bytes, from + length, offset + length, outcome);
        });
    }

    /// @param onResult told 0 or a negated errno
    void write(long offset, Buffer buffer, IntConsumer onResult) {
        internals.checkThread();
        var own = buffer.takeOver();
        if (own.isEmpty()) {
            own.release();
            loop.nextTick(() -> onResult.accept(0));
            return;
        }
        writeRest(offset, own, onResult);
    }

    private void writeRest(long offset, Buffer buffer, IntConsumer onResult) {
        start(token -> files().write(descriptor, offset, buffer.readAddress(), buffer.readable(), token), result -> {
            if (result > 0 && result < buffer.readable()) {
                writeRest(offset + result, buffer.skip(result), onResult);
                return;
            }
            buffer.release();
            onResult.accept(result == 0 ? -Errno.EIO : Math.min(result, 0)); // a write of nothing would go on for ever
        });
    }

    public CompletableFuture<FileStatus> status() {
        var facts = new FileFacts();
        return start("statx", token -> files().status(descriptor, facts, token), _ -> FileStatus.of(facts));
    }

    /// Cuts the file, or fills it up with zeros (ftruncate(2)). Fails naming `ftruncate`.
    public CompletableFuture<Void> truncate(long length) {
        requireOffset(length);
        return start("ftruncate", token -> files().truncate(descriptor, length, token), _ -> null);
    }

    /// Completes when the disk has what was written before (fsync(2)).
    public CompletableFuture<Void> sync() {
        return start("fsync", token -> files().sync(descriptor, false, token), _ -> null);
    }

    /// As [#sync], but for what only describes the file, such as its time of change (fdatasync(2)).
    public CompletableFuture<Void> syncData() {
        return start("fdatasync", token -> files().sync(descriptor, true, token), _ -> null);
    }

    private <T> CompletableFuture<T> start(String name, LongConsumer start, IntFunction<T> value) {
        var outcome = new CompletableFuture<T>();
        start(start, result -> {
            if (result < 0) outcome.completeExceptionally(refusal(name, result));
            else outcome.complete(value.apply(result));
        });
        return outcome;
    }

    private void start(LongConsumer start, IntConsumer onResult) {
        internals.checkThread();
        if (closing) {
            loop.nextTick(() -> onResult.accept(-Errno.EBADF));
            return;
        }
        underWay++;
        Operation.start(internals, start, result -> {
            try {
                onResult.accept(result);
            } finally {
                underWay--; // now: one that closes the file in its callback is still under way
                if (closing && underWay == 0) closeDescriptor();
            }
        });
    }

    OsException refusal(String operation, int result) {
        return new OsException(operation, path.toString(), -result);
    }

    private FileOperations files() {
        return internals.driver().files();
    }

    /// Gives the descriptor back once what is under way has ended. Harmless when closed already.
    ///
    /// @return fails naming `close` (a file system that writes late tells it here); the descriptor is gone all the same
    public CompletableFuture<Void> close() {
        internals.checkThread();
        if (!closing) {
            closing = true;
            internals.retain();
            if (underWay == 0) closeDescriptor();
        }
        return closed;
    }

    private void closeDescriptor() {
        files().close(descriptor, internals.token(slot, Token.FILE));
    }

    /// For the stream that the file belongs to: it closes the file when the loop ends.
    void closeBy(Runnable destroy) {
        atLoopEnd = destroy;
    }

    public Path path() {
        return path;
    }

    public EventLoop loop() {
        return loop;
    }

    private final class Handle implements Endpoint {
        /// Of the close: other operations have slots of their own.
        @Override
        public void completed(int operation, int result, boolean more, Buffer data) {
            internals.detach(slot);
            internals.release();
            if (result < 0) closed.completeExceptionally(refusal("close", result));
            else closed.complete(null);
        }

        @Override
        public void closeNow() {
            atLoopEnd.run();
        }
    }

    @Override
    public String toString() {
        return "AsyncFile[" + path + (closing ? ", closed]" : "]");
    }
}
