package dev.anillo.linux.call;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// C programs for tests: compile, run. A test whose tools are not installed is skipped and says which package has them.
final class C {
    private C() {}

    /// What a program wrote, both streams together, and what it ended with.
    record Outcome(int exitCode, String output) {}

    static void needs(String program, String debianPackages) {
        var found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
        assumeTrue(found, () -> "no " + program + ": install " + debianPackages);
    }

    static Outcome compile(String compiler, Path source, Path program, List<String> options)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(compiler, "-o", program.toString()));
        command.addAll(options);
        command.add(source.toString());
        return run(command);
    }

    static Outcome run(List<String> command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C"); // messages in English
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes());
        return new Outcome(process.waitFor(), output);
    }
}
