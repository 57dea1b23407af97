package dev.anillo.loop.driver.uring;

import dev.anillo.linux.Linux;
import dev.anillo.linux.io_cqring_offsets;
import dev.anillo.linux.io_sqring_offsets;
import dev.anillo.linux.io_uring_buf;
import dev.anillo.linux.io_uring_buf_reg;
import dev.anillo.linux.io_uring_buf_ring;
import dev.anillo.linux.io_uring_cqe;
import dev.anillo.linux.io_uring_getevents_arg;
import dev.anillo.linux.io_uring_params;
import dev.anillo.linux.io_uring_rsrc_update;
import dev.anillo.linux.io_uring_sqe;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.posix.FakeKernel;
import dev.anillo.loop.driver.posix.FakeSocket;
import dev.anillo.loop.driver.posix.Liberty;
import dev.anillo.loop.memory.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// io_uring in ordinary memory, by the letter of io_uring_setup(2) and io_uring_enter(2): it takes entries and keeps
/// completions; what becomes of an operation is for a test to say. It closes descriptors, and ends everything when it
/// is asked to, by itself.
///
///     | sq head | sq tail | sq flags | cq head | cq tail | pad to 64 | completions … | index array … |
class FakeUring extends FakeKernel {
    private static final int SQ_HEAD = 0;
    private static final int SQ_TAIL = 4;
    private static final int SQ_FLAGS = 8;
    private static final int CQ_HEAD = 12;
    private static final int CQ_TAIL = 16;
    private static final int CQES = 64;
    private static final int OWN_INDEX = 3;
    private static final int SQE_BYTES = (int) io_uring_sqe.sizeof();
    private static final int CQE_BYTES = (int) io_uring_cqe.sizeof();
    private static final int EBADFD = 77;
    private static final int FEATURES = Linux.IORING_FEAT_EXT_ARG() | Linux.IORING_FEAT_NODROP()
            | Linux.IORING_FEAT_SUBMIT_STABLE() | Linux.IORING_FEAT_SINGLE_MMAP() | Linux.IORING_FEAT_NO_IOWAIT();

    /// An entry as it was when it was taken.
    static final class Taken {
        final int opcode;
        final int flags;
        final int mode;
        final int fd;
        final long offset;
        final long address;
        final int length;
        final int operationFlags;
        final long userData;
        /// What a send sends, and how much of it is sent.
        List<long[]> parts = List.of();
        int done;
        /// It ends shortly, as a cancel that came too late has said.
        boolean dying;

        Taken(long at) {
            opcode = Memory.getByte(at + io_uring_sqe.opcode$offset());
            flags = Memory.getByte(at + io_uring_sqe.flags$offset());
            mode = Memory.getShort(at + io_uring_sqe.ioprio$offset());
            fd = Memory.getInt(at + io_uring_sqe.fd$offset());
            offset = Memory.getLong(at + io_uring_sqe.off$offset());
            address = Memory.getLong(at + io_uring_sqe.addr$offset());
            length = Memory.getInt(at + io_uring_sqe.len$offset());
            operationFlags = Memory.getInt(at + io_uring_sqe.msg_flags$offset());
            userData = Memory.getLong(at + io_uring_sqe.user_data$offset());
            if (opcode == Linux.IORING_OP_SENDMSG()) parts = parts(address);
            if (opcode == Linux.IORING_OP_SEND()) parts = List.of(new long[] {address, length});
        }

        int bytes() {
            return parts.stream().mapToInt(part -> (int) part[1]).sum();
        }

        @Override
        public String toString() {
            return "opcode " + opcode + " of descriptor " + fd;
        }
    }

    private record Completion(long userData, int result, int flags) {}

    /// Taken and not ended, in this order.
    final List<Taken> underWay = new ArrayList<>();
    private final int start;
    private final boolean indexed;
    private final ArrayDeque<Integer> refusals = new ArrayDeque<>();
    private final ArrayDeque<Integer> limits = new ArrayDeque<>();
    /// Done, and told when the driver next enters for its completions.
    private final ArrayDeque<Completion> work = new ArrayDeque<>();
    private final ArrayDeque<Completion> overflow = new ArrayDeque<>();
    private final BitSet lent = new BitSet();
    private int ring = -1;
    private boolean enabled;
    private long queues;
    private long entries;
    private int sqEntries;
    private int cqEntries;
    private long buffers;
    private int bufferMask;
    private short bufferHead;
    private short bufferTail;
    int enters;

    /// @param start where both queues begin; the kernel's begin at 0
    /// @param indexed has the array between positions and entries, as kernels before 6.6
    FakeUring(int start, boolean indexed) {
        this.start = start;
        this.indexed = indexed;
    }

    // For scripts.

    /// The next enter does nothing and answers so.
    void refuse(int errno) {
        refusals.add(errno);
    }

    /// The next enter takes so many entries at the most.
    void takeAtMost(int count) {
        limits.add(count);
    }

    /// The only one of its kind under way on the descriptor.
    Taken operation(int opcode, int fd) {
        var found = underWay.stream().filter(each -> each.opcode == opcode && each.fd == fd).toList();
        if (found.size() == 1) return found.getFirst();
        throw new AssertionError(found.size() + " of opcode " + opcode + " on " + fd + ": " + underWay);
    }

    boolean isUnderWay(int opcode, int fd) {
        return underWay.stream().anyMatch(each -> each.opcode == opcode && each.fd == fd);
    }

    /// To be told when the driver next asks.
    void complete(Taken operation, int result, int flags) {
        if (!underWay.contains(operation)) throw new IllegalStateException(operation + " has ended");
        if ((flags & Linux.IORING_CQE_F_MORE()) == 0) underWay.remove(operation);
        work.add(new Completion(operation.userData, result, flags));
        flag(Linux.IORING_SQ_TASKRUN(), true);
    }

    /// A receive into the next buffer.
    ///
    /// @return false when there is none, and that was its end
    boolean receive(Taken operation, byte[] bytes, boolean more) {
        var flags = lendBack(bytes);
        if (flags < 0) {
            takes(Liberty.NO_BUFFERS);
            complete(operation, -Errno.ENOBUFS, 0);
            return false;
        }
        complete(operation, bytes.length, flags | (more ? Linux.IORING_CQE_F_MORE() : 0));
        return true;
    }

    /// Fills the next buffer.
    ///
    /// @return the flags that name it, or -1 when there is none
    int lendBack(byte[] bytes) {
        seeBuffers();
        if (bufferHead == bufferTail) return -1;
        var at = buffers + (long) (bufferHead++ & bufferMask) * io_uring_buf.sizeof();
        var id = Memory.getShort(at + io_uring_buf.bid$offset());
        // Not by Memory's own copy, which knows that the buffer is not ours: it is the kernel's.
        var address = Memory.getLong(at + io_uring_buf.addr$offset());
        MemorySegment.copy(bytes, 0, Memory.ALL, ValueLayout.JAVA_BYTE, address, bytes.length);
        lent.clear(id);
        return id << Linux.IORING_CQE_BUFFER_SHIFT() | Linux.IORING_CQE_F_BUFFER();
    }

    /// Buffers that it has, as far as it was shown.
    int buffersLent() {
        seeBuffers();
        return lent.cardinality();
    }

    private void seeBuffers() {
        var tail = Memory.getShort(buffers + io_uring_buf_ring.tail$offset());
        for (; bufferTail != tail; bufferTail++) {
            var at = buffers + (long) (bufferTail & bufferMask) * io_uring_buf.sizeof();
            var id = Memory.getShort(at + io_uring_buf.bid$offset());
            if (lent.get(id)) throw new AssertionError("buffer " + id + " is lent twice");
            lent.set(id);
        }
    }

    int sqHead() {
        return Memory.getInt(queues + SQ_HEAD);
    }

    int cqTail() {
        return Memory.getInt(queues + CQ_TAIL);
    }

    // What more lively kernels do otherwise.

    /// @return a negated errno, or 0
    int refusal() {
        return refusals.isEmpty() ? 0 : -refusals.remove();
    }

    int mayTake(int count) {
        return limits.isEmpty() ? count : Math.min(count, limits.remove());
    }

    void taken(Taken operation) {
        if (operation.opcode == Linux.IORING_OP_CLOSE()) {
            complete(operation, close(operation.fd), 0);
        } else if (isCancelOfAll(operation)) {
            for (var each : List.copyOf(underWay)) {
                if (each != operation) complete(each, -Errno.ECANCELED, 0);
            }
            complete(operation, 0, 0);
        }
    }

    static boolean isCancelOfAll(Taken operation) {
        return operation.opcode == Linux.IORING_OP_ASYNC_CANCEL()
                && (operation.operationFlags & Linux.IORING_ASYNC_CANCEL_ANY()) != 0;
    }

    /// What can be done now is done.
    void goOn() {
        if (!takeWakeUp()) return;
        for (var each : List.copyOf(underWay)) {
            if (isEventfd(each.fd)) complete(each, Linux.EPOLLIN(), Linux.IORING_CQE_F_MORE());
        }
    }

    /// There is something to do when the driver next asks.
    void haveWork() {
        flag(Linux.IORING_SQ_TASKRUN(), true);
    }

    @Override
    protected void changed(FakeSocket socket) {
        haveWork();
    }

    @Override
    public void calm() {
        refusals.clear();
        limits.clear();
    }

    // The calls.

    @Override
    public int ioUringSetup(int wished, long params) {
        var flags = Memory.getInt(params + io_uring_params.flags$offset());
        if (indexed && (flags & Linux.IORING_SETUP_NO_SQARRAY()) != 0) return -Errno.EINVAL;
        sqEntries = wished;
        cqEntries = Memory.getInt(params + io_uring_params.cq_entries$offset());
        Memory.putInt(params + io_uring_params.sq_entries$offset(), sqEntries);
        Memory.putInt(params + io_uring_params.features$offset(), FEATURES);
        var sq = params + io_uring_params.sq_off$offset();
        Memory.putInt(sq + io_sqring_offsets.head$offset(), SQ_HEAD);
        Memory.putInt(sq + io_sqring_offsets.tail$offset(), SQ_TAIL);
        Memory.putInt(sq + io_sqring_offsets.flags$offset(), SQ_FLAGS);
        Memory.putInt(sq + io_sqring_offsets.array$offset(), CQES + cqEntries * CQE_BYTES);
        var cq = params + io_uring_params.cq_off$offset();
        Memory.putInt(cq + io_cqring_offsets.head$offset(), CQ_HEAD);
        Memory.putInt(cq + io_cqring_offsets.tail$offset(), CQ_TAIL);
        Memory.putInt(cq + io_cqring_offsets.cqes$offset(), CQES);
        ring = open("a ring");
        return ring;
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        var at = super.mmap(address, length, protection, flags, fd, offset);
        if (fd < 0) return at;
        if (fd != ring) throw new AssertionError("descriptor " + fd + " is mapped");
        if (offset == Linux.IORING_OFF_SQES()) {
            entries = at;
        } else {
            queues = at;
            for (var position : new int[] {SQ_HEAD, SQ_TAIL, CQ_HEAD, CQ_TAIL}) Memory.putInt(at + position, start);
        }
        return at;
    }

    @Override
    public int ioUringRegister(int fd, int opcode, long argument, int count) {
        if (fd != ring) throw new AssertionError("descriptor " + fd + " is no ring");
        if (opcode == Linux.IORING_REGISTER_PBUF_RING()) {
            buffers = Memory.getLong(argument + io_uring_buf_reg.ring_addr$offset());
            bufferMask = Memory.getInt(argument + io_uring_buf_reg.ring_entries$offset()) - 1;
        } else if (opcode == Linux.IORING_REGISTER_ENABLE_RINGS()) {
            enabled = true;
        } else if (opcode == Linux.IORING_REGISTER_RING_FDS()) {
            Memory.putInt(argument + io_uring_rsrc_update.offset$offset(), OWN_INDEX);
            return 1;
        } else if (opcode != Linux.IORING_UNREGISTER_RING_FDS()) {
            throw new AssertionError("io_uring_register " + opcode + " is not known here");
        }
        return 0;
    }

    /// What is not submitted as a whole does not wait either.
    @Override
    public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentSize) {
        var byIndex = (flags & Linux.IORING_ENTER_REGISTERED_RING()) != 0;
        if (fd != (byIndex ? OWN_INDEX : ring)) throw new AssertionError("descriptor " + fd + " is no ring");
        if (!enabled) return -EBADFD;
        enters++;
        checkPositions();
        var refused = refusal();
        if (refused != 0) return refused;
        var most = Math.min(toSubmit, Memory.getIntAcquire(queues + SQ_TAIL) - sqHead());
        var count = mayTake(most);
        for (var i = 0; i < count; i++) takeOne();
        if (count < most || (flags & Linux.IORING_ENTER_GETEVENTS()) == 0) return count;
        flush();
        if (cqTail() - Memory.getIntAcquire(queues + CQ_HEAD) >= Math.min(minComplete, cqEntries)) return count;
        if (Memory.getLong(argument + io_uring_getevents_arg.ts$offset()) == 0) {
            throw new AssertionError("waits without end, and nothing will come: " + underWay);
        }
        return count > 0 ? count : -Errno.ETIME;
    }

    /// Neither queue is longer than it is, whoever has moved which end of it.
    private void checkPositions() {
        var submissions = Memory.getIntAcquire(queues + SQ_TAIL) - sqHead();
        var completions = cqTail() - Memory.getIntAcquire(queues + CQ_HEAD);
        if (submissions < 0 || submissions > sqEntries) throw new AssertionError(submissions + " submissions");
        if (completions < 0 || completions > cqEntries) throw new AssertionError(completions + " completions");
    }

    private void takeOne() {
        var index = sqHead() & sqEntries - 1;
        if (indexed) index = Memory.getInt(queues + CQES + (long) cqEntries * CQE_BYTES + (long) index * Integer.BYTES);
        var at = entries + (long) index * SQE_BYTES;
        var operation = new Taken(at);
        Memory.fill(at, SQE_BYTES, (byte) 0xEE); // the place is free, and nothing may rely on what was there
        Memory.putIntRelease(queues + SQ_HEAD, sqHead() + 1);
        underWay.add(operation);
        taken(operation);
    }

    private void flush() {
        flag(Linux.IORING_SQ_TASKRUN(), false);
        goOn();
        while (!overflow.isEmpty() && hasRoom()) write(overflow.remove());
        while (!work.isEmpty()) {
            var completion = work.remove();
            if (overflow.isEmpty() && hasRoom()) write(completion);
            else overflow.add(completion);
        }
        if (!overflow.isEmpty()) takes(Liberty.OVERFLOW);
        flag(Linux.IORING_SQ_CQ_OVERFLOW(), !overflow.isEmpty());
    }

    private boolean hasRoom() {
        return cqTail() - Memory.getIntAcquire(queues + CQ_HEAD) < cqEntries;
    }

    private void write(Completion completion) {
        var at = queues + CQES + (long) (cqTail() & cqEntries - 1) * CQE_BYTES;
        Memory.putLong(at + io_uring_cqe.user_data$offset(), completion.userData);
        Memory.putInt(at + io_uring_cqe.res$offset(), completion.result);
        Memory.putInt(at + io_uring_cqe.flags$offset(), completion.flags);
        Memory.putIntRelease(queues + CQ_TAIL, cqTail() + 1);
    }

    private void flag(int bit, boolean on) {
        var flags = Memory.getInt(queues + SQ_FLAGS);
        Memory.putIntRelease(queues + SQ_FLAGS, on ? flags | bit : flags & ~bit);
    }

}
