package dev.anillo.loop.driver.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GatheringTest {
    private static final long MICRO = 1_000;

    private final Gathering gathering = new Gathering(0);
    private long now;

    /// Turns for 10 ms with an arrival at each interval.
    private void arrivals(long intervalNanos) {
        for (var until = now + 10_000 * MICRO; now < until; now += intervalNanos) gathering.arrived(1, now);
    }

    @Test
    void rareArrivalsAreServedOneByOne() {
        arrivals(100 * MICRO);
        assertEquals(1, gathering.wanted(1000));
    }

    @Test
    void denseArrivalsAreGatheredAsFarAsTheyComeInTime() {
        arrivals(10 * MICRO);
        var wanted = gathering.wanted(1000);
        assertTrue(wanted >= 9 && wanted <= 10, "wanted " + wanted);
    }

    @Test
    void aTurnIsNeverWorthMoreThanTheBound() {
        arrivals(MICRO / 10);
        assertEquals(Gathering.ARRIVALS_MAX, gathering.wanted(1000));
    }

    /// Each waits for its response before it sends again: who waits for all of them waits in vain.
    @Test
    void fewConnectionsAreNeverWaitedFor() {
        arrivals(MICRO);
        for (var connections = 0; connections < 8; connections++) assertEquals(1, gathering.wanted(connections));
        assertEquals(2, gathering.wanted(8));
        assertEquals(16, gathering.wanted(64));
    }

    @Test
    void aPauseEndsTheGathering() {
        arrivals(MICRO);
        now += 50_000 * MICRO;
        gathering.arrived(1, now);
        assertEquals(1, gathering.wanted(1000));
    }
}
