package dev.anillo.bench.compare;

import java.util.List;

/// What each process is put through, and how many there are.
///
/// @param path that is asked for, as in `/plaintext`
/// @param parts of the peak that schedules ask for, ascending
/// @param connections of peak and schedules
/// @param seconds of each load that are measured
/// @param warmUpSeconds for which each process gets the peak's load before anything is measured
/// @param timeSeconds of the whole comparison, starts and calibration included
/// @param pairs 0: as many as there is time for
/// @param calibrationPairs of base with itself
/// @param serverCpus for taskset(1), as `1` or `2-3,6`
/// @param generatorCpu that this program keeps to
/// @param seed of schedules and of the bootstrap
public record Plan(String path, List<Double> parts, int connections, double seconds, double warmUpSeconds, double timeSeconds,
        int pairs, int calibrationPairs, String serverCpus, int generatorCpu, long seed) {
    /// Whatever is said of fewer is chance.
    public static final int PAIRS_MIN = 6;
}
