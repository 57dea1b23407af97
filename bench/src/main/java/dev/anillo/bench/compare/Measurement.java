package dev.anillo.bench.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What one load of one process came to.
///
/// @param beganMillis since the epoch: when the first request was due
/// @param figures those that are known
/// @param turns the figures of each of the turns that it was made in
/// @param latencies of all answers, in nanoseconds; since they were due, or since they were sent where there is no schedule
/// @param ticks what came in each interval, one after another
/// @param pauses of the garbage collectors of the server meanwhile
public record Measurement(LoadPoint load, long beganMillis, Map<Metric, Double> figures,
        List<Map<Metric, Double>> turns, Histogram latencies, List<Tick> ticks, List<Pause> pauses) {
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

    /// @param figures of a single turn
    public static Measurement turn(LoadPoint load, long beganMillis, Map<Metric, Double> figures, Histogram latencies, List<Tick> ticks,
            List<Pause> pauses) {
        return new Measurement(load, beganMillis, figures, List.of(figures), latencies, ticks, pauses);
    }

    /// What several turns of one process come to: what is usual in them, or all of what is made by few moments
    /// ([Metric#isMadeByFew]). Turns that do not know a figure, as where the load was late itself, are left out
    /// of it; what half of them don't know is not known.
    static Measurement together(List<Measurement> turns) {
        var first = turns.getFirst();
        var latencies = first.latencies.copy();
        for (var turn : turns.subList(1, turns.size())) latencies.add(turn.latencies);
        var figures = new EnumMap<Metric, Double>(Metric.class);
        for (var metric : Metric.values()) {
            var knowing = turns.stream().filter(turn -> turn.figures.containsKey(metric)).toList();
            if (2 * knowing.size() > turns.size()) figures.put(metric, figure(metric, knowing));
        }
        var ticks = new ArrayList<Tick>();
        var pauses = new ArrayList<Pause>();
        var passed = 0.0;
        for (var turn : turns) {
            for (var tick : turn.ticks) ticks.add(tick.later(passed));
            for (var pause : turn.pauses) pauses.add(new Pause(pause.seconds + passed, pause.millis, pause.what));
            if (!ticks.isEmpty()) passed = ticks.getLast().seconds;
        }
        return new Measurement(first.load, first.beganMillis, figures, turns.stream().map(Measurement::figures).toList(), latencies,
                ticks, pauses);
    }

    private static double figure(Metric metric, List<Measurement> turns) {
        var figures = turns.stream().mapToDouble(turn -> turn.figure(metric)).toArray();
        if (!metric.isMadeByFew()) return Statistics.middle(figures);
        if (metric.percentile() == 0) return Arrays.stream(figures).average().orElseThrow();
        var latencies = turns.getFirst().latencies.copy();
        for (var turn : turns.subList(1, turns.size())) latencies.add(turn.latencies);
        return latencies.getValueAtPercentile(metric.percentile()) / NANOS_PER_MICRO;
    }

    /// From this one to another that took turns with it. A neighbour that takes the processor, or half of its speed, does so for
    /// some turns: each turn is compared with the other one next to it, and what is usual counts.
    double changeTo(Measurement other, Metric metric) {
        if (metric.isMadeByFew()) return metric.change(figure(metric), other.figure(metric));
        var changes = new double[Math.min(turns.size(), other.turns.size())];
        for (var i = 0; i < changes.length; i++) changes[i] = metric.change(turn(i, metric), other.turn(i, metric));
        return Statistics.middle(changes);
    }

    private double turn(int number, Metric metric) {
        return turns.get(number).getOrDefault(metric, Double.NaN);
    }

    /// NaN: not known.
    public double figure(Metric metric) {
        return figures.getOrDefault(metric, Double.NaN);
    }
}
