package dev.anillo.bench.load;

import org.HdrHistogram.Histogram;

/// What a run came to.
///
/// @param transport of the generator's own loop
/// @param wallNanos from the first request to the last answer, warm-up included
/// @param cpuNanos that this process has used meanwhile, its own warming up included
public record LoadResult(LoadPlan plan, String transport, Recording recording, long wallNanos, long cpuNanos) {
    /// A percentile of latencies at which this program's own delay is more than this part of it says more of the program
    /// and its machine than of the server.
    static final double OWN_PART_MAX = 0.5;

    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;
    /// Below, this program is the one who can't keep up.
    static final double IDLE_PART_MIN = 0.1;

    double seconds() {
        return plan.nanos() / NANOS_PER_SECOND;
    }

    /// Answered as expected, in a second.
    public double rate() {
        return recording.good / seconds();
    }

    public double micros(double percentile) {
        return micros(recording.latencies, percentile);
    }

    public double latenessMicros(double percentile) {
        return micros(recording.lateness, percentile);
    }

    private static double micros(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }

    /// Whether this percentile of the latencies is mostly this program's doing. Known only of requests by a schedule.
    public boolean isMostlyOwn(double percentile) {
        return isSaturated() || plan.hasSchedule() && latenessMicros(percentile) > OWN_PART_MAX * micros(percentile);
    }

    /// Whether any of the percentiles that people go by had to be kept back.
    boolean isTooLate() {
        return isMostlyOwn(50) || isMostlyOwn(99);
    }

    /// The part of the time in which this program had nothing to do. With next to none answers wait for it, not for the
    /// server.
    double idlePart() {
        return recording.idleNanos / (double) plan.nanos();
    }

    public boolean isSaturated() {
        return plan.hasSchedule() && plan.spins() && idlePart() < IDLE_PART_MIN;
    }

    /// From when the last request can have been due to the last answer.
    double behindSeconds() {
        return (wallNanos - plan.warmUpNanos() - plan.nanos()) / NANOS_PER_SECOND;
    }
}
