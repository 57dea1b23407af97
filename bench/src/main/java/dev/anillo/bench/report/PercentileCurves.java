package dev.anillo.bench.report;

import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.LoadPoint;
import dev.anillo.bench.compare.Side;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// How long the slow answers take: latency over percentiles, one picture for each load. The curves are of all sound
/// processes together; the bands go from the quickest process to the slowest, and tell by how much processes differ.
final class PercentileCurves {
    private static final int POINTS = 120;
    /// Of those that are slower than a percentile. With fewer, the curve tells what a handful happened to meet.
    private static final int ANSWERS_MIN = 10;
    private static final double NANOS_PER_MICRO = 1_000;

    private final LoadPoint load;
    private final Map<Side, List<Histogram>> histograms = new EnumMap<>(Side.class);
    private final Map<Side, Histogram> merged = new EnumMap<>(Side.class);

    private PercentileCurves(Comparison comparison, LoadPoint load) {
        this.load = load;
        for (var side : Side.values()) {
            var each = comparison.latencies(side, load);
            histograms.put(side, each);
            if (!each.isEmpty()) merged.put(side, merged(each));
        }
    }

    static Histogram merged(List<Histogram> histograms) {
        var sum = new Histogram(histograms.stream().mapToInt(Histogram::getNumberOfSignificantValueDigits).max().orElse(3));
        sum.setAutoResize(true);
        histograms.forEach(sum::add);
        return sum;
    }

    /// Loads of which no answer is known have none.
    static List<String> of(Comparison comparison) {
        var pictures = new ArrayList<String>();
        for (var i = 0; i < comparison.loads().size(); i++) {
            var curves = new PercentileCurves(comparison, comparison.loads().get(i));
            if (!curves.merged.isEmpty()) pictures.add(curves.picture("percentiles-" + i));
        }
        return pictures;
    }

    private String picture(String id) {
        var answers = merged.values().stream().mapToLong(Histogram::getTotalCount).max().orElseThrow();
        var least = merged.values().stream().mapToLong(Histogram::getMinNonZeroValue).min().orElseThrow();
        var most = merged.values().stream().mapToLong(Histogram::getMaxValue).max().orElseThrow();
        var plot = new Plot(id, "Load " + load.name(), description(), Scale.percentiles(answers), "percentile",
                Scale.logarithmic(least / NANOS_PER_MICRO, most / NANOS_PER_MICRO, Figures::plainMicros),
                load.hasSchedule() ? "latency since due" : "response time since sent");
        for (var side : merged.keySet()) band(plot, side);
        for (var side : merged.keySet()) curves(plot, side);
        return plot.end();
    }

    private void band(Plot plot, Side side) {
        var each = histograms.get(side);
        var fewest = each.stream().mapToLong(Histogram::getTotalCount).min().orElseThrow();
        if (fewest <= ANSWERS_MIN) return;
        var xs = positions((double) fewest / ANSWERS_MIN);
        var lows = values(xs, x -> each.stream().mapToDouble(one -> at(one, x)).min().orElseThrow());
        var highs = values(xs, x -> each.stream().mapToDouble(one -> at(one, x)).max().orElseThrow());
        plot.band("band " + Styles.of(side), xs, lows, highs);
    }

    private void curves(Plot plot, Side side) {
        var all = merged.get(side);
        var trusted = (double) all.getTotalCount() / ANSWERS_MIN;
        if (trusted > 1) {
            var xs = positions(trusted);
            plot.curve("line " + Styles.of(side), xs, values(xs, x -> at(all, x)));
        }
        var from = Math.max(1, trusted);
        var tail = IntStream.rangeClosed(0, POINTS / 10)
                .mapToDouble(i -> from * Math.pow(all.getTotalCount() / from, i / (POINTS / 10.0))).toArray();
        plot.curve("tail " + Styles.of(side), tail, values(tail, x -> at(all, x)));
    }

    private static double[] positions(double last) {
        return IntStream.range(0, POINTS).mapToDouble(i -> Math.pow(last, i / (POINTS - 1.0))).toArray();
    }

    private static double[] values(double[] xs, DoubleUnaryOperator value) {
        return Arrays.stream(xs).map(value).toArray();
    }

    /// @param x one of so many answers is slower
    private static double at(Histogram latencies, double x) {
        return Math.max(1, latencies.getValueAtPercentile(100 * (1 - 1 / x))) / NANOS_PER_MICRO;
    }

    private String description() {
        var text = new StringBuilder();
        merged.forEach((side, all) -> text.append(String.format(Locale.ROOT,
                "%s: of %,d answers half within %s, 99 %% within %s, the slowest %s. ", Styles.of(side), all.getTotalCount(),
                micros(all, 50), micros(all, 99), micros(all, 100))));
        return text.toString().strip();
    }

    private static String micros(Histogram all, double percentile) {
        return Figures.micros(all.getValueAtPercentile(percentile) / NANOS_PER_MICRO);
    }
}
