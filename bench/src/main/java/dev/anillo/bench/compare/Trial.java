package dev.anillo.bench.compare;

import dev.anillo.bench.load.Load;
import dev.anillo.bench.load.LoadPlan;
import dev.anillo.bench.load.LoadResult;
import dev.anillo.bench.load.Request;
import dev.anillo.bench.load.Schedule.Arrivals;
import dev.anillo.bench.machine.Jvm;
import dev.anillo.bench.machine.KernelCounters;
import dev.anillo.bench.profile.Recorder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// One process of a contender, from its start through all loads to its end.
final class Trial implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
    /// Of each load, before it is measured: connections are new, and so may be the rhythm.
    private static final double SETTLE_SECONDS = 0.03;
    private static final String COMPILER = "(C1|C2|JVMCI).*";

    private final Plan plan;
    private final KernelCounters.Support counters;
    private final Path scratch;
    private final ServerProcess server;
    private List<Jvm> jvms = List.of();
    private LoadPoint point;
    private Load load;

    /// What the server has used so far, of time in nanoseconds.
    private record Usage(long cpuNanos, long compilingNanos, long switches, double allocatedBytes) {}

    private Trial(Plan plan, KernelCounters.Support counters, Path scratch, ServerProcess server) {
        this.plan = plan;
        this.counters = counters;
        this.scratch = scratch;
        this.server = server;
    }

    /// Starts it and lets it get warm.
    static Trial start(Contender contender, Plan plan, KernelCounters.Support counters, Path scratch)
            throws IOException, InterruptedException {
        var server = ServerProcess.start(contender, plan.serverCpus(), plan.path(), scratch);
        try {
            var trial = new Trial(plan, counters, scratch, server);
            trial.warmUp();
            return trial;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    double startMillis() {
        return server.startMillis();
    }

    ServerProcess server() {
        return server;
    }

    /// Makes the connections of a load, which stay until another one is begun.
    ///
    /// @param seconds that each turn of it is measured
    void begin(LoadPoint point, double seconds) throws IOException, InterruptedException {
        endLoad();
        this.point = point;
        load = newLoad(point, SETTLE_SECONDS, seconds);
        load.connect();
    }

    /// One turn of the load that was begun.
    ///
    /// @throws IOException when an answer was wrong or did not come
    Measurement measure() throws IOException, InterruptedException {
        if (!point.isCounted() || !counters.isThere()) return measure(null);
        try (var counting = KernelCounters.of(server.tree(), counters, scratch)) {
            return measure(counting);
        }
    }

    /// @param counting null: nothing is counted
    private Measurement measure(KernelCounters counting) throws IOException, InterruptedException {
        var beganMillis = System.currentTimeMillis();
        var before = usageBefore();
        if (counting != null) counting.start();
        var result = run(load, point);
        var counts = counting == null ? null : counting.stop();
        var answers = result.recording().answers;
        var figures = cost(before, usageAfter(), answers);
        if (counts != null) counted(figures, counts, answers);
        return measurement(beganMillis, result, figures);
    }

    private void endLoad() {
        if (load != null) load.close();
        load = null;
    }

    private static void counted(Map<Metric, Double> figures, KernelCounters.Counts counts, long answers) {
        figures.put(Metric.CALLS, counts.calls() / answers);
        if (!(counts.enters() > 0)) return;
        figures.put(Metric.SUBMISSIONS, counts.submissions() / answers);
        figures.put(Metric.BATCH, counts.submissions() / counts.enters());
    }

    /// Its JVMs are found meanwhile, which takes a second.
    private void warmUp() throws IOException, InterruptedException {
        try (var finding = Executors.newVirtualThreadPerTaskExecutor()) {
            var found = finding.submit(() -> Jvm.among(server.tree(), scratch));
            if (plan.warmUpSeconds() > 0) ask(LoadPoint.peak(plan.connections()), plan.warmUpSeconds());
            jvms = found.get();
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause().getMessage(), failed.getCause());
        }
    }

    private void ask(LoadPoint point, double seconds) throws IOException, InterruptedException {
        try (var brief = newLoad(point, 0, seconds)) {
            brief.connect();
            run(brief, point);
        }
    }

    /// A flight recording under a load.
    ///
    /// @throws IOException when there is no JVM, or it refuses
    void record(LoadPoint point, double seconds, Path recording) throws IOException, InterruptedException {
        if (jvms.isEmpty()) throw new IOException("--profile: no JVM (HotSpot, of this user) is among the server's processes");
        var recorder = Recorder.start(jvms.getFirst().pid());
        ask(point, seconds);
        recorder.stop(recording);
    }

    private Load newLoad(LoadPoint point, double warmUp, double seconds) throws IOException {
        var asked = new LoadPlan(point.requestsPerSecond(), Arrivals.POISSON, point.connections(), 1, 1, nanos(warmUp),
                nanos(seconds), TIMEOUT_NANOS, true, plan.seed(), new LoadPlan.Expected(0, null));
        return new Load(asked, new Request("GET", server.url(plan.path()), List.of(), null), false);
    }

    private static long nanos(double seconds) {
        return (long) (seconds * NANOS_PER_SECOND);
    }

    private LoadResult run(Load load, LoadPoint point) throws IOException, InterruptedException {
        var result = load.run(() -> {}, TIMEOUT_NANOS);
        var recording = result.recording();
        if (recording.errors() > 0) {
            throw new IOException("%s: %,d of %,d requests failed, the first: %s".formatted(point.name(), recording.errors(),
                    recording.errors() + recording.good, recording.firstProblem));
        }
        if (recording.good == 0) throw new IOException(point.name() + ": no answer; " + server.said());
        return result;
    }

    private static Measurement.Tick tick(LoadResult result) {
        return new Measurement.Tick(result.wallNanos() / NANOS_PER_SECOND, result.recording().good, result.micros(50),
                result.micros(99), result.micros(100), result.latenessMicros(99));
    }

    /// The processor's clock is looked at last, and first afterwards: looking costs the server something too.
    private Usage usageBefore() throws IOException {
        var tree = server.tree();
        var allocated = allocatedBytes();
        var switches = tree.contextSwitches();
        var compiling = tree.cpuNanos(Trial::isCompiler);
        return new Usage(tree.cpuNanos(), compiling, switches, allocated);
    }

    private Usage usageAfter() throws IOException {
        var tree = server.tree();
        var cpu = tree.cpuNanos();
        var compiling = tree.cpuNanos(Trial::isCompiler);
        return new Usage(cpu, compiling, tree.contextSwitches(), allocatedBytes());
    }

    private static boolean isCompiler(String thread) {
        return thread.matches(COMPILER);
    }

    /// NaN without a JVM, and where short turns would measure the question and new connections.
    private double allocatedBytes() {
        return jvms.isEmpty() || !point.isCounted() ? Double.NaN : jvms.stream().mapToLong(Jvm::allocatedBytes).sum();
    }

    private static Map<Metric, Double> cost(Usage before, Usage after, long answers) {
        var figures = new EnumMap<Metric, Double>(Metric.class);
        var compiling = after.compilingNanos - before.compilingNanos;
        figures.put(Metric.CPU, (after.cpuNanos - before.cpuNanos - compiling) / NANOS_PER_MICRO / answers);
        figures.put(Metric.COMPILING, compiling / NANOS_PER_MICRO / answers);
        figures.put(Metric.SWITCHES, (double) (after.switches - before.switches) / answers);
        figures.put(Metric.ALLOCATED, (after.allocatedBytes - before.allocatedBytes) / answers);
        return figures;
    }

    private Measurement measurement(long beganMillis, LoadResult result, Map<Metric, Double> figures) throws IOException {
        figures.put(Metric.THROUGHPUT, result.rate());
        for (var metric : Metric.values()) {
            // not where it is mostly the generator's own delay
            if (metric.percentile() > 0 && !result.isMostlyOwn(metric.percentile())) {
                figures.put(metric, result.micros(metric.percentile()));
            }
        }
        if (point.hasSchedule()) figures.put(Metric.OWN_DELAY, result.latenessMicros(99));
        var pauses = pausesSince(beganMillis);
        var seconds = result.wallNanos() / NANOS_PER_SECOND;
        if (!jvms.isEmpty()) {
            var paused = pauses.stream().mapToDouble(Measurement.Pause::millis).sum() / MILLIS_PER_SECOND;
            figures.put(Metric.PAUSED, 100 * paused / seconds);
        }
        figures.values().removeIf(figure -> Double.isNaN(figure));
        var ticks = point.hasSchedule() ? List.of(tick(result)) : List.<Measurement.Tick>of();
        return Measurement.turn(point, beganMillis, figures, result.recording().latencies, ticks, pauses);
    }

    private List<Measurement.Pause> pausesSince(long beganMillis) throws IOException {
        var pauses = new ArrayList<Measurement.Pause>();
        for (var jvm : jvms) {
            for (var pause : jvm.pauses()) {
                if (pause.atMillis() < beganMillis) continue;
                pauses.add(new Measurement.Pause((pause.atMillis() - beganMillis) / MILLIS_PER_SECOND, pause.millis(),
                        pause.what()));
            }
        }
        return pauses;
    }

    /// The server goes first: a stopped one would not answer when the connections to it are closed.
    @Override
    public void close() {
        server.close();
        endLoad();
        for (var jvm : jvms) jvm.close();
    }
}
