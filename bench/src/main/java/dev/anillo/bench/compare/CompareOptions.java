package dev.anillo.bench.compare;

import dev.anillo.bench.machine.Cpus;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What `compare` and `gate` have in common on their command lines.
public final class CompareOptions {
    private static final double SECONDS_MAX = 86_400;

    @Option(names = "--path", paramLabel = "PATH", defaultValue = "/",
            description = "that is asked for (default ${DEFAULT-VALUE})")
    private String path;

    @Option(names = {"-c", "--connections"}, paramLabel = "N", defaultValue = "32", description = "default ${DEFAULT-VALUE}")
    private int connections;

    @Option(names = "--rates", paramLabel = "PERCENT,...", split = ",", defaultValue = "25,50,75",
            description = "of base's peak that schedules ask for (default ${DEFAULT-VALUE})")
    private List<Double> percents;

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

    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "3",
            description = "of each process, before it is measured (default ${DEFAULT-VALUE})")
    private double warmUpSeconds;

    @Option(names = "--server-cpus", paramLabel = "LIST", description = "for taskset, as 2-3 (default: the last one)")
    private String serverCpus;

    @Option(names = "--generator-cpu", paramLabel = "N", description = "default: the first one")
    private Integer generatorCpu;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "20251",
            description = "of schedules and statistics (default ${DEFAULT-VALUE})")
    private long seed;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    public Plan plan() throws IOException {
        require("--connections", connections >= 1, "1 or more");
        require("--rates", percents.stream().allMatch(percent -> percent > 0 && percent <= 100), "more than 0, to 100");
        require("--time", timeSeconds > 0 && timeSeconds <= SECONDS_MAX, "more than 0 s, to a day");
        require("--pairs", pairs == 0 || pairs >= Plan.PAIRS_MIN, Plan.PAIRS_MIN + " or more: fewer tell nothing");
        require("--calibration", calibrationPairs >= 2, "2 or more");
        require("--duration", seconds >= 0.1, "0.1 s or more");
        require("--warm-up", warmUpSeconds >= 0, "0 s or more");
        var cpus = Cpus.choose();
        var server = serverCpus == null ? Integer.toString(cpus.server()) : serverCpus;
        var generator = generatorCpu == null ? cpus.generator() : generatorCpu;
        return new Plan(path, percents.stream().sorted().map(percent -> percent / 100).toList(), connections, seconds,
                warmUpSeconds, timeSeconds, pairs, calibrationPairs, server, generator, seed);
    }

    private void require(String option, boolean holds, String what) {
        if (!holds) throw new ParameterException(spec.commandLine(), option + ": " + what);
    }
}
