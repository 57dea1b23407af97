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
    private final MemorySegment submissionOffsets;
    private final MemorySegment completionOffsets;
    private final MemorySegment submissions;
    private final MemorySegment completions;
    private final MemorySegment entries;

    /// @param params as the kernel completed them; they outlive the ring
    ProbeRing(Syscalls syscalls, int fd, MemorySegment params) {
        this.syscalls = syscalls;
        this.fd = fd;
        var submissionCount = io_uring_params.sq_entries(params);
        var completionCount = io_uring_params.cq_entries(params);
        submissionOffsets = io_uring_params.sq_off(params);
        completionOffsets = io_uring_params.cq_off(params);
        submissions = map(Linux.IORING_OFF_SQ_RING(),
                io_sqring_offsets.array(submissionOffsets) + submissionCount * JAVA_INT.byteSize());
        completions = map(Linux.IORING_OFF_CQ_RING(),
                io_cqring_offsets.cqes(completionOffsets) + completionCount * io_uring_cqe.sizeof());
        entries = map(Linux.IORING_OFF_SQES(), submissionCount * io_uring_sqe.sizeof());
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
        var tailAt = io_sqring_offsets.tail(submissionOffsets);
        var tail = submissions.get(JAVA_INT, tailAt);
        var index = tail & submissions.get(JAVA_INT, io_sqring_offsets.ring_mask(submissionOffsets));
        request.accept(entries.asSlice(index * io_uring_sqe.sizeof(), io_uring_sqe.sizeof()).fill((byte) 0));
        submissions.set(JAVA_INT, io_sqring_offsets.array(submissionOffsets) + index * JAVA_INT.byteSize(), index);
        submissions.set(JAVA_INT, tailAt, tail + 1);

        var entered = syscalls.ioUringEnter(fd, 1, 1, Linux.IORING_ENTER_GETEVENTS(), 0, 0);
        return entered < 0 ? entered : takeResult();
    }

    private int takeResult() {
        var headAt = io_cqring_offsets.head(completionOffsets);
        var head = completions.get(JAVA_INT, headAt);
        var index = head & completions.get(JAVA_INT, io_cqring_offsets.ring_mask(completionOffsets));
        var at = io_cqring_offsets.cqes(completionOffsets) + index * io_uring_cqe.sizeof();
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
