package dev.anillo.bench.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Other programs, run to their end.
public final class Shell {
    private Shell() {}

    /// What it printed, on standard error too.
    ///
    /// @throws IOException when it can't be started, or says by its status that it failed
    public static String run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try {
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            var status = process.waitFor();
            if (status != 0) throw new IOException(command.getFirst() + " ended with " + status + ": " + output.strip());
            return output;
        } finally {
            process.destroy();
        }
    }

    public static String run(String... command) throws IOException, InterruptedException {
        return run(Arrays.asList(command));
    }

    /// The first line of what a program says of itself; empty when it is not there or has nothing to say.
    public static String firstLine(String... command) throws InterruptedException {
        try {
            return run(command).lines().findFirst().orElse("");
        } catch (IOException _) {
            return "";
        }
    }

    public static Optional<Path> find(String program) {
        return Arrays.stream(System.getenv("PATH").split(":")).map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable).findFirst();
    }
}
