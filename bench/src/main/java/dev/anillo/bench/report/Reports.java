package dev.anillo.bench.report;

import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.gate.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes what a comparison has come to.
public final class Reports {
    private Reports() {}

    /// Writes `report.html`, `report.md` and `report.json`.
    ///
    /// @param verdict empty: nobody judges
    /// @param history the file that this run is added to, and whose runs are shown; empty: there is none
    /// @param profiles pictures of where time goes (SVG), by their titles, in the order in which they are shown
    /// @return the files
    public static List<Path> write(Comparison comparison, Optional<Verdict> verdict, Path directory, Optional<Path> history,
            Map<String, String> profiles) throws IOException {
        Files.createDirectories(directory);
        var runs = Optional.<History>empty();
        if (history.isPresent()) {
            var date = comparison.beganMillis().stream().mapToObj(Instant::ofEpochMilli).findFirst().orElseGet(Instant::now);
            History.append(history.get(), History.run(comparison, verdict, date));
            runs = Optional.of(History.read(history.get()));
        }
        var html = HtmlReport.of(comparison, verdict, profiles, runs);
        return List.of(Files.writeString(directory.resolve("report.html"), html),
                Files.writeString(directory.resolve("report.md"), MarkdownReport.of(comparison, verdict)),
                Files.writeString(directory.resolve("report.json"), JsonReport.of(comparison, verdict)));
    }
}
