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

    /// What the read is to bring, and then what it has brought.
    private int[] lengths = new int[64];

    private enum Stage { READING, CANCELLED, READ_SHORT, SENDING }

    FileSends(Submissions submissions) {
        this.submissions = submissions;
    }

    void start(int socket, int file, long offset, long length, long readData, long sendData) {
        if (socket >= buffers.length) {
            var room = Integer.highestOneBit(socket) * 2;
            buffers = Arrays.copyOf(buffers, room);
            stages = Arrays.copyOf(stages, room);
            lengths = Arrays.copyOf(lengths, room);
        }
        var buffer = pool.take();
        buffers[socket] = buffer;
        stages[socket] = Stage.READING;
        lengths[socket] = (int) Math.min(length, BUFFER_BYTES);
        submissions.readAndSend(file, offset, socket, buffer.writeAddress(), lengths[socket], readData, sendData);
    }

    /// @return whether it is the send that is under way and must be cancelled
    boolean cancel(int socket) {
        if (stages[socket] == Stage.SENDING) return true;
        stages[socket] = Stage.CANCELLED;
        return false;
    }

    /// @return as [#cancel], which was called meanwhile
    boolean readCompleted(int socket, int result) {
        var isCancelled = stages[socket] == Stage.CANCELLED;
        var isWhole = result == lengths[socket];
        stages[socket] = isWhole ? Stage.SENDING : Stage.READ_SHORT;
        if (!isWhole) lengths[socket] = isCancelled ? -Errno.ECANCELED : result;
        return isWhole && isCancelled;
    }

    /// The send that follows a read has ended, and was none when the read was short: then what there is goes by itself.
    ///
    /// @return what it all came to; [#GOES_ON]: not yet
    int sendCompleted(int socket, int result, long sendData) {
        if (stages[socket] == Stage.READ_SHORT) {
            result = lengths[socket];
            if (result > 0) {
                stages[socket] = Stage.SENDING;
                submissions.send(socket, buffers[socket].writeAddress(), result, false, sendData);
                return GOES_ON;
            }
        }
        release(socket);
        return result;
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
