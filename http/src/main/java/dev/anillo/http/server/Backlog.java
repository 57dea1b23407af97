package dev.anillo.http.server;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.TcpSocket;
import java.util.ArrayDeque;

/// What a response has written before its turn: responses leave in the order of the requests (RFC 9112 §9.3.2), whatever
/// the order in which they are made.
final class Backlog {
    private final ArrayDeque<Buffer> buffers = new ArrayDeque<>();
    private final EventLoop loop;
    private long bytes;

    Backlog(EventLoop loop) {
        this.loop = loop;
    }

    /// As [TcpSocket#output].
    Buffer output(int room) {
        var last = buffers.peekLast();
        if (last != null && last.room() >= room) return last;
        var buffer = loop.takeBuffer(room);
        buffers.add(buffer);
        return buffer;
    }

    /// As [TcpSocket#wrote].
    void wrote(int count) {
        bytes += count;
    }

    void write(byte[] source, int offset, int length) {
        while (length > 0) {
            var buffer = output(1);
            var part = Math.min(length, buffer.room());
            buffer.append(source, offset, part);
            wrote(part);
            offset += part;
            length -= part;
        }
    }

    void write(Buffer buffer) {
        wrote(buffer.readable());
        buffers.add(buffer);
    }

    long bytes() {
        return bytes;
    }

    /// The response's turn has come.
    void moveTo(TcpSocket socket) {
        for (var buffer = buffers.poll(); buffer != null; buffer = buffers.poll()) socket.write(buffer);
        bytes = 0;
    }

    void drop() {
        for (var buffer = buffers.poll(); buffer != null; buffer = buffers.poll()) buffer.release();
        bytes = 0;
    }
}
