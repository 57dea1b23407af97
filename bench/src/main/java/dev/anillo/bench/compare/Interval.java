package dev.anillo.bench.compare;

/// Where a mean change is, as far as the samples tell: a fraction (0.05: five percent more) or a difference in the metric's
/// unit, see [Metric#isRatio].
///
/// @param estimate NaN with [low] and [high] where there are too few samples
public record Interval(double estimate, double low, double high) {
    static final Interval UNKNOWN = new Interval(Double.NaN, Double.NaN, Double.NaN);

    public boolean isKnown() {
        return !Double.isNaN(estimate);
    }

    /// Half of its width: what it may be wrong by.
    public double halfWidth() {
        return (high - low) / 2;
    }
}
