package dev.anillo.bench.contest;

import java.util.Locale;

/// Figures as text, with as many digits as they deserve; a dash for what is not known.
final class Numbers {
    private static final String NONE = "–";
    private static final double KIB = 1024;
    private static final double MIB = KIB * KIB;

    private Numbers() {}

    /// Three digits that count; whole numbers with their thousands apart.
    static String of(double figure) {
        if (Double.isNaN(figure) || Double.isInfinite(figure)) return NONE;
        var size = Math.abs(figure);
        if (size >= 100) return String.format(Locale.ROOT, "%,.0f", figure);
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", figure);
    }

    static String mebibytes(double bytes) {
        return Double.isNaN(bytes) ? NONE : of(bytes / MIB) + " MiB";
    }

    static String micros(double micros) {
        if (Double.isNaN(micros)) return NONE;
        return micros < 1000 ? of(micros) + " µs" : of(micros / 1000) + " ms";
    }

    static String times(double ratio) {
        return Double.isNaN(ratio) ? NONE : String.format(Locale.ROOT, "×%.2f", ratio);
    }
}
