package dev.anillo.bench.machine;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Processor time of another process, all its threads together, ended ones too: to the nanosecond, where `/proc` tells it to
/// 10 ms. It is clock_gettime(2) on the clock that clock_getcpuclockid(3) gives.
final class ProcessClock {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /// Of the clock's number, which is made of the process id's complement: the scheduler's time, of a whole process
    /// (CPUCLOCK_SCHED in the kernel's posix-timers.h).
    private static final int PID_SHIFT = 3;
    private static final int SCHEDULED = 2;

    private static final MethodHandle CLOCK_GETTIME = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    private ProcessClock() {}

    /// @throws IOException when there is no such process any more
    static long nanos(long pid) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            if (clockGettime((int) (~pid << PID_SHIFT | SCHEDULED), time) != 0) {
                throw new IOException("clock_gettime of process " + pid + ": it has ended");
            }
            return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * NANOS_PER_SECOND
                    + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
        }
    }

    private static int clockGettime(int clock, MemorySegment time) {
        try {
            return (int) CLOCK_GETTIME.invokeExact(clock, time);
        } catch (Throwable impossible) {
            throw new AssertionError("clock_gettime", impossible);
        }
    }
}
