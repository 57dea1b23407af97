package dev.anillo.bench.report;

import dev.anillo.bench.compare.Change;
import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.LoadPoint;
import dev.anillo.bench.compare.Metric;
import dev.anillo.bench.compare.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Latency over throughput: how much can be asked of a server before answers queue up. The loads with a schedule are joined;
/// those without are points by themselves, for their times count since a request was sent, not since it was due.
final class Knee {
    private record Point(LoadPoint load, double perSecond, double micros) {
        boolean isKnown() {
            return perSecond > 0 && micros > 0;
        }
    }

    private final Comparison comparison;
    private final Metric latency;

    private Knee(Comparison comparison, Metric latency) {
        this.comparison = comparison;
        this.latency = latency;
    }

    static List<String> of(Comparison comparison) {
        var pictures = new ArrayList<String>();
        for (var latency : List.of(Metric.P50, Metric.P99)) new Knee(comparison, latency).picture().ifPresent(pictures::add);
        return pictures;
    }

    private Optional<String> picture() {
        var base = points(Side.BASE);
        var head = points(Side.HEAD);
        var all = new ArrayList<>(base);
        all.addAll(head);
        if (all.isEmpty()) return Optional.empty();
        var most = all.stream().mapToDouble(Point::perSecond).max().orElseThrow();
        var plot = new Plot("knee-" + latency.name().toLowerCase(Locale.ROOT), title(), description(base, head),
                Scale.linear(0, most * 1.08, Knee::thousands), "answers a second",
                Scale.logarithmic(all.stream().mapToDouble(Point::micros).min().orElseThrow() * 0.8,
                        all.stream().mapToDouble(Point::micros).max().orElseThrow() * 1.2, Figures::plainMicros), "latency");
        draw(plot, Side.BASE, base);
        draw(plot, Side.HEAD, head);
        for (var point : head.isEmpty() ? base : head) {
            plot.above("mark", point.perSecond, highest(point.load, all), point.load.name());
        }
        return Optional.of(plot.end());
    }

    private static double highest(LoadPoint load, List<Point> all) {
        return all.stream().filter(point -> point.load.equals(load)).mapToDouble(Point::micros).max().orElseThrow();
    }

    private String title() {
        return latency == Metric.P50 ? "Half of the answers (p50)" : "99 % of the answers (p99)";
    }

    private List<Point> points(Side side) {
        return comparison.loads().stream()
                .map(load -> new Point(load, figure(Metric.THROUGHPUT, load, side), figure(latency, load, side)))
                .filter(Point::isKnown).toList();
    }

    private double figure(Metric metric, LoadPoint load, Side side) {
        return comparison.changes().stream().filter(change -> change.metric() == metric && change.load().equals(load.name()))
                .findFirst().map((Change change) -> side == Side.BASE ? change.base() : change.head()).orElse(Double.NaN);
    }

    private void draw(Plot plot, Side side, List<Point> points) {
        var joined = points.stream().filter(point -> point.load.hasSchedule())
                .sorted(Comparator.comparingDouble(Point::perSecond)).toList();
        plot.curve("line " + Styles.of(side), joined.stream().mapToDouble(Point::perSecond).toArray(),
                joined.stream().mapToDouble(Point::micros).toArray());
        for (var point : points) {
            plot.marker(side, point.load.hasSchedule() ? "marker" : "marker hollow", point.perSecond, point.micros,
                    Styles.of(side) + " at " + text(point));
        }
    }

    private static String text(Point point) {
        return point.load.name() + ": " + Figures.micros(point.micros) + " at " + Figures.of(point.perSecond) + "/s";
    }

    private static String description(List<Point> base, List<Point> head) {
        return "Base: " + String.join(", ", base.stream().map(Knee::text).toList()) + ". Head: "
                + String.join(", ", head.stream().map(Knee::text).toList()) + ".";
    }

    private static String thousands(double perSecond) {
        return perSecond >= 1_000 ? Figures.plain(perSecond / 1_000) + "k" : Figures.plain(perSecond);
    }
}
