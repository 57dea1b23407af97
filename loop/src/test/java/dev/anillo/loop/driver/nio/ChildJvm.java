package dev.anillo.loop.driver.nio;

import dev.anillo.loop.memory.Memory;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of these tests in a virtual machine of its own, with this module's classes alone on its class path: where
/// the bindings were needed it would fail.
record ChildJvm(int exitCode, String output) {
    private static final long PATIENCE_SECONDS = 60;

    /// @param prefix a command that the JVM's command line is appended to
    static ChildJvm run(List<String> prefix, List<String> options, Class<?> program, Path directory)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Memory.CHECKED) command.add("-Danillo.checks=on");
        command.addAll(options);
        command.addAll(List.of("-Xmx64m", "-cp", root(NioDriver.class) + File.pathSeparator + root(program)));
        command.add(program.getName());
        var output = directory.resolve("output");
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still running, having said: " + Files.readString(output));
            }
        } finally {
            process.destroyForcibly();
        }
        return new ChildJvm(process.exitValue(), Files.readString(output).replace(System.lineSeparator(), "\n"));
    }

    /// The directory that a class was loaded from, on a module path as well.
    private static Path root(Class<?> type) {
        var directory = Path.of(URI.create(type.getResource(type.getSimpleName() + ".class").toString())).getParent();
        for (var _ : type.getPackageName().split("\\.")) directory = directory.getParent();
        return directory;
    }
}
