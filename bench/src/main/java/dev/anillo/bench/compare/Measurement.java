package dev.anillo.bench.compare;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What one load of one process came to.
///
/// @param beganMillis since the epoch: when the first request was due
/// @param figures those that are known
/// @param latencies of all answers, in nanoseconds; since they were due, or since they were sent where there is no schedule
/// @param ticks what came in each interval, one after another
/// @param pauses of the garbage collectors of the server meanwhile
public record Measurement(LoadPoint load, long beganMillis, Map<Metric, Double> figures, Histogram latencies,
        List<Tick> ticks, List<Pause> pauses) {
    private static final double NANOS_PER_MICRO = 1e3;

    /// @param seconds since the first request was due
    /// @param answers in the interval
    /// @param p50 in microseconds, as the others
    /// @param ownDelay99 of the generator
    public record Tick(double seconds, long answers, double p50, double p99, double max, double ownDelay99) {
        private Tick later(double passed) {
            return new Tick(seconds + passed, answers, p50, p99, max, ownDelay99);
        }
    }

    /// @param seconds since the first request was due
    /// @param what as the JVM calls it
    public record Pause(double seconds, double millis, String what) {}

    /// What several turns of one process come to: the mean of what is a mean, percentiles of all answers. What one of them does
    /// not know is not known.
    static Measurement together(List<Measurement> turns) {
        var first = turns.getFirst();
        if (turns.size() == 1) return first;
        var latencies = first.latencies.copy();
        for (var turn : turns.subList(1, turns.size())) latencies.add(turn.latencies);
        var figures = new EnumMap<Metric, Double>(Metric.class);
        for (var metric : first.figures.keySet()) {
            if (!turns.stream().allMatch(turn -> turn.figures.containsKey(metric))) continue;
            var mean = turns.stream().mapToDouble(turn -> turn.figure(metric)).average().orElseThrow();
            var percentile = metric.percentile();
            figures.put(metric, percentile > 0 ? latencies.getValueAtPercentile(percentile) / NANOS_PER_MICRO : mean);
        }
        var ticks = new ArrayList<Tick>();
        var pauses = new ArrayList<Pause>();
        var passed = 0.0;
        for (var turn : turns) {
            for (var tick : turn.ticks) ticks.add(tick.later(passed));
            for (var pause : turn.pauses) pauses.add(new Pause(pause.seconds + passed, pause.millis, pause.what));
            if (!ticks.isEmpty()) passed = ticks.getLast().seconds;
        }
        return new Measurement(first.load, first.beganMillis, figures, latencies, ticks, pauses);
    }

    /// NaN: not known.
    public double figure(Metric metric) {
        return figures.getOrDefault(metric, Double.NaN);
    }
}
