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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/// The action for GitHub, and what is shown of build servers: YAML whose scripts are run here as the server runs them, with
/// stand-ins for the programs that they start.
@EnabledOnOs(value = OS.LINUX, disabledReason = "the gate is for Linux")
@Timeout(60)
class LatencyGateActionTest {
    private static final Path ACTION = Path.of(System.getProperty("basedir", "."), "..", "latency-gate").normalize();
    private static final Map<?, ?> DEFINITION = yaml(ACTION.resolve("action.yml"));
    private static final Pattern INPUT = Pattern.compile("inputs\\.([\\w-]+)");
    private static final Pattern ONE_INPUT = Pattern.compile("\\$\\{\\{ inputs\\.([\\w-]+) }}");
    private static final Map<String, String> NEEDED = Map.of("base", "main", "start", "serve {port}");
    /// An own one for each, as GitHub starts `shell: bash`.
    private static final List<String> BASH = List.of("bash", "--noprofile", "--norc", "-eo", "pipefail");

    @TempDir
    Path directory;

    private Path programs;

    private record Outcome(int status, String said, String outputs, String summary) {}

    @BeforeEach
    void directoryForStandIns() throws IOException {
        assumeTrue(Shell.find("bash").isPresent(), "bash is not installed");
        programs = Files.createDirectory(directory.resolve("programs"));
    }

    private static Map<?, ?> yaml(Path file) {
        try {
            return (Map<?, ?>) new Load(LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file));
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static Map<?, ?> map(Map<?, ?> within, String key) {
        return (Map<?, ?>) within.get(key);
    }

    private static List<Map<?, ?>> list(Map<?, ?> within, String key) {
        return ((List<?>) within.get(key)).stream().<Map<?, ?>>map(each -> (Map<?, ?>) each).toList();
    }

    private static List<Map<?, ?>> steps() {
        return list(map(DEFINITION, "runs"), "steps");
    }

    private static Map<?, ?> step(String name) {
        return steps().stream().filter(step -> name.equals(step.get("name"))).findFirst().orElseThrow();
    }

    private static Map<?, ?> example(String name) {
        return yaml(ACTION.resolve("examples").resolve(name));
    }

    private static Stream<String> scripts() {
        var ofJobs = map(example("github.yml"), "jobs").values().stream()
                .flatMap(job -> list((Map<?, ?>) job, "steps").stream());
        var ofSteps = Stream.concat(steps().stream(), ofJobs).map(step -> (String) step.get("run")).filter(Objects::nonNull);
        return Stream.concat(ofSteps, gitlab().stream());
    }

    private static List<String> gitlab() {
        var job = map(example("gitlab-ci.yml"), "latency-gate");
        return Stream.of("before_script", "script").flatMap(key -> ((List<?>) job.get(key)).stream()).map(Object::toString)
                .toList();
    }

    private Outcome run(Map<?, ?> step, Map<String, String> inputs) throws Exception {
        var environment = new HashMap<String, String>();
        var own = map(step, "env") == null ? Map.of() : map(step, "env");
        own.forEach((name, value) -> environment.put(name.toString(), evaluated(value.toString(), inputs)));
        return run((String) step.get("run"), environment);
    }

    /// `${{ inputs.NAME }}`, which is all that there is.
    private static String evaluated(String expression, Map<String, String> inputs) {
        var match = ONE_INPUT.matcher(expression);
        assertTrue(match.matches(), expression);
        var input = map(map(DEFINITION, "inputs"), match.group(1));
        var otherwise = input.get("default");
        return inputs.getOrDefault(match.group(1), otherwise == null ? "" : otherwise.toString());
    }

    private Outcome run(String script, Map<String, String> environment) throws IOException, InterruptedException {
        var file = Files.writeString(directory.resolve("script.sh"), script);
        var outputs = Files.writeString(directory.resolve("outputs"), "");
        var summary = Files.writeString(directory.resolve("summary"), "");
        var command = new ArrayList<>(BASH);
        command.add(file.toString());
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().putAll(Map.of("PATH", programs + ":" + System.getenv("PATH"),
                "GITHUB_OUTPUT", outputs.toString(),
                "GITHUB_STEP_SUMMARY", summary.toString(), "GITHUB_PATH", directory.resolve("path").toString(),
                "RUNNER_TEMP", directory.toString(), "GITHUB_ACTION_PATH", "/the action"));
        var process = builder.start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), said, Files.readString(outputs), Files.readString(summary));
    }

    /// A gate that ends with this status.
    private StandIn java(int status, boolean writesReport) throws IOException {
        var writing = """
                for argument; do
                    case $argument in --out=*) echo '### a report' > "${argument#--out=}/report.md" ;; esac
                done
                """;
        return StandIn.at(programs.resolve("java"), (writesReport ? writing : "") + "exit " + status);
    }

    /// What the gate was asked for, as it understands it.
    private static CommandLine.ParseResult asked(StandIn java) throws IOException {
        var arguments = java.arguments();
        var gate = arguments.subList(arguments.indexOf("gate"), arguments.size());
        return Main.commandLine().parseArgs(gate.toArray(String[]::new)).subcommand();
    }

    private static List<String> values(CommandLine.ParseResult asked, String option) {
        return asked.hasMatchedOption(option) ? asked.matchedOption(option).stringValues() : List.of();
    }

    private static Map<String, String> with(String... namesAndValues) {
        var inputs = new HashMap<>(NEEDED);
        for (var i = 0; i < namesAndValues.length; i += 2) inputs.put(namesAndValues[i], namesAndValues[i + 1]);
        return inputs;
    }

    private static String output(Outcome outcome, String name) {
        return outcome.outputs().lines().filter(line -> line.startsWith(name + "="))
                .reduce((_, last) -> last).orElse("").replaceFirst("^[^=]*=", "");
    }

    // The file.

    @ParameterizedTest
    @MethodSource("scripts")
    void eachScriptIsBash(String script) throws Exception {
        Shell.run("bash", "-n", Files.writeString(directory.resolve("script.sh"), script).toString());
    }

    /// What is put into the text of a script is run by it.
    @ParameterizedTest
    @MethodSource("scripts")
    void noScriptIsMadeOfInputs(String script) {
        assertFalse(script.contains("${{"), script);
    }

    @Test
    void eachInputIsUsedAndEachThatIsUsedExists() throws IOException {
        var used = INPUT.matcher(Files.readString(ACTION.resolve("action.yml"))).results().map(match -> match.group(1))
                .collect(Collectors.toSet());
        assertEquals(map(DEFINITION, "inputs").keySet(), used);
    }

    @Test
    void itsOutputsAreThoseOfTheGate() throws Exception {
        java(0, true);
        var outcome = run(step("gate"), NEEDED);
        var names = outcome.outputs().lines().map(line -> line.substring(0, line.indexOf('='))).collect(Collectors.toSet());
        assertEquals(map(DEFINITION, "outputs").keySet(), names);
        map(DEFINITION, "outputs").forEach((name, output) ->
                assertEquals("${{ steps.gate.outputs." + name + " }}", ((Map<?, ?>) output).get("value")));
        assertEquals("gate", step("gate").get("id"));
    }

    @Test
    void othersActionsAreNoneButTheOneThatSetsUpJava() {
        assertEquals(List.of("actions/setup-java@v5"),
                steps().stream().map(step -> step.get("uses")).filter(Objects::nonNull).toList());
    }

    // The gate's step.

    @ParameterizedTest
    @CsvSource({"0, false, 0, passed", "1, false, 1, slower", "3, false, 0, too-noisy", "3, true, 3, too-noisy",
            "2, false, 2, not-compared", "137, false, 2, not-compared"})
    void theStatusOfTheGateDecides(int status, String failsOnNoise, int expected, String outcome) throws Exception {
        java(status, true);
        var result = run(step("gate"), with("fail-on-noise", failsOnNoise));
        assertEquals(expected, result.status(), result.said());
        assertEquals(outcome, output(result, "outcome"));
        assertEquals("### a report\n", result.summary());
        assertEquals("### a report\n", Files.readString(Path.of(output(result, "markdown"))));
        assertEquals(Path.of(output(result, "report")), Path.of(output(result, "markdown")).getParent());
    }

    @ParameterizedTest
    @CsvSource({"1, false, ::error", "3, false, ::warning", "3, true, ::error", "2, false, ::error"})
    void whatIsNoPassIsSaid(int status, String failsOnNoise, String begin) throws Exception {
        java(status, true);
        var said = run(step("gate"), with("fail-on-noise", failsOnNoise)).said();
        assertTrue(said.startsWith(begin + " title=Latency gate::"), said);
    }

    /// A program that breaks ends with 1 too.
    @ParameterizedTest
    @CsvSource({"0", "1", "3"})
    void withoutAReportNothingWasCompared(int status) throws Exception {
        java(status, false);
        var outcome = run(step("gate"), NEEDED);
        assertEquals(2, outcome.status(), outcome.said());
        assertEquals("not-compared", output(outcome, "outcome"));
        assertEquals("", output(outcome, "markdown"));
        assertEquals("", outcome.summary());
    }

    @ParameterizedTest
    @CsvSource({"base, ''", "start, ''", "fail-on-noise, yes"})
    void aWrongInputIsRefused(String name, String value) throws Exception {
        var java = java(0, true);
        var outcome = run(step("gate"), with(name, value));
        assertEquals(2, outcome.status(), outcome.said());
        assertTrue(outcome.said().startsWith("::error title=Latency gate::input " + name), outcome.said());
        assertFalse(java.isStarted());
    }

    @Test
    void leftAloneItAsksForTheDefaultsOfTheGate() throws Exception {
        var java = java(0, true);
        run(step("gate"), NEEDED);
        assertTrue(java.arguments().contains("/the action/../bench/target/anillo-bench.jar"), java.arguments()::toString);
        var asked = asked(java);
        assertEquals(List.of("main"), values(asked, "--base"));
        assertEquals(List.of("HEAD"), values(asked, "--head"));
        assertEquals(List.of("serve {port}"), values(asked, "--start"));
        for (var option : List.of("--path", "--connections", "--time")) {
            var otherwise = asked.commandSpec().findOption(option).defaultValue();
            assertEquals(List.of(otherwise), values(asked, option), option);
        }
        for (var option : List.of("--build", "--history", "--rule")) assertEquals(List.of(), values(asked, option), option);
    }

    @Test
    void eachInputReachesTheGate() throws Exception {
        var java = java(0, true);
        run(step("gate"), with("head", "new", "build", "make all", "path", "/plaintext", "connections", "8", "time", "60",
                "rules", "cpu@peak=2/5\n  p99@50%=off\n\n", "options", "--rates=50\n--profile\n", "history", "runs.jsonl",
                "jar", "/a jar/bench.jar"));
        var asked = asked(java);
        var expected = new TreeMap<>(Map.of("--head", List.of("new"), "--build", List.of("make all"), "--path",
                List.of("/plaintext"), "--connections", List.of("8"), "--time", List.of("60"), "--rule",
                List.of("cpu@peak=2/5", "p99@50%=off"), "--rates", List.of("50"), "--history", List.of("runs.jsonl")));
        var values = new TreeMap<String, List<String>>();
        for (var option : expected.keySet()) values.put(option, values(asked, option));
        assertEquals(expected, values);
        assertTrue(asked.hasMatchedOption("--profile"));
        assertTrue(java.arguments().contains("/a jar/bench.jar"), java.arguments()::toString);
    }

    @Test
    void whatInputsSayIsNoCommandOfTheShell() throws Exception {
        var java = java(0, true);
        var evil = "x'\"; touch taken; $(touch taken) `touch taken` * -v\\";
        run(step("gate"), with("base", evil, "head", "--help", "start", evil, "rules", evil, "options", "--path=" + evil));
        assertFalse(Files.exists(directory.resolve("taken")));
        var arguments = java.arguments();
        for (var argument : List.of("--base=" + evil, "--head=--help", "--start=" + evil)) {
            assertTrue(arguments.contains(argument), arguments::toString);
        }
    }

    // perf's step.

    private List<StandIn> installers() throws IOException {
        var installers = new ArrayList<StandIn>();
        for (var name : List.of("sudo", "apt-get", "sysctl", "mount")) {
            installers.add(StandIn.at(programs.resolve(name), "exit 1"));
        }
        return installers;
    }

    @Test
    void aPerfThatCountsIsLeftAlone() throws Exception {
        StandIn.at(programs.resolve("perf"), "exit 0");
        var installers = installers();
        assertEquals(new Outcome(0, "", "", ""), run(step("perf"), Map.of()));
        assertEquals(List.of(), installers.stream().filter(StandIn::isStarted).toList());
    }

    @Test
    void withoutRightsAWarningIsAllThatComesOfIt() throws Exception {
        assumeTrue(Files.notExists(Path.of("/usr/lib/linux-tools")), "a perf of this machine would be found");
        StandIn.at(programs.resolve("perf"), "exit 1");
        installers();
        var outcome = run(step("perf"), Map.of());
        assertEquals(0, outcome.status(), outcome.said());
        assertTrue(outcome.said().startsWith("::warning title=Latency gate::perf counts nothing here"), outcome.said());
    }

    // The examples.

    @Test
    void theExampleForGitHubGivesTheActionInputsThatItHas() throws Exception {
        var job = map(map(example("github.yml"), "jobs"), "gate");
        var step = list(job, "steps").stream().filter(each -> "gate".equals(each.get("id"))).findFirst().orElseThrow();
        assertTrue(step.get("uses").toString().endsWith("/anillo/latency-gate@TAG"), step::toString);
        var inputs = new HashMap<String, String>();
        map(step, "with").forEach((name, value) -> inputs.put(name.toString(), value.toString()));
        var unknown = new HashSet<>(inputs.keySet());
        unknown.removeAll(map(DEFINITION, "inputs").keySet());
        assertEquals(Set.of(), unknown);
        var java = java(0, true);
        assertEquals(0, run(step("gate"), inputs).status());
        assertEquals(List.of("cpu@peak=3/10", "p99@50%=off"), values(asked(java), "--rule"));
    }

    @Test
    void inTheExampleForGitHubTheJobThatRunsTheCodeMayOnlyRead() {
        var workflow = example("github.yml");
        assertEquals(Map.of(), workflow.get("permissions"));
        var jobs = map(workflow, "jobs");
        assertEquals(Map.of("contents", "read"), map(jobs, "gate").get("permissions"));
        assertEquals(Map.of("pull-requests", "write"), map(jobs, "comment").get("permissions"));
        assertTrue(list(map(jobs, "comment"), "steps").stream()
                .noneMatch(step -> String.valueOf(step.get("uses")).contains("checkout")));
    }

    @Test
    void theExampleForGitLabAsksForWhatTheGateKnows() throws Exception {
        var java = java(3, true);
        Files.createDirectory(directory.resolve("latency-gate"));
        assertEquals(3, run(gitlab().getLast(), Map.of("CI_MERGE_REQUEST_DIFF_BASE_SHA", "abc")).status());
        var asked = asked(java);
        assertEquals(List.of("abc"), values(asked, "--base"));
        assertEquals(List.of("java -jar target/server.jar --port {port}"), values(asked, "--start"));
        var job = map(example("gitlab-ci.yml"), "latency-gate");
        assertEquals(Map.of("exit_codes", List.of(3)), job.get("allow_failure"));
        assertEquals(List.of(values(asked, "--out").getFirst() + "/"), map(job, "artifacts").get("paths"));
    }
}
