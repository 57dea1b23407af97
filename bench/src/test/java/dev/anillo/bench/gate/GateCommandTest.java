package dev.anillo.bench.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import dev.anillo.bench.Main;
import dev.anillo.bench.compare.SpendingServer;
import dev.anillo.bench.machine.Cpus;
import dev.anillo.bench.machine.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The gate as it is run, on servers whose only difference is known. Times are not judged here: this machine may be busy.
@EnabledOnOs(value = OS.LINUX, disabledReason = "the gate reads /proc and pins processes")
@Timeout(180)
class GateCommandTest {
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    /// Another one is on the class path.
    private static final String JDK_SERVER =
            "com.sun.net.httpserver.HttpServerProvider=sun.net.httpserver.DefaultHttpServerProvider";
    private static final List<String> ONLY_ALLOCATIONS = List.of("calls@one=off", "submissions@one=off", "batch@one=off",
            "switches@one=off", "cpu@peak=off", "throughput@peak=off", "allocated@one=4000/40000");

    @TempDir
    private Path directory;

    private record Outcome(int status, String said, String complained) {}

    @BeforeEach
    void needs() throws Exception {
        assumeTrue(Cpus.allowedCount() > 1, "one processor is not enough");
        assumeTrue(Shell.find("taskset").isPresent(), "taskset is not installed");
    }

    private static String start(int bytes) {
        return "%s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -D%s -cp '%s' %s {port} %d".formatted(JAVA, JDK_SERVER,
                System.getProperty("java.class.path"), SpendingServer.class.getName(), bytes);
    }

    private Outcome gate(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(JAVA, "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + directory, "-cp", System.getProperty("java.class.path"), Main.class.getName(), "gate"));
        command.addAll(List.of(arguments));
        var said = directory.resolve("said");
        var complained = directory.resolve("complained");
        var process = new ProcessBuilder(command).redirectOutput(said.toFile()).redirectError(complained.toFile()).start();
        try {
            assertTrue(process.waitFor(150, TimeUnit.SECONDS), "still running: " + Files.readString(complained));
            return new Outcome(process.exitValue(), Files.readString(said), Files.readString(complained));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Outcome brief(String start, String headStart) throws Exception {
        var arguments = new ArrayList<>(List.of("--base", directory.toString(), "--head", directory.toString(), "--start", start,
                "--head-start", headStart, "--rates", "none", "--pairs", "6", "--calibration", "2", "--duration", "0.1", "--warm-up",
                "0.2", "--connections", "4", "--out", directory.resolve("report").toString()));
        for (var rule : ONLY_ALLOCATIONS) arguments.addAll(List.of("--rule", rule));
        return gate(arguments.toArray(String[]::new));
    }

    @Test
    void aBaseThatDoesNotStartMeansThatNothingWasCompared() throws Exception {
        var outcome = brief("echo out of order; exit 7", start(0));
        assertEquals(2, outcome.status());
        assertEquals("gate: nothing was compared: base ended at once: out of order\n", outcome.complained());
    }

    @Test
    void whatIsNoJarNoDirectoryAndNoCommitIsRefusedInOneLine() throws Exception {
        var outcome = gate("--base", "nothing-of-the-kind", "--head", ".", "--start", "true");
        assertEquals(2, outcome.status());
        assertTrue(outcome.complained().startsWith("gate: nothing was compared: base: 'nothing-of-the-kind' is no jar, no directory,"
                + " and no commit of "), outcome.complained());
    }

    @Test
    void aCommitThatAllocatesMoreFailsAndNothingIsLeftBehind() throws Exception {
        var repository = Files.createDirectory(directory.resolve("repository"));
        Shell.run("git", "-C", repository.toString(), "init", "-q");
        Files.writeString(repository.resolve("bytes"), "0");
        commit(repository, "base");
        Files.writeString(repository.resolve("bytes"), "200000");
        commit(repository, "head");
        var start = start(0).replace("{port} 0", "{port} $(cat built)");
        var arguments = new ArrayList<>(List.of("--repository", repository.toString(), "--base", "HEAD~1", "--head", "HEAD",
                "--build", "cp bytes built", "--start", start, "--rates", "none", "--pairs", "6", "--calibration", "2", "--duration",
                "0.1", "--warm-up", "0.2", "--connections", "4", "--quiet", "--out", directory.resolve("report").toString()));
        for (var rule : ONLY_ALLOCATIONS) arguments.addAll(List.of("--rule", rule));
        var outcome = gate(arguments.toArray(String[]::new));
        assertEquals(1, outcome.status(), outcome.said() + outcome.complained());
        assertTrue(outcome.said().startsWith("SLOWER: head is worse than base in bytes allocated per request at one +"),
                outcome.said());
        var report = directory.resolve("report");
        for (var name : List.of("report.html", "report.md")) assertTrue(Files.size(report.resolve(name)) > 1_000, name);
        var json = JsonParser.parseString(Files.readString(report.resolve("report.json"))).getAsJsonObject();
        assertEquals("anillo.compare/1", json.get("schema").getAsString());
        assertEquals(1, Shell.run("git", "-C", repository.toString(), "worktree", "list").lines().count());
        try (var left = Files.list(directory)) {
            assertFalse(left.anyMatch(file -> file.getFileName().toString().startsWith("anillo-compare-")), "left behind");
        }
    }

    private static void commit(Path repository, String message) throws Exception {
        Shell.run("git", "-C", repository.toString(), "add", ".");
        Shell.run("git", "-C", repository.toString(), "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-q", "-m",
                message);
    }
}
