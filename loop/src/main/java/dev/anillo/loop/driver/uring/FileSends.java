package dev.anillo.loop.driver.uring;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferPool;
import dev.anillo.loop.driver.Errno;
import java.util.Arrays;

/// Parts of files that are not in memory yet ([CachedFileSends] has the others): each is read into a buffer, while a
/// thread of the kernel waits for the disk, and then sent.
final class FileSends {
    /// One buffer. A slow reader holds one for as long as it takes.
    static final int BUFFER_BYTES = 64 * 1024;

    /// No length, and no errno.
    static final int GOES_ON = Integer.MIN_VALUE;

    private final Submissions submissions;
    private final BufferPool pool = new BufferPool(BUFFER_BYTES);

    /// By socket.
    private Buffer[] buffers = new Buffer[64];
    private Stage[] stages = new Stage[64];

    private enum Stage { READING, CANCELLED, SENDING }

    FileSends(Submissions submissions) {
        this.submissions = submissions;
    }

    void start(int socket, int file, long offset, long length, long readData) {
        if (socket >= buffers.length) {
            var room = Integer.highestOneBit(socket) * 2;
            buffers = Arrays.copyOf(buffers, room);
            stages = Arrays.copyOf(stages, room);
        }
        var buffer = pool.take();
        buffers[socket] = buffer;
        stages[socket] = Stage.READING;
        submissions.readFile(file, offset, buffer.writeAddress(), (int) Math.min(length, BUFFER_BYTES), readData);
    }

    /// Nothing is under way here for a socket that took its part at once, and only has not been told yet.
    ///
    /// @return whether it is the send that is under way and must be cancelled
    boolean cancel(int socket) {
        if (socket >= buffers.length || buffers[socket] == null) return false;
        if (stages[socket] == Stage.SENDING) return true;
        stages[socket] = Stage.CANCELLED;
        return false;
    }

    /// Sends what was read. Not by a link of both entries: a kernel that is short of memory may take the first alone, and
    /// then the second is none any more and sends what the buffer held before.
    ///
    /// @return what it all came to; [#GOES_ON]: not yet
    int readCompleted(int socket, int result, long sendData) {
        if (stages[socket] == Stage.CANCELLED) result = -Errno.ECANCELED;
        if (result <= 0) {
            release(socket);
            return result;
        }
        stages[socket] = Stage.SENDING;
        submissions.send(socket, buffers[socket].writeAddress(), result, false, sendData);
        return GOES_ON;
    }

    /// The kernel has given the buffer back.
    void release(int socket) {
        buffers[socket].release();
        buffers[socket] = null;
    }

    /// What the kernel still holds is not used again.
    void close() {
        pool.close();
    }
}
