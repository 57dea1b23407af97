package dev.anillo.bench.compare;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/// What a few pairs tell.
///
/// The mean is one of changes within pairs: what the machine does for minutes is in both halves, and cancels out. It is a trimmed
/// mean, for a neighbour that takes the processor for a second spoils a pair beyond use. Its interval is that of a bootstrap:
/// pairs are drawn again with replacement, and the percentiles of the means that these have are the interval's ends. So few pairs
/// vary less among themselves than processes do: percentiles are taken further out, by as much as Student's distribution is
/// wider than the normal one (the expanded percentile interval; T. Hesterberg, What Teachers Should Know About the Bootstrap,
/// 2015). With six pairs it holds what it promises in 97 of 100 runs, from twelve on in 99 (StatisticsTest).
final class Statistics {
    private static final double TRIMMED_PART = 0.2;
    private static final double MIDDLE_TRIMMED_PART = 0.25;
    private static final int DRAWS = 5_000;
    /// How often a change of the size that is called visible is found.
    private static final double POWER = 0.9;

    private Statistics() {}

    /// @param changes of each pair; NaN where one is not known
    /// @return [Interval#UNKNOWN] with fewer than [Plan#PAIRS_MIN]
    static Interval interval(double[] changes, double confidence, long seed) {
        var known = known(changes);
        if (known.length < Plan.PAIRS_MIN) return Interval.UNKNOWN;
        var means = drawnMeans(known, new SplittableRandom(seed));
        var tail = tail(known.length, confidence);
        return new Interval(trimmedMean(known), quantile(means, tail), quantile(means, 1 - tail));
    }

    /// The part of the drawn means that is beyond either end.
    private static double tail(int pairs, double confidence) {
        var t = TDistribution.of(pairs - 1).inverseCumulativeProbability((1 + confidence) / 2);
        return NormalDistribution.of(0, 1).cumulativeProbability(-t * Math.sqrt(pairs / (pairs - 1.0)));
    }

    /// Ascending.
    private static double[] drawnMeans(double[] changes, SplittableRandom random) {
        var means = new double[DRAWS];
        var drawn = new double[changes.length];
        for (var i = 0; i < DRAWS; i++) {
            for (var j = 0; j < drawn.length; j++) drawn[j] = changes[random.nextInt(changes.length)];
            Arrays.sort(drawn);
            means[i] = trimmedMean(drawn);
        }
        Arrays.sort(means);
        return means;
    }

    private static double quantile(double[] sorted, double part) {
        return sorted[(int) Math.round(part * (sorted.length - 1))];
    }

    private static double trimmedMean(double[] sorted) {
        return trimmedMean(sorted, TRIMMED_PART);
    }

    /// @param sorted ascending
    /// @param part that is left out at either end
    private static double trimmedMean(double[] sorted, double part) {
        var trimmed = (int) (part * sorted.length);
        return Arrays.stream(sorted, trimmed, sorted.length - trimmed).average().orElseThrow();
    }

    /// The mean of the middle half; NaN where nothing is known.
    static double middle(double... values) {
        var known = known(values);
        return known.length == 0 ? Double.NaN : trimmedMean(known, MIDDLE_TRIMMED_PART);
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
