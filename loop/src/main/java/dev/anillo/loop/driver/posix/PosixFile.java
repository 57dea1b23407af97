package dev.anillo.loop.driver.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.linux.statx;
import dev.anillo.linux.statx_timestamp;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.DriverFile;
import dev.anillo.loop.driver.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// A regular file by its descriptor. Opened and closed on any thread, hence with system calls of its own.
public record PosixFile(int descriptor, long size, Instant modified) implements DriverFile {
    /// A FIFO without a writer would keep a blocking open waiting; on a terminal it would become the controlling one.
    private static final int OPEN_FLAGS =
            Linux.O_RDONLY() | Linux.O_CLOEXEC() | Linux.O_NONBLOCK() | Linux.O_NOCTTY();

    private static final int WANTED = Linux.STATX_TYPE() | Linux.STATX_SIZE() | Linux.STATX_MTIME();

    /// How Java itself turns the system's names into text.
    private static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding"));

    /// @throws OsException naming `open`; `EINVAL` for what is no regular file
    public static PosixFile open(Path path) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var calls = new Syscalls(arena);
            var fd = calls.open(arena.allocateFrom(path.toString(), NAMES).address(), OPEN_FLAGS);
            if (fd < 0) throw new OsException("open", path.toString(), -fd);
            try {
                return describe(calls, fd, path, arena);
            } catch (OsException refused) {
                calls.close(fd);
                throw refused;
            }
        }
    }

    private static PosixFile describe(Syscalls calls, int fd, Path path, Arena arena) throws OsException {
        var status = arena.allocate(statx.sizeof(), Long.BYTES);
        var itself = arena.allocateFrom("").address();
        var result = calls.statx(fd, itself, Linux.AT_EMPTY_PATH(), WANTED, status.address());
        if (result < 0) throw new OsException("statx", path.toString(), -result);
        var type = status.get(JAVA_SHORT, statx.stx_mode$offset()) & Linux.S_IFMT();
        if (type != Linux.S_IFREG()) throw new OsException("open", path.toString(), Errno.EINVAL);
        // io_uring would answer EAGAIN instead of reading from the disk.
        result = calls.fcntl(fd, Linux.F_SETFL(), 0);
        if (result < 0) throw new OsException("fcntl", path.toString(), -result);
        var size = status.get(JAVA_LONG, statx.stx_size$offset());
        return new PosixFile(fd, size, instant(status.asSlice(statx.stx_mtime$offset())));
    }

    private static Instant instant(MemorySegment timestamp) {
        return Instant.ofEpochSecond(
                timestamp.get(JAVA_LONG, statx_timestamp.tv_sec$offset()),
                timestamp.get(JAVA_INT, statx_timestamp.tv_nsec$offset()));
    }

    /// By proc_pid_fd(5): the kernel's own name for what is open.
    @Override
    public Path location() throws OsException {
        var link = Path.of("/proc/self/fd/" + descriptor);
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException absent) {
            throw new OsException("readlink", link + " (/proc must be mounted)", Errno.EIO);
        }
    }

    @Override
    public byte[] read(int bytesMax) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var calls = new Syscalls(arena);
            var bytes = arena.allocate(Math.max(1, bytesMax));
            var count = 0;
            while (count < bytesMax) {
                var read = calls.pread(descriptor, bytes.address() + count, bytesMax - count, count);
                if (read == -Errno.EINTR) continue;
                if (read < 0) throw new OsException("read", "descriptor " + descriptor, -read);
                if (read == 0) break;
                count += read;
            }
            return bytes.asSlice(0, count).toArray(JAVA_BYTE);
        }
    }

    @Override
    public void close() {
        try (var arena = Arena.ofConfined()) {
            new Syscalls(arena).close(descriptor);
        }
    }
}
