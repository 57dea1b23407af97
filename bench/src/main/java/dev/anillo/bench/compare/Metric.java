package dev.anillo.bench.compare;

/// What is measured of a server under a load.
///
/// Times are compared by their ratio, for they differ from machine to machine; counts by their difference, for nothing may be
/// doubled without a harm and one more system call is one more everywhere.
public enum Metric {
    THROUGHPUT("answers a second", "/s", true, true),
    P50("half of the answers within", "µs", false, true),
    P99("99 % of the answers within", "µs", false, true),
    P999("99.9 % of the answers within", "µs", false, true),
    MAX("the slowest answer", "µs", false, true),
    CPU("processor time per request", "µs", false, true),
    COMPILING("processor time of JIT compilers per request", "µs", false, false),
    CALLS("system calls per request", "", false, false),
    SUBMISSIONS("io_uring submissions per request", "", false, false),
    BATCH("submissions per io_uring_enter", "", true, false),
    ALLOCATED("bytes allocated per request", "B", false, false),
    SWITCHES("context switches per request", "", false, false),
    PAUSED("of the time in GC pauses", "%", false, false),
    OWN_DELAY("99 % of the requests left late by no more than", "µs", false, false);

    private final String description;
    private final String unit;
    private final boolean isMoreBetter;
    private final boolean isRatio;

    Metric(String description, String unit, boolean isMoreBetter, boolean isRatio) {
        this.description = description;
        this.unit = unit;
        this.isMoreBetter = isMoreBetter;
        this.isRatio = isRatio;
    }

    public String description() {
        return description;
    }

    /// Empty for plain numbers.
    public String unit() {
        return unit;
    }

    public boolean isMoreBetter() {
        return isMoreBetter;
    }

    /// Whether changes are ratios, and not differences in the metric's unit.
    public boolean isRatio() {
        return isRatio;
    }

    /// Of latencies; 0: it is none.
    double percentile() {
        return switch (this) {
            case P50 -> 50;
            case P99 -> 99;
            case P999 -> 99.9;
            case MAX -> 100;
            default -> 0;
        };
    }

    /// Whether a few moments make it, such as a pause each second, so that the usual ones say nothing of it.
    boolean isMadeByFew() {
        return percentile() > 50 || this == PAUSED || this == OWN_DELAY;
    }

    /// Whether it tells how it was measured, so that no change of it is good or bad.
    public boolean isCircumstance() {
        return this == COMPILING || this == OWN_DELAY;
    }

    /// The change from base to head: the logarithm of their ratio, or their difference. NaN where one of them is not known.
    double change(double base, double head) {
        if (!isRatio) return head - base;
        return base > 0 && head > 0 ? Math.log(head / base) : Double.NaN;
    }

    /// A mean of changes as people read it: 0.05 for five percent more, or a difference in the unit.
    double readable(double change) {
        return isRatio ? Math.expm1(change) : change;
    }
}
