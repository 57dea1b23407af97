package dev.anillo.bench.peers;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// What surrounds the contenders: programs of this system, and resources of this module.
final class Tools {
    private Tools() {}

    /// The program of that name on PATH, or where administrators' programs are.
    static Optional<Path> find(String program) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory, program)).filter(Files::isExecutable).findFirst();
    }

    /// Runs a program to its end.
    ///
    /// @return what it said when it failed, empty if it succeeded
    static Optional<String> problemOf(Path directory, String... command) throws IOException {
        var process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            var status = process.waitFor();
            return status == 0 ? Optional.empty() : Optional.of(command[0] + " exits with " + status + ": " + said);
        } catch (InterruptedException interrupted) {
            process.destroy();
            throw new IOException(command[0] + " was interrupted", interrupted);
        }
    }

    static String resource(String name) throws IOException {
        try (var in = Tools.class.getResourceAsStream(name)) {
            if (in == null) throw new IOException("no resource " + name + " in this module");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
