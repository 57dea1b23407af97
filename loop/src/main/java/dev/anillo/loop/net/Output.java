package dev.anillo.loop.net;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.LoopInternals;
import java.util.ArrayDeque;

/// What a socket has yet to send, in order:
///
///     sending (part of it may be with the kernel) · waiting … · file, and what waits behind it · file …
///
/// An idle socket holds neither buffer nor queue.
final class Output {
    /// Bytes up to which a written buffer is copied behind those that wait, instead of being sent by itself.
    private static final int COPY_BYTES_MAX = 1024;

    private Buffer sending;
    private ArrayDeque<Buffer> waiting;

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
        if (files != null) return files.getLast().behind.peekLast();
        return waiting != null && !waiting.isEmpty() ? waiting.peekLast() : sending;
    }

    private void enqueue(Buffer buffer) {
        if (files != null) {
            files.getLast().behind.add(buffer);
        } else if (sending == null) {
            sending = buffer;
        } else {
            if (waiting == null) waiting = new ArrayDeque<>(4);
            waiting.add(buffer);
        }
    }

    // Sending.

    /// The buffer whose turn it is, with something in it; null when it is a file's turn or nothing waits.
    Buffer buffer() {
        while (sending != null && sending.isEmpty()) nextBuffer(); // room that was taken, and nothing came
        return sending;
    }

    /// The file whose turn it is, once there is no [#buffer]; null when nothing waits.
    FilePart file() {
        return files == null ? null : files.peek();
    }

    /// The kernel has taken bytes of the buffer.
    void sent(int bytes) {
        bufferBytes -= bytes;
        sentBytes += bytes;
        sending.skip(bytes);
        if (sending.isEmpty()) nextBuffer();
    }

    private void nextBuffer() {
        sending.release();
        sending = waiting == null ? null : waiting.poll();
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
        sending = part.behind.poll();
        if (!part.behind.isEmpty()) waiting = part.behind;
    }

    /// Only once the kernel has given back what it was lent.
    void drop() {
        if (sending != null) sending.release();
        sending = null;
        if (waiting != null) waiting.forEach(Buffer::release);
        waiting = null;
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
