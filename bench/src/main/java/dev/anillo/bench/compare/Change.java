package dev.anillo.bench.compare;

/// From base to head, of one metric under one load.
///
/// @param base the median of its processes
/// @param head likewise
/// @param interval of the mean change, with [Comparison#CONFIDENCE]
/// @param pairs the change in each pair, as in the interval; NaN where a figure is missing
public record Change(Metric metric, String load, double base, double head, Interval interval, double[] pairs) {
    /// Turned so that more is worse.
    public Interval loss() {
        if (!metric.isMoreBetter()) return interval;
        return new Interval(-interval.estimate(), -interval.high(), -interval.low());
    }

    public boolean isKnown() {
        return interval.isKnown();
    }
}
