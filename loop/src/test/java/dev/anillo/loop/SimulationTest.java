package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.simulation.Fault;
import dev.anillo.loop.simulation.Simulation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loop and its sockets on a simulated system that does to them what a real one seldom does. A seed that fails is named;
/// `./anillo simulate --seed N` runs it again, and it joins [#aSeedThatOnceFailedHolds].
class SimulationTest {
    /// Seconds that the normal run spends on seeds that nobody has tried.
    private static final long SECONDS = Long.getLong("anillo.simulation.seconds", 60);

    private static final int SAMPLES = 500;

    private final Simulation simulation = Simulation.ofTcp();

    @Test
    void whateverTheSystemDoesNothingIsLostOrToldTwiceAndEverythingEnds() {
        var first = Long.getLong("anillo.seed", System.nanoTime());
        IO.println("simulation: seeds from " + first);
        var runs = simulation.runFor(first, SECONDS * 1_000_000_000);
        IO.print("simulation: " + runs + " seeds, faults injected:\n" + simulation.report());
        for (var fault : Fault.values()) assertTrue(simulation.injected(fault) > 0, () -> fault + " never struck");
    }

    @ParameterizedTest
    @ValueSource(longs = {75507499052894L})
    void aSeedThatOnceFailedHolds(long seed) {
        simulation.run(seed);
    }

    @Test
    void aSeedTakesTheSameCourseEachTime() {
        for (var seed = 0; seed < SAMPLES; seed++) assertEquals(simulation.run(seed), simulation.run(seed), "seed " + seed);
    }
}
