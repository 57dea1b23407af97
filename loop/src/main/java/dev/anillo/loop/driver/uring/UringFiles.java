package dev.anillo.loop.driver.uring;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.linux.statx;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferPool;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.FileFacts;
import dev.anillo.loop.driver.FileOperations;
import dev.anillo.loop.driver.HelperPool;
import dev.anillo.loop.driver.posix.PosixFiles;
import dev.anillo.loop.memory.Memory;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Files by the ring's own operations: a thread of the kernel waits for the disk where that is needed. Entries carry the
/// loop's token.
///
/// A path, or two, and a status lie in memory of their own until the operation has ended:
///
///     | path, NUL | second path, NUL, or statx |
///
/// What is open is looked at before it is handed out: a FIFO or a socket is refused, a regular file made to wait.
final class UringFiles implements FileOperations {
    /// What the umask leaves of it.
    static final int DIRECTORY_MODE = 0777;

    /// A path with its NUL (PATH_MAX).
    private static final int PATH_BYTES_MAX = 4096;

    private final FileSubmissions ring;
    private final HelperPool helpers;
    private final Syscalls calls;
    private final Counters counters;
    private final PosixFiles waiting = new PosixFiles();
    private final BufferPool memory = new BufferPool(2 * PATH_BYTES_MAX);
    private final Map<Long, Step> underWay = new HashMap<>();

    /// What an operation goes on with when the kernel has answered.
    private interface Step {
        /// @return what it all came to; [FileSends#GOES_ON]: not yet
        int completed(int result);

        /// The driver has ended and nobody is told: what the operation holds is given back.
        default void discarded(int result) {
            completed(-Errno.ECANCELED);
        }
    }

    UringFiles(Submissions submissions, HelperPool helpers, Syscalls calls, Counters counters) {
        this.ring = new FileSubmissions(submissions);
        this.helpers = helpers;
        this.calls = calls;
        this.counters = counters;
    }

    void completed(long token, int result, Completions completions) {
        var step = underWay.remove(token);
        if (step != null) result = step.completed(result);
        if (result == FileSends.GOES_ON) return;
        counters.completions++;
        completions.completed(token, result, false, null);
    }

    /// As [#completed], at the driver's end.
    void discarded(long token, int result) {
        var step = underWay.remove(token);
        if (step != null) step.discarded(result);
    }

    @Override
    public void open(Path path, Set<StandardOpenOption> options, long token) {
        var lent = lend(path, token);
        if (lent == null) return;
        ring.open(lent.address(), PosixFiles.flags(options), token);
        underWay.put(token, new Step() {
            @Override
            public int completed(int file) {
                if (file >= 0) return look(file, lent, token);
                lent.release();
                return file == -Errno.ENXIO ? -Errno.EINVAL : file; // a FIFO for writing that nobody reads, or a socket
            }

            @Override
            public void discarded(int file) {
                lent.release();
                if (file >= 0) calls.close(file);
            }
        });
    }

    private int look(int file, Buffer lent, long token) {
        var status = lent.address() + PATH_BYTES_MAX;
        Memory.putByte(lent.address(), (byte) 0);
        ring.status(file, lent.address(), Linux.AT_EMPTY_PATH(), status, token);
        underWay.put(token, result -> {
            var mode = Memory.getShort(status + statx.stx_mode$offset()) & 0xFFFF;
            lent.release();
            if (result == 0 && PosixFiles.mayWaitForever(mode)) result = -Errno.EINVAL;
            if (result == 0) result = PosixFiles.settle(calls, file, mode);
            if (result == 0) return file;
            calls.close(file);
            return result;
        });
        return FileSends.GOES_ON;
    }

    @Override
    public void read(int file, long offset, long address, int length, long token) {
        ring.read(file, offset, address, length, token);
    }

    @Override
    public void write(int file, long offset, long address, int length, long token) {
        ring.write(file, offset, address, length, token);
    }

    @Override
    public void sync(int file, boolean dataOnly, long token) {
        ring.sync(file, dataOnly, token);
    }

    /// A ring before Linux 6.9 does not know it. What it says then others may mean as well: a helper has the last word.
    @Override
    public void truncate(int file, long length, long token) {
        ring.truncate(file, length, token);
        underWay.put(token, result -> {
            if (result != -Errno.EINVAL) return result;
            helpers.start(() -> waiting.truncate(file, length), token);
            return FileSends.GOES_ON;
        });
    }

    @Override
    public void status(int file, FileFacts into, long token) {
        var lent = memory.take();
        Memory.putByte(lent.address(), (byte) 0);
        status(file, lent, Linux.AT_EMPTY_PATH(), into, token);
    }

    @Override
    public void status(Path path, boolean followLinks, FileFacts into, long token) {
        var lent = lend(path, token);
        if (lent != null) status(Linux.AT_FDCWD(), lent, followLinks ? 0 : Linux.AT_SYMLINK_NOFOLLOW(), into, token);
    }

    private void status(int file, Buffer lent, int flags, FileFacts into, long token) {
        var status = lent.address() + PATH_BYTES_MAX;
        ring.status(file, lent.address(), flags, status, token);
        underWay.put(token, result -> {
            if (result == 0) PosixFiles.decode(status, into);
            lent.release();
            return result;
        });
    }

    @Override
    public void close(int file, long token) {
        ring.close(file, token);
    }

    @Override
    public void rename(Path from, Path to, long token) {
        var second = PosixFiles.name(to);
        if (second.length > PATH_BYTES_MAX) {
            refuse(token);
            return;
        }
        var lent = lend(from, token);
        if (lent == null) return;
        Memory.copy(second, 0, lent.address() + PATH_BYTES_MAX, second.length);
        ring.rename(lent.address(), lent.address() + PATH_BYTES_MAX, token);
        releaseAtTheEnd(lent, token);
    }

    @Override
    public void unlink(Path path, boolean directory, long token) {
        var lent = lend(path, token);
        if (lent == null) return;
        ring.unlink(lent.address(), directory, token);
        releaseAtTheEnd(lent, token);
    }

    @Override
    public void makeDirectory(Path path, long token) {
        var lent = lend(path, token);
        if (lent == null) return;
        ring.makeDirectory(lent.address(), token);
        releaseAtTheEnd(lent, token);
    }

    private void releaseAtTheEnd(Buffer lent, long token) {
        underWay.put(token, result -> {
            lent.release();
            return result;
        });
    }

    /// @return memory that begins with the path; null when that is too long, and then the operation has ended
    private Buffer lend(Path path, long token) {
        var name = PosixFiles.name(path);
        if (name.length > PATH_BYTES_MAX) {
            refuse(token);
            return null;
        }
        var lent = memory.take();
        Memory.copy(name, 0, lent.address(), name.length);
        return lent;
    }

    private void refuse(long token) {
        helpers.start(() -> -Errno.ENAMETOOLONG, token);
    }

    /// The ring is gone; what it still holds is not used again.
    void shutDown() {
        memory.close();
    }
}
