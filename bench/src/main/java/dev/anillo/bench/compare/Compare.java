package dev.anillo.bench.compare;

import dev.anillo.bench.machine.KernelCounters;
import dev.anillo.bench.machine.Machine;
import dev.anillo.bench.machine.Shell;
import dev.anillo.bench.profile.FlameGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Two contenders, in the order of events: base is looked at once, to learn its peak and with it the rates; base runs beside
/// itself, to learn what this machine can tell apart; then come pairs of base and head, each of two new processes.
public final class Compare {
    private static final double NANOS_PER_SECOND = 1e9;
    /// Of the first process, that stands for how fast base is: as long as each second makes it faster by so much more.
    private static final double STILL_FASTER = 1.05;
    private static final int SIGHTS_MAX = 8;
    /// At a sample each 10 ms of processor time: a thousand of them.
    private static final double PROFILE_SECONDS = 10;
    private static final int PROFILE_PIXELS = 1_200;

    private final Plan plan;
    private final Map<Side, Contender> contenders;
    private final Path scratch;
    private final Consumer<String> progress;
    private final List<String> notes = new ArrayList<>();
    private final long begunNanos = System.nanoTime();
    private KernelCounters.Support counters;
    private List<LoadPoint> loads;
    private int processes;
    /// Answers a second of base.
    private double peak;
    private double pairSeconds;

    /// @param scratch an empty directory
    /// @param progress takes a line for each process
    public Compare(Plan plan, Contender base, Contender head, Path scratch, Consumer<String> progress) {
        this.plan = plan;
        this.contenders = new EnumMap<>(Map.of(Side.BASE, base, Side.HEAD, head));
        this.scratch = scratch;
        this.progress = progress;
    }

    /// @throws IOException when base does not start or answers wrongly; what head does is part of the outcome
    public Comparison run() throws IOException, InterruptedException {
        var machine = machine(); // before it is pinned, and sees one processor only
        Shell.run("taskset", "-acp", Integer.toString(plan.generatorCpu()), Long.toString(ProcessHandle.current().pid()));
        counters = KernelCounters.support();
        if (!counters.isThere()) notes.add("System calls are not counted: " + counters.refusal());
        sight();
        var calibration = calibrate();
        var pairs = plan.pairs() > 0 ? plan.pairs() : pairsInTime();
        var visible = visible(calibration, pairs);
        progress.accept("%d pairs".formatted(pairs));
        var forks = new ArrayList<Fork>();
        for (var pair = 0; pair < pairs; pair++) forks.addAll(pair(pair, contenders));
        noteAllocations(forks);
        return new Comparison(machine, commands(), names(), loads, calibration, visible, List.copyOf(forks), changes(forks),
                List.copyOf(notes), seconds());
    }

    private double seconds() {
        return (System.nanoTime() - begunNanos) / NANOS_PER_SECOND;
    }

    private void sight() throws IOException, InterruptedException {
        var atPeak = LoadPoint.peak(plan.connections());
        try (var trial = Trial.start(contenders.get(Side.BASE), plan, counters, scratch)) {
            peak = steadyPeak(trial, atPeak);
            progress.accept(String.format(Locale.ROOT, "peak of %s: %,.0f answers a second",
                    contenders.get(Side.BASE).name(), peak));
            loads = new ArrayList<>(List.of(atPeak)); // it has the most to compile, and the others are quieter behind it
            for (var part : plan.parts()) loads.add(LoadPoint.part(part, peak, plan.connections()));
            loads.add(LoadPoint.one()); // what is counted comes last, when all is compiled
        }
    }

    private double steadyPeak(Trial trial, LoadPoint atPeak) throws IOException, InterruptedException {
        trial.begin(atPeak, plan.seconds());
        var best = trial.measure().figure(Metric.THROUGHPUT);
        for (var sight = 1; sight < SIGHTS_MAX; sight++) {
            var now = trial.measure().figure(Metric.THROUGHPUT);
            if (now < STILL_FASTER * best) return Math.max(best, now);
            best = now;
        }
        return best;
    }

    private List<Fork> calibrate() throws IOException, InterruptedException {
        var base = contenders.get(Side.BASE);
        var forks = new ArrayList<Fork>();
        var before = seconds();
        for (var pair = 0; pair < plan.calibrationPairs(); pair++) {
            forks.addAll(pair(pair, Map.of(Side.BASE, base, Side.HEAD, base)));
        }
        for (var fork : forks) if (fork.problem() != null) throw new IOException(base.name() + ": " + fork.problem());
        pairSeconds = (seconds() - before) / plan.calibrationPairs();
        return List.copyOf(forks);
    }

    private int pairsInTime() {
        return Math.max(Plan.PAIRS_MIN, (int) ((plan.timeSeconds() - seconds()) / pairSeconds));
    }

    private List<Fork> pair(int number, Map<Side, Contender> which) throws IOException, InterruptedException {
        var order = number % 2 == 0 ? List.of(Side.BASE, Side.HEAD) : List.of(Side.HEAD, Side.BASE);
        try (var first = start(order.getFirst(), which); var second = start(order.getLast(), which)) {
            var pair = new Pair(first, second, plan, peak);
            for (var load : loads) pair.measure(load);
            var forks = List.of(first.fork(number), second.fork(number));
            for (var fork : forks) progress.accept(line(which.get(fork.side()), fork));
            return forks;
        }
    }

    private Half start(Side side, Map<Side, Contender> which) throws IOException, InterruptedException {
        var own = Files.createDirectory(scratch.resolve("process-" + processes));
        return Half.of(processes++, side, () -> Trial.start(which.get(side), plan, counters, own));
    }

    private static String line(Contender contender, Fork fork) {
        if (fork.problem() != null) return contender.name() + ": " + fork.problem();
        return String.format(Locale.ROOT, "%3d %-6s  peak %,9.0f/s  %6.2f µs of processor time", fork.number(),
                contender.name(), fork.figure("peak", Metric.THROUGHPUT), fork.figure("peak", Metric.CPU));
    }

    // Profiles.

    /// A recording of each contender under the peak's load, in processes of their own that do not count.
    ///
    /// @param directory where the recordings and the graphs stay
    /// @return the flame graphs, by their titles
    /// @throws IOException when a server is no JVM, or does not start
    public Map<String, String> profiles(Path directory) throws IOException, InterruptedException {
        var graphs = new LinkedHashMap<String, String>();
        for (var side : Side.values()) {
            var contender = contenders.get(side);
            var recording = directory.resolve(side.name().toLowerCase(Locale.ROOT) + ".jfr");
            progress.accept("profile of " + contender.name());
            try (var trial = Trial.start(contender, plan, counters, Files.createDirectory(scratch.resolve("profile-" + side)))) {
                trial.record(LoadPoint.peak(plan.connections()), PROFILE_SECONDS, recording);
            }
            var title = contender.name() + " at peak";
            var graph = FlameGraph.of(recording, title).svg(PROFILE_PIXELS);
            Files.writeString(directory.resolve(side.name().toLowerCase(Locale.ROOT) + ".svg"), graph);
            graphs.put(title, graph);
        }
        return graphs;
    }

    // What it comes to.

    private List<Visible> visible(List<Fork> calibration, int pairs) {
        var visible = new ArrayList<Visible>();
        for (var load : loads) {
            for (var metric : Metric.values()) {
                var deviation = Statistics.deviation(changes(calibration, load.name(), metric));
                if (Double.isNaN(deviation)) continue;
                var smallest = Statistics.smallestVisible(deviation, pairs, Comparison.CONFIDENCE);
                visible.add(new Visible(metric, load.name(), deviation, metric.readable(smallest)));
            }
        }
        return List.copyOf(visible);
    }

    private List<Change> changes(List<Fork> forks) {
        var changes = new ArrayList<Change>();
        for (var load : loads) {
            for (var metric : Metric.values()) {
                var pairs = changes(forks, load.name(), metric);
                var base = median(forks, Side.BASE, load.name(), metric);
                var head = median(forks, Side.HEAD, load.name(), metric);
                if (Double.isNaN(base) && Double.isNaN(head)) continue;
                var interval = Statistics.interval(pairs, Comparison.CONFIDENCE, plan.seed());
                for (var i = 0; i < pairs.length; i++) pairs[i] = metric.readable(pairs[i]);
                changes.add(new Change(metric, load.name(), base, head, readable(metric, interval), pairs));
            }
        }
        return List.copyOf(changes);
    }

    private static Interval readable(Metric metric, Interval changes) {
        return new Interval(metric.readable(changes.estimate()), metric.readable(changes.low()),
                metric.readable(changes.high()));
    }

    private static double median(List<Fork> forks, Side side, String load, Metric metric) {
        return Statistics.median(forks.stream().filter(fork -> fork.side() == side && fork.problem() == null)
                .mapToDouble(fork -> fork.figure(load, metric)).toArray());
    }

    /// One for each pair; NaN where half of it failed or has no such figure.
    private static double[] changes(List<Fork> forks, String load, Metric metric) {
        var pairs = forks.stream().mapToInt(Fork::pair).max().orElse(-1) + 1;
        var changes = new double[pairs];
        for (var pair = 0; pair < pairs; pair++) {
            var base = measurement(forks, pair, Side.BASE, load);
            var head = measurement(forks, pair, Side.HEAD, load);
            changes[pair] = base.isEmpty() || head.isEmpty() ? Double.NaN : base.get().changeTo(head.get(), metric);
        }
        return changes;
    }

    private static Optional<Measurement> measurement(List<Fork> forks, int pair, Side side, String load) {
        return forks.stream().filter(fork -> fork.pair() == pair && fork.side() == side && fork.isSound()).findFirst()
                .flatMap(fork -> fork.measurement(load));
    }

    private void noteAllocations(List<Fork> forks) {
        var known = forks.stream().anyMatch(fork -> !Double.isNaN(fork.figure("one", Metric.ALLOCATED)));
        if (!known) notes.add("Allocations and GC pauses are not known: no JVM (HotSpot, of this user) is among the servers");
    }

    private Map<String, String> machine() throws IOException, InterruptedException {
        var machine = Machine.describe();
        machine.put("pinning", "server on " + plan.serverCpus() + ", generator on " + plan.generatorCpu());
        machine.put("plan", String.format(Locale.ROOT,
                "%s, %d connections, each load %.1f s, after %.1f s of warm-up; seed %d", plan.path(), plan.connections(),
                plan.seconds(), plan.warmUpSeconds(), plan.seed()));
        return machine;
    }

    private Map<Side, String> commands() {
        return Map.of(Side.BASE, contenders.get(Side.BASE).command(), Side.HEAD, contenders.get(Side.HEAD).command());
    }

    private Map<Side, String> names() {
        return Map.of(Side.BASE, contenders.get(Side.BASE).name(), Side.HEAD, contenders.get(Side.HEAD).name());
    }
}
