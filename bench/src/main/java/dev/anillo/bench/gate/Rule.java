package dev.anillo.bench.gate;

import dev.anillo.bench.compare.Metric;
import java.util.List;

/// One thing that a gate looks at.
///
/// @param floor losses up to this are let through: a fraction, or a difference in the metric's unit
/// @param limit a loss of this size or more must not go through unseen: where it might, the machine is too noisy
/// @param isCounter whether it does not flicker, and next to nothing is let through
record Rule(Metric metric, String load, double floor, double limit, boolean isCounter) {
    private static final String ONE = "one";
    private static final String PEAK = "peak";

    /// @param middle the name of the load in the middle between nothing and the peak
    static List<Rule> defaults(String middle) {
        return List.of(
                new Rule(Metric.CALLS, ONE, 0.1, 0.5, true),
                new Rule(Metric.SUBMISSIONS, ONE, 0.1, 0.5, true),
                new Rule(Metric.BATCH, ONE, 0.1, 0.5, true),
                new Rule(Metric.ALLOCATED, ONE, 8, 16, true),
                new Rule(Metric.SWITCHES, ONE, 0.1, 0.5, true),
                new Rule(Metric.CPU, PEAK, 0.02, 0.05, false),
                new Rule(Metric.THROUGHPUT, PEAK, 0.03, 0.1, false),
                new Rule(Metric.CPU, middle, 0.03, 0.1, false),
                new Rule(Metric.P50, middle, 0.1, 0.3, false),
                new Rule(Metric.P99, middle, 0.25, 1, false));
    }

    String name() {
        return metric.name().toLowerCase(java.util.Locale.ROOT) + "@" + load;
    }
}
