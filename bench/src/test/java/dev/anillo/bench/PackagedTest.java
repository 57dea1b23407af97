package dev.anillo.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.anillo.loop.EventLoop;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// anillo-bench.jar as somebody has it who has nothing else. Runs in the phase that makes it.
@Tag("packaged")
@Timeout(120)
class PackagedTest {
    private static final Path JAR = Path.of(System.getProperty("basedir", "."), "target", "anillo-bench.jar").toAbsolutePath();

    @TempDir
    Path directory;

    private record Outcome(int status, String said, String errors) {}

    private Outcome run(String... arguments) throws Exception {
        var said = directory.resolve("said");
        var errors = directory.resolve("errors");
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(Files.createDirectory(directory.resolve("empty")).toFile())
                .redirectOutput(said.toFile()).redirectError(errors.toFile());
        for (var variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH")) builder.environment().remove(variable);
        var process = builder.start();
        try {
            assertTrue(process.waitFor(100, TimeUnit.SECONDS), "still running");
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), Files.readString(said), Files.readString(errors));
    }

    private static List<String> entries() throws IOException {
        try (var jar = new JarFile(JAR.toFile())) {
            return jar.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName).toList();
        }
    }

    @Test
    void loadsAServerFromAnEmptyDirectoryWithoutAWarning() throws Exception {
        try (var loop = EventLoop.start("server")) {
            var outcome = run("load", "http://127.0.0.1:" + MainTest.serve(loop, 200) + "/", "-q", "-d", "0.5", "--warm-up", "0.1",
                    "-c", "2", "--json", "result.json", "--hdr", "latencies.hdr");
            assertEquals("", outcome.errors());
            assertEquals(0, outcome.status(), outcome.said());
            assertTrue(outcome.said().contains("  errors     none\n"), outcome.said());
        }
        var json = JsonParser.parseString(Files.readString(directory.resolve("empty/result.json"))).getAsJsonObject();
        assertTrue(json.get("answered").getAsLong() > 0);
        assertTrue(Files.readString(directory.resolve("empty/latencies.hdr")).contains("1/(1-Percentile)"));
    }

    @Test
    void anotherAnswerThanExpectedMakesTheStatus1() throws Exception {
        try (var loop = EventLoop.start("server")) {
            var outcome = run("load", "http://127.0.0.1:" + MainTest.serve(loop, 500) + "/", "-q", "-d", "0.2", "--warm-up", "0");
            assertEquals(1, outcome.status(), outcome.said() + outcome.errors());
            assertTrue(outcome.said().contains("the first: an answer with status 500"), outcome.said());
        }
    }

    @Test
    void tellsItsCommands() throws Exception {
        var outcome = run("--help");
        assertEquals(0, outcome.status(), outcome.errors());
        for (var command : Main.commandLine().getSubcommands().keySet()) {
            assertTrue(outcome.said().contains("\n  " + command + " "), outcome.said());
        }
    }

    /// The annotations of errorprone are for compilers.
    @Test
    void refersToNothingThatIsNotInIt() {
        var output = new StringWriter();
        var jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        jdeps.run(new PrintWriter(output, true), new PrintWriter(output, true), "--missing-deps", JAR.toString());
        assertEquals(List.of(), output.toString().lines().skip(1)
                .filter(line -> !line.contains(" -> com.google.errorprone.annotations.")).toList());
    }

    @Test
    void holdsAnilloAndTheLibrariesThatItNamesAndNoOneElses() throws Exception {
        var libraries = Set.of("dev/anillo", "com/google/gson", "org/HdrHistogram", "org/apache/commons", "picocli");
        assertEquals(List.of(), entries().stream().filter(name -> !name.startsWith("META-INF/"))
                .filter(name -> libraries.stream().noneMatch(library -> name.startsWith(library + "/"))).toList());
        var leftOut = Set.of("dev/anillo/bench/peers/", "dev/anillo/bench/micro/", "dev/anillo/bench/contest/");
        assertEquals(List.of(), entries().stream().filter(name -> leftOut.stream().anyMatch(name::startsWith)
                || name.contains("Benchmark") || name.endsWith("module-info.class")
                || name.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)")).toList());
    }

    @Test
    void keepsTheLicences() throws Exception {
        var texts = entries().stream().filter(name -> name.matches("META-INF/[^/]*")).collect(Collectors.toSet());
        assertEquals(Set.of("META-INF/MANIFEST.MF", "META-INF/LICENSE", "META-INF/LICENSE.txt", "META-INF/LIBRARIES.txt"), texts);
    }

    @Test
    void itsManifestNamesTheProgramAndLetsItCallNativeCode() throws Exception {
        try (var jar = new JarFile(JAR.toFile())) {
            var attributes = jar.getManifest().getMainAttributes();
            assertEquals(Main.class.getName(), attributes.getValue("Main-Class"));
            assertEquals("ALL-UNNAMED", attributes.getValue("Enable-Native-Access"));
            for (var unwanted : List.of("Class-Path", "Multi-Release", "Launcher-Agent-Class", "Automatic-Module-Name")) {
                assertNull(attributes.getValue(unwanted), unwanted);
            }
        }
    }
}
