package dev.anillo.loop.driver.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.linux.statx;
import dev.anillo.linux.statx_timestamp;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.FileFacts;
import dev.anillo.loop.driver.PooledFiles;
import dev.anillo.loop.memory.Memory;
import java.lang.foreign.Arena;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// Open files by system calls, on whatever thread, and what io_uring's own operations share with that.
public final class PosixFiles implements PooledFiles.OpenFiles {
    /// What the umask leaves of it, as everywhere.
    public static final int FILE_MODE = 0666;

    /// What a [FileFacts] needs to know.
    public static final int STATUS_MASK =
            Linux.STATX_TYPE() | Linux.STATX_MODE() | Linux.STATX_SIZE() | Linux.STATX_MTIME();

    /// How Java itself turns the system's names into text.
    private static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding"));

    /// For the errno of a thread's last call; gone with the thread.
    private static final ThreadLocal<Syscalls> CALLS = ThreadLocal.withInitial(() -> new Syscalls(Arena.ofAuto()));

    public PosixFiles() {}

    /// The name as the system wants it, NUL at the end.
    public static byte[] name(Path path) {
        var text = path.toString();
        return ((text.isEmpty() ? "." : text) + "\0").getBytes(NAMES);
    }

    /// For open(2). Not to wait for the partner of a FIFO; of a terminal not to become its process's.
    public static int flags(Set<StandardOpenOption> options) {
        var writes = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        var flags = Linux.O_CLOEXEC() | Linux.O_NONBLOCK() | Linux.O_NOCTTY();
        if (!writes) return flags | Linux.O_RDONLY();
        flags |= options.contains(StandardOpenOption.READ) ? Linux.O_RDWR() : Linux.O_WRONLY();
        for (var option : options) {
            flags |= switch (option) {
                case CREATE -> Linux.O_CREAT();
                case CREATE_NEW -> Linux.O_CREAT() | Linux.O_EXCL();
                case TRUNCATE_EXISTING -> Linux.O_TRUNC();
                case APPEND -> Linux.O_APPEND();
                case SYNC -> Linux.O_SYNC();
                case DSYNC -> Linux.O_DSYNC();
                default -> 0; // READ and WRITE: above
            };
        }
        return flags;
    }

    /// Whether operations on it may wait without end.
    public static boolean mayWaitForever(int mode) {
        var kind = mode & FileFacts.KIND;
        return kind == Linux.S_IFIFO() || kind == Linux.S_IFSOCK();
    }

    /// A regular file is to wait for its disk: io_uring would answer EAGAIN instead.
    ///
    /// @return 0 or a negated errno
    public static int settle(Syscalls calls, int file, int mode) {
        return (mode & FileFacts.KIND) == FileFacts.REGULAR ? calls.fcntl(file, Linux.F_SETFL(), keptFlags(calls, file)) : 0;
    }

    private static int keptFlags(Syscalls calls, int file) {
        return calls.fcntl(file, Linux.F_GETFL(), 0) & ~Linux.O_NONBLOCK();
    }

    public static void decode(long status, FileFacts into) {
        into.mode = Memory.getShort(status + statx.stx_mode$offset()) & 0xFFFF;
        into.size = Memory.getLong(status + statx.stx_size$offset());
        var modified = status + statx.stx_mtime$offset();
        into.modifiedSeconds = Memory.getLong(modified + statx_timestamp.tv_sec$offset());
        into.modifiedNanos = Memory.getInt(modified + statx_timestamp.tv_nsec$offset());
    }

    @Override
    public int open(Path path, Set<StandardOpenOption> options) {
        var calls = CALLS.get();
        int file;
        try (var arena = Arena.ofConfined()) {
            file = calls.open(arena.allocateFrom(JAVA_BYTE, name(path)).address(), flags(options), FILE_MODE);
        }
        if (file == -Errno.ENXIO) return -Errno.EINVAL; // a FIFO for writing that nobody reads, or a socket
        if (file < 0) return file;
        var facts = new FileFacts();
        var result = status(file, facts);
        if (result == 0 && mayWaitForever(facts.mode)) result = -Errno.EINVAL;
        if (result == 0) result = settle(calls, file, facts.mode);
        if (result == 0) return file;
        calls.close(file);
        return result;
    }

    @Override
    public int read(int file, long offset, long address, int length) {
        return CALLS.get().pread(file, address, length, offset);
    }

    @Override
    public int write(int file, long offset, long address, int length) {
        return CALLS.get().pwrite(file, address, length, offset);
    }

    @Override
    public int sync(int file, boolean dataOnly) {
        return dataOnly ? CALLS.get().fdatasync(file) : CALLS.get().fsync(file);
    }

    @Override
    public int truncate(int file, long length) {
        return CALLS.get().ftruncate(file, length);
    }

    @Override
    public int status(int file, FileFacts into) {
        try (var arena = Arena.ofConfined()) {
            var status = arena.allocate(statx.sizeof(), Long.BYTES).address();
            var itself = arena.allocateFrom("").address();
            var result = CALLS.get().statx(file, itself, Linux.AT_EMPTY_PATH(), STATUS_MASK, status);
            if (result == 0) decode(status, into);
            return result;
        }
    }

    @Override
    public int close(int file) {
        return CALLS.get().close(file);
    }
}
