package dev.anillo.bench.contest;

import dev.anillo.bench.machine.Cpus;
import dev.anillo.bench.machine.KernelCounters;
import dev.anillo.bench.machine.Shell;
import dev.anillo.bench.peers.Contender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/// All servers at once, each in its turn awake: in each round, and under each load, one right after the other, so that
/// what the machine does otherwise is the same for all.
final class Contest implements AutoCloseable {
    private static final double WARM_UP_SECONDS = 3;
    private static final double WARM_UP_RUNS = 3;
    private static final double COUNTED_SECONDS_MAX = 1;
    /// Chunks are of the server's choice.
    private static final double UPLOAD_TOLERANCE = 0.02;

    private final Options options;
    private final Cpus cpus;
    private final Path scratch;
    private final Generators generators;
    private final Results results;
    private final Consumer<String> progress;
    private final List<Server> servers = new ArrayList<>();
    private final Map<Results.Cell, Long> answerBytes = new HashMap<>();
    private final Random random;

    Contest(Options options, Cpus cpus, Path scratch, Results results, Consumer<String> progress) {
        this.options = options;
        this.cpus = cpus;
        this.scratch = scratch;
        this.generators = new Generators(cpus, scratch);
        this.results = results;
        this.progress = progress;
        this.random = new Random(options.seed());
    }

    /// Starts a contender, looks at its answers, and lets it get warm.
    void enter(Contender contender) throws InterruptedException {
        progress.accept("starting " + contender.name());
        try {
            var server = Server.start(contender, cpus, scratch);
            servers.add(server);
            for (var scenario : scenarios(contender)) check(server, scenario);
            for (var scenario : checked(contender)) generators.run(scenario, server.port(), warmUpSeconds());
            server.pause();
        } catch (IOException failed) {
            drop(contender, null, failed);
        }
    }

    /// Short runs need it most: what the JVM compiles, it compiles in the first seconds.
    private double warmUpSeconds() {
        return Math.max(options.seconds(), Math.min(WARM_UP_SECONDS, WARM_UP_RUNS * options.seconds()));
    }

    private List<Scenario> scenarios(Contender contender) {
        return options.workloads().stream().filter(scenario -> contender.workloads().contains(scenario.asks())).toList();
    }

    private void check(Server server, Scenario scenario) {
        var expectation = new Expectation(scenario);
        expectation.check(server.port()).ifPresentOrElse(
                problem -> results.fault(server.contender(), scenario, problem),
                () -> answerBytes.put(cell(server.contender(), scenario), expectation.answerBytes()));
    }

    private static Results.Cell cell(Contender contender, Scenario scenario) {
        return new Results.Cell(contender.name(), scenario.name());
    }

    /// Those whose answers were right.
    private List<Scenario> checked(Contender contender) {
        return scenarios(contender).stream().filter(each -> answerBytes.containsKey(cell(contender, each))).toList();
    }

    private void drop(Contender contender, Scenario scenario, IOException failed) {
        results.fault(contender, scenario, failed.getMessage() == null ? failed.toString() : failed.getMessage());
        progress.accept("FAULT " + results.faults().getLast());
        servers.removeIf(server -> {
            if (server.contender() != contender) return false;
            close(server);
            return true;
        });
    }

    private void close(Server server) {
        try {
            server.close();
        } catch (IOException stuck) {
            progress.accept(stuck.getMessage());
        }
    }

    void round(int round) throws InterruptedException {
        for (var scenario : options.workloads()) {
            for (var server : inSomeOrder(scenario)) {
                try {
                    server.resume();
                    var run = measure(server, scenario, round);
                    server.pause();
                    results.add(server.contender(), scenario, run);
                    judge(server.contender(), scenario, run);
                    progress.accept("round %d, %s, %s: %,.0f/s, %.1f us".formatted(round + 1, scenario.name(),
                            server.contender().name(), run.requestsPerSecond(), run.userMicros() + run.systemMicros()));
                } catch (IOException failed) {
                    drop(server.contender(), scenario, failed);
                }
            }
        }
    }

    private List<Server> inSomeOrder(Scenario scenario) {
        var order = new ArrayList<>(servers.stream()
                .filter(server -> checked(server.contender()).contains(scenario)).toList());
        Collections.shuffle(order, random);
        return order;
    }

    private Run measure(Server server, Scenario scenario, int round) throws IOException, InterruptedException {
        var allocated = server.allocatedBytes();
        var cpuTime = server.tree().cpuTime();
        var serverBusy = Cpus.busy(cpus.server());
        var generatorBusy = Cpus.busy(cpus.generator());
        var load = generators.run(scenario, server.port(), options.seconds());
        return new Run(round, load, server.tree().cpuTime().since(cpuTime), server.allocatedBytes() - allocated,
                Cpus.busy(cpus.server()).since(serverBusy), Cpus.busy(cpus.generator()).since(generatorBusy));
    }

    private void judge(Contender contender, Scenario scenario, Run run) {
        var load = run.load();
        var bytes = answerBytes.get(cell(contender, scenario));
        var tolerance = scenario.isUpload() ? UPLOAD_TOLERANCE : 0;
        if (!load.errors().isEmpty()) {
            results.fault(contender, scenario, "round " + (run.round() + 1) + ": " + load.errors());
        } else if (!load.fits(bytes, scenario.underWayMax(), tolerance)) {
            results.fault(contender, scenario, "round %d: %,d bytes are not %,d answers of %,d bytes".formatted(
                    run.round() + 1, load.bytes(), load.requests(), bytes));
        } else {
            return;
        }
        progress.accept("FAULT " + results.faults().getLast());
    }

    /// Once for each contender and load.
    void countSystemCalls() throws InterruptedException {
        var counters = KernelCounters.support();
        if (!counters.isThere()) {
            progress.accept("system calls are not counted: " + counters.refusal());
            return;
        }
        for (var server : List.copyOf(servers)) {
            progress.accept("counting system calls of " + server.contender().name());
            for (var scenario : checked(server.contender())) {
                try {
                    server.resume();
                    results.systemCalls(server.contender(), scenario, callsPerRequest(server, scenario, counters));
                    server.pause();
                } catch (IOException failed) {
                    drop(server.contender(), scenario, failed);
                    break;
                }
            }
        }
    }

    private double callsPerRequest(Server server, Scenario scenario, KernelCounters.Support counters)
            throws IOException, InterruptedException {
        var load = generators.command(scenario, server.port(), Math.min(COUNTED_SECONDS_MAX, options.seconds()));
        try (var counting = KernelCounters.of(server.tree(), counters, scratch)) {
            counting.start();
            var said = Shell.run(load);
            return counting.stop().calls() / Generators.parse(scenario, said).requests();
        }
    }

    /// What the servers have come to hold.
    void weigh() throws IOException {
        for (var server : servers) results.residentBytes(server.contender(), server.tree().residentBytes());
    }

    @Override
    public void close() {
        for (var server : List.copyOf(servers)) close(server);
        servers.clear();
    }
}
