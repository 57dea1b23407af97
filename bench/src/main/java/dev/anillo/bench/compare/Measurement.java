package dev.anillo.bench.compare;

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
    /// @param seconds since the first request was due
    /// @param answers in the interval
    /// @param p50 in microseconds, as the others
    /// @param ownDelay99 of the generator
    public record Tick(double seconds, long answers, double p50, double p99, double max, double ownDelay99) {}

    /// @param seconds since the first request was due
    /// @param what as the JVM calls it
    public record Pause(double seconds, double millis, String what) {}

    /// NaN: not known.
    public double figure(Metric metric) {
        return figures.getOrDefault(metric, Double.NaN);
    }
}
