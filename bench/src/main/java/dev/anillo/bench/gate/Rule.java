package dev.anillo.bench.gate;

import dev.anillo.bench.compare.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// One thing that a gate looks at.
///
/// @param floor losses up to this are let through: a fraction, or a difference in the metric's unit
/// @param limit a loss of this size or more must not go through unseen: where it might, the machine is too noisy. Without one
///     ([#NONE]) a loss that is seen fails, and what might hide is told
/// @param isCounter whether it does not flicker, and next to nothing is let through
record Rule(Metric metric, String load, double floor, double limit, boolean isCounter) {
    static final double NONE = Double.POSITIVE_INFINITY;
    private static final String ONE = "one";
    private static final String PEAK = "peak";
    private static final double PERCENT = 100;
    private static final Pattern CHANGED = Pattern.compile("(\\w+)@([\\w%]+)=(?:(off)|([\\d.]+)(?:/([\\d.]+))?)");

    Rule {
        if (limit < floor) throw new IllegalArgumentException(name(metric, load) + ": the limit is below the floor");
    }

    /// @param middle the name of the load in the middle between nothing and the peak; null without any
    static List<Rule> defaults(String middle) {
        var rules = new ArrayList<>(List.of(
                new Rule(Metric.CALLS, ONE, 0.1, 0.5, true),
                new Rule(Metric.SUBMISSIONS, ONE, 0.1, 0.5, true),
                new Rule(Metric.BATCH, ONE, 0.1, 0.5, true),
                new Rule(Metric.ALLOCATED, ONE, 8, 12, true),
                new Rule(Metric.SWITCHES, ONE, 0.1, 0.5, true),
                new Rule(Metric.CPU, PEAK, 0.02, 0.05, false),
                new Rule(Metric.THROUGHPUT, PEAK, 0.03, 0.1, false)));
        if (middle != null) {
            rules.add(new Rule(Metric.CPU, middle, 0.03, 0.1, false));
            rules.add(new Rule(Metric.P50, middle, 0.1, NONE, false));
            rules.add(new Rule(Metric.P99, middle, 0.25, NONE, false));
        }
        return List.copyOf(rules);
    }

    /// @param change `METRIC@LOAD=FLOOR`, `METRIC@LOAD=FLOOR/LIMIT` or `METRIC@LOAD=off`; percent for what is compared by
    ///     ratio, else in the metric's unit
    /// @return the rules with this one changed, added or left out
    /// @throws IllegalArgumentException with what is wrong, in one line
    static List<Rule> changed(List<Rule> rules, String change) {
        var match = CHANGED.matcher(change);
        if (!match.matches()) {
            throw new IllegalArgumentException("--rule " + change + ": METRIC@LOAD=FLOOR[/LIMIT] or METRIC@LOAD=off is wanted,"
                    + " as in cpu@peak=2/5");
        }
        var metric = metric(match.group(1));
        var load = match.group(2);
        var others = new ArrayList<>(rules.stream().filter(rule -> rule.metric != metric || !rule.load.equals(load)).toList());
        if (match.group(3) != null) return List.copyOf(others);
        var scale = metric.isRatio() ? PERCENT : 1;
        var floor = Double.parseDouble(match.group(4)) / scale;
        var limit = match.group(5) == null ? 3 * floor : Double.parseDouble(match.group(5)) / scale;
        others.add(new Rule(metric, load, floor, limit, !metric.isRatio()));
        return List.copyOf(others);
    }

    private static Metric metric(String name) {
        return Arrays.stream(Metric.values()).filter(each -> each.name().equalsIgnoreCase(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--rule: no metric " + name + "; there are "
                        + Arrays.toString(Metric.values()).toLowerCase(Locale.ROOT)));
    }

    String name() {
        return name(metric, load);
    }

    private static String name(Metric metric, String load) {
        return metric.name().toLowerCase(Locale.ROOT) + "@" + load;
    }
}
