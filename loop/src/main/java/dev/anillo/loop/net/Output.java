package dev.anillo.loop.net;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferQueue;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.SendParts;
import java.util.ArrayDeque;

/// What a socket has yet to send, in order:
///
///     buffers (the first ones, or a part of them, may be with the kernel) · file, and what waits behind it · file …
///
/// An idle socket holds no buffer.
final class Output {
    /// Bytes up to which a written buffer is copied behind those that wait, instead of being sent by itself.
    private static final int COPY_BYTES_MAX = 1024;

    /// Before the first file.
    private BufferQueue buffers = new BufferQueue();

    /// Null without any.
    private ArrayDeque<FilePart> files;

    private long bufferBytes;
    private long fileBytes;
    private long sentBytes;

    // Adding.

    /// Takes the buffer over.
    void add(Buffer buffer) {
        var bytes = buffer.readable();
        var last = last();
        if (bytes <= COPY_BYTES_MAX && last != null && last.room() >= bytes) {
            last.append(buffer.readAddress(), bytes);
            buffer.release();
        } else {
            enqueue(buffer);
        }
        bufferBytes += bytes;
    }

    /// @param part holds its file open
    void add(FilePart part) {
        if (files == null) files = new ArrayDeque<>(2);
        files.add(part);
        fileBytes += part.left;
    }

    /// A buffer at the end with room for so many bytes; what is appended to it is told by [#appended].
    Buffer roomFor(int bytes, LoopInternals internals) {
        var last = last();
        if (last != null && last.room() >= bytes) return last;
        var buffer = internals.takeBuffer(bytes);
        enqueue(buffer);
        return buffer;
    }

    void appended(int bytes) {
        bufferBytes += bytes;
    }

    private Buffer last() {
        return lastQueue().last();
    }

    private void enqueue(Buffer buffer) {
        lastQueue().add(buffer);
    }

    private BufferQueue lastQueue() {
        return files == null ? buffers : files.getLast().behind;
    }

    // Sending.

    /// The buffer whose turn it is, with something in it; null when it is a file's turn or nothing waits.
    Buffer buffer() {
        var buffer = buffers.first();
        while (buffer != null && buffer.isEmpty()) { // room that was taken, and nothing came
            buffers.poll().release();
            buffer = buffers.first();
        }
        return buffer;
    }

    /// The file whose turn it is, once there is no [#buffer]; null when nothing waits.
    FilePart file() {
        return files == null ? null : files.peek();
    }

    /// Whether the [#buffer] is all that waits in memory before the next file.
    boolean isOnlyBuffer() {
        return buffers.first() == buffers.last();
    }

    /// Those whose turn it is, as many as the list takes.
    ///
    /// @return the list
    SendParts parts(SendParts parts) {
        parts.clear();
        for (var buffer = buffers.first(); buffer != null; buffer = buffer.next()) {
            if (!buffer.isEmpty() && !parts.add(buffer.readAddress(), buffer.readable())) break;
        }
        return parts;
    }

    /// The kernel has taken bytes from the front of the buffers.
    void sent(int bytes) {
        bufferBytes -= bytes;
        sentBytes += bytes;
        while (bytes > 0) {
            var buffer = buffers.first();
            var part = Math.min(bytes, buffer.readable());
            buffer.skip(part);
            bytes -= part;
            if (buffer.isEmpty()) buffers.poll().release();
        }
    }

    /// The kernel has taken bytes of the file.
    void sentOfFile(int bytes) {
        fileBytes -= bytes;
        sentBytes += bytes;
        var part = files.peek();
        if (!part.sent(bytes)) return;
        files.poll();
        if (files.isEmpty()) files = null;
        part.file.close();
        buffers = part.behind;
    }

    /// Only once the kernel has given back what it was lent.
    void drop() {
        buffers.release();
        if (files != null) files.forEach(FilePart::drop);
        files = null;
        bufferBytes = 0;
        fileBytes = 0;
    }

    // About it.

    /// Bytes that wait, those with the kernel included.
    long bytes() {
        return bufferBytes + fileBytes;
    }

    /// Those of them that are in memory, and not in files.
    long bytesInMemory() {
        return bufferBytes;
    }

    /// Bytes that the kernel has taken.
    long sentBytes() {
        return sentBytes;
    }
}
