package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.simulation.KernelSimulation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The native drivers on kernels in memory that take every liberty. A seed that fails is named;
/// `./anillo simulate --kernel NAME --seed N` runs it again.
class KernelSimulationTest {
    /// Seconds for each driver.
    private static final long SECONDS = Long.getLong("anillo.simulation.seconds", 3);

    private static final int SAMPLES = 25;

    @ParameterizedTest
    @EnumSource
    void whateverTheKernelDoesNothingIsLostOrToldTwiceAndEverythingIsGivenBack(KernelSimulation simulation) {
        var first = Long.getLong("anillo.seed", System.nanoTime());
        IO.println("kernel simulation of " + simulation + ": seeds from " + first);
        var runs = simulation.runFor(first, SECONDS * 1_000_000_000);
        IO.print("kernel simulation of " + simulation + ": " + runs + " seeds, liberties taken:\n"
                + simulation.report());
        for (var liberty : simulation.liberties()) {
            assertTrue(simulation.taken(liberty) > 0, () -> liberty + " was never taken");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSeedTakesTheSameCourseEachTime(KernelSimulation simulation) {
        for (var seed = 0; seed < SAMPLES; seed++) {
            assertEquals(simulation.run(seed), simulation.run(seed), "seed " + seed);
        }
    }
}
