package dev.anillo.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;

/// A loop's thread as the kernel knows it, proc(5).
final class LoopThread {
    private static final int USER_TICKS = 11; // fields of /proc/…/stat behind the name
    private static final int SYSTEM_TICKS = 12;

    private final Path directory;

    /// @param process `self` or a number
    /// @param name of the thread, at the most 15 characters
    LoopThread(String process, String name) throws IOException {
        try (var tasks = Files.newDirectoryStream(Path.of("/proc", process, "task"))) {
            for (var task : tasks) {
                if (Files.readString(task.resolve("comm")).strip().equals(name)) {
                    directory = task;
                    return;
                }
            }
        }
        directory = Assertions.fail("no thread " + name + " in process " + process);
    }

    /// Times it went to sleep.
    long sleeps() {
        return read("status").lines().filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }

    /// Processor time, in hundredths of a second.
    long ticks() {
        var stat = read("stat");
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    }

    private String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
