package dev.anillo.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anillo.bench.machine.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// `ci/latency-gate` in a repository of its own, whose `./anillo` only notes what it is asked for.
@EnabledOnOs(value = OS.LINUX, disabledReason = "the gate is for Linux")
@Timeout(60)
class LatencyGateScriptTest {
    private static final Path SCRIPT = Path.of(System.getProperty("basedir", "."), "..", "ci", "latency-gate");

    @TempDir
    Path repository;

    private StandIn anillo;

    private record Outcome(int status, String said) {}

    @BeforeEach
    void repositoryOfTwoCommits() throws Exception {
        assumeTrue(Shell.find("bash").isPresent() && Shell.find("git").isPresent(), "bash or git is not installed");
        Files.createDirectory(repository.resolve("ci"));
        Files.copy(SCRIPT, repository.resolve("ci/latency-gate"), StandardCopyOption.COPY_ATTRIBUTES);
        anillo = StandIn.at(repository.resolve("anillo"), "exit 3");
        Files.writeString(repository.resolve(".gitignore"), "*.arguments\n");
        git("init", "-q", "-b", "main");
        git("add", ".");
        git("commit", "-q", "-m", "first");
        git("commit", "-q", "--allow-empty", "-m", "second");
    }

    private String git(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("git", "-c", "user.name=Somebody", "-c", "user.email=somebody@localhost"));
        command.addAll(List.of(arguments));
        var outcome = run(command);
        assertEquals(0, outcome.status(), outcome.said());
        return outcome.said().strip();
    }

    private Outcome run(List<String> command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(repository.toFile()).redirectErrorStream(true);
        builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
        builder.environment().keySet().removeAll(List.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"));
        var process = builder.start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), said);
    }

    private Outcome script(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ci/latency-gate"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /// What the gate was asked for, as it understands it.
    private CommandLine.ParseResult asked() throws IOException {
        var arguments = anillo.arguments();
        assertEquals(List.of("bench", "gate"), arguments.subList(0, 2));
        return Main.commandLine().parseArgs(arguments.subList(1, arguments.size()).toArray(String[]::new)).subcommand();
    }

    private static String value(CommandLine.ParseResult asked, String option) {
        return asked.matchedOption(option).stringValues().getFirst();
    }

    private String base() throws IOException {
        return value(asked(), "--base");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help"})
    void tellsHowItIsUsedAndStartsNothing(String option) throws Exception {
        var outcome = script(option);
        assertEquals(0, outcome.status(), outcome.said());
        assertTrue(outcome.said().startsWith("usage: ci/latency-gate [BASE [HEAD]] [OPTION]...\n"), outcome.said());
        assertFalse(anillo.isStarted());
    }

    @Test
    void buildsAndStartsTheServerUnderTestAndPassesTheStatusOn() throws Exception {
        assertEquals(3, script().status());
        var asked = asked();
        assertEquals(".", value(asked, "--head"));
        assertEquals("./anillo bench target --port {port}", value(asked, "--start"));
        assertEquals("./anillo bench target --help || [ $? -eq 2 ]", value(asked, "--build"));
        assertEquals("/plaintext", value(asked, "--path"));
        assertEquals("target/latency-gate", value(asked, "--out"));
    }

    @Test
    void onABranchTheBaseIsWhereItBegan() throws Exception {
        git("checkout", "-q", "-b", "change");
        git("commit", "-q", "--allow-empty", "-m", "third");
        git("commit", "-q", "--allow-empty", "-m", "fourth");
        script();
        assertEquals(git("rev-parse", "main"), base());
    }

    @Test
    void whatOthersHaveGoesBeforeWhatIsOnlyHere() throws Exception {
        git("update-ref", "refs/remotes/origin/main", "HEAD~1");
        script();
        assertEquals(git("rev-parse", "HEAD~1"), base());
    }

    @Test
    void onMainTheBaseIsTheCommitBefore() throws Exception {
        script();
        assertEquals(git("rev-parse", "HEAD~1"), base());
    }

    @Test
    void onMainWithSomethingUncommittedTheBaseIsTheLastCommit() throws Exception {
        Files.writeString(repository.resolve("new"), "");
        script();
        assertEquals(git("rev-parse", "HEAD"), base());
    }

    @Test
    void baseAndHeadMayBeNamedAndOptionsPassThrough() throws Exception {
        script("v1", "v2", "--time", "60", "--rule", "cpu@peak=2/5", "--rule", "p99@50%=off", "--profile");
        var asked = asked();
        assertEquals("v1", value(asked, "--base"));
        assertEquals("v2", value(asked, "--head"));
        assertEquals("60", value(asked, "--time"));
        assertEquals(List.of("cpu@peak=2/5", "p99@50%=off"), asked.matchedOption("--rule").stringValues());
        assertTrue(asked.hasMatchedOption("--profile"));
    }

    @Test
    void whatIsSaidOnTheCommandLineWinsOverWhatItWouldSay() throws Exception {
        script("v1", "--path", "/json", "--start=sh serve {port}", "--build=true", "--out", "elsewhere");
        var asked = asked();
        assertEquals("/json", value(asked, "--path"));
        assertEquals("sh serve {port}", value(asked, "--start"));
        assertEquals("true", value(asked, "--build"));
        assertEquals("elsewhere", value(asked, "--out"));
    }

    @Test
    void withoutAMainBranchItAsksForABase() throws Exception {
        git("branch", "-m", "trunk");
        var outcome = script();
        assertEquals(new Outcome(2, "ci/latency-gate: there is neither origin/main nor main: name a BASE\n"), outcome);
        assertFalse(anillo.isStarted());
    }
}
