package dev.anillo.loop.driver.uring;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferPool;
import dev.anillo.loop.driver.Errno;
import java.util.Arrays;

/// Parts of files on their way to sockets: each is read into a buffer, which then is sent.
///
/// Not by splice: the kernel hands each splice to a worker thread, file to pipe and pipe to socket, and a slow reader
/// would keep one. A read from the page cache completes while it is submitted; for 4 KiB that takes a third of the time.
final class FileSends {
    /// One buffer. A slow reader holds one for as long as it takes; reads of 64 KiB are cheap beside what they copy.
    static final int BUFFER_BYTES = 64 * 1024;

    private final Submissions submissions;
    private final BufferPool pool = new BufferPool(BUFFER_BYTES);

    /// By socket.
    private Buffer[] buffers = new Buffer[64];
    private Stage[] stages = new Stage[64];

    private enum Stage { READING, CANCELLED, SENDING }

    FileSends(Submissions submissions) {
        this.submissions = submissions;
    }

    void read(int socket, int file, long offset, long length, long userData) {
        if (socket >= buffers.length) {
            var room = Integer.highestOneBit(socket) * 2;
            buffers = Arrays.copyOf(buffers, room);
            stages = Arrays.copyOf(stages, room);
        }
        var buffer = pool.take();
        buffers[socket] = buffer;
        stages[socket] = Stage.READING;
        submissions.read(file, offset, buffer.writeAddress(), (int) Math.min(length, BUFFER_BYTES), userData);
    }

    /// @return false when there is nothing left to read, and the send is what must be cancelled
    boolean cancelRead(int socket) {
        if (stages[socket] == Stage.SENDING) return false;
        stages[socket] = Stage.CANCELLED;
        return true;
    }

    /// Goes on to send what was read.
    ///
    /// @return more than 0, or the result that ends it all
    int readCompleted(int socket, int result, long userData) {
        var ends = stages[socket] == Stage.CANCELLED ? -Errno.ECANCELED : result;
        if (ends <= 0) {
            sendCompleted(socket);
            return ends;
        }
        stages[socket] = Stage.SENDING;
        var buffer = buffers[socket].wrote(result);
        submissions.send(socket, buffer.readAddress(), result, false, userData);
        return result;
    }

    /// The kernel has given the buffer back.
    void sendCompleted(int socket) {
        buffers[socket].release();
        buffers[socket] = null;
    }

    /// What the kernel still holds is not used again.
    void close() {
        pool.close();
    }
}
