package dev.anillo.http.server;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferHome;

/// A part of a receive buffer that is lent as if it were a buffer by itself. Whoever keeps it gets a copy, since the
/// rest of the receive buffer is somebody else's. One serves all connections of a loop, for no callback runs within
/// another.
final class Window implements BufferHome {
    private final EventLoop loop;
    private final Buffer pane = Buffer.view(this, 0);

    Window(EventLoop loop) {
        this.loop = loop;
    }

    Buffer over(long address, int bytes) {
        return pane.leaveHome(address, bytes);
    }

    @Override
    public void takeBack(Buffer buffer) {
        // The memory is the receive buffer's.
    }

    @Override
    public Buffer keep(Buffer buffer) {
        var copy = loop.takeBuffer(buffer.readable());
        copy.append(buffer.readAddress(), buffer.readable());
        buffer.release();
        return copy;
    }
}
