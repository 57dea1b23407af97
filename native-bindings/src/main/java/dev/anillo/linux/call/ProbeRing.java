package dev.anillo.linux.call;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.anillo.linux.Linux;
import dev.anillo.linux.io_cqring_offsets;
import dev.anillo.linux.io_sqring_offsets;
import dev.anillo.linux.io_uring_cqe;
import dev.anillo.linux.io_uring_params;
import dev.anillo.linux.io_uring_sqe;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/// A ring for [KernelProbe]'s questions: one request at a time, each waited for. It must end at once by its nature.
///
/// Nothing here needs a memory barrier: the kernel looks at the ring only within the call that this thread makes.
final class ProbeRing implements AutoCloseable {
    final int fd;

    private final Syscalls syscalls;
    private final MemorySegment params;
    private final MemorySegment submissions;
    private final MemorySegment completions;
    private final MemorySegment entries;

    /// @param params as the kernel completed them; they outlive the ring
    ProbeRing(Syscalls syscalls, int fd, MemorySegment params) {
        this.syscalls = syscalls;
        this.fd = fd;
        this.params = params;
        var submissionCount = params.get(JAVA_INT, io_uring_params.sq_entries$offset());
        var completionCount = params.get(JAVA_INT, io_uring_params.cq_entries$offset());
        submissions = map(Linux.IORING_OFF_SQ_RING(),
                submissionOffset(io_sqring_offsets.array$offset()) + submissionCount * JAVA_INT.byteSize());
        completions = map(Linux.IORING_OFF_CQ_RING(),
                completionOffset(io_cqring_offsets.cqes$offset()) + completionCount * io_uring_cqe.sizeof());
        entries = map(Linux.IORING_OFF_SQES(), submissionCount * io_uring_sqe.sizeof());
    }

    private int submissionOffset(long name) {
        return params.get(JAVA_INT, io_uring_params.sq_off$offset() + name);
    }

    private int completionOffset(long name) {
        return params.get(JAVA_INT, io_uring_params.cq_off$offset() + name);
    }

    private MemorySegment map(long offset, long bytes) {
        var protection = Linux.PROT_READ() | Linux.PROT_WRITE();
        var address = syscalls.mmap(0, bytes, protection, Linux.MAP_SHARED(), fd, offset);
        if (address < 0) throw new IllegalStateException("mmap of a ring: " + Errno.describe((int) -address));
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /// The result of the request, or io_uring_enter's own refusal.
    ///
    /// @param request fills in a zeroed io_uring_sqe
    int ask(Consumer<MemorySegment> request) {
        var tailAt = submissionOffset(io_sqring_offsets.tail$offset());
        var tail = submissions.get(JAVA_INT, tailAt);
        var index = tail & submissions.get(JAVA_INT, submissionOffset(io_sqring_offsets.ring_mask$offset()));
        request.accept(entries.asSlice(index * io_uring_sqe.sizeof(), io_uring_sqe.sizeof()).fill((byte) 0));
        var arrayAt = submissionOffset(io_sqring_offsets.array$offset());
        submissions.set(JAVA_INT, arrayAt + index * JAVA_INT.byteSize(), index);
        submissions.set(JAVA_INT, tailAt, tail + 1);

        var entered = syscalls.ioUringEnter(fd, 1, 1, Linux.IORING_ENTER_GETEVENTS(), 0, 0);
        return entered < 0 ? entered : takeResult();
    }

    private int takeResult() {
        var headAt = completionOffset(io_cqring_offsets.head$offset());
        var head = completions.get(JAVA_INT, headAt);
        var index = head & completions.get(JAVA_INT, completionOffset(io_cqring_offsets.ring_mask$offset()));
        var at = completionOffset(io_cqring_offsets.cqes$offset()) + index * io_uring_cqe.sizeof();
        completions.set(JAVA_INT, headAt, head + 1);
        return completions.get(JAVA_INT, at + io_uring_cqe.res$offset());
    }

    @Override
    public void close() {
        for (var mapped : new MemorySegment[] {submissions, completions, entries}) {
            syscalls.munmap(mapped.address(), mapped.byteSize());
        }
        syscalls.close(fd);
    }
}
