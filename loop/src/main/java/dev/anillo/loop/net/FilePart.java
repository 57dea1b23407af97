package dev.anillo.loop.net;

import dev.anillo.loop.buffer.BufferQueue;

/// A part of a file that a socket has yet to send, and the buffers that wait behind it.
final class FilePart {
    final SendableFile file;
    final BufferQueue behind = new BufferQueue();
    long offset;
    long left;

    /// @param file held open by this part
    FilePart(SendableFile file, long offset, long length) {
        this.file = file;
        this.offset = offset;
        this.left = length;
    }

    /// @return whether that was all
    boolean sent(int bytes) {
        offset += bytes;
        left -= bytes;
        return left == 0;
    }

    void drop() {
        file.close();
        behind.release();
    }
}
