package dev.anillo.bench.profile;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Another JVM that runs [Burner].
final class BurningJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;

    BurningJvm(String... options) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Burner.class.getName()));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        said = process.inputReader();
        hear("ready");
    }

    long pid() {
        return process.pid();
    }

    /// Returns when it has burnt.
    void burn() throws IOException {
        var input = process.outputWriter();
        input.write("burn\n");
        input.flush();
        hear("burnt ");
    }

    private void hear(String beginning) throws IOException {
        var line = said.readLine();
        if (line == null || !line.startsWith(beginning)) throw new IOException("'" + beginning + "' was expected of it: " + line);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
