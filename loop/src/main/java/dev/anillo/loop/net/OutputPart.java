package dev.anillo.loop.net;

import dev.anillo.loop.buffer.BufferQueue;

/// What a socket has yet to send between its buffers, and the buffers that wait behind it.
abstract sealed class OutputPart permits FilePart, HandlesPart {
    final BufferQueue behind = new BufferQueue();

    /// It was sent, or never will be.
    abstract void close();

    final void drop() {
        close();
        behind.release();
    }
}
