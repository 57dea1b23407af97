package dev.anillo.bench.contest;

import dev.anillo.bench.machine.ProcessTree;

/// One contender under one load, once.
///
/// @param round from 0
/// @param cpu what the server used
/// @param allocatedBytes by a JVM's threads; NaN for others
/// @param serverBusy part of the time in which the server's processor was not idle
/// @param generatorBusy the same of the generator's
record Run(int round, Load load, ProcessTree.CpuTime cpu, double allocatedBytes, double serverBusy,
        double generatorBusy) {
    private static final double BUSY = 0.95;

    double requestsPerSecond() {
        return load.requestsPerSecond();
    }

    double userMicros() {
        return cpu.userMicros() / load.requests();
    }

    double systemMicros() {
        return cpu.systemMicros() / load.requests();
    }

    double cpuMicros() {
        return userMicros() + systemMicros();
    }

    double heapBytes() {
        return allocatedBytes / load.requests();
    }

    /// Then the server could do more, and its requests per second say little; its processor time per request holds.
    boolean generatorWasTheLimit() {
        return generatorBusy >= BUSY && serverBusy < BUSY;
    }
}
