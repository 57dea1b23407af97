package dev.anillo.loop.driver.posix;

import dev.anillo.linux.call.KernelProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What this Linux lets this process do, for people.
public final class KernelReport {
    private KernelReport() {}

    /// One sentence on who refused io_uring, and how to mend it.
    ///
    /// @param errno positive
    public static String explainIoUringRefusal(int errno) {
        return KernelProbe.explainIoUringRefusal(errno);
    }

    /// A line for each thing that was looked at: `name value`.
    public static List<String> lines() {
        var report = KernelProbe.probe();
        var lines = new ArrayList<String>();
        lines.add(line("kernel", report.kernelRelease() + " " + report.machine()));
        lines.add(line("kernel.io_uring_disabled", firstLine("/proc/sys/kernel/io_uring_disabled")));
        lines.add(line("seccomp mode", field("/proc/self/status", "Seccomp:") + " (0: no filter, 2: filtered)"));
        lines.add(line("locked memory", limit("Max locked memory")));
        lines.add(line("open files", limit("Max open files")));
        report.ioUringRefusal().ifPresent(refusal -> lines.add(line("io_uring refused", refusal.explanation())));
        for (var feature : report.features()) {
            lines.add(line(feature.name(), (feature.present() ? "yes" : "no") + ", " + feature.detail()));
        }
        return lines;
    }

    private static String line(String name, String value) {
        return String.format("%-30s %s", name, value);
    }

    private static String firstLine(String file) {
        try (var reader = reader(file)) {
            return String.valueOf(reader.readLine());
        } catch (IOException _) {
            return "not there"; // an older kernel, or a hidden /proc: an answer, for a report
        }
    }

    private static String field(String file, String name) {
        try (var reader = reader(file)) {
            return reader.lines().filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(name.length()).strip()).orElse("not told");
        } catch (IOException _) {
            return "not told"; // a hidden /proc: an answer, for a report
        }
    }

    private static String limit(String name) {
        var fields = field("/proc/self/limits", name).split(" {2,}");
        return fields.length < 3 ? fields[0] : fields[0] + " " + fields[2] + " (hard limit " + fields[1] + ")";
    }

    private static BufferedReader reader(String file) throws IOException {
        return Files.newBufferedReader(Path.of(file));
    }
}
