package dev.anillo.bench.report;

import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.LoadPoint;
import dev.anillo.bench.compare.Metric;
import dev.anillo.bench.compare.Side;
import dev.anillo.bench.gate.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;

/// A figure from run to run. Head is a square, with where it may be as far as the change is known; the base of the same run
/// is a circle. Where both move, it is the machine. Only neighbours with the same processor are joined.
final class Trend {
    /// The last ones: more would be closer together than they are wide.
    private static final int RUNS_MAX = 60;
    private static final double SHIFT = 0.16;

    private record Point(History.Run run, History.Figure figure) {
        /// The head's figure, if the change is as small, or as large, as the interval allows.
        double at(double change) {
            return figure.metric().isRatio() ? figure.base() * (1 + change) : figure.base() + change;
        }

        DoubleStream values() {
            return DoubleStream.of(figure.base(), figure.head(), at(figure.change().low()), at(figure.change().high()))
                    .filter(Double::isFinite);
        }
    }

    private final Metric metric;
    private final String load;
    private final List<Point> points;

    private Trend(History history, Metric metric, String load) {
        this.metric = metric;
        this.load = load;
        points = history.runs().stream().skip(Math.max(0, history.runs().size() - RUNS_MAX))
                .flatMap(run -> run.figure(metric, load).stream().map(figure -> new Point(run, figure)))
                .filter(point -> Double.isFinite(point.figure.head())).toList();
    }

    static List<String> of(History history, Comparison comparison) {
        var pictures = new ArrayList<String>();
        new Trend(history, Metric.CPU, "peak").picture().ifPresent(pictures::add);
        comparison.middle().map(LoadPoint::name)
                .flatMap(middle -> new Trend(history, Metric.P99, middle).picture()).ifPresent(pictures::add);
        new Trend(history, Metric.THROUGHPUT, "peak").picture().ifPresent(pictures::add);
        return pictures;
    }

    private Optional<String> picture() {
        if (points.isEmpty()) return Optional.empty();
        var values = points.stream().flatMapToDouble(Point::values).summaryStatistics();
        var margin = Math.max((values.getMax() - values.getMin()) * 0.06, values.getMax() * 0.01);
        var x = Scale.linear(0.5, points.size() + 0.5, value -> value == Math.rint(value) ? Figures.plain(value) : "");
        var y = Scale.linear(Math.max(0, values.getMin() - margin), values.getMax() + margin, this::label);
        var plot = new Plot("trend-" + metric.name().toLowerCase(Locale.ROOT), title(), description(), x,
                "runs, the last at the right", y, "");
        for (var i = 0; i < points.size(); i++) draw(plot, i);
        return Optional.of(plot.end());
    }

    private String label(double value) {
        return metric.unit().equals("µs") ? Figures.micros(value) : Figures.of(value);
    }

    private String title() {
        return metric.description() + " · " + load;
    }

    private void draw(Plot plot, int index) {
        var point = points.get(index);
        var figure = point.figure;
        var x = index + 1.0;
        if (index > 0 && point.run.machine().equals(points.get(index - 1).run.machine())) {
            plot.curve("line head", new double[] {x - 1 + SHIFT, x + SHIFT},
                    new double[] {points.get(index - 1).figure.head(), figure.head()});
        }
        if (Double.isFinite(figure.base())) {
            plot.marker(Side.BASE, "marker", x - SHIFT, figure.base(), tip(point, "base", figure.base()));
        }
        var low = point.at(figure.change().low());
        var high = point.at(figure.change().high());
        var isKnown = Double.isFinite(low) && Double.isFinite(high);
        if (isKnown) plot.whisker("whisker head", x + SHIFT, low, high);
        plot.marker(Side.HEAD, "marker", x + SHIFT, figure.head(), tip(point, "head", figure.head()));
        if (List.of(Outcome.SLOWER.name(), Outcome.FAILED.name()).contains(point.run.verdict())) {
            plot.above("lost", x + SHIFT, isKnown ? high : figure.head(), "✕");
        }
    }

    private String tip(Point point, String side, double value) {
        return point.run.head() + ", " + Summary.time(point.run.date().toEpochMilli()) + ", " + side + ": "
                + Figures.withUnit(value, metric) + (point.run.verdict().isEmpty() ? "" : ", " + point.run.verdict())
                + (point.run.machine().isEmpty() ? "" : ", on " + point.run.machine());
    }

    private String description() {
        return String.join("; ", points.stream().map(point -> point.run.head() + ": "
                + Figures.withUnit(point.figure.head(), metric)).toList());
    }
}
