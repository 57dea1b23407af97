package dev.anillo.loop.net;

/// A part of a file that a socket has yet to send.
final class FilePart extends OutputPart {
    final SendableFile file;
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

    @Override
    void close() {
        file.close();
    }
}
