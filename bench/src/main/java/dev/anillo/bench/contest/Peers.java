package dev.anillo.bench.contest;

import dev.anillo.bench.machine.Cpus;
import dev.anillo.bench.peers.Contender;
import dev.anillo.bench.peers.Contenders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// `./anillo bench peers`: every contender, under every load, in rounds. Status 1 when an answer was wrong or an error
/// occurred, 2 for a wrong command line.
public final class Peers {
    private static final int WRONG_COMMAND_LINE = 2;
    private static final int FAILED = 1;
    private static final int STARTS = 5;
    private static final int STARTS_QUICK = 3;
    private static final int ROUNDS_QUICK_MAX = 2;

    private final Options options;
    private final Cpus cpus;
    private final Path scratch;
    private final List<Contender> contenders;
    private final Results results;

    private Peers(Options options, Cpus cpus, Path scratch, List<Contender> contenders) {
        this.options = options;
        this.cpus = cpus;
        this.scratch = scratch;
        this.contenders = contenders;
        this.results = new Results(contenders, options.workloads());
    }

    public static void main(String[] arguments) throws InterruptedException {
        try {
            System.exit(run(arguments) ? 0 : FAILED);
        } catch (IllegalArgumentException wrong) {
            refuse(WRONG_COMMAND_LINE, wrong);
        } catch (IllegalStateException | IOException refused) {
            refuse(FAILED, refused);
        }
    }

    private static void refuse(int status, Exception why) {
        System.err.println("anillo: " + why.getMessage());
        System.exit(status);
    }

    private static boolean run(String[] arguments) throws IOException, InterruptedException {
        var options = Options.parse(arguments, defaultOut());
        Generators.requirePrograms();
        var cpus = Cpus.choose();
        var scratch = Files.createTempDirectory("anillo-bench-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(scratch)));
        var contenders = options.choose(Contenders.all(Files.createDirectory(scratch.resolve("programs"))));
        var machine = Setting.describe("./anillo bench peers " + String.join(" ", arguments), options, cpus);
        cpus.leaveServerAlone();
        machine.forEach((name, value) -> progress(name + ": " + value));
        var comparison = new Peers(options, cpus, scratch, contenders);
        var server = Cpus.busy(cpus.server());
        var generator = Cpus.busy(cpus.generator());
        comparison.loads();
        if (options.footprint()) comparison.footprints();
        machine.put("stolen by the host", "%.2f %% of the server's time, %.2f %% of the generator's".formatted(
                100 * Cpus.busy(cpus.server()).stolenSince(server),
                100 * Cpus.busy(cpus.generator()).stolenSince(generator)));
        return comparison.report(machine);
    }

    private static Path defaultOut() {
        var now = LocalDateTime.now().format(DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss"));
        return Path.of(System.getProperty("anillo.home", "."), "bench", "target", "peers-" + now);
    }

    private static void progress(String line) {
        System.err.println(line);
    }

    private void loads() throws IOException, InterruptedException {
        try (var contest = new Contest(options, cpus, scratch, results, Peers::progress)) {
            for (var contender : present()) contest.enter(contender);
            for (var round = 0; round < options.rounds(); round++) contest.round(round);
            contest.weigh();
            if (options.footprint()) contest.countSystemCalls();
        }
    }

    private List<Contender> present() {
        return contenders.stream().filter(contender -> contender.absent().isEmpty()).toList();
    }

    private void footprints() throws InterruptedException {
        var footprint = new Footprint(cpus, scratch, options.rounds() <= ROUNDS_QUICK_MAX ? STARTS_QUICK : STARTS);
        for (var contender : present()) {
            progress("start and idle connections of " + contender.name());
            try {
                results.footprint(contender, footprint.measure(contender));
            } catch (IOException failed) {
                results.fault(contender, null, failed.toString());
            }
        }
    }

    private boolean report(Map<String, String> machine) throws IOException {
        var directory = Files.createDirectories(options.out());
        Files.writeString(directory.resolve("report.md"), MarkdownReport.of(machine, results));
        Files.writeString(directory.resolve("report.json"), JsonReport.of(machine, results));
        Files.writeString(directory.resolve("chart.svg"), Chart.of(results));
        results.faults().forEach(fault -> System.err.println("FAULT " + fault));
        System.out.println(directory.resolve("report.md").toAbsolutePath());
        return results.faults().isEmpty();
    }

    private static void cleanUp(Path directory) {
        try {
            Server.closeAll();
            remove(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void remove(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
