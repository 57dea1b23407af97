package dev.anillo.bench.micro;

import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Transports;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A turn of each transport, through the seam that the loop uses.
@State(Scope.Thread)
public class TurnBenchmark extends Part {
    @Param({"io_uring", "epoll", "nio"})
    public String transport;

    private Driver driver;
    private long turns;

    @Setup
    public void open() throws Transports.Refusal {
        driver = Transports.open(transport);
        driver.start();
    }

    /// A look whether something has come, when nothing has. io_uring sees that without a system call.
    @Benchmark
    public void nothingToDo() {
        poll(0);
    }

    /// A wake-up, and the wait that ends at once for it.
    @Benchmark
    public void wokenUp() {
        driver.wake();
        poll(Long.MAX_VALUE);
        turns++;
    }

    private void poll(long timeoutNanos) {
        driver.poll(timeoutNanos, (token, result, _, _) -> {
            throw new IllegalStateException("nobody asked for " + token + ", " + result);
        });
    }

    @TearDown
    public void everyWakeUpWasSeen() {
        require(driver.counters().wakeUps == turns, turns + " wake-ups, seen: " + driver.counters().wakeUps);
        driver.shutDown();
    }
}
