package dev.anillo.http.server;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferHome;

/// A part of a receive buffer that is lent as if it were a buffer by itself. Whoever keeps it gets a copy, since the
/// rest of the receive buffer is somebody else's.
final class Window implements BufferHome {
    private final Connection connection;

    private Window(Connection connection) {
        this.connection = connection;
    }

    static Buffer over(Connection connection, long address, int bytes) {
        return new Buffer(new Window(connection), 0, address, bytes).leaveHome().wrote(bytes);
    }

    @Override
    public void takeBack(Buffer buffer) {
        // The memory is the receive buffer's.
    }

    @Override
    public Buffer keep(Buffer buffer) {
        var copy = connection.takeBuffer(buffer.readable());
        copy.append(buffer.readAddress(), buffer.readable());
        buffer.release();
        return copy;
    }
}
