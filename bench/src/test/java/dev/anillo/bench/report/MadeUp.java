package dev.anillo.bench.report;

import dev.anillo.bench.compare.Change;
import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Fork;
import dev.anillo.bench.compare.Interval;
import dev.anillo.bench.compare.LoadPoint;
import dev.anillo.bench.compare.Measurement;
import dev.anillo.bench.compare.Measurement.Pause;
import dev.anillo.bench.compare.Measurement.Tick;
import dev.anillo.bench.compare.Metric;
import dev.anillo.bench.compare.Side;
import dev.anillo.bench.compare.Visible;
import dev.anillo.bench.gate.Verdict;
import dev.anillo.bench.gate.Verdict.Finding;
import dev.anillo.bench.gate.Verdict.Judged;
import dev.anillo.bench.gate.Verdict.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/// A comparison as a machine could have made it: a base, and a head that takes 4 % more processor time.
final class MadeUp {
    private static final LoadPoint ONE = new LoadPoint("one", 0, 1, true);
    private static final LoadPoint PEAK = new LoadPoint("peak", 0, 64, false);
    static final List<LoadPoint> LOADS = List.of(ONE, new LoadPoint("25%", 24_000, 64, false),
            new LoadPoint("50%", 48_000, 64, false), new LoadPoint("75%", 72_000, 64, false), PEAK);
    static final Map<Side, String> NAMES = Map.of(Side.BASE, "v0.1.0", Side.HEAD, "3f9c2ab");
    static final int PAIRS = 12;
    static final int FAILED = 7;
    static final double HEAD_CPU_AT_PEAK = 5.61;
    private static final double HEAD_CPU_CHANGE = 0.041;
    private static final int WITHOUT_CPU = 4;
    private static final int TICKS = 50;
    private static final int ANSWERS = 400;
    static final long BEGAN_MILLIS = 1_795_000_000_000L;

    private MadeUp() {}

    static Comparison comparison() {
        var random = new Random(1);
        var forks = new ArrayList<Fork>();
        for (var number = 0; number < 2 * PAIRS; number++) {
            forks.add(fork(random, number, number % 2 == 0 ? Side.BASE : Side.HEAD));
        }
        var notes = List.of("context switches: /proc/PID/status cannot be read while a process ends");
        return of(NAMES, machine(), forks, changes(random), notes);
    }

    /// Nothing ever answered.
    static Comparison empty() {
        return of(NAMES, machine(), List.of(), List.of(), List.of("the server did not start: exit status 1"));
    }

    /// Processes were started, and none of their figures counts.
    static Comparison allFailed() {
        var forks = Stream.of(Side.BASE, Side.HEAD).map(side -> new Fork(side.ordinal(), 0, side, Double.NaN, List.of(),
                "no answer within 30 s")).toList();
        var changes = Stream.of(Metric.values()).map(metric -> new Change(metric, "peak", Double.NaN, Double.NaN, unknown(),
                new double[] {Double.NaN})).toList();
        return of(NAMES, machine(), forks, changes, List.of());
    }

    /// Too few for any interval.
    static Comparison onePair() {
        var random = new Random(2);
        var forks = List.of(fork(random, 0, Side.BASE), fork(random, 1, Side.HEAD));
        var changes = LOADS.stream()
                .map(load -> new Change(Metric.P99, load.name(), 100, 104, unknown(), new double[] {0.04})).toList();
        return of(NAMES, machine(), forks, changes, List.of());
    }

    /// Each text that comes from outside is this one.
    static Comparison hostile(String text) {
        var fork = new Fork(0, 0, Side.HEAD, 1, List.of(), text);
        var change = new Change(Metric.CPU, text, 1, 2, new Interval(1, 0.9, 1.1), new double[] {0.9, 1.1});
        var both = Map.of(Side.BASE, text, Side.HEAD, text);
        return new Comparison(Map.of(text, text), both, both, List.of(new LoadPoint(text, 10, 1, false)), List.of(fork),
                List.of(new Visible(Metric.CPU, text, 1, 1)), List.of(fork), List.of(change), List.of(text), 1);
    }

    static Comparison of(Map<Side, String> names, Map<String, String> machine, List<Fork> forks, List<Change> changes,
            List<String> notes) {
        var visible = List.of(new Visible(Metric.CPU, "peak", 0.013, 0.018), new Visible(Metric.P99, "50%", 0.09, 0.125),
                new Visible(Metric.THROUGHPUT, "peak", 0.02, 0.028), new Visible(Metric.CALLS, "one", 0.01, 0.014));
        var commands = Map.of(Side.BASE, "java -jar base.jar --port 3000", Side.HEAD, "java -jar head.jar --port 3000");
        return new Comparison(machine, commands, names, LOADS, List.of(), forks.isEmpty() ? List.of() : visible, forks,
                changes, notes, 754);
    }

    static Map<String, String> machine() {
        var machine = new LinkedHashMap<String, String>();
        machine.put("processor", "AMD EPYC 9R14, 2 that this process may use");
        machine.put("pinning", "server on 1, generator on 0");
        machine.put("kernel", "Linux 6.18.44 x86_64");
        machine.put("JDK", "OpenJDK 64-Bit Server VM 25.0.3+9, Temurin-25.0.3+9");
        machine.put("settings", "12 pairs, 5 loads of 5 s, seed 4711");
        return machine;
    }

    static Fork fork(Random random, int number, Side side) {
        var problem = number == FAILED ? "answered 503 to 12 of 240,000 requests" : null;
        var measurements = LOADS.stream().limit(problem == null ? LOADS.size() : 2)
                .map(load -> measurement(random, load, side, number)).toList();
        return new Fork(number, number / 2, side, 170 + 10 * random.nextDouble(), measurements, problem);
    }

    private static Measurement measurement(Random random, LoadPoint load, Side side, int number) {
        var slowness = side == Side.HEAD ? 1.04 : 1;
        var nanos = 1_000 * micros(load) * slowness * (1 + 0.04 * random.nextGaussian());
        var latencies = histogram();
        var ticks = new ArrayList<Tick>();
        for (var tick = 1; tick <= TICKS; tick++) {
            var own = latencies(random, nanos);
            latencies.add(own);
            ticks.add(new Tick(0.1 * tick, own.getTotalCount(), micros(own, 50), micros(own, 99), micros(own, 100),
                    load.hasSchedule() ? 2 + random.nextDouble() : Double.NaN));
        }
        var figures = new EnumMap<Metric, Double>(Metric.class);
        figures.put(Metric.THROUGHPUT, perSecond(load) * (1 + 0.01 * random.nextGaussian()));
        figures.put(Metric.P50, micros(latencies, 50));
        figures.put(Metric.P99, micros(latencies, 99));
        figures.put(Metric.MAX, micros(latencies, 100));
        if (number != WITHOUT_CPU) figures.put(Metric.CPU, 5.4 * slowness * (1 + 0.01 * random.nextGaussian()));
        var pauses = number % 3 == 0 ? List.of(new Pause(1.4, 2.1, "G1 Evacuation Pause"), new Pause(3.9, 1.7, "G1 Full GC"))
                : List.<Pause>of();
        return Measurement.turn(load, BEGAN_MILLIS + 31_000L * number, figures, latencies, ticks, pauses);
    }

    private static double perSecond(LoadPoint load) {
        return load.hasSchedule() ? load.requestsPerSecond() : load == ONE ? 15_500 : 96_500;
    }

    /// Half of the answers take longer. With a schedule it grows as a queue does.
    private static double micros(LoadPoint load) {
        var part = load.requestsPerSecond() / perSecond(PEAK);
        return load.hasSchedule() ? 32 + 40 * part / (1.2 - part) : load == ONE ? 60 : 640;
    }

    private static Histogram histogram() {
        var histogram = new Histogram(3);
        histogram.setAutoResize(true);
        return histogram;
    }

    /// One of 150 is much slower, and at times even more.
    private static Histogram latencies(Random random, double nanos) {
        var histogram = histogram();
        var slowest = random.nextInt(25) == 0 ? 48 : 8;
        for (var i = 0; i < ANSWERS; i++) {
            var factor = random.nextInt(150) == 0 ? slowest : 1;
            histogram.recordValue((long) (nanos * factor * Math.exp(0.35 * random.nextGaussian())));
        }
        return histogram;
    }

    private static double micros(Histogram latencies, double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e3;
    }

    static List<Change> changes(Random random) {
        var changes = new ArrayList<Change>();
        for (var load : LOADS) {
            var micros = micros(load);
            var isAsked = load.hasSchedule();
            var cpu = load == PEAK ? HEAD_CPU_AT_PEAK / (1 + HEAD_CPU_CHANGE) : 27.1;
            var lost = isAsked ? 0 : -0.034;
            changes.add(change(random, Metric.THROUGHPUT, load, perSecond(load), lost, isAsked ? 0.0004 : 0.012));
            changes.add(change(random, Metric.P50, load, micros, 0.02, 0.02));
            changes.add(change(random, Metric.P99, load, micros * 4.1, 0.03, 0.09));
            changes.add(change(random, Metric.P999, load, micros * 11, 0.01, 0.25));
            changes.add(change(random, Metric.MAX, load, micros * 70, 0.1, 0.6));
            changes.add(change(random, Metric.CPU, load, cpu, HEAD_CPU_CHANGE, 0.01));
            changes.add(change(random, Metric.CALLS, load, 2.31, load.isCounted() ? 1.0 : 0.02, 0.01));
            changes.add(change(random, Metric.ALLOCATED, load, 1.6, -0.4, 0.3));
            changes.add(new Change(Metric.SWITCHES, load.name(), Double.NaN, Double.NaN, unknown(), missing()));
        }
        return changes;
    }

    private static double[] missing() {
        return Stream.generate(() -> Double.NaN).limit(PAIRS).mapToDouble(each -> each).toArray();
    }

    static Interval unknown() {
        return new Interval(Double.NaN, Double.NaN, Double.NaN);
    }

    /// @param mean of all there could be, with the deviation `spread`; head is as far from base
    private static Change change(Random random, Metric metric, LoadPoint load, double base, double mean, double spread) {
        var pairs = random.doubles(PAIRS).map(each -> mean + spread * random.nextGaussian()).toArray();
        pairs[FAILED / 2] = Double.NaN;
        var estimate = Arrays.stream(pairs).filter(Double::isFinite).average().orElseThrow();
        var half = 3.1 * spread / Math.sqrt(PAIRS - 1);
        return new Change(metric, load.name(), base, metric.isRatio() ? base * (1 + mean) : base + mean,
                new Interval(estimate, estimate - half, estimate + half), pairs);
    }

    static Verdict verdict(Comparison comparison) {
        var judged = comparison.changes().stream().flatMap(change -> judged(change).stream()).toList();
        return new Verdict(Outcome.SLOWER, "Processor time per request at peak grew by 4.1 % (99 %: 3.1 to 5.0 %), which is"
                + " more than the floor of 3 %; system calls per request grew by 1.00, where 0.05 is the floor.", judged);
    }

    private static Optional<Judged> judged(Change change) {
        return switch (change.metric() + " " + change.load()) {
            case "CPU peak" -> Optional.of(new Judged(change, 0.03, false, Finding.LOST));
            case "THROUGHPUT peak" -> Optional.of(new Judged(change, 0.05, false, Finding.HELD));
            case "P99 50%" -> Optional.of(new Judged(change, 0.1, false, Finding.UNCLEAR));
            case "CALLS one" -> Optional.of(new Judged(change, 0.05, true, Finding.LOST));
            case "ALLOCATED one" -> Optional.of(new Judged(change, 0.2, true, Finding.WON));
            default -> Optional.empty();
        };
    }
}
