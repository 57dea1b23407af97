package dev.anillo.bench.contest;

import dev.anillo.bench.machine.Cpus;
import dev.anillo.bench.machine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/// What figures were made on and with: without it they say nothing.
final class Machine {
    private Machine() {}

    /// @param command that repeats it
    static Map<String, String> describe(String command, Options options, Cpus cpus)
            throws IOException, InterruptedException {
        var facts = new LinkedHashMap<String, String>();
        facts.put("date", ZonedDateTime.now().format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
        facts.put("command", command);
        facts.put("rounds", options.rounds() + " of " + options.seconds() + " s, seed " + options.seed());
        facts.put("processor", cpuModel() + ", " + cpus.allowed() + " that this process may use");
        facts.put("pinning", "server on " + cpus.server() + ", generator on " + cpus.generator());
        facts.put("kernel", Shell.firstLine("uname", "-srm"));
        facts.put("virtualization", Shell.firstLine("systemd-detect-virt"));
        facts.put("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + ", "
                + System.getProperty("java.vendor.version", System.getProperty("java.vendor")));
        facts.put("generator", wrk());
        facts.put("others", String.join(", ", Shell.firstLine("nginx", "-v"), Shell.firstLine("h2o", "--version"),
                "node " + Shell.firstLine("node", "--version"), Shell.firstLine("cc", "--version")));
        facts.values().removeIf(String::isBlank);
        return facts;
    }

    private static String cpuModel() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name")).map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst().orElse(System.getProperty("os.arch"));
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
