package dev.anillo.loop.buffer;

/// One buffer that shows memory of somebody else's for the length of a callback. Whoever keeps it gets a copy.
///
/// Threads: the loop's thread.
public final class LentView implements BufferHome {
    private static final int SMALL_BYTES = 4 * 1024;
    private static final int LARGE_BYTES = 64 * 1024;

    private final Buffer buffer = Buffer.view(this, 0);
    private final BufferPool small = new BufferPool(SMALL_BYTES);
    private final BufferPool large = new BufferPool(LARGE_BYTES);

    /// Shows nothing yet, and takes no memory until something is kept.
    public LentView() {}

    /// The buffer, until its release.
    ///
    /// @param bytes at the most 64 KiB
    public Buffer of(long address, int bytes) {
        return buffer.leaveHome(address, bytes);
    }

    @Override
    public void takeBack(Buffer buffer) {
        // there is the one, and its memory is not ours
    }

    @Override
    public Buffer keep(Buffer buffer) {
        var copy = (buffer.readable() <= SMALL_BYTES ? small : large).take();
        copy.append(buffer.readAddress(), buffer.readable());
        buffer.release();
        return copy;
    }

    /// Gives the memory back unless somebody still has copies.
    public void close() {
        small.close();
        large.close();
    }
}
