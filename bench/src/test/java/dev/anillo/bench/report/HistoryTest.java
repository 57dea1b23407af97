package dev.anillo.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.compare.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    private static final Instant DATE = Instant.parse("2026-11-30T12:00:00Z");

    @TempDir
    private Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("kept").resolve("history.jsonl");
    }

    private static History.Run run(String head, String processor) {
        var comparison = MadeUp.of(Map.of(Side.BASE, "v0.1.0", Side.HEAD, head), Map.of("processor", processor), List.of(),
                MadeUp.changes(new Random(3)), List.of());
        return History.run(comparison, Optional.of(MadeUp.verdict(comparison)), DATE);
    }

    @Test
    void aRunComesBackAsItWas() throws IOException {
        History.append(file, run("\"a|\n</script>", "EPYC"));
        History.append(file, run("b", ""));
        var history = History.read(file);
        assertEquals(List.of(run("\"a|\n</script>", "EPYC"), run("b", "")), history.runs());
        assertEquals(List.of(), history.problems());
        assertEquals("SLOWER", history.runs().getFirst().verdict());
        assertEquals(2, Files.readAllLines(file).size());
    }

    @Test
    void aFileThatIsNotThereHasNoRuns() throws IOException {
        assertEquals(new History(List.of(), List.of()), History.read(file));
    }

    @Test
    void brokenLinesAreNamedAndStay() throws IOException {
        History.append(file, run("a", "EPYC"));
        var broken = List.of("{\"schema\":\"anillo.history/1\",\"da", "", "[]", "{\"schema\":\"anillo.history/2\"}",
                "{\"schema\":\"anillo.history/1\"}", Files.readString(file).strip().replace("\"P99\"", "\"P42\""),
                Files.readString(file).strip().replace("2026-11-30", "yesterday"));
        Files.write(file, broken, StandardOpenOption.APPEND);
        History.append(file, run("b", "EPYC"));
        var history = History.read(file);
        assertEquals(List.of(run("a", "EPYC"), run("b", "EPYC")), history.runs());
        assertEquals(broken.size(), history.problems().size());
        for (var i = 0; i < broken.size(); i++) {
            var problem = history.problems().get(i);
            assertTrue(problem.startsWith("history.jsonl, line " + (i + 2) + " is left out: "), problem);
        }
        assertEquals(broken, Files.readAllLines(file).subList(1, 1 + broken.size()));
    }

    @Test
    void theOldestAreDroppedWhereThereAreTooMany() throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, Collections.nCopies(History.HISTORY_LINES_MAX, "old"));
        History.append(file, run("a", "EPYC"));
        var lines = Files.readAllLines(file);
        assertEquals(History.HISTORY_LINES_MAX, lines.size());
        assertTrue(lines.getLast().contains("\"head\":\"a\""));
        assertEquals("old", lines.get(lines.size() - 2));
    }

    @Test
    void nothingButTheLockIsLeftBesideTheFile() throws IOException {
        History.append(file, run("a", "EPYC"));
        try (var files = Files.list(file.getParent())) {
            assertEquals(List.of(file, file.resolveSibling("history.jsonl.lock")), files.sorted().toList());
        }
    }

    @Test
    void thePageShowsTheRunsAndJoinsThoseOnTheSameProcessor() {
        var runs = IntStream.range(0, 4).mapToObj(i -> run("run" + i, i == 0 ? "Xeon" : "EPYC")).toList();
        var pictures = Trend.of(new History(runs, List.of()), MadeUp.comparison());
        assertEquals(3, pictures.size());
        for (var picture : pictures) {
            assertEquals(2, picture.split("class=\"line head\"", -1).length - 1);
            for (var run : runs) assertTrue(picture.contains(run.head() + ", 2026-11-30 12:00 UTC, head: "), run.head());
        }
    }

    @Test
    void thePageNamesLinesThatAreLeftOut() {
        var html = HtmlReport.of(MadeUp.comparison(), Optional.empty(), Map.of(),
                Optional.of(new History(List.of(), List.of("history.jsonl, line 3 is left out: <b>"))));
        assertTrue(html.contains("history.jsonl, line 3 is left out: &lt;b&gt;"));
        assertFalse(html.contains("From run to run"));
    }

    /// Adds runs to the file that it is given.
    static final class Adder {
        static final int RUNS = 40;

        public static void main(String[] arguments) throws IOException {
            for (var i = 0; i < RUNS; i++) append(Path.of(arguments[0]), "other");
        }
    }

    @Test
    void ofProgramsThatAddAtOnceNoneLosesALine() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var other = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Adder.class.getName(), file.toString())
                .inheritIO().start();
        try {
            while (!Files.exists(file)) assertTrue(other.isAlive() || Files.exists(file), "it has ended and added nothing");
            for (var i = 0; i < Adder.RUNS; i++) append(file, "this");
            assertEquals(0, other.waitFor());
        } finally {
            other.destroyForcibly();
        }
        var heads = History.read(file).runs().stream().map(History.Run::head).toList();
        assertEquals(Adder.RUNS, Collections.frequency(heads, "this"));
        assertEquals(Adder.RUNS, Collections.frequency(heads, "other"));
    }

    private static void append(Path file, String head) throws IOException {
        History.append(file, run(head, "EPYC"));
    }
}
