package dev.anillo.loop.net;

import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferQueue;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.driver.Token;
import java.util.ArrayDeque;

/// The half of a socket that sends: what has yet to be sent, in order, and the sending of it.
///
///     buffers (the first ones, or a part of them, may be with the kernel) · file or handles, and what waits behind · …
///
/// All that is added in one turn of the loop leaves with one send. An idle socket holds no buffer.
final class Output {
    /// Bytes up to which a written buffer is copied behind those that wait, instead of being sent by itself.
    private static final int COPY_BYTES_MAX = 1024;

    private final StreamSocket<?> socket;

    /// Before the first part.
    private BufferQueue buffers = new BufferQueue();

    /// Null without any.
    private ArrayDeque<OutputPart> parts;

    private long bufferBytes;
    private long fileBytes;
    private long sentBytes;
    private boolean flushAsked;
    private boolean drainOwed;

    Output(StreamSocket<?> socket) {
        this.socket = socket;
    }

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
        flushLater();
    }

    /// @param part holds its file open
    void add(FilePart part) {
        addPart(part);
        fileBytes += part.left;
        flushLater();
    }

    /// Bytes follow at once.
    void add(HandlesPart part) {
        addPart(part);
    }

    private void addPart(OutputPart part) {
        if (parts == null) parts = new ArrayDeque<>(2);
        parts.add(part);
    }

    /// A buffer at the end with room for so many bytes; what is appended to it is told by [#appended].
    Buffer roomFor(int bytes) {
        var last = last();
        if (last != null && last.room() >= bytes) return last;
        var buffer = socket.internals.takeBuffer(bytes);
        enqueue(buffer);
        return buffer;
    }

    void appended(int bytes) {
        bufferBytes += bytes;
        flushLater();
    }

    private Buffer last() {
        return lastQueue().last();
    }

    private void enqueue(Buffer buffer) {
        lastQueue().add(buffer);
    }

    private BufferQueue lastQueue() {
        return parts == null ? buffers : parts.getLast().behind;
    }

    // Sending.

    void flushLater() {
        if (flushAsked || socket.isClosed()) return;
        flushAsked = true;
        socket.internals.flushLater(socket.operations);
    }

    void flush() {
        flushAsked = false;
        send();
    }

    private void send() {
        if (socket.operations.isSending() || socket.isConnecting() || socket.isDestroyed()) return;
        var buffer = buffer();
        var part = part();
        if (buffer != null) {
            send(buffer, part != null);
        } else {
            switch (part) {
                case null -> socket.allSent();
                case FilePart file -> send(file);
                case HandlesPart handles -> send(handles);
            }
        }
    }

    private void send(Buffer buffer, boolean more) {
        var operations = socket.operations;
        var token = operations.start(Token.SEND);
        if (!isOnlyBuffer()) {
            operations.driver().send(operations.descriptor, list(socket.internals.sendParts()), more, token);
        } else {
            operations.driver().send(operations.descriptor, buffer.readAddress(), buffer.readable(), more, token);
        }
    }

    private void send(FilePart part) {
        var operations = socket.operations;
        var token = operations.start(Token.SEND_FILE);
        operations.driver().sendFile(operations.descriptor, part.file.opened(), part.offset, part.left, token);
    }

    private void send(HandlesPart part) {
        var operations = socket.operations;
        var first = part.behind.first();
        var token = operations.start(Token.SEND_DESCRIPTORS);
        operations.driver().sendDescriptors(operations.descriptor, part.descriptors,
                first.readAddress(), first.readable(), token);
    }

    void sendCompleted(int result) {
        if (socket.isDestroyed()) {
            drop();
        } else if (result < 0) {
            socket.fail(new OsException("send", socket.describePeer(), -result), false);
        } else {
            sent(result);
            sendOn();
        }
    }

    void sendFileCompleted(int result) {
        if (socket.isDestroyed()) {
            drop();
        } else if (result <= 0) {
            var target = ((FilePart) part()).file + " to " + socket.describePeer();
            socket.operations.driver().abortOnClose(socket.operations.descriptor);
            socket.fail(new OsException("sendfile", target, result == 0 ? Errno.EIO : -result), false);
        } else {
            sentOfFile(result);
            sendOn();
        }
    }

    void sendHandlesCompleted(int result) {
        if (!socket.isDestroyed() && result >= 0) goPastPart();
        sendCompleted(result);
    }

    private void sendOn() {
        send();
        if (!drainOwed || bytes() != 0) return;
        drainOwed = false;
        socket.drained();
    }

    /// When not, the socket is told once all was sent.
    boolean belowHighWater() {
        if (bytes() <= StreamSocket.HIGH_WATER_BYTES) return true;
        drainOwed = true;
        return false;
    }

    // What waits.

    /// The buffer whose turn it is, with something in it; null when it is a part's turn or nothing waits.
    private Buffer buffer() {
        var buffer = buffers.first();
        while (buffer != null && buffer.isEmpty()) { // room that was taken, and nothing came
            buffers.poll().release();
            buffer = buffers.first();
        }
        return buffer;
    }

    /// What has its turn once there is no [#buffer]; null when nothing waits.
    private OutputPart part() {
        return parts == null ? null : parts.peek();
    }

    /// Whether the [#buffer] is all that waits in memory before the next part.
    private boolean isOnlyBuffer() {
        return buffers.first() == buffers.last();
    }

    /// Those whose turn it is, as many as the list takes.
    ///
    /// @return the list
    private SendParts list(SendParts parts) {
        parts.clear();
        for (var buffer = buffers.first(); buffer != null; buffer = buffer.next()) {
            if (!buffer.isEmpty() && !parts.add(buffer.readAddress(), buffer.readable())) break;
        }
        return parts;
    }

    /// The kernel has taken bytes from the front of the buffers.
    private void sent(int bytes) {
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
    private void sentOfFile(int bytes) {
        fileBytes -= bytes;
        sentBytes += bytes;
        if (((FilePart) part()).sent(bytes)) goPastPart();
    }

    private void goPastPart() {
        var part = parts.poll();
        if (parts.isEmpty()) parts = null;
        part.close();
        buffers = part.behind;
    }

    /// Only once the kernel has given back what it was lent.
    void drop() {
        buffers.release();
        if (parts != null) parts.forEach(OutputPart::drop);
        parts = null;
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
