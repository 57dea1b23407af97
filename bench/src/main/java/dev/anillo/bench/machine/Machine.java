package dev.anillo.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/// What figures were made on: without it they say nothing.
public final class Machine {
    private Machine() {}

    public static Map<String, String> describe() throws IOException, InterruptedException {
        var facts = new LinkedHashMap<String, String>();
        facts.put("date", ZonedDateTime.now().truncatedTo(ChronoUnit.SECONDS).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
        facts.put("processor", cpuModel() + ", " + Cpus.allowedCount() + " that this process may use");
        facts.put("kernel", Shell.firstLine("uname", "-srm"));
        facts.put("virtualization", Shell.firstLine("systemd-detect-virt"));
        facts.put("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + ", "
                + System.getProperty("java.vendor.version", System.getProperty("java.vendor")));
        facts.values().removeIf(String::isBlank);
        return facts;
    }

    private static String cpuModel() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name")).map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst().orElse(System.getProperty("os.arch"));
    }
}
