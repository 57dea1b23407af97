package dev.anillo.http.server;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.SendableFile;
import dev.anillo.loop.net.TcpSocket;
import java.util.ArrayDeque;

/// What a response has written before its turn: responses leave in the order of the requests (RFC 9112 §9.3.2), whatever
/// the order in which they are made.
final class Backlog {
    private sealed interface Piece {
        record Bytes(Buffer buffer) implements Piece {}

        /// @param file held open
        record FileBytes(SendableFile file, long offset, long length) implements Piece {}
    }

    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private final EventLoop loop;
    private long bytesInMemory;
    private long bytesInFiles;

    Backlog(EventLoop loop) {
        this.loop = loop;
    }

    /// As [TcpSocket#output].
    Buffer output(int room) {
        if (pieces.peekLast() instanceof Piece.Bytes(var last) && last.room() >= room) return last;
        var buffer = loop.takeBuffer(room);
        pieces.add(new Piece.Bytes(buffer));
        return buffer;
    }

    /// As [TcpSocket#wrote].
    void wrote(int count) {
        bytesInMemory += count;
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
        pieces.add(new Piece.Bytes(buffer));
    }

    void write(SendableFile file, long offset, long length) {
        bytesInFiles += length;
        pieces.add(new Piece.FileBytes(file.share(), offset, length));
    }

    long bytes() {
        return bytesInMemory + bytesInFiles;
    }

    long bytesInMemory() {
        return bytesInMemory;
    }

    /// The response's turn has come.
    void moveTo(TcpSocket socket) {
        for (var piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            switch (piece) {
                case Piece.Bytes(var buffer) -> socket.write(buffer);
                case Piece.FileBytes(var file, var offset, var length) -> {
                    try (file) {
                        socket.write(file, offset, length);
                    }
                }
            }
        }
        bytesInMemory = bytesInFiles = 0;
    }

    void drop() {
        for (var piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            switch (piece) {
                case Piece.Bytes(var buffer) -> buffer.release();
                case Piece.FileBytes(var file, _, _) -> file.close();
            }
        }
        bytesInMemory = bytesInFiles = 0;
    }
}
