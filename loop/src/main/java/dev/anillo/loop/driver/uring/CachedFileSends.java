package dev.anillo.loop.driver.uring;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.linux.iovec;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.posix.Scratch;
import dev.anillo.loop.memory.Memory;
import java.util.Arrays;

/// Parts of files that lie in the page cache: sendfile(2) hands their pages to the socket, and nothing passes through user
/// space. For io_uring there is no such operation: its splice takes a worker thread for each step.
///
/// Sockets are blocking, as multishot operations want them, and sendfile looks at the socket's mode alone; so the mode is
/// changed for the one call. Nothing else begins meanwhile: all that this loop starts, it starts on this thread.
final class CachedFileSends {
    /// What one socket gets of a file before the others have their turn.
    private static final int BYTES_PER_TURN = 256 * 1024;

    /// The disk would have to be waited for: a result of [#attempt] that is no errno.
    static final int NOT_CACHED = Integer.MIN_VALUE;

    private final Syscalls calls;
    private final Counters counters;
    private final long fileOffset;
    private final long oneByte;

    /// By socket, what waits for room.
    private int[] files = new int[64];
    private long[] offsets = new long[64];
    private int[] lengths = new int[64];

    CachedFileSends(Syscalls calls, Counters counters, Scratch scratch) {
        this.calls = calls;
        this.counters = counters;
        fileOffset = scratch.take(Long.BYTES, Long.BYTES);
        oneByte = scratch.take((int) iovec.sizeof() + 1, Long.BYTES);
        Memory.putLong(oneByte + iovec.iov_base$offset(), oneByte + iovec.sizeof());
        Memory.putLong(oneByte + iovec.iov_len$offset(), 1);
    }

    /// @return the bytes that were sent, 0 at the file's end, [#NOT_CACHED], or a negated errno; `-EAGAIN` for a full socket,
    ///     and then [#attemptAgain]
    int attempt(int socket, int file, long offset, long length) {
        var part = (int) Math.min(length, BYTES_PER_TURN);
        if (part > 0 && !isCached(file, offset + part - 1)) return NOT_CACHED;
        var sent = send(socket, file, offset, part);
        if (sent == -Errno.EAGAIN) remember(socket, file, offset, part);
        return sent;
    }

    /// When the socket has room.
    int attemptAgain(int socket) {
        return attempt(socket, files[socket], offsets[socket], lengths[socket]);
    }

    int file(int socket) {
        return files[socket];
    }

    long offset(int socket) {
        return offsets[socket];
    }

    int length(int socket) {
        return lengths[socket];
    }

    /// The last byte tells for those before it, which were read ahead. Where a file system can't tell, it is not.
    private boolean isCached(int file, long offset) {
        counters.systemCalls++;
        return calls.preadv2(file, oneByte, 1, offset, Linux.RWF_NOWAIT()) >= 0;
    }

    private int send(int socket, int file, long offset, int length) {
        var refused = mode(socket, Linux.O_NONBLOCK());
        if (refused < 0) return refused;
        counters.systemCalls++;
        Memory.putLong(fileOffset, offset);
        var sent = calls.sendfile(socket, file, fileOffset, length);
        refused = mode(socket, 0);
        return refused < 0 ? refused : sent;
    }

    private int mode(int socket, int flags) {
        counters.systemCalls++;
        return calls.fcntl(socket, Linux.F_SETFL(), flags);
    }

    private void remember(int socket, int file, long offset, int length) {
        if (socket >= files.length) {
            var room = Integer.highestOneBit(socket) * 2;
            files = Arrays.copyOf(files, room);
            offsets = Arrays.copyOf(offsets, room);
            lengths = Arrays.copyOf(lengths, room);
        }
        files[socket] = file;
        offsets[socket] = offset;
        lengths[socket] = length;
    }
}
