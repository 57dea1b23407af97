package dev.anillo.loop.driver.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GatheringTest {
    private static final long MICRO = 1_000;

    private final Gathering gathering = new Gathering(0);
    private long now;

    /// Turns for 10 ms, each of which brings a bunch, with so much time for each arrival; ends in a window that gathers, if
    /// any does.
    private void bunches(int bunch, long nanosPerArrival) {
        var wanted = 0;
        for (var until = now + 10_000 * MICRO; now < until || wanted > 1 && gathering.wanted(1000) == 1;) {
            gathering.arrived(bunch, now += bunch * nanosPerArrival);
            wanted = Math.max(wanted, gathering.wanted(1000));
        }
    }

    @Test
    void rareArrivalsAreServedOneByOne() {
        bunches(2, 100 * MICRO);
        assertEquals(1, gathering.wanted(1000));
    }

    @Test
    void denseArrivalsAreGatheredAsFarAsTheyComeInTime() {
        bunches(2, 10 * MICRO);
        var wanted = gathering.wanted(1000);
        assertTrue(wanted >= 9 && wanted <= 10, "wanted " + wanted);
    }

    @Test
    void denseArrivalsThatComeOneByOneAreNotGathered() {
        bunches(1, 5 * MICRO);
        assertEquals(1, gathering.wanted(1000));
    }

    /// While it gathers, a turn brings many because it has waited for them.
    @Test
    void arrivalsThatNoLongerComeInBunchesAreGatheredNoLonger() {
        bunches(3, 5 * MICRO);
        assertTrue(gathering.wanted(1000) > 1);
        var gathered = 0;
        for (var until = now + 100_000 * MICRO; now < until;) {
            var wanted = gathering.wanted(1000);
            if (wanted > 1) gathered++;
            gathering.arrived(wanted, now += wanted * 5 * MICRO);
        }
        assertEquals(1, gathering.wanted(1000));
        assertTrue(gathered < 1_000, "gathered in " + gathered + " turns");
    }

    @Test
    void aTurnIsNeverWorthMoreThanTheBound() {
        bunches(10, MICRO / 10);
        assertEquals(Gathering.ARRIVALS_MAX, gathering.wanted(1000));
    }

    /// Each waits for its response before it sends again: who waits for all of them waits in vain.
    @Test
    void fewConnectionsAreNeverWaitedFor() {
        bunches(3, MICRO);
        for (var connections = 0; connections < 8; connections++) assertEquals(1, gathering.wanted(connections));
        assertEquals(2, gathering.wanted(8));
        assertEquals(16, gathering.wanted(64));
    }

    @Test
    void aPauseEndsTheGathering() {
        bunches(3, MICRO);
        now += 50_000 * MICRO;
        gathering.arrived(1, now);
        assertEquals(1, gathering.wanted(1000));
    }
}
