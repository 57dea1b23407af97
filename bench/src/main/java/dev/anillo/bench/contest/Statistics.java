package dev.anillo.bench.contest;

import java.util.Arrays;

/// Of few figures, of which some may be missing (NaN).
final class Statistics {
    private Statistics() {}

    /// NaN without figures.
    static double median(double... figures) {
        var sorted = known(figures);
        if (sorted.length == 0) return Double.NaN;
        var middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double min(double... figures) {
        var sorted = known(figures);
        return sorted.length == 0 ? Double.NaN : sorted[0];
    }

    static double max(double... figures) {
        var sorted = known(figures);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length - 1];
    }

    private static double[] known(double[] figures) {
        return Arrays.stream(figures).filter(figure -> !Double.isNaN(figure)).sorted().toArray();
    }
}
