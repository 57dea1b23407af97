package dev.anillo.loop.driver.uring;

import dev.anillo.bench.micro.Part;
import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.linux.io_uring_sqe;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.posix.Scratch;
import dev.anillo.loop.memory.Memory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Entries that do nothing, through the kernel and back: filled, submitted with one enter, reaped. What an operation costs
/// besides what it does, alone and in company.
@State(Scope.Thread)
public class RingBenchmark extends Part {
    private static final int SOME = 16;
    private static final int MANY = 128;

    private final Syscalls calls = new Syscalls();
    private final Counters counters = new Counters();
    private final Reaped reaped = new Reaped();
    private Scratch scratch;
    private Ring ring;
    private long entries;
    private long completions;

    @Setup
    public void open() throws OsException {
        scratch = new Scratch(calls);
        ring = new Ring(calls, counters, scratch, 256, 512);
        ring.enable();
    }

    @Benchmark
    public long oneNop() {
        return nops(1);
    }

    @Benchmark
    @OperationsPerInvocation(SOME)
    public long eachOf16Nops() {
        return nops(SOME);
    }

    @Benchmark
    @OperationsPerInvocation(MANY)
    public long eachOf128Nops() {
        return nops(MANY);
    }

    private long nops(int count) {
        for (var i = 0; i < count; i++) {
            var at = ring.nextEntry();
            for (var word = 0L; word < io_uring_sqe.sizeof(); word += Long.BYTES) Memory.putLong(at + word, 0);
            Memory.putByte(at + io_uring_sqe.opcode$offset(), (byte) Linux.IORING_OP_NOP());
            Memory.putInt(at + io_uring_sqe.fd$offset(), -1);
            Memory.putLong(at + io_uring_sqe.user_data$offset(), ++entries);
        }
        ring.submit();
        ring.reap(reaped);
        completions += reaped.count;
        return reaped.userData[reaped.count - 1];
    }

    @TearDown
    public void everyEntryHasCompleted() {
        require(reaped.userData[reaped.count - 1] == entries && reaped.results[0] == 0, "a completion is wrong");
        require(completions == entries && ring.underWay() == 0, entries + " entries, " + completions + " completions");
        ring.close();
        scratch.close();
    }
}
