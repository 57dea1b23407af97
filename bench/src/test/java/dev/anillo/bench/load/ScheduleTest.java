package dev.anillo.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.load.Schedule.Arrivals;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final int REQUESTS = 200_000;
    private static final double MEAN_NANOS = 50_000;

    /// Of an exponential distribution, mean and deviation are the same.
    @Test
    void gapsHaveTheMeanAndTheDeviationOfAPoissonProcess() {
        var schedule = new Schedule(Arrivals.POISSON, 20_000, 1, 1_000);
        var before = 1_000L;
        var sum = 0.0;
        var squares = 0.0;
        for (var i = 0; i < REQUESTS; i++) {
            var gap = schedule.nextNanos() - before;
            assertTrue(gap >= 0);
            before += gap;
            sum += gap;
            squares += (double) gap * gap;
        }
        var mean = sum / REQUESTS;
        assertEquals(MEAN_NANOS, mean, MEAN_NANOS / 100);
        assertEquals(MEAN_NANOS, Math.sqrt(squares / REQUESTS - mean * mean), MEAN_NANOS / 50);
    }

    @Test
    void aConstantScheduleHasEqualGapsAndDoesNotDrift() {
        var schedule = new Schedule(Arrivals.CONSTANT, 3, 1, 0);
        for (var i = 1; i <= 3_000; i++) assertEquals(i * 1e9 / 3, schedule.nextNanos(), 2);
    }

    @Test
    void aSeedRepeatsItself() {
        var one = new Schedule(Arrivals.POISSON, 1_000, 7, 0);
        var other = new Schedule(Arrivals.POISSON, 1_000, 7, 0);
        for (var i = 0; i < 100; i++) assertEquals(one.nextNanos(), other.nextNanos());
    }

    @Test
    void theQueueKeepsItsOrderAcrossGrowthAndWrap() {
        var queue = new LongQueue();
        var next = 0L;
        for (var added = 0L; added < 10_000; added++) {
            queue.add(added);
            if (added % 3 == 0) assertEquals(next++, queue.remove());
        }
        assertEquals(10_000 - next, queue.size());
        while (!queue.isEmpty()) assertEquals(next++, queue.remove());
        assertEquals(10_000, next);
        assertThrows(IllegalStateException.class, queue::remove);
    }
}
