package dev.anillo.loop;

import dev.anillo.loop.simulation.SimulatedDriver;

/// A loop on a simulated system, and what is left of it.
@SuppressWarnings("exports") // tests of other modules see it on the class path
public final class SimulatedLoop {
    public final SimulatedDriver driver;
    public final EventLoop loop;

    /// Runs at once, and does nothing until it is given something.
    public SimulatedLoop(long seed) {
        driver = new SimulatedDriver(seed);
        loop = EventLoop.start("simulated", driver);
    }

    /// On the loop's thread.
    public int openHandles() {
        return loop.reactor().openHandles();
    }

    /// Buffers that nobody has given back. On the loop's thread.
    public int buffersOut() {
        return loop.reactor().buffersOut() + driver.buffersOut();
    }
}
