package dev.anillo.http.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/// A program that `./anillo` runs, as a user would start it: a process of its own, in a directory of its own.
final class Launched implements AutoCloseable {
    /// Where the project is: Maven runs a module's tests in the module's directory.
    static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    /// What a program came to.
    record Outcome(int status, String output, String errors) {
        List<String> errorLines() {
            return errors.lines().toList();
        }
    }

    private Launched(Process process, Path errors) {
        this.process = process;
        this.output = process.inputReader();
        this.errors = errors;
    }

    /// @param directory where the program starts, and for what it leaves
    static Launched start(Path directory, String... arguments) throws IOException {
        return start(directory, Map.of(), PROJECT.resolve("anillo"), arguments);
    }

    /// @param environment comes to the one of this process
    static Launched start(Path directory, Map<String, String> environment, Path launcher, String... arguments)
            throws IOException {
        var errors = Files.createTempFile(directory, "errors", ".txt");
        var command = Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments)).toList();
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ANILLO_"));
        builder.environment().put("ANILLO_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        builder.environment().values().removeIf(String::isEmpty);
        return new Launched(builder.start(), errors);
    }

    /// Runs a program to its end.
    static Outcome run(Path directory, String... arguments) throws IOException, InterruptedException {
        try (var launched = start(directory, arguments)) {
            return launched.await();
        }
    }

    /// Waits until the program has printed a line, and gives it.
    ///
    /// @throws TestAbortedException when this machine doesn't have the transport that was asked for
    String awaitLine() throws IOException, InterruptedException {
        var line = output.readLine();
        if (line != null) return line;
        throw new AssertionError("the program ended with " + await());
    }

    /// Gives the program a line to read.
    void say(String line) throws IOException {
        var input = process.outputWriter();
        input.write(line + "\n");
        input.flush();
    }

    /// Waits until the program has ended.
    ///
    /// @throws TestAbortedException when this machine doesn't have the transport that was asked for
    Outcome await() throws IOException, InterruptedException {
        var rest = output.readAllAsString();
        var outcome = new Outcome(process.waitFor(), rest, Files.readString(errors));
        if (outcome.errors().contains("was asked for and is not available")) {
            throw new TestAbortedException(outcome.errors());
        }
        return outcome;
    }

    /// @param name `TERM`, `INT`
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /// A port of 127.0.0.1 that nobody listens on at this moment.
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
