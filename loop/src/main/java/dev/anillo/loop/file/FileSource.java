package dev.anillo.loop.file;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.stream.CloseCallbacks;
import dev.anillo.loop.stream.Readable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;

/// The bytes of a file, or of a part, as a stream. One read of [AsyncFile#READ_BYTES_MAX] is under way at a time, and none
/// while the source is paused: so much is held at the most.
///
///     FileSource.open(path).pipe(socket);
///
/// The file is the source's: closed with it, after the end, an error or [#destroy].
///
/// Threads: the loop's.
public final class FileSource implements Readable {
    private final EventLoop loop;
    private final LoopInternals internals;
    private long offset;
    private long left;

    /// Null until it is open.
    private AsyncFile file;
    private Consumer<Buffer> onData;
    private Runnable onEnd;
    private Consumer<IOException> onError;
    private Runnable onClose;
    /// What was read for a source that has been paused meanwhile.
    private Buffer unread;
    private boolean opening;
    private boolean paused;
    private boolean reading;
    /// Ended, broken or destroyed: nothing more is told but the close.
    private boolean over;

    private FileSource(EventLoop loop, long offset, long length) {
        if (offset < 0 || length < 0) throw new IllegalArgumentException("offset " + offset + ", length " + length);
        this.loop = loop;
        this.internals = LoopInternals.of(loop);
        this.offset = offset;
        this.left = length;
    }

    /// All of a file, which is opened now. A refusal comes to [#onError]; without such a callback it is uncaught.
    public static FileSource open(Path path) {
        var source = new FileSource(EventLoop.current(), 0, Long.MAX_VALUE);
        source.opening = true;
        AsyncFile.open(source.loop, path)
                .whenComplete((file, problem) -> source.loop.nextTick(() -> source.opened(file, problem)));
        return source;
    }

    /// A part of an open file, which is the source's from now on.
    ///
    /// @param length of the part; the stream ends earlier where the file does
    public static FileSource of(AsyncFile file, long offset, long length) {
        var source = new FileSource(file.loop(), offset, length);
        source.take(file);
        return source;
    }

    private void opened(AsyncFile opened, Throwable problem) {
        opening = false;
        if (opened != null) take(opened);
        if (over) close();
        else if (problem != null) fail((IOException) problem);
        else read();
    }

    private void take(AsyncFile opened) {
        file = opened;
        file.closeBy(this::destroy);
    }

    @Override
    public FileSource onData(Consumer<Buffer> callback) {
        internals.checkThread();
        onData = Objects.requireNonNull(callback);
        read();
        return this;
    }

    @Override
    public FileSource onEnd(Runnable callback) {
        onEnd = Objects.requireNonNull(callback);
        return this;
    }

    @Override
    public FileSource onError(Consumer<IOException> callback) {
        onError = Objects.requireNonNull(callback);
        return this;
    }

    @Override
    public FileSource onClose(Runnable callback) {
        onClose = CloseCallbacks.add(onClose, callback);
        return this;
    }

    @Override
    public void pause() {
        internals.checkThread();
        paused = true;
    }

    @Override
    public void resume() {
        internals.checkThread();
        if (!paused) return;
        paused = false;
        if (unread != null) loop.nextTick(this::deliverUnread);
        else read();
    }

    private void deliverUnread() {
        if (paused || unread == null) return;
        var buffer = unread;
        unread = null;
        deliver(buffer);
    }

    private void read() {
        if (onData == null || file == null || paused || reading || over || unread != null) return;
        reading = true;
        if (left == 0) loop.nextTick(() -> readCompleted(null, 0));
        else file.read(offset, (int) Math.min(left, AsyncFile.READ_BYTES_MAX), this::readCompleted);
    }

    private void readCompleted(Buffer buffer, int result) {
        reading = false;
        if (over) {
            if (buffer != null) buffer.release();
        } else if (result < 0) {
            fail(file.refusal("read", result));
        } else if (result == 0) {
            if (buffer != null) buffer.release();
            end();
        } else {
            offset += result;
            left -= result;
            if (paused) unread = buffer;
            else deliver(buffer);
        }
    }

    private void deliver(Buffer buffer) {
        buffer.lend();
        try {
            onData.accept(buffer);
        } finally {
            buffer.endLoan();
            read();
        }
    }

    private void end() {
        over = true;
        try {
            if (onEnd != null) onEnd.run();
        } finally {
            close();
        }
    }

    private void fail(IOException problem) {
        over = true;
        try {
            if (onError != null) onError.accept(problem);
            else internals.uncaught(problem);
        } finally {
            close();
        }
    }

    @Override
    public void destroy() {
        internals.checkThread();
        if (over) return;
        over = true;
        if (unread != null) unread.release();
        unread = null;
        close();
    }

    /// One that is being opened closes when it is open.
    private void close() {
        if (opening) return;
        if (file == null) closed(null);
        else file.close().whenComplete((_, problem) -> loop.nextTick(() -> closed(problem)));
    }

    /// @param problem of closing a file that was only read: nobody expects it, and nothing is lost
    private void closed(Throwable problem) {
        if (problem != null) internals.uncaught(problem);
        if (onClose != null) onClose.run();
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public String toString() {
        return "FileSource[" + file + " at " + offset + "]";
    }
}
