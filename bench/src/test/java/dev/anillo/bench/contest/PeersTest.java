package dev.anillo.bench.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anillo.bench.machine.Cpus;
import dev.anillo.bench.machine.Shell;
import dev.anillo.bench.peers.Contender;
import dev.anillo.bench.peers.Contenders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The whole comparison, as short as it can be. What its figures are does not matter here.
@EnabledOnOs(value = OS.LINUX, disabledReason = "the comparison reads /proc and pins processes")
@Timeout(120)
class PeersTest {
    @TempDir
    Path directory;

    private record Outcome(int status, String said) {}

    private Outcome compare(String... arguments) throws Exception {
        var log = directory.resolve("log").toFile();
        var command = Stream.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + directory, "-cp", System.getProperty("java.class.path"), Peers.class.getName()),
                Stream.of(arguments)).toList();
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
        try {
            assertTrue(process.waitFor(100, TimeUnit.SECONDS), "still running");
            return new Outcome(process.exitValue(), Files.readString(log.toPath()));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void comparesTwoServersEndToEnd() throws Exception {
        for (var program : List.of("wrk", "taskset", "timeout")) {
            assumeTrue(Shell.find(program).isPresent(), program + " is not installed");
        }
        assumeTrue(Cpus.allowedCount() > 1, "one processor is not enough");
        var out = directory.resolve("report");
        var only = Contenders.all(Files.createDirectory(directory.resolve("programs"))).stream().map(Contender::name)
                .filter(List.of("anillo nio", "jdk")::contains).collect(Collectors.joining(","));
        var outcome = compare("--rounds", "1", "--seconds", "0.3", "--only", only, "--load-only", "--workloads",
                "plain-64,pipelined-64,upload-16", "--out", out.toString());
        assertEquals(0, outcome.status(), outcome.said());
        var markdown = Files.readString(out.resolve("report.md"));
        for (var name : only.split(",")) {
            var rows = markdown.lines().filter(line -> line.startsWith("| " + name + " | ")).toList();
            assertEquals(3, rows.size(), markdown);
        }
        assertTrue(Files.readString(out.resolve("report.json")).contains("\"requests\":"));
        assertTrue(Files.readString(out.resolve("chart.svg")).contains("</svg>"));
        try (var left = Files.list(directory)) {
            assertEquals(List.of(), left.filter(file -> file.getFileName().toString().startsWith("anillo-bench-")).toList());
        }
    }

    @Test
    void endsWithStatusTwoAndOneLineForAWrongCommandLine() throws Exception {
        assertEquals(new Outcome(2, "anillo: --rounds 0: a number from 1 to 1000\n"), compare("--rounds", "0"));
    }
}
