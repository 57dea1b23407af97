package dev.anillo.bench.load;

import java.util.SplittableRandom;

/// When requests are due: independent of each other and of the answers, as those of many users (a Poisson process).
final class Schedule {
    private static final long SEED = 20_251;
    private static final double NANOS_PER_SECOND = 1e9;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final double meanNanos;
    private double next;

    Schedule(int requestsPerSecond, long beginNanos) {
        meanNanos = NANOS_PER_SECOND / requestsPerSecond;
        next = beginNanos;
    }

    /// The next time, never before the one told last.
    long nextNanos() {
        next -= meanNanos * Math.log1p(-random.nextDouble());
        return (long) next;
    }
}
