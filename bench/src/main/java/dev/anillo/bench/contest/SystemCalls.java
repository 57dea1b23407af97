package dev.anillo.bench.contest;

import dev.anillo.bench.machine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Counts what the server asks of the kernel, by perf(1) and its tracepoint: unlike strace it hardly slows the server
/// down, and a server that is slowed down finds more to do at each call.
final class SystemCalls {
    private static final String EVENT = "raw_syscalls:sys_enter";

    private final Generators generators;
    private final Path output;

    SystemCalls(Generators generators, Path scratch) {
        this.generators = generators;
        this.output = scratch.resolve("perf.csv");
    }

    /// Why they can't be counted here; empty when they can.
    Optional<String> absent() throws InterruptedException {
        try {
            if (Shell.find("perf").isEmpty()) return Optional.of("perf is not installed: apt install linux-perf");
            Shell.run(counting(List.of("-a"), List.of("true")));
            return Double.isNaN(count()) ? Optional.of("perf counts no system calls here (root may, see "
                    + "kernel.perf_event_paranoid)") : Optional.empty();
        } catch (IOException refused) {
            return Optional.of(refused.getMessage().lines().findFirst().orElse("perf refuses"));
        }
    }

    double perRequest(Server server, Scenario scenario, double seconds) throws IOException, InterruptedException {
        var load = generators.command(scenario, server.port(), seconds);
        var said = Shell.run(counting(List.of("-p", server.tree().pidList()), load));
        return count() / Generators.parse(scenario, said).requests();
    }

    private List<String> counting(List<String> whom, List<String> command) {
        var perf = new ArrayList<>(List.of("perf", "stat", "-x,", "-o", output.toString(), "-e", EVENT));
        perf.addAll(whom);
        perf.add("--");
        perf.addAll(command);
        return perf;
    }

    private double count() throws IOException {
        return count(Files.readString(output));
    }

    /// NaN when perf counted nothing.
    static double count(String csv) {
        return csv.lines().filter(line -> line.contains(EVENT)).map(line -> line.split(",")[0])
                .filter(count -> count.matches("\\d+")).mapToDouble(Double::parseDouble).findFirst().orElse(Double.NaN);
    }
}
