package dev.anillo.loop.file;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.stream.CloseCallbacks;
import dev.anillo.loop.stream.Writable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;

/// A file as the target of a stream. One write is under way at a time; what is written meanwhile waits, and above
/// [#HIGH_WATER_BYTES] [#write] answers false.
///
///     socket.pipe(FileSink.open(path));
///
/// The file is the sink's: closed with it, after [#end], an error or [#destroy]. [#onClose] after [#end] means that the system
/// has all bytes; that the disk has them, only [AsyncFile#sync] tells.
///
/// Threads: the loop's.
public final class FileSink implements Writable {
    /// Bytes waiting to be written above which [#write] answers false: a few writes' worth.
    public static final int HIGH_WATER_BYTES = 256 * 1024;

    private static final StandardOpenOption[] ANEW =
            {StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING};

    private final EventLoop loop;
    private final LoopInternals internals;
    private final ArrayDeque<Buffer> waiting = new ArrayDeque<>();
    private long offset;
    private int waitingBytes;

    /// Null until it is open.
    private AsyncFile file;
    private Runnable onDrain;
    private Consumer<IOException> onError;
    private Runnable onClose;
    private boolean opening;
    private boolean writing;
    private boolean drainOwed;
    private boolean ending;
    /// Closing: nothing more is written.
    private boolean over;

    private FileSink(EventLoop loop, long offset) {
        this.loop = loop;
        this.internals = LoopInternals.of(loop);
        this.offset = offset;
    }

    /// Opens a file now; what is written meanwhile waits. A refusal comes to [#onError]; without such a callback it is
    /// uncaught.
    ///
    /// @param options as of [AsyncFile#open]; none: the file is made, or emptied
    public static FileSink open(Path path, StandardOpenOption... options) {
        var sink = new FileSink(EventLoop.current(), 0);
        sink.opening = true;
        AsyncFile.open(sink.loop, path, options.length == 0 ? ANEW : options)
                .whenComplete((file, problem) -> sink.loop.nextTick(() -> sink.opened(file, problem)));
        return sink;
    }

    /// Into an open file, which is the sink's from now on.
    ///
    /// @param offset of the first byte
    public static FileSink of(AsyncFile file, long offset) {
        if (offset < 0) throw new IllegalArgumentException("offset " + offset);
        var sink = new FileSink(file.loop(), offset);
        sink.take(file);
        return sink;
    }

    private void opened(AsyncFile opened, Throwable problem) {
        opening = false;
        if (opened != null) take(opened);
        if (over) close();
        else if (problem != null) fail((IOException) problem);
        else goOn();
    }

    private void take(AsyncFile opened) {
        file = opened;
        file.closeBy(this::destroy);
    }

    @Override
    public boolean write(Buffer buffer) {
        internals.checkThread();
        var own = buffer.takeOver();
        if (ending) {
            own.release();
            throw new IllegalStateException("written after the end");
        }
        if (over || own.isEmpty()) {
            own.release();
            return !over;
        }
        waiting.add(own);
        waitingBytes += own.readable();
        goOn();
        if (waitingBytes > HIGH_WATER_BYTES) drainOwed = true;
        return !drainOwed;
    }

    @Override
    public boolean write(byte[] bytes) {
        var taken = true;
        for (var from = 0; from < bytes.length; from += AsyncFile.READ_BYTES_MAX) {
            var length = Math.min(bytes.length - from, AsyncFile.READ_BYTES_MAX);
            taken = write(loop.takeBuffer(length).append(bytes, from, length));
        }
        return taken;
    }

    @Override
    public boolean write(String text) {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean isWritable() {
        return !ending && !over;
    }

    private void goOn() {
        if (file == null || writing || over) return;
        var next = waiting.peek();
        if (next == null) {
            if (ending) finish();
            return;
        }
        writing = true;
        waiting.remove();
        var bytes = next.readable();
        file.write(offset, next, result -> writeCompleted(bytes, result));
    }

    private void writeCompleted(int bytes, int result) {
        writing = false;
        waitingBytes -= bytes;
        if (over) return;
        if (result < 0) {
            fail(file.refusal("write", result));
            return;
        }
        offset += bytes;
        goOn();
        if (!drainOwed || waitingBytes > 0 || over) return;
        drainOwed = false;
        if (onDrain != null) onDrain.run();
    }

    @Override
    public FileSink onDrain(Runnable callback) {
        onDrain = Objects.requireNonNull(callback);
        return this;
    }

    @Override
    public FileSink onError(Consumer<IOException> callback) {
        onError = Objects.requireNonNull(callback);
        return this;
    }

    @Override
    public FileSink onClose(Runnable callback) {
        onClose = CloseCallbacks.add(onClose, callback);
        return this;
    }

    @Override
    public void end() {
        internals.checkThread();
        if (ending) return;
        ending = true;
        goOn();
    }

    private void finish() {
        over = true;
        close();
    }

    private void fail(IOException problem) {
        try {
            tell(problem);
        } finally {
            destroy();
        }
    }

    private void tell(IOException problem) {
        if (onError != null) onError.accept(problem);
        else internals.uncaught(problem);
    }

    @Override
    public void destroy() {
        internals.checkThread();
        if (over) return;
        over = true;
        for (var buffer : waiting) buffer.release();
        waiting.clear();
        close();
    }

    /// One that is being opened closes when it is open.
    private void close() {
        if (opening) return;
        if (file == null) closed(null);
        else file.close().whenComplete((_, problem) -> loop.nextTick(() -> closed((IOException) problem)));
    }

    /// @param problem of a file system that writes late; else null
    private void closed(IOException problem) {
        try {
            if (problem != null) tell(problem);
        } finally {
            if (onClose != null) onClose.run();
        }
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public String toString() {
        return "FileSink[" + file + " at " + offset + "]";
    }
}
