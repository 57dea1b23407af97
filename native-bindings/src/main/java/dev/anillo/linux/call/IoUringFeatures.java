package dev.anillo.linux.call;

import static dev.anillo.linux.Linux.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.anillo.linux.call.KernelProbe.Feature;
import dev.anillo.linux.io_uring_buf;
import dev.anillo.linux.io_uring_buf_reg;
import dev.anillo.linux.io_uring_params;
import dev.anillo.linux.io_uring_probe;
import dev.anillo.linux.io_uring_probe_op;
import dev.anillo.linux.io_uring_rsrc_update;
import dev.anillo.linux.io_uring_sqe;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;

/// Asks a ring for each feature that a network driver may build on.
final class IoUringFeatures {
    /// The largest page of aarch64, and a multiple of all others: a buffer ring starts on a page.
    private static final int PAGE_BYTES_MAX = 64 * 1024;

    /// An operation's code is a byte.
    private static final int OPERATIONS_MAX = 256;

    /// @param company further flags, without which the kernel refuses this one
    private record Flag(String name, int bits, int company) {
        Flag(String name, int bits) {
            this(name, bits, 0);
        }
    }

    private static final List<Flag> SETUP_FLAGS = List.of(
            new Flag("IORING_SETUP_CQSIZE", IORING_SETUP_CQSIZE()),
            new Flag("IORING_SETUP_CLAMP", IORING_SETUP_CLAMP()),
            new Flag("IORING_SETUP_R_DISABLED", IORING_SETUP_R_DISABLED()),
            new Flag("IORING_SETUP_SUBMIT_ALL", IORING_SETUP_SUBMIT_ALL()),
            new Flag("IORING_SETUP_COOP_TASKRUN", IORING_SETUP_COOP_TASKRUN()),
            new Flag("IORING_SETUP_TASKRUN_FLAG", IORING_SETUP_TASKRUN_FLAG(), IORING_SETUP_COOP_TASKRUN()),
            new Flag("IORING_SETUP_SINGLE_ISSUER", IORING_SETUP_SINGLE_ISSUER()),
            new Flag("IORING_SETUP_DEFER_TASKRUN", IORING_SETUP_DEFER_TASKRUN(), IORING_SETUP_SINGLE_ISSUER()),
            new Flag("IORING_SETUP_NO_SQARRAY", IORING_SETUP_NO_SQARRAY()));

    private static final List<Flag> FEATURE_BITS = List.of(
            new Flag("IORING_FEAT_SINGLE_MMAP", IORING_FEAT_SINGLE_MMAP()),
            new Flag("IORING_FEAT_NODROP", IORING_FEAT_NODROP()),
            new Flag("IORING_FEAT_SUBMIT_STABLE", IORING_FEAT_SUBMIT_STABLE()),
            new Flag("IORING_FEAT_FAST_POLL", IORING_FEAT_FAST_POLL()),
            new Flag("IORING_FEAT_EXT_ARG", IORING_FEAT_EXT_ARG()),
            new Flag("IORING_FEAT_CQE_SKIP", IORING_FEAT_CQE_SKIP()),
            new Flag("IORING_FEAT_REG_REG_RING", IORING_FEAT_REG_REG_RING()),
            new Flag("IORING_FEAT_RECVSEND_BUNDLE", IORING_FEAT_RECVSEND_BUNDLE()),
            new Flag("IORING_FEAT_MIN_TIMEOUT", IORING_FEAT_MIN_TIMEOUT()),
            new Flag("IORING_FEAT_NO_IOWAIT", IORING_FEAT_NO_IOWAIT()));

    private static final List<Flag> OPERATIONS = List.of(
            new Flag("IORING_OP_NOP", IORING_OP_NOP()),
            new Flag("IORING_OP_POLL_ADD", IORING_OP_POLL_ADD()),
            new Flag("IORING_OP_POLL_REMOVE", IORING_OP_POLL_REMOVE()),
            new Flag("IORING_OP_SENDMSG", IORING_OP_SENDMSG()),
            new Flag("IORING_OP_ACCEPT", IORING_OP_ACCEPT()),
            new Flag("IORING_OP_ASYNC_CANCEL", IORING_OP_ASYNC_CANCEL()),
            new Flag("IORING_OP_CONNECT", IORING_OP_CONNECT()),
            new Flag("IORING_OP_CLOSE", IORING_OP_CLOSE()),
            new Flag("IORING_OP_READ", IORING_OP_READ()),
            new Flag("IORING_OP_SEND", IORING_OP_SEND()),
            new Flag("IORING_OP_RECV", IORING_OP_RECV()),
            new Flag("IORING_OP_SHUTDOWN", IORING_OP_SHUTDOWN()),
            new Flag("IORING_OP_MSG_RING", IORING_OP_MSG_RING()),
            new Flag("IORING_OP_SOCKET", IORING_OP_SOCKET()),
            new Flag("IORING_OP_SEND_ZC", IORING_OP_SEND_ZC()));

    private final Syscalls syscalls;
    private final ProbeRing ring;
    private final Arena arena;

    IoUringFeatures(Syscalls syscalls, ProbeRing ring, Arena arena) {
        this.syscalls = syscalls;
        this.ring = ring;
        this.arena = arena;
    }

    /// @param featureBits as io_uring_setup gave them
    List<Feature> find(int featureBits) {
        var setup = SETUP_FLAGS.stream().map(this::setupFlag);
        var bits = FEATURE_BITS.stream().map(flag ->
                new Feature(flag.name, (featureBits & flag.bits) != 0, "a bit that io_uring_setup returns"));
        var calls = Stream.concat(operations(), Stream.of(registeredRing(), bufferRing()));
        var multishot = Stream.of(
                multishot("IORING_ACCEPT_MULTISHOT", IORING_OP_ACCEPT(), IORING_ACCEPT_MULTISHOT(), 0),
                multishot("IORING_RECV_MULTISHOT", IORING_OP_RECV(), IORING_RECV_MULTISHOT(), IOSQE_BUFFER_SELECT()));
        return Stream.of(setup, bits, calls, multishot).flatMap(found -> found).toList();
    }

    private Feature setupFlag(Flag flag) {
        var params = arena.allocate(io_uring_params.sizeof(), Long.BYTES);
        params.set(JAVA_INT, io_uring_params.flags$offset(), flag.bits | flag.company);
        params.set(JAVA_INT, io_uring_params.cq_entries$offset(), 4); // read with IORING_SETUP_CQSIZE alone
        var fd = syscalls.ioUringSetup(1, params.address());
        if (fd >= 0) syscalls.close(fd);
        return answered(flag.name, fd, "io_uring_setup");
    }

    private Stream<Feature> operations() {
        var probe = arena.allocate(io_uring_probe.sizeof() + OPERATIONS_MAX * io_uring_probe_op.sizeof(), Long.BYTES);
        var answer = syscalls.ioUringRegister(ring.fd, IORING_REGISTER_PROBE(), probe.address(), OPERATIONS_MAX);
        if (answer < 0) return OPERATIONS.stream().map(flag -> answered(flag.name, answer, "IORING_REGISTER_PROBE"));
        return OPERATIONS.stream().map(flag -> {
            var at = io_uring_probe.ops$offset() + flag.bits * io_uring_probe_op.sizeof();
            var flags = probe.get(JAVA_SHORT, at + io_uring_probe_op.flags$offset());
            return new Feature(flag.name, (flags & IO_URING_OP_SUPPORTED()) != 0, "IORING_REGISTER_PROBE lists it");
        });
    }

    private Feature registeredRing() {
        var update = arena.allocate(io_uring_rsrc_update.sizeof(), Long.BYTES);
        update.set(JAVA_INT, io_uring_rsrc_update.offset$offset(), -1); // any free place, which the kernel writes here
        update.set(JAVA_LONG, io_uring_rsrc_update.data$offset(), ring.fd);
        var answer = syscalls.ioUringRegister(ring.fd, IORING_REGISTER_RING_FDS(), update.address(), 1);
        if (answer >= 0) {
            update.set(JAVA_LONG, io_uring_rsrc_update.data$offset(), 0);
            syscalls.ioUringRegister(ring.fd, IORING_UNREGISTER_RING_FDS(), update.address(), 1);
        }
        return answered("IORING_REGISTER_RING_FDS", answer, "io_uring_register");
    }

    private Feature bufferRing() {
        var buffers = arena.allocate(io_uring_buf.sizeof(), PAGE_BYTES_MAX);
        var registration = arena.allocate(io_uring_buf_reg.sizeof(), Long.BYTES);
        registration.set(JAVA_LONG, io_uring_buf_reg.ring_addr$offset(), buffers.address());
        registration.set(JAVA_INT, io_uring_buf_reg.ring_entries$offset(), 1);
        var answer = syscalls.ioUringRegister(ring.fd, IORING_REGISTER_PBUF_RING(), registration.address(), 1);
        if (answer >= 0) {
            syscalls.ioUringRegister(ring.fd, IORING_UNREGISTER_PBUF_RING(), registration.address(), 1);
        }
        return answered("IORING_REGISTER_PBUF_RING", answer, "io_uring_register");
    }

    /// Asks for it on an eventfd. A kernel that knows the flag gets as far as ENOTSOCK; one that doesn't says EINVAL
    /// before it looks at the descriptor.
    private Feature multishot(String name, int operation, int flag, int requestFlags) {
        var noSocket = syscalls.eventfd(0, EFD_CLOEXEC() | EFD_NONBLOCK());
        if (noSocket < 0) return answered(name, noSocket, "eventfd");
        var answer = ring.ask(request -> {
            request.set(JAVA_BYTE, io_uring_sqe.opcode$offset(), (byte) operation);
            request.set(JAVA_BYTE, io_uring_sqe.flags$offset(), (byte) requestFlags);
            request.set(JAVA_SHORT, io_uring_sqe.ioprio$offset(), (short) flag);
            request.set(JAVA_INT, io_uring_sqe.fd$offset(), noSocket);
        });
        syscalls.close(noSocket);
        return new Feature(name, answer == -ENOTSOCK(), "asked of an eventfd: " + Errno.describe(-answer));
    }

    private static Feature answered(String name, int answer, String call) {
        return answer >= 0
                ? new Feature(name, true, call + " accepts it")
                : new Feature(name, false, call + ": " + Errno.describe(-answer));
    }
}
