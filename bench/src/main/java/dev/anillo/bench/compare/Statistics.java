package dev.anillo.bench.compare;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.TDistribution;

/// What a few pairs tell.
///
/// The mean is one of changes within pairs: what the machine does for minutes is in both halves, and cancels out. It is a trimmed
/// mean, for a neighbour that takes the processor for a second spoils a pair beyond use; and its interval is that of a
/// bootstrap-t: pairs are drawn again with replacement, and the distribution of (mean - true mean) / standard error is read off
/// them. It holds what it promises with as few as eight pairs, where the percentiles of the drawn means are too narrow
/// (R. Wilcox, Introduction to Robust Estimation and Hypothesis Testing, chapter 4).
final class Statistics {
    private static final double TRIMMED_PART = 0.2;
    private static final int DRAWS = 5_000;
    /// How often a change of the size that is called visible is found.
    private static final double POWER = 0.9;

    private Statistics() {}

    /// @param changes of each pair; NaN where one is not known
    /// @return [Interval#UNKNOWN] with fewer than [Plan#PAIRS_MIN]
    static Interval interval(double[] changes, double confidence, long seed) {
        var known = known(changes);
        if (known.length < Plan.PAIRS_MIN) return Interval.UNKNOWN;
        var mean = trimmedMean(known);
        var error = standardError(known);
        if (error == 0) return new Interval(mean, mean, mean);
        var ratios = ratios(known, mean, new SplittableRandom(seed));
        var tail = (1 - confidence) / 2;
        return new Interval(mean, mean - quantile(ratios, 1 - tail) * error, mean - quantile(ratios, tail) * error);
    }

    /// (mean - true mean) / standard error of each draw, ascending. Draws of one and the same pair tell nothing.
    private static double[] ratios(double[] changes, double mean, SplittableRandom random) {
        var ratios = new double[DRAWS];
        var drawn = new double[changes.length];
        for (var i = 0; i < DRAWS; ) {
            for (var j = 0; j < drawn.length; j++) drawn[j] = changes[random.nextInt(changes.length)];
            Arrays.sort(drawn);
            var error = standardError(drawn);
            if (error > 0) ratios[i++] = (trimmedMean(drawn) - mean) / error;
        }
        Arrays.sort(ratios);
        return ratios;
    }

    private static double quantile(double[] sorted, double part) {
        return sorted[(int) Math.round(part * (sorted.length - 1))];
    }

    /// @param sorted ascending
    private static double trimmedMean(double[] sorted) {
        var trimmed = (int) (TRIMMED_PART * sorted.length);
        return Arrays.stream(sorted, trimmed, sorted.length - trimmed).average().orElseThrow();
    }

    /// Of the trimmed mean, from the winsorized variance.
    private static double standardError(double[] sorted) {
        var trimmed = (int) (TRIMMED_PART * sorted.length);
        var winsorized = sorted.clone();
        Arrays.fill(winsorized, 0, trimmed, sorted[trimmed]);
        Arrays.fill(winsorized, sorted.length - trimmed, sorted.length, sorted[sorted.length - 1 - trimmed]);
        var part = 1 - 2.0 * trimmed / sorted.length;
        return deviation(winsorized) / (part * Math.sqrt(sorted.length));
    }

    /// Standard deviation of a population of which these are a sample; NaN with fewer than two.
    static double deviation(double[] values) {
        var known = known(values);
        if (known.length < 2) return Double.NaN;
        var mean = Arrays.stream(known).average().orElseThrow();
        var squares = Arrays.stream(known).map(value -> (value - mean) * (value - mean)).sum();
        return Math.sqrt(squares / (known.length - 1));
    }

    /// The smallest mean change that is told from none by so many pairs, nine times of ten.
    static double smallestVisible(double deviation, int pairs, double confidence) {
        if (pairs < Plan.PAIRS_MIN) return Double.NaN;
        var t = TDistribution.of(pairs - 1);
        return (t.inverseCumulativeProbability(1 - (1 - confidence) / 2) + t.inverseCumulativeProbability(POWER))
                * deviation / Math.sqrt(pairs);
    }

    /// NaN without any.
    static double median(double... values) {
        var sorted = known(values);
        if (sorted.length == 0) return Double.NaN;
        var middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double[] known(double[] values) {
        return Arrays.stream(values).filter(value -> !Double.isNaN(value)).sorted().toArray();
    }
}
