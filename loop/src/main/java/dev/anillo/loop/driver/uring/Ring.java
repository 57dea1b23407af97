package dev.anillo.loop.driver.uring;

import dev.anillo.linux.Linux;
import dev.anillo.linux.__kernel_timespec;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.linux.io_cqring_offsets;
import dev.anillo.linux.io_sqring_offsets;
import dev.anillo.linux.io_uring_cqe;
import dev.anillo.linux.io_uring_getevents_arg;
import dev.anillo.linux.io_uring_params;
import dev.anillo.linux.io_uring_rsrc_update;
import dev.anillo.linux.io_uring_sqe;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.posix.Scratch;
import dev.anillo.loop.memory.Memory;

/// The two queues shared with the kernel, and the system call that makes both move.
///
///     submissions: kernel's head … our tail, entries of 64 bytes, index = position & mask
///     completions: our head … kernel's tail, entries of 16 bytes, index = position & mask
///
/// Positions only grow and wrap at 32 bits; a new ring begins at 0, and a test's where it likes. Each side writes its
/// own and reads the other's with acquire and release. See io_uring_setup(2) and io_uring_enter(2).
final class Ring {
    /// One thread submits and reaps, and completions are finished in that thread's own enter, never by interrupting it.
    /// Disabled at first, so that one thread can make the ring and another one own it.
    private static final int REQUIRED_SETUP = Linux.IORING_SETUP_SINGLE_ISSUER() | Linux.IORING_SETUP_DEFER_TASKRUN()
            | Linux.IORING_SETUP_TASKRUN_FLAG() | Linux.IORING_SETUP_R_DISABLED() | Linux.IORING_SETUP_SUBMIT_ALL()
            | Linux.IORING_SETUP_CLAMP() | Linux.IORING_SETUP_CQSIZE();

    /// Waits with a time limit, completions that survive an overflow, and arguments (addresses to connect to) that the
    /// kernel has copied when enter returns.
    private static final int REQUIRED_FEATURES = Linux.IORING_FEAT_EXT_ARG() | Linux.IORING_FEAT_NODROP()
            | Linux.IORING_FEAT_SUBMIT_STABLE() | Linux.IORING_FEAT_SINGLE_MMAP();

    private static final int SQE_BYTES = (int) io_uring_sqe.sizeof();
    private static final int CQE_BYTES = (int) io_uring_cqe.sizeof();
    private static final long USER_DATA = io_uring_cqe.user_data$offset();
    private static final long RESULT = io_uring_cqe.res$offset();
    private static final long FLAGS = io_uring_cqe.flags$offset();
    private static final long SECONDS = __kernel_timespec.tv_sec$offset();
    private static final long NANOS = __kernel_timespec.tv_nsec$offset();
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /// A time limit from here on (146 years) is none: the kernel adds the time of day and must not overflow.
    private static final long UNLIMITED_NANOS = 1L << 62;

    /// Submissions in vain, in a row, with a full queue. The kernel is then out of memory, which time may mend.
    private static final int FUTILE_SUBMITS_MAX = 1_000;

    private final Syscalls calls;
    private final Counters counters;
    private final int fd;
    private int enterFd;
    private int enterFlags;
    private final int waitFlags;

    private long queues;
    private long queuesBytes;
    private long entries;
    private long entriesBytes;

    private final int submissionMask;
    private final long submissionHead;
    private final long submissionTail;
    private final long submissionFlags;
    private final int completionMask;
    private final long completionHead;
    private final long completionTail;
    private final long completions;

    private final long timespec;
    private final long waitArgument;
    private final long ownIndex;

    private int tail;
    private int head;
    private int underWay;
    private boolean enabled;

    /// @throws OsException naming `io_uring_setup` or `mmap`: no io_uring here, or one without what this driver needs
    Ring(Syscalls calls, Counters counters, Scratch scratch, int submissionEntries, int completionEntries)
            throws OsException {
        this.calls = calls;
        this.counters = counters;
        var params = scratch.take((int) io_uring_params.sizeof(), Long.BYTES);
        fd = setUp(params, submissionEntries, completionEntries);
        enterFd = fd;
        try {
            var features = Memory.getInt(params + io_uring_params.features$offset());
            if ((features & REQUIRED_FEATURES) != REQUIRED_FEATURES) {
                throw new OsException("io_uring_setup", "features " + Integer.toHexString(features), Errno.EOPNOTSUPP);
            }
            waitFlags = Linux.IORING_ENTER_GETEVENTS() | Linux.IORING_ENTER_EXT_ARG()
                    | ((features & Linux.IORING_FEAT_NO_IOWAIT()) != 0 ? Linux.IORING_ENTER_NO_IOWAIT() : 0);

            var sq = params + io_uring_params.sq_off$offset();
            var cq = params + io_uring_params.cq_off$offset();
            var sqEntries = Memory.getInt(params + io_uring_params.sq_entries$offset());
            var cqEntries = Memory.getInt(params + io_uring_params.cq_entries$offset());
            map(sq, cq, sqEntries, cqEntries, hasIndexArray(params));

            submissionMask = sqEntries - 1;
            submissionHead = queues + Memory.getInt(sq + io_sqring_offsets.head$offset());
            submissionTail = queues + Memory.getInt(sq + io_sqring_offsets.tail$offset());
            submissionFlags = queues + Memory.getInt(sq + io_sqring_offsets.flags$offset());
            completionMask = cqEntries - 1;
            completionHead = queues + Memory.getInt(cq + io_cqring_offsets.head$offset());
            completionTail = queues + Memory.getInt(cq + io_cqring_offsets.tail$offset());
            completions = queues + Memory.getInt(cq + io_cqring_offsets.cqes$offset());
            tail = Memory.getInt(submissionTail);
            head = Memory.getInt(completionHead);
        } catch (OsException refused) {
            close();
            throw refused;
        }
        timespec = scratch.take((int) __kernel_timespec.sizeof(), Long.BYTES);
        waitArgument = scratch.take((int) io_uring_getevents_arg.sizeof(), Long.BYTES);
        ownIndex = scratch.take((int) io_uring_rsrc_update.sizeof(), Long.BYTES);
    }

    /// NO_SQARRAY saves a load per entry where the kernel has it (6.6).
    private int setUp(long params, int submissionEntries, int completionEntries) throws OsException {
        var wished = REQUIRED_SETUP | Linux.IORING_SETUP_NO_SQARRAY();
        var result = setUp(params, submissionEntries, completionEntries, wished);
        if (result == -Errno.EINVAL) result = setUp(params, submissionEntries, completionEntries, REQUIRED_SETUP);
        if (result < 0) throw new OsException("io_uring_setup", "SINGLE_ISSUER with DEFER_TASKRUN", -result);
        return result;
    }

    private int setUp(long params, int submissionEntries, int completionEntries, int flags) {
        Memory.fill(params, io_uring_params.sizeof(), (byte) 0);
        Memory.putInt(params + io_uring_params.flags$offset(), flags);
        Memory.putInt(params + io_uring_params.cq_entries$offset(), completionEntries);
        counters.systemCalls++;
        return calls.ioUringSetup(submissionEntries, params);
    }

    private static boolean hasIndexArray(long params) {
        return (Memory.getInt(params + io_uring_params.flags$offset()) & Linux.IORING_SETUP_NO_SQARRAY()) == 0;
    }

    private void map(long sq, long cq, int sqEntries, int cqEntries, boolean indexed) throws OsException {
        var array = Memory.getInt(sq + io_sqring_offsets.array$offset());
        var cqEnd = Memory.getInt(cq + io_cqring_offsets.cqes$offset()) + cqEntries * CQE_BYTES;
        queuesBytes = indexed ? Math.max(cqEnd, array + sqEntries * Integer.BYTES) : cqEnd;
        queues = map(queuesBytes, Linux.IORING_OFF_SQ_RING());
        entriesBytes = (long) sqEntries * SQE_BYTES;
        entries = map(entriesBytes, Linux.IORING_OFF_SQES());
        if (!indexed) return;
        for (var i = 0; i < sqEntries; i++) Memory.putInt(queues + array + (long) i * Integer.BYTES, i);
    }

    private long map(long bytes, long offset) throws OsException {
        counters.systemCalls++;
        var at = calls.mmap(0, bytes, Linux.PROT_READ() | Linux.PROT_WRITE(),
                Linux.MAP_SHARED() | Linux.MAP_POPULATE(), fd, offset);
        if (at < 0) throw new OsException("mmap", "io_uring", (int) -at);
        return at;
    }

    /// @param argument the struct of the registration
    /// @throws OsException naming `io_uring_register`
    void register(int opcode, String what, long argument) throws OsException {
        counters.systemCalls++;
        var result = calls.ioUringRegister(fd, opcode, argument, 1);
        if (result < 0) throw new OsException("io_uring_register", what, -result);
    }

    /// Makes the calling thread the ring's owner, and has it call by an index of its own, which saves the kernel the
    /// look-up of a descriptor.
    void enable() {
        counters.systemCalls += 2;
        var result = calls.ioUringRegister(fd, Linux.IORING_REGISTER_ENABLE_RINGS(), 0, 0);
        if (result < 0) throw failed("io_uring_register ENABLE_RINGS", result);
        enabled = true;

        Memory.putInt(ownIndex + io_uring_rsrc_update.offset$offset(), -1); // any free one
        Memory.putLong(ownIndex + io_uring_rsrc_update.data$offset(), fd);
        if (calls.ioUringRegister(fd, Linux.IORING_REGISTER_RING_FDS(), ownIndex, 1) != 1) return; // a mere speed-up
        enterFd = Memory.getInt(ownIndex + io_uring_rsrc_update.offset$offset());
        enterFlags = Linux.IORING_ENTER_REGISTERED_RING();
    }

    /// The next entry to fill. It still holds what it held before.
    long nextEntry() {
        if (tail - Memory.getIntAcquire(submissionHead) > submissionMask) makeRoom();
        underWay++;
        return entries + (long) (tail++ & submissionMask) * SQE_BYTES;
    }

    /// The entry's place among all entries: what it may use of a table with one row for each.
    int indexOf(long entry) {
        return (int) ((entry - entries) / SQE_BYTES);
    }

    int entryCount() {
        return submissionMask + 1;
    }

    private void makeRoom() {
        if (!enabled) throw new IllegalStateException((submissionMask + 1) + " operations before the driver's start");
        for (var attempt = 0; attempt < FUTILE_SUBMITS_MAX; attempt++) {
            enter(0, 0, 0, 0);
            if (tail - Memory.getIntAcquire(submissionHead) <= submissionMask) return;
        }
        throw new IllegalStateException("io_uring takes no submissions: is the system out of memory?");
    }

    boolean hasSubmissions() {
        return tail != Memory.getIntAcquire(submissionHead);
    }

    boolean hasCompletions() {
        return head != Memory.getIntAcquire(completionTail);
    }

    /// Whether completions wait for an enter before they appear in the queue.
    boolean hasHiddenCompletions() {
        return (Memory.getIntAcquire(submissionFlags)
                & (Linux.IORING_SQ_TASKRUN() | Linux.IORING_SQ_CQ_OVERFLOW())) != 0;
    }

    /// Submits all and lets the kernel finish what it can, without waiting.
    void submit() {
        countOverflow();
        enter(0, Linux.IORING_ENTER_GETEVENTS(), 0, 0);
    }

    /// Submits all and waits until the queue holds `completions`, or the time is up: the turn's system call.
    ///
    /// @param timeoutNanos [Long#MAX_VALUE]: no limit
    void submitAndWait(long timeoutNanos, int completions) {
        countOverflow();
        var limit = 0L;
        if (timeoutNanos < UNLIMITED_NANOS) {
            Memory.putLong(timespec + SECONDS, timeoutNanos / NANOS_PER_SECOND);
            Memory.putLong(timespec + NANOS, timeoutNanos % NANOS_PER_SECOND);
            limit = timespec;
        }
        Memory.putLong(waitArgument + io_uring_getevents_arg.ts$offset(), limit);
        counters.waits++;
        enter(completions, waitFlags, waitArgument, io_uring_getevents_arg.sizeof());
    }

    private void countOverflow() {
        if ((Memory.getIntAcquire(submissionFlags) & Linux.IORING_SQ_CQ_OVERFLOW()) != 0) counters.overflows++;
    }

    /// The kernel's own head tells how much it took: it may be less than asked, whatever the result.
    private void enter(int minComplete, int flags, long argument, long argumentBytes) {
        var headBefore = Memory.getIntAcquire(submissionHead);
        Memory.putIntRelease(submissionTail, tail);
        counters.systemCalls++;
        var result = calls.ioUringEnter(
                enterFd, tail - headBefore, minComplete, enterFlags | flags, argument, argumentBytes);
        counters.submissions += Memory.getIntAcquire(submissionHead) - headBefore;
        if (result >= 0) return;
        switch (-result) {
            case Errno.ETIME, Errno.EINTR, Errno.EAGAIN, Errno.EBUSY -> {} // the next turn goes on from here
            default -> throw failed("io_uring_enter", result);
        }
    }

    private static IllegalStateException failed(String call, int result) {
        return new IllegalStateException(call + ": " + Errno.name(-result)
                + (result == -Errno.EEXIST ? ", called by a thread that does not own the ring" : ""));
    }

    /// Moves completions, [Reaped#MAX] at the most, into `reaped`.
    void reap(Reaped reaped) {
        var count = Math.min(Memory.getIntAcquire(completionTail) - head, Reaped.MAX);
        for (var i = 0; i < count; i++) {
            var at = completions + (long) ((head + i) & completionMask) * CQE_BYTES;
            var flags = Memory.getInt(at + FLAGS);
            reaped.userData[i] = Memory.getLong(at + USER_DATA);
            reaped.results[i] = Memory.getInt(at + RESULT);
            reaped.flags[i] = flags;
            if ((flags & Linux.IORING_CQE_F_MORE()) == 0) underWay--;
        }
        head += count;
        Memory.putIntRelease(completionHead, head);
        reaped.count = count;
        reaped.next = 0;
    }

    /// Entries filled whose last completion has not been reaped.
    int underWay() {
        return underWay;
    }

    /// On the owner's thread, once there is one: its index holds a reference to the ring.
    void close() {
        if (enterFd != fd) calls.ioUringRegister(fd, Linux.IORING_UNREGISTER_RING_FDS(), ownIndex, 1);
        if (entries != 0) unmap(entries, entriesBytes);
        if (queues != 0) unmap(queues, queuesBytes);
        calls.close(fd);
    }

    private void unmap(long at, long bytes) {
        var result = calls.munmap(at, bytes);
        if (result < 0) throw failed("munmap", result);
    }
}
