package dev.anillo.bench.compare;

import dev.anillo.bench.gate.Verdict;
import dev.anillo.bench.machine.Cpus;
import dev.anillo.bench.report.Reports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What `compare` and `gate` have in common on their command lines.
public final class CompareOptions {
    private static final String NO_RATES = "none";
    private static final double SECONDS_MAX = 86_400;

    @Option(names = "--path", paramLabel = "PATH", defaultValue = "/",
            description = "that is asked for (default ${DEFAULT-VALUE})")
    private String path;

    @Option(names = {"-c", "--connections"}, paramLabel = "N", defaultValue = "32", description = "default ${DEFAULT-VALUE}")
    private int connections;

    @Option(names = "--rates", paramLabel = "PERCENT,...", defaultValue = "25,50,75",
            description = "of base's peak that schedules ask for, or none (default ${DEFAULT-VALUE})")
    private String rates;

    @Option(names = "--time", paramLabel = "SECONDS", defaultValue = "300",
            description = "in all, calibration and starts included (default ${DEFAULT-VALUE})")
    private double timeSeconds;

    @Option(names = "--pairs", paramLabel = "N", description = "of processes, whatever time they take")
    private int pairs;

    @Option(names = "--calibration", paramLabel = "N", defaultValue = "3",
            description = "Pairs of base with itself, before (default ${DEFAULT-VALUE})")
    private int calibrationPairs;

    @Option(names = {"-d", "--duration"}, paramLabel = "SECONDS", defaultValue = "1",
            description = "of each load, in each process (default ${DEFAULT-VALUE})")
    private double seconds;

    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "1",
            description = "of each process, and up to twice as long again under each load while JIT compilers are busy"
                    + " (default ${DEFAULT-VALUE})")
    private double warmUpSeconds;

    @Option(names = "--server-cpus", paramLabel = "LIST", description = "for taskset, as 2-3 (default: the last one)")
    private String serverCpus;

    @Option(names = "--generator-cpu", paramLabel = "N", description = "default: the first one")
    private Integer generatorCpu;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "20251",
            description = "of schedules and statistics (default ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "anillo-report",
            description = "for report.html, report.md, report.json (default ${DEFAULT-VALUE})")
    private Path out;

    @Option(names = "--history", paramLabel = "FILE", description = "A line is added to it, and its trend is in the report")
    private Path history;

    @Option(names = "--profile", description = "In the end, a flight recording and a flame graph of each (JVMs only)")
    private boolean profiles;

    @Option(names = {"-q", "--quiet"}, description = "No line for each process")
    private boolean quiet;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    public Plan plan() throws IOException {
        require("--connections", connections >= 1, "1 or more");
        require("--rates", percents().stream().allMatch(percent -> percent > 0 && percent <= 100), "more than 0, to 100");
        require("--time", timeSeconds > 0 && timeSeconds <= SECONDS_MAX, "more than 0 s, to a day");
        require("--pairs", pairs == 0 || pairs >= Plan.PAIRS_MIN, Plan.PAIRS_MIN + " or more: fewer tell nothing");
        require("--calibration", calibrationPairs >= 2, "2 or more");
        require("--duration", seconds >= 0.1, "0.1 s or more");
        require("--warm-up", warmUpSeconds >= 0, "0 s or more");
        var cpus = Cpus.choose();
        var server = serverCpus == null ? Integer.toString(cpus.server()) : serverCpus;
        var generator = generatorCpu == null ? cpus.generator() : generatorCpu;
        return new Plan(path, percents().stream().map(percent -> percent / 100).toList(), connections, seconds,
                warmUpSeconds, timeSeconds, pairs, calibrationPairs, server, generator, seed);
    }

    /// The name of the schedule in the middle, the lower one of two; null without any.
    public String middle() {
        var ascending = percents();
        return ascending.isEmpty() ? null : LoadPoint.name(ascending.get((ascending.size() - 1) / 2) / 100);
    }

    private List<Double> percents() {
        if (rates.equals(NO_RATES)) return List.of();
        try {
            return Arrays.stream(rates.split(",")).map(Double::valueOf).sorted().toList();
        } catch (NumberFormatException _) {
            throw new ParameterException(spec.commandLine(), "--rates " + rates + ": percents are wanted, as 25,50,75, or none");
        }
    }

    /// Compares, and lets somebody judge, and writes the reports.
    ///
    /// @param judge empty: nobody judges
    public Comparison run(Contender base, Contender head, Workshop workshop, Function<Comparison, Optional<Verdict>> judge)
            throws IOException, InterruptedException {
        var compare = new Compare(plan(), base, head, workshop.directory(), quiet ? _ -> {} : System.err::println);
        var comparison = compare.run();
        var verdict = judge.apply(comparison);
        Files.createDirectories(out);
        var graphs = profiles ? compare.profiles(out) : Map.<String, String>of();
        var written = Reports.write(comparison, verdict, out, Optional.ofNullable(history), graphs);
        if (!quiet) written.forEach(System.err::println);
        return comparison;
    }

    private void require(String option, boolean holds, String what) {
        if (!holds) throw new ParameterException(spec.commandLine(), option + ": " + what);
    }
}
