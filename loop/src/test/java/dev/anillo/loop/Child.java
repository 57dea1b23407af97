package dev.anillo.loop;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// One of [Programs] in a virtual machine of its own: the default loop can be tried once per process only.
final class Child implements AutoCloseable {
    static final List<String> NATIVE_ACCESS = List.of("--enable-native-access=dev.anillo.linux,dev.anillo.loop");

    private final Process process;
    private final CompletableFuture<String> errors;
    private final BufferedReader output;

    /// How a program ended.
    record Outcome(int status, String output, String errors) {}

    private Child(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.errors = CompletableFuture.supplyAsync(() -> readAll(process), Peer.THREADS);
    }

    private static String readAll(Process process) {
        try (var errors = process.errorReader(StandardCharsets.UTF_8)) {
            return errors.readAllAsString();
        } catch (IOException closed) {
            return closed.toString();
        }
    }

    static Outcome run(String... programAndArguments) throws Exception {
        return run(NATIVE_ACCESS, programAndArguments);
    }

    /// @param options for the virtual machine
    static Outcome run(List<String> options, String... programAndArguments) throws Exception {
        return run(List.of(), options, Map.of(), programAndArguments);
    }

    /// @param prefix a command that the virtual machine's command line is appended to
    static Outcome run(List<String> prefix, List<String> options, Map<String, String> environment,
            String... programAndArguments) throws Exception {
        try (var child = start(prefix, options, environment, programAndArguments)) {
            return child.awaitEnd();
        }
    }

    static Child start(List<String> prefix, List<String> options, Map<String, String> environment,
            String... programAndArguments) throws IOException {
        var command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-Xmx64m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "--module-path", modulePath(),
                "--patch-module", "dev.anillo.loop=" + root(Programs.class), "-m", "dev.anillo.loop/" + Programs.class.getName()));
        command.addAll(List.of(programAndArguments));
        var builder = new ProcessBuilder(command);
        builder.environment().remove("ANILLO_TRANSPORT");
        builder.environment().putAll(environment);
        return new Child(builder.start());
    }

    private static String modulePath() {
        return String.join(System.getProperty("path.separator"), Stream.of("dev.anillo.linux", "dev.anillo.loop")
                .map(name -> ModuleLayer.boot().configuration().findModule(name).orElseThrow().reference().location())
                .map(location -> Path.of(location.orElseThrow()).toString()).toList());
    }

    /// The directory of the test classes, which patch the module.
    private static Path root(Class<?> type) {
        var directory = Path.of(URI.create(type.getResource(type.getSimpleName() + ".class").toString())).getParent();
        for (var _ : type.getPackageName().split("\\.")) directory = directory.getParent();
        if (!Files.isDirectory(directory)) throw new AssertionError("no directory of test classes: " + directory);
        return directory;
    }

    String readLine() throws IOException {
        return output.readLine();
    }

    Outcome awaitEnd() throws Exception {
        var rest = CompletableFuture.supplyAsync(this::readRest, Peer.THREADS);
        if (!process.waitFor(Deadline.SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the program does not end; it printed " + rest.get() + " and " + errors.get());
        }
        return new Outcome(process.exitValue(), rest.get(), errors.get());
    }

    private String readRest() {
        try {
            return output.readAllAsString();
        } catch (IOException closed) {
            return closed.toString();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        output.close();
    }
}
