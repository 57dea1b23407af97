package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.simulation.Fault;
import dev.anillo.loop.simulation.Simulation;
import org.junit.jupiter.api.Test;

/// The HTTP server on a simulated system full of faults. `-Danillo.seed` replays from a seed that was named.
class HttpSimulationTest {
    /// Seconds that the normal run spends on seeds that nobody has tried.
    private static final long SECONDS = Long.getLong("anillo.simulation.seconds", 20);

    @Test
    void whateverTheSystemDoesResponsesComeInOrderAndWholeAndNothingIsLeft() {
        var simulation = new Simulation().with("http", HttpScenario::new);
        var first = Long.getLong("anillo.seed", System.nanoTime());
        IO.println("simulation of HTTP: seeds from " + first);
        var runs = simulation.runFor(first, SECONDS * 1_000_000_000);
        IO.print("simulation of HTTP: " + runs + " seeds, faults injected:\n" + simulation.report());
        for (var fault : Fault.values()) assertTrue(simulation.injected(fault) > 0, () -> fault + " never struck");
    }
}
