package dev.anillo.bench.contest;

import dev.anillo.bench.machine.Cpus;
import dev.anillo.bench.machine.Machine;
import dev.anillo.bench.machine.Shell;
import java.io.IOException;
import java.util.Map;

/// What figures were made on and with: without it they say nothing.
final class Setting {
    private Setting() {}

    /// @param command that repeats it
    static Map<String, String> describe(String command, Options options, Cpus cpus)
            throws IOException, InterruptedException {
        var facts = Machine.describe();
        facts.put("command", command);
        facts.put("rounds", options.rounds() + " of " + options.seconds() + " s, seed " + options.seed());
        facts.put("pinning", "server on " + cpus.server() + ", generator on " + cpus.generator());
        facts.put("generator", wrk());
        facts.put("others", String.join(", ", Shell.firstLine("nginx", "-v"), Shell.firstLine("h2o", "--version"),
                "node " + Shell.firstLine("node", "--version"), Shell.firstLine("cc", "--version")));
        return facts;
    }

    /// It tells its version and fails, as it wasn't given anything to do.
    private static String wrk() throws IOException, InterruptedException {
        var process = new ProcessBuilder("wrk", "-v").redirectErrorStream(true).start();
        try (var output = process.inputReader()) {
            var line = output.readLine();
            process.waitFor();
            return line == null ? "wrk" : line.replaceAll(" Copyright.*", "");
        }
    }
}
