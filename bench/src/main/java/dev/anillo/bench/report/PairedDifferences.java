package dev.anillo.bench.report;

import dev.anillo.bench.compare.Change;
import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.LoadPoint;
import dev.anillo.bench.compare.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What each pair says of a change: a dot for each, the first pair at the top, so that a drift of the machine shows as a
/// slope; below them the mean with its interval, the line of no change, and those of the floor.
final class PairedDifferences {
    private static final int WIDTH = Plot.WIDTH;
    private static final int SIDE = 16;
    private static final int TOP = 42;
    private static final int DOTS = 62;
    private static final int INTERVAL = TOP + DOTS + 14;
    private static final int AXIS = INTERVAL + 14;
    private static final int HEIGHT = AXIS + 20;
    private static final int DOT = 3;
    private static final int PICTURES_MAX = 12;
    /// On either side of the dots, in widths of their range.
    private static final double INTERVAL_SPANS_MAX = 1;

    /// Where no gate says what matters; each at the load where it tells most.
    private static final Map<Metric, String> USUAL = Map.of(Metric.CPU, "peak", Metric.THROUGHPUT, "peak",
            Metric.CALLS, "one", Metric.ALLOCATED, "one", Metric.SUBMISSIONS, "one");
    private static final List<Metric> USUAL_LATENCIES = List.of(Metric.P50, Metric.P99, Metric.P999);

    private final Row row;
    private final Change change;
    private final double floor;
    private final Scale scale;

    private PairedDifferences(Row row) {
        this.row = row;
        change = row.change();
        floor = row.floor();
        scale = scale();
    }

    static List<String> of(Comparison comparison, List<Row> rows) {
        var isJudged = rows.stream().anyMatch(row -> row.judged().isPresent());
        var shown = rows.stream()
                .filter(row -> isJudged ? row.judged().isPresent() : row.isChanged() || isUsual(comparison, row.change()))
                .filter(row -> DoubleStream.of(row.change().pairs()).anyMatch(Double::isFinite))
                .limit(PICTURES_MAX).toList();
        return IntStream.range(0, shown.size())
                .mapToObj(i -> new PairedDifferences(shown.get(i)).picture("pairs-" + i)).toList();
    }

    private static boolean isUsual(Comparison comparison, Change change) {
        var middle = comparison.middle().map(LoadPoint::name).orElse("peak");
        var load = USUAL_LATENCIES.contains(change.metric()) ? middle : USUAL.get(change.metric());
        return change.load().equals(load);
    }

    /// Zero is always within. An interval that says next to nothing is cut off, lest the dots shrink to a point.
    private Scale scale() {
        var interval = change.interval();
        var dots = DoubleStream.concat(Arrays.stream(change.pairs()), DoubleStream.of(0, floor, -floor))
                .filter(Double::isFinite).summaryStatistics();
        var most = INTERVAL_SPANS_MAX * (dots.getMax() - dots.getMin());
        var values = DoubleStream.of(dots.getMin(), dots.getMax(), Math.max(interval.low(), dots.getMin() - most),
                Math.min(interval.high(), dots.getMax() + most)).filter(Double::isFinite).summaryStatistics();
        var margin = (values.getMax() - values.getMin()) * 0.04;
        return Scale.linear(values.getMin() - margin, values.getMax() + margin,
                value -> Figures.plainChange(value, change.metric()));
    }

    private String picture(String id) {
        var svg = new Svg(id, WIDTH, HEIGHT, Summary.title(row), description());
        svg.text("title", 4, 14, "start", change.metric().description() + " · " + change.load());
        svg.text("quiet", 4, 31, "start", change.metric().isMoreBetter() ? "← worse" : "← better");
        svg.text("quiet", WIDTH - 4, 31, "end", change.metric().isMoreBetter() ? "better →" : "worse →");
        svg.text("mark", WIDTH - 4, 14, "end", row.finding());
        axis(svg);
        dots(svg);
        interval(svg);
        return svg.end();
    }

    private double across(double value) {
        return SIDE + Math.clamp(scale.at(value), 0, 1) * (WIDTH - 2 * SIDE);
    }

    private void axis(Svg svg) {
        for (var mark : scale.marks()) {
            var x = across(mark.value());
            svg.line("grid", x, TOP, x, AXIS);
            if (x < 2 * SIDE) svg.text("mark", 2, AXIS + 15, "start", mark.label());
            else if (x > WIDTH - 2 * SIDE) svg.text("mark", WIDTH - 2, AXIS + 15, "end", mark.label());
            else svg.text("mark", x, AXIS + 15, "middle", mark.label());
        }
        if (floor > 0) {
            svg.line("floor", across(floor), TOP - 4, across(floor), AXIS);
            svg.line("floor", across(-floor), TOP - 4, across(-floor), AXIS);
        }
        svg.line("zero", across(0), TOP - 4, across(0), AXIS);
    }

    private void dots(Svg svg) {
        var pairs = change.pairs();
        for (var i = 0; i < pairs.length; i++) {
            if (!Double.isFinite(pairs[i])) continue;
            svg.circle("dot", across(pairs[i]), TOP + (i + 0.5) * DOTS / pairs.length, DOT,
                    "pair " + (i + 1) + ": " + Figures.change(pairs[i], change.metric()));
        }
    }

    private void interval(Svg svg) {
        var interval = change.interval();
        if (!interval.isKnown()) return;
        var from = across(interval.low());
        svg.rectangle("interval " + row.tone(), from, INTERVAL - 4, Math.max(1, across(interval.high()) - from), 8);
        svg.line("mean", across(interval.estimate()), INTERVAL - 8, across(interval.estimate()), INTERVAL + 8);
    }

    private String description() {
        var text = Stream.of("mean " + Figures.change(change.interval().estimate(), change.metric()) + ", 99 % interval "
                + Figures.range(change.interval(), change.metric()),
                "floor " + Figures.size(floor, change.metric()),
                "pairs " + String.join(", ", DoubleStream.of(change.pairs())
                        .mapToObj(pair -> Figures.change(pair, change.metric())).toList()));
        return String.join("; ", text.toList());
    }
}
