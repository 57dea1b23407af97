package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.OsException;

/// Memory from which a driver cuts its small off-heap parts once: the structs of its system calls, an array of events.
/// Zeroed, and on pages that exist only once they are touched.
public final class Scratch {
    /// Pages have 4 KiB, and up to 64 KiB on some aarch64 kernels.
    public static final int PAGE_BYTES_MAX = 64 * 1024;

    private static final int BYTES = 256 * 1024;

    private final Syscalls calls;
    private final long memory;
    private int used;

    /// @throws OsException naming `mmap`
    public Scratch(Syscalls calls) throws OsException {
        this.calls = calls;
        memory = calls.mmap(0, BYTES, Linux.PROT_READ() | Linux.PROT_WRITE(),
                Linux.MAP_PRIVATE() | Linux.MAP_ANONYMOUS(), -1, 0);
        if (memory < 0) throw new OsException("mmap", BYTES + " bytes", (int) -memory);
    }

    /// Memory that lives as long as the driver.
    ///
    /// @param alignment a power of two; [#PAGE_BYTES_MAX] for the start of a page
    public long take(int bytes, int alignment) {
        var at = (used + alignment - 1) & -alignment;
        if (bytes > BYTES - at) throw new IllegalArgumentException(bytes + " bytes, and " + (BYTES - at) + " are left");
        used = at + bytes;
        return memory + at;
    }

    public void close() {
        calls.munmap(memory, BYTES);
    }
}
