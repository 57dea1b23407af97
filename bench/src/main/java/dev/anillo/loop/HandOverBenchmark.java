package dev.anillo.loop;

import dev.anillo.bench.micro.Part;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.Transports;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Work that comes from another thread ([EventLoop#execute]): many tasks to a loop that is awake, and one to a loop that
/// sleeps.
@State(Scope.Benchmark)
public class HandOverBenchmark extends Part {
    private static final int TASKS = 1000;

    @Param({"io_uring", "epoll", "nio"})
    public String transport;

    /// Counted by the loop's thread alone, looked at by ours.
    private volatile long done;
    private final Runnable task = () -> done++;
    private long asked;
    private EventLoop loop;

    @Setup
    public void open() throws Transports.Refusal {
        loop = EventLoop.start("measured", Transports.open(transport));
    }

    /// Handed over and run.
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void eachOf1000Tasks() {
        for (var i = 0; i < TASKS; i++) loop.execute(task);
        awaitTasks(TASKS);
    }

    /// From the call until the task runs.
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public void taskForASleepingLoop(Asleep asleep) {
        loop.execute(task);
        awaitTasks(1);
    }

    private void awaitTasks(int count) {
        asked += count;
        while (done != asked) Thread.onSpinWait();
    }

    @TearDown
    public void close() {
        loop.close();
        require(done == asked, "tasks were lost");
    }

    /// Lets the loop fall asleep before each call: long enough after it has begun to wait that it has left its core.
    @State(Scope.Benchmark)
    public static class Asleep {
        private static final long NANOS = 100_000;
        private static final VarHandle WAITS;

        static {
            try {
                WAITS = MethodHandles.lookup().findVarHandle(Counters.class, "waits", long.class);
            } catch (ReflectiveOperationException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
        }

        @Setup(Level.Invocation)
        public void rest(HandOverBenchmark benchmark) {
            var counters = benchmark.loop.reactor().driver().counters();
            for (long since = System.nanoTime(), waits = 0; System.nanoTime() - since < NANOS; Thread.onSpinWait()) {
                var now = (long) WAITS.getOpaque(counters);
                if (now != waits) since = System.nanoTime();
                waits = now;
            }
        }
    }
}
