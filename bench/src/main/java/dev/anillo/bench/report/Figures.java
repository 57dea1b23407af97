package dev.anillo.bench.report;

import dev.anillo.bench.compare.Interval;
import dev.anillo.bench.compare.Metric;
import java.util.Locale;
import java.util.function.DoubleFunction;

/// Figures as text, with as many digits as they deserve; a dash for what is not known.
final class Figures {
    static final String NONE = "–";
    private static final double MICROS_PER_MILLI = 1_000;
    private static final double MICROS_PER_SECOND = 1_000_000;

    /// Whoever reads more than that reads chance.
    private static final double FRACTION_MAX = 10;

    private Figures() {}

    /// Three digits that count; whole numbers with their thousands apart.
    static String of(double figure) {
        if (!Double.isFinite(figure)) return NONE;
        var size = Math.abs(figure);
        if (size >= 99.95) return withSign(String.format(Locale.ROOT, "%,.0f", figure));
        var format = size >= 9.995 ? "%.1f" : size >= 0.0995 || size == 0 ? "%.2f" : "%.3f";
        return withSign(String.format(Locale.ROOT, format, figure));
    }

    /// Without zeros that say nothing, for axes.
    static String plain(double figure) {
        var text = of(figure);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }

    static String micros(double micros) {
        return time(micros, Figures::of);
    }

    static String plainMicros(double micros) {
        return time(micros, Figures::plain);
    }

    private static String time(double micros, DoubleFunction<String> text) {
        if (!Double.isFinite(micros)) return NONE;
        if (micros < MICROS_PER_MILLI) return text.apply(micros) + " µs";
        if (micros < MICROS_PER_SECOND) return text.apply(micros / MICROS_PER_MILLI) + " ms";
        return text.apply(micros / MICROS_PER_SECOND) + " s";
    }

    static String withUnit(double figure, Metric metric) {
        return Double.isFinite(figure) && !metric.unit().isEmpty() ? of(figure) + " " + metric.unit() : of(figure);
    }

    /// A change with its sign: percent, or what the metric counts.
    static String change(double change, Metric metric) {
        if (!Double.isFinite(change)) return NONE;
        return signed(size(change, metric));
    }

    static String plainChange(double change, Metric metric) {
        var text = change(change, metric);
        return text.contains(".") ? text.replaceFirst("\\.?0+(?=$| )", "") : text;
    }

    /// Without a unit where the estimate before it has one already.
    static String range(Interval interval, Metric metric) {
        if (!interval.isKnown()) return NONE;
        return bound(interval.low(), metric) + " to " + bound(interval.high(), metric);
    }

    private static String bound(double bound, Metric metric) {
        if (!(bound > Double.NEGATIVE_INFINITY)) return NONE;
        return signed(metric.isRatio() ? percent(bound) : of(bound));
    }

    /// Of a floor, or of what can be seen: it has no direction.
    static String size(double size, Metric metric) {
        if (!Double.isFinite(size)) return NONE;
        return metric.isRatio() ? percent(size) + " %" : withUnit(size, metric);
    }

    /// As in `p99.9`; `min` and `max` at the ends.
    static String percentile(double percentile) {
        if (percentile == 0) return "min";
        return percentile == 100 ? "max" : "p" + Double.toString(percentile).replaceAll("\\.0$", "");
    }

    /// With a plus, unless it has a minus, or is as good as zero.
    private static String signed(String text) {
        return text.startsWith("−") || text.chars().noneMatch(each -> each >= '1' && each <= '9') ? text : "+" + text;
    }

    private static String percent(double fraction) {
        if (fraction > FRACTION_MAX) return String.format(Locale.ROOT, ">%,.0f", 100 * FRACTION_MAX);
        var percent = 100 * fraction;
        return withSign(String.format(Locale.ROOT, Math.abs(percent) >= 99.95 ? "%,.0f" : "%.1f", percent));
    }

    /// A minus as wide as a plus; none before a zero.
    private static String withSign(String formatted) {
        if (!formatted.startsWith("-")) return formatted;
        var size = formatted.substring(1);
        return size.chars().allMatch(each -> each == '0' || each == '.') ? size : "−" + size;
    }
}
