package dev.anillo.bench.report;

import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Fork;
import dev.anillo.bench.compare.LoadPoint;
import dev.anillo.bench.compare.Measurement;
import dev.anillo.bench.compare.Measurement.Pause;
import dev.anillo.bench.compare.Measurement.Tick;
import dev.anillo.bench.compare.Metric;
import dev.anillo.bench.compare.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// What happened when: latencies in each short interval of one process, of each side the one with the slowest answer of all.
/// Below them the generator's own delay, as a spike that it shares is not the server's, and the pauses of the server's
/// garbage collectors.
final class TimeLine {
    private record Shown(Fork fork, Measurement measurement) {}

    private final LoadPoint load;

    private TimeLine(LoadPoint load) {
        this.load = load;
    }

    /// Of the middle load. A side of which no process came that far has none.
    static List<String> of(Comparison comparison) {
        return comparison.middle().map(load -> new TimeLine(load).pictures(comparison)).orElse(List.of());
    }

    private List<String> pictures(Comparison comparison) {
        var base = worst(comparison, Side.BASE);
        var head = worst(comparison, Side.HEAD);
        var all = DoubleStream.concat(values(base), values(head)).summaryStatistics();
        if (all.getCount() == 0) return List.of();
        var y = Scale.logarithmic(all.getMin(), all.getMax(), Figures::plainMicros);
        var seconds = DoubleStream.concat(seconds(base), seconds(head)).max().orElse(1);
        var pictures = new ArrayList<String>();
        for (var shown : List.of(base, head)) shown.ifPresent(each -> pictures.add(picture(each, seconds, y)));
        return pictures;
    }

    private Optional<Shown> worst(Comparison comparison, Side side) {
        return comparison.sound(side).stream()
                .flatMap(fork -> fork.measurement(load.name()).stream().map(measurement -> new Shown(fork, measurement)))
                .filter(shown -> !shown.measurement.ticks().isEmpty())
                .max(Comparator.comparingDouble(shown -> slowest(shown.measurement)));
    }

    private static double slowest(Measurement measurement) {
        var known = measurement.figure(Metric.MAX);
        return Double.isNaN(known) ? measurement.ticks().stream().mapToDouble(Tick::max).max().orElse(0) : known;
    }

    private static DoubleStream values(Optional<Shown> shown) {
        return shown.stream().flatMap(each -> each.measurement.ticks().stream())
                .flatMapToDouble(tick -> DoubleStream.of(tick.p50(), tick.p99(), tick.max(), tick.ownDelay99()))
                .filter(value -> value > 0 && Double.isFinite(value));
    }

    private static DoubleStream seconds(Optional<Shown> shown) {
        return shown.stream().flatMap(each -> each.measurement.ticks().stream()).mapToDouble(Tick::seconds);
    }

    private String picture(Shown shown, double seconds, Scale y) {
        var side = Styles.of(shown.fork.side());
        var title = side + ", process " + (shown.fork.number() + 1) + ", load " + load.name();
        var plot = new Plot("time-" + side, title, description(shown), Scale.linear(0, seconds, Figures::plain), "seconds", y,
                "latency");
        curve(plot, "own", shown, Tick::ownDelay99);
        curve(plot, "line slowest " + side, shown, Tick::max);
        curve(plot, "line p99 " + side, shown, Tick::p99);
        curve(plot, "line p50 " + side, shown, Tick::p50);
        for (var pause : shown.measurement.pauses()) {
            if (pause.seconds() <= seconds) plot.triangle("pause", pause.seconds(), 4, text(pause));
        }
        return plot.end();
    }

    private static void curve(Plot plot, String style, Shown shown, ToDoubleFunction<Tick> value) {
        var ticks = shown.measurement.ticks();
        plot.curve(style, ticks.stream().mapToDouble(Tick::seconds).toArray(),
                ticks.stream().mapToDouble(value).map(each -> each > 0 ? each : Double.NaN).toArray());
    }

    private static String text(Pause pause) {
        return pause.what() + ": " + Figures.of(pause.millis()) + " ms at " + Figures.of(pause.seconds()) + " s";
    }

    private static String description(Shown shown) {
        var worst = shown.measurement.ticks().stream().max(Comparator.comparingDouble(Tick::max)).orElseThrow();
        var pauses = shown.measurement.pauses();
        return "The slowest answer took " + Figures.micros(worst.max()) + ", at " + Figures.of(worst.seconds()) + " s; "
                + (pauses.isEmpty() ? "no GC pause." : pauses.size() + " GC pauses, the longest " + Figures.of(pauses.stream()
                        .mapToDouble(Pause::millis).max().orElseThrow()) + " ms.");
    }
}
