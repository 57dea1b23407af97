package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.memory.Guards;

/// Pages that not even the kernel can touch, by mmap(2), for `-Danillo.checks=on`.
final class GuardPages implements Guards.Pages {
    private static final int PRIVATE = Linux.MAP_PRIVATE() | Linux.MAP_ANONYMOUS();
    private static final int PAGE_BYTES_MIN = 4096;

    private static final GuardPages SYSTEM = new GuardPages();

    /// Of its own: it serves all loops of the process.
    private final Syscalls calls = new Syscalls();
    private int pageBytes;

    private GuardPages() {}

    static void use() {
        Guards.use(SYSTEM);
    }

    @Override
    public int pageBytes() {
        if (pageBytes == 0) pageBytes = findPageBytes();
        return pageBytes;
    }

    /// A fixed address within a page is refused.
    private int findPageBytes() {
        var room = 2L * Scratch.PAGE_BYTES_MAX;
        var start = reserve(room);
        var bytes = PAGE_BYTES_MIN;
        while (map(start + bytes, bytes, Linux.PROT_NONE(), Linux.MAP_FIXED()) == -Errno.EINVAL) bytes *= 2;
        calls.munmap(start, room);
        return bytes;
    }

    @Override
    public long reserve(long bytes) {
        return mapOrThrow(0, bytes, Linux.PROT_NONE(), 0);
    }

    @Override
    public void open(long address, long bytes) {
        mapOrThrow(address, bytes, Linux.PROT_READ() | Linux.PROT_WRITE(), Linux.MAP_FIXED());
    }

    private long map(long address, long bytes, int protection, int flags) {
        return calls.mmap(address, bytes, protection, PRIVATE | flags, -1, 0);
    }

    private long mapOrThrow(long address, long bytes, int protection, int flags) {
        var mapped = map(address, bytes, protection, flags);
        if (mapped >= 0) return mapped;
        throw new OutOfMemoryError(new OsException("mmap", bytes + " bytes", (int) -mapped).getMessage()
                + ": with -Danillo.checks=on each buffer takes two maps: raise the sysctl vm.max_map_count");
    }
}
