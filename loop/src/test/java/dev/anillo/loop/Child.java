package dev.anillo.loop;

import dev.anillo.loop.memory.Memory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/// One of [Programs] in a virtual machine of its own: the default loop can be tried once per process only.
final class Child implements AutoCloseable {
    static final List<String> NATIVE_ACCESS = List.of("--enable-native-access=dev.anillo.linux,dev.anillo.loop");

    private static final String MODULE_PATH = modulePath();

    private final Process process;
    private final BufferedReader output;
    private final StringBuffer errors = new StringBuffer();
    private final CompletableFuture<Void> errorsRead;

    /// How a program ended.
    record Outcome(int status, String output, String errors) {}

    private Child(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.errorsRead = Peer.run(this::readErrors);
    }

    private void readErrors() throws IOException {
        try (var reader = process.errorReader(StandardCharsets.UTF_8)) {
            for (int next; (next = reader.read()) >= 0; ) errors.append((char) next);
        }
    }

    static Outcome run(String... programAndArguments) throws Exception {
        return run(NATIVE_ACCESS, programAndArguments);
    }

    /// @param options for the virtual machine
    static Outcome run(List<String> options, String... programAndArguments) throws Exception {
        return run(List.of(), options, Map.of(), programAndArguments);
    }

    /// Native access, and more options.
    static List<String> nativeAccessAnd(String... options) {
        return Stream.concat(NATIVE_ACCESS.stream(), Stream.of(options)).toList();
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
        if (Memory.CHECKED) command.add("-Danillo.checks=on");
        command.addAll(options);
        command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "--module-path", MODULE_PATH,
                "--patch-module", "dev.anillo.loop=" + root(Programs.class), "-m", "dev.anillo.loop/" + Programs.class.getName()));
        command.addAll(List.of(programAndArguments));
        var builder = new ProcessBuilder(command);
        builder.environment().remove("ANILLO_TRANSPORT");
        builder.environment().putAll(environment);
        return new Child(builder.start());
    }

    /// As jars, which is how programs get them: a jar stays open, a directory's classes take a descriptor each.
    private static String modulePath() {
        try {
            var jars = Files.createTempDirectory("anillo-modules");
            jars.toFile().deleteOnExit(); // the last one deleted is the first one named
            for (var name : List.of("dev.anillo.linux", "dev.anillo.loop")) {
                var module = ModuleLayer.boot().configuration().findModule(name).orElseThrow().reference();
                pack(Path.of(module.location().orElseThrow()), jars.resolve(name + ".jar"));
            }
            return jars.toString();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void pack(Path classes, Path jar) throws IOException {
        if (Files.isRegularFile(classes)) {
            Files.copy(classes, jar);
        } else {
            var status = ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err,
                    "--create", "--no-compress", "--file", jar.toString(), "-C", classes.toString(), ".");
            if (status != 0) throw new AssertionError("jar: status " + status);
        }
        jar.toFile().deleteOnExit();
    }

    /// Of which the module is patched in a virtual machine of a test.
    static Path testClasses() {
        return root(Programs.class);
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

    long pid() {
        return process.pid();
    }

    /// What it has written to its error stream so far.
    String errors() {
        return errors.toString();
    }

    Outcome awaitEnd() throws Exception {
        var rest = CompletableFuture.supplyAsync(this::readRest, Peer.THREADS);
        if (!process.waitFor(Deadline.SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the program does not end; it printed " + rest.get() + " and " + errors);
        }
        Deadline.await(errorsRead, this::errors);
        return new Outcome(process.exitValue(), rest.get(), errors());
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
