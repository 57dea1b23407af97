package dev.anillo.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportsTest {
    @TempDir
    private Path directory;

    @Test
    void threeFilesAreWrittenAndTheRunIsAddedToTheHistory() throws Exception {
        var comparison = MadeUp.comparison();
        var out = directory.resolve("a").resolve("b");
        var history = directory.resolve("history.jsonl");
        for (var run = 1; run <= 2; run++) {
            var verdict = Optional.of(MadeUp.verdict(comparison));
            var files = Reports.write(comparison, verdict, out, Optional.of(history), Map.of());
            assertEquals(List.of(out.resolve("report.html"), out.resolve("report.md"), out.resolve("report.json")), files);
            for (var file : files) assertTrue(Files.size(file) > 1_000, file.toString());
            assertEquals(run, History.read(history).runs().size());
        }
        assertEquals(MadeUp.BEGAN_MILLIS, History.read(history).runs().getFirst().date().toEpochMilli());
        assertTrue(Files.readString(out.resolve("report.html")).contains("From run to run"));
    }

    @Test
    void withoutAHistoryNoneIsMade() throws Exception {
        Reports.write(MadeUp.empty(), Optional.empty(), directory, Optional.empty(), Map.of());
        try (var files = Files.list(directory)) {
            assertEquals(3, files.count());
        }
    }
}
