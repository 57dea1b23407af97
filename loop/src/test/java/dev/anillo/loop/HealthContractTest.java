package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the watch sees of a loop, and what it says.
class HealthContractTest extends TransportTest {
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(LoopHealth.STALL_MILLIS);

    private final ConcurrentLinkedQueue<String> warnings = new ConcurrentLinkedQueue<>();
    private final Consumer<String> before = LoopWatch.reports;

    @BeforeEach
    void collect() {
        LoopWatch.reports = warnings::add;
    }

    @AfterEach
    void collectNoMore() {
        LoopWatch.reports = before;
    }

    private static void holdTheLoop(long nanos) {
        var end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) Thread.onSpinWait();
    }

    @Test
    void aLoopThatSleepsHasNoLagAndIsNotBusy() {
        Deadline.until(() -> loop.health().samples() > 5, () -> "" + loop.health());
        var health = loop.health();
        assertEquals(0, health.lagNanosMedian(), "" + health);
        assertTrue(health.busy() < 0.5, "" + health);
        assertEquals(0, health.stalls());
    }

    @Test
    void aLoopThatWorksInSmallPiecesIsBusyButNeverStalled() {
        var interval = onLoop(() -> loop.setInterval(() -> holdTheLoop(5_000_000), 1));
        Deadline.until(() -> loop.health().busy() > 0.5, () -> "" + loop.health());
        var health = loop.health();
        assertTrue(health.lagNanosMax() > 0, "" + health);
        onLoop(interval::cancel);
        assertTrue(warnings.isEmpty(), "" + warnings);
    }

    @Test
    void aCallbackThatHoldsTheLoopIsReportedOnceWithItsStack() {
        Deadline.until(() -> {
            loop.execute(() -> holdTheLoop(3 * STALL_NANOS)); // again: a young loop's are only counted
            return on(loop, () -> !warnings.isEmpty());
        }, () -> "" + loop.health());
        assertEquals(1, warnings.size(), "" + warnings);
        var warning = warnings.peek();
        var began = "loop anillo-test-0 is held by a callback for more than " + LoopHealth.STALL_MILLIS + " ms";
        assertTrue(warning.startsWith(began), warning);
        assertTrue(warning.contains("holdTheLoop"), warning);
        var health = loop.health();
        assertTrue(health.stalls() > 1, "" + health);
        assertTrue(health.lagNanosMax() > STALL_NANOS, "" + health);
    }
}
