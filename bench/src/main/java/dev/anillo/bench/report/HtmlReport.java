package dev.anillo.bench.report;

import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Side;
import dev.anillo.bench.gate.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The report for people, in one file: it needs nothing else, no script and no network, and its policy allows neither.
final class HtmlReport {
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src data:";
    private static final Pattern VIEW_BOX = Pattern.compile("<svg[^>]*?viewBox=[\"']0 0 ([1-9][0-9.]*) ([1-9][0-9.]*)[\"']");
    /// With it a picture would not become as wide as its frame.
    private static final Pattern SIZE = Pattern.compile("(<svg[^>]*?) width=[\"'][0-9.]+[\"'] height=[\"'][0-9.]+[\"']");

    private final Comparison comparison;
    private final List<Row> rows;
    private final Summary summary;
    private final StringBuilder out = new StringBuilder();

    private HtmlReport(Comparison comparison, Optional<Verdict> verdict) {
        this.comparison = comparison;
        rows = Row.of(comparison, verdict);
        summary = Summary.of(comparison, verdict);
    }

    /// @param profiles pictures of where time goes (SVG), by their titles
    static String of(Comparison comparison, Optional<Verdict> verdict, Map<String, String> profiles,
            Optional<History> history) {
        var report = new HtmlReport(comparison, verdict);
        report.head();
        report.changes();
        report.pictures();
        profiles.forEach(report::profile);
        history.ifPresent(report::history);
        report.circumstances();
        report.out.append("</main>\n</body>\n</html>\n");
        return report.out.toString();
    }

    private void head() {
        out.append("""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="%s">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                <header class="%s">
                <h1>%s</h1>
                <p class="why">%s</p>
                <p class="quiet">%s</p>
                </header>
                """.formatted(POLICY, Html.escaped(summary.headline()), resource("report.css"), summary.tone(),
                Html.escaped(summary.headline()), Html.escaped(summary.paragraph()),
                Html.escaped(Summary.pairs(comparison) + ", " + Summary.when(comparison))));
        aside("What could not be measured", Stream.concat(failures(), comparison.notes().stream()).toList());
    }

    private Stream<String> failures() {
        return comparison.forks().stream().filter(fork -> !fork.isSound()).map(fork -> "process " + (fork.number() + 1) + ", "
                + Styles.of(fork.side()) + ", does not count: " + fork.problem());
    }

    private void aside(String title, List<String> items) {
        if (items.isEmpty()) return;
        out.append("<aside>\n<strong>").append(title).append("</strong>\n<ul>\n");
        items.forEach(item -> out.append("<li>").append(Html.escaped(item)).append("</li>\n"));
        out.append("</ul>\n</aside>\n");
    }

    private static String resource(String name) {
        try (var in = HtmlReport.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void changes() {
        var judged = rows.stream().filter(row -> row.judged().isPresent()).toList();
        var others = rows.stream().filter(row -> row.judged().isEmpty()).toList();
        section("Changes", "From " + comparison.name(Side.BASE) + " to " + comparison.name(Side.HEAD)
                + ": of each figure the median of the processes, and the mean change of the pairs with the range it is in.");
        if (rows.isEmpty()) out.append("<p>No figure is known of both sides.</p>\n");
        if (!judged.isEmpty()) out.append(Tables.changes(judged, true));
        table(judged.isEmpty() ? "Changed" : "Changed, but not judged", others.stream().filter(Row::isChanged).toList());
        var rest = others.stream().filter(row -> !row.isChanged()).toList();
        if (!rest.isEmpty()) folded("No change seen, or not known (" + rest.size() + ")", Tables.changes(rest, false));
        end();
    }

    private void table(String title, List<Row> some) {
        if (!some.isEmpty()) out.append("<h3>").append(title).append("</h3>\n").append(Tables.changes(some, false));
    }

    private void pictures() {
        pictures("Each pair", """
                One dot is one pair of processes, the first pair at the top. The bar below is the 99 % interval of their \
                mean, the stroke in it the mean. Full line: no change; dashed lines: the floor, below which a change does \
                not matter. Each picture has its own scale.""", "", PairedDifferences.of(comparison, rows));
        pictures("Latency by percentile", """
                Each step to the right leaves a tenth of the answers. The curve is of all processes together, dotted where \
                fewer than ten answers remain; the band goes from the quickest process to the slowest.""", Legend.SIDES,
                PercentileCurves.of(comparison));
        pictures("Latency over throughput", """
                Where the curve bends upwards, requests queue. Filled points are loads with a schedule; hollow ones ask \
                again as soon as they are answered, so that their times do not compare with the others'.""", Legend.SIDES,
                Knee.of(comparison));
        pictures("Over time", """
                Of each side the process with the slowest answer at the middle load. A spike that the generator's own delay \
                shares is the machine's, or the generator's, and not the server's. Both have the same scales.""", Legend.TIMES,
                TimeLine.of(comparison));
    }

    private void pictures(String title, String words, String legend, List<String> pictures) {
        if (pictures.isEmpty()) return;
        section(title, words);
        out.append(legend).append("<div class=\"pictures\">\n");
        pictures.forEach(picture -> out.append("<figure>\n").append(picture).append("</figure>\n"));
        out.append("</div>\n");
        end();
    }

    /// In a frame of its own, in which no script runs: what a profiler writes is not ours to trust. A frame does not know how
    /// high its picture is.
    private void profile(String title, String svg) {
        var box = VIEW_BOX.matcher(svg);
        var shape = box.find() ? " style=\"height:auto;aspect-ratio:" + box.group(1) + "/" + box.group(2) + "\"" : "";
        var fitting = shape.isEmpty() ? svg : SIZE.matcher(svg).replaceFirst("$1");
        section(title, "");
        out.append("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"").append(Html.escaped(title))
                .append("\"><iframe sandbox title=\"").append(Html.escaped(title)).append('"').append(shape)
                .append(" src=\"data:image/svg+xml;base64,")
                .append(Base64.getEncoder().encodeToString(fitting.getBytes(StandardCharsets.UTF_8)))
                .append("\"></iframe></div>\n");
        end();
    }

    private void history(History history) {
        pictures("From run to run", """
                A square is head, with the 99 % interval of its change; the circle beside it the base of the same run: \
                where both move, it is the machine. ✕ marks a run that the gate called slower. Runs on different processors \
                are not joined.""", Legend.SIDES, Trend.of(history, comparison));
        aside("What could not be read", history.problems());
    }

    private void circumstances() {
        if (!comparison.visible().isEmpty()) {
            section("What this machine can see", """
                    From processes of base alone, before the comparison: how much they differ among themselves, and which \
                    change would therefore be found.""");
            out.append(Tables.visible(comparison));
            end();
        }
        section("How it was made", "");
        out.append(Tables.loads(comparison)).append(Tables.facts(comparison));
        folded("Each process (" + comparison.forks().size() + ")", Tables.forks(comparison.forks(), comparison.loads()));
        if (!comparison.calibration().isEmpty()) {
            folded("Each process of the calibration (" + comparison.calibration().size() + ")",
                    Tables.forks(comparison.calibration(), comparison.loads()));
        }
        end();
        section("How to read it", "");
        out.append(resource("reading.html"));
        end();
    }

    private void section(String title, String words) {
        out.append("<section>\n<h2>").append(Html.escaped(title)).append("</h2>\n");
        if (!words.isEmpty()) out.append("<p class=\"words\">").append(Html.escaped(words)).append("</p>\n");
    }

    private void folded(String title, String html) {
        out.append("<details>\n<summary>").append(Html.escaped(title)).append("</summary>\n").append(html)
                .append("</details>\n");
    }

    private void end() {
        out.append("</section>\n");
    }
}
