package dev.anillo.bench.contest;

import dev.anillo.bench.Main;
import dev.anillo.bench.machine.Cpus;
import dev.anillo.bench.machine.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Who sends the requests: wrk, or h2load, as fast as answers come; `load`, when a schedule says so.
final class Generators {
    private static final String WHAT_INSTALLS = "apt install wrk nghttp2-client util-linux coreutils procps";

    private static final int MILLIS_PER_SECOND = 1000;

    private final Cpus cpus;
    private final Path scratch;

    Generators(Cpus cpus, Path scratch) {
        this.cpus = cpus;
        this.scratch = scratch;
    }

    /// @throws IllegalStateException when a program is missing, with what installs it
    static void requirePrograms() {
        for (var program : List.of("wrk", "h2load", "taskset", "timeout", "kill")) {
            if (Shell.find(program).isEmpty()) {
                throw new IllegalStateException(program + " is not installed: " + WHAT_INSTALLS);
            }
        }
    }

    /// The command line of a run, on the generator's processor.
    List<String> command(Scenario scenario, int port, double seconds) throws IOException {
        var command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(cpus.generator())));
        if (scenario.hasSchedule()) command.addAll(openLoop(scenario, port, seconds));
        else if (scenario.isByH2load()) command.addAll(h2load(scenario, port, seconds));
        else command.addAll(wrk(scenario, port, seconds));
        return command;
    }

    private static List<String> h2load(Scenario scenario, int port, double seconds) {
        return List.of("h2load", "--h1", "--threads=1", "--clients=" + scenario.connections(),
                "--duration=" + Math.round(seconds * MILLIS_PER_SECOND) + "ms", "http://127.0.0.1:" + port + scenario.path());
    }

    private static List<String> openLoop(Scenario scenario, int port, double seconds) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xshare:auto",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Main.class.getName(), "load", "http://127.0.0.1:" + port + scenario.path(), "--quiet", "--line", "--warm-up=1",
                "--connections=" + scenario.connections(), "--rate=" + scenario.requestsPerSecond(),
                "--duration=" + decimal(seconds));
    }

    /// wrk takes whole seconds only; it sums up as usual when it is interrupted.
    private List<String> wrk(Scenario scenario, int port, double seconds) throws IOException {
        return List.of("timeout", "--signal=INT", "--preserve-status", decimal(seconds),
                "wrk", "--threads", "1", "--connections", Integer.toString(scenario.connections()),
                "--duration", (int) Math.ceil(seconds) + 60 + "s", "--timeout", "10s", "--script", script(scenario).toString(),
                "http://127.0.0.1:" + port + scenario.path());
    }

    private static String decimal(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }

    private Path script(Scenario scenario) throws IOException {
        var script = new StringBuilder(resource("report.lua"));
        if (scenario.isUpload()) {
            script.append("\nwrk.method = \"POST\"\nwrk.body = string.rep(\"x\", ").append(scenario.uploadBytes()).append(")\n");
        }
        if (scenario.depth() > 1) {
            script.append("\nlocal depth = ").append(scenario.depth()).append('\n').append(resource("pipeline.lua"));
        }
        return Files.writeString(scratch.resolve(scenario.name() + ".lua"), script);
    }

    private static String resource(String name) throws IOException {
        try (var in = Generators.class.getResourceAsStream(name)) {
            if (in == null) throw new IOException("no resource " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    Load run(Scenario scenario, int port, double seconds) throws IOException, InterruptedException {
        var output = Shell.run(command(scenario, port, seconds));
        var load = parse(scenario, output);
        // wrk corrects its latencies for one request at a time: they mean nothing with several.
        return scenario.depth() > 1 ? load.withoutLatencies() : load;
    }

    static Load parse(Scenario scenario, String output) throws IOException {
        try {
            return scenario.isByH2load() ? H2loadOutput.parse(output) : GeneratorOutput.parse(output);
        } catch (IllegalArgumentException unreadable) {
            throw new IOException(unreadable.getMessage(), unreadable);
        }
    }
}
