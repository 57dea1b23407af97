package dev.anillo.http.server;

import dev.anillo.loop.simulation.Simulation;

/// All that is simulated, from connections up to HTTP: `./anillo simulate`.
final class HttpSimulation {
    private HttpSimulation() {}

    static void main(String[] arguments) {
        Simulation.ofTcp().with("http", HttpScenario::new).command(arguments);
    }
}
