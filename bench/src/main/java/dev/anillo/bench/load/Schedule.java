package dev.anillo.bench.load;

import java.util.SplittableRandom;

/// When requests are due: at equal distances, or independent of each other as those of many users (a Poisson process).
/// Never dependent on the answers.
public final class Schedule {
    private static final double NANOS_PER_SECOND = 1e9;

    public enum Arrivals { POISSON, CONSTANT }

    private final Arrivals arrivals;
    private final SplittableRandom random;
    private final double meanNanos;
    private double next;

    Schedule(Arrivals arrivals, double requestsPerSecond, long seed, long beginNanos) {
        this.arrivals = arrivals;
        random = new SplittableRandom(seed);
        meanNanos = NANOS_PER_SECOND / requestsPerSecond;
        next = beginNanos;
    }

    /// The next time, never before the one told last.
    long nextNanos() {
        next += arrivals == Arrivals.CONSTANT ? meanNanos : -meanNanos * Math.log1p(-random.nextDouble());
        return (long) next;
    }
}
