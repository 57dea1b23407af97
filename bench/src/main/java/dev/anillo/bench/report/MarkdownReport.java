package dev.anillo.bench.report;

import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Fork;
import dev.anillo.bench.compare.Side;
import dev.anillo.bench.gate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The report for a comment on a pull request: what the gate looks at and what has changed, the rest folded.
public final class MarkdownReport {
    /// GitHub refuses comments of more than 65,536 characters. What is left is for what a build server may put around it.
    static final int COMMENT_CHARACTERS_MAX = 60_000;
    /// Rows that are not folded: as many as are read at one glance.
    static final int ROWS_MAX = 12;
    /// Of each text that comes from outside, so that none fills the comment.
    private static final int TEXT_CHARACTERS_MAX = 2_000;
    private static final String CUT = "\nThis comment has no room for more; `report.html` has all of it.\n";
    private static final Pattern MARKUP = Pattern.compile("[\\\\`*_\\[\\]#|~<>&]");

    private final Comparison comparison;
    private final List<Row> rows;
    private final StringBuilder out = new StringBuilder();

    private MarkdownReport(Comparison comparison, Optional<Verdict> verdict) {
        this.comparison = comparison;
        rows = Row.of(comparison, verdict);
    }

    public static String of(Comparison comparison, Optional<Verdict> verdict) {
        var report = new MarkdownReport(comparison, verdict);
        var summary = Summary.of(comparison, verdict);
        report.out.append("### ").append(escaped(summary.headline())).append("\n\n")
                .append(escaped(summary.paragraph())).append("\n\n");
        report.changes();
        report.notes();
        report.circumstances();
        return report.out.toString();
    }

    private void changes() {
        var first = rows.stream().filter(row -> row.judged().isPresent() || row.isChanged()).limit(ROWS_MAX).toList();
        var rest = rows.stream().filter(row -> !first.contains(row)).toList();
        if (rows.isEmpty()) add("No figure is known of both sides.\n");
        else if (first.isEmpty()) add("No figure has changed by more than chance explains.\n");
        else lines(table(first));
        if (!rest.isEmpty()) folded("The other " + rest.size() + " figures", table(rest));
    }

    private static List<String> table(List<Row> rows) {
        var lines = new ArrayList<>(List.of("| figure | load | base | head | change | 99 % interval | floor | |\n",
                "|---|---|--:|--:|--:|--:|--:|---|\n"));
        for (var row : rows) {
            var change = row.change();
            var metric = change.metric();
            lines.add(row(Tables.name(metric), change.load(), Figures.of(change.base()), Figures.of(change.head()),
                    Figures.change(change.interval().estimate(), metric), Figures.range(change.interval(), metric),
                    Figures.size(row.floor(), metric), row.finding()));
        }
        return lines;
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", Stream.of(cells).map(MarkdownReport::escaped).toList()) + " |\n";
    }

    private void notes() {
        if (comparison.notes().isEmpty()) return;
        add("\nWhat could not be measured:\n\n");
        lines(comparison.notes().stream().map(note -> "- " + escaped(note) + "\n").toList());
    }

    private void circumstances() {
        var facts = new ArrayList<String>();
        facts.add("| | |\n|---|---|\n");
        facts.add(row("made", Summary.pairs(comparison) + ", " + Summary.when(comparison)));
        for (var side : Side.values()) {
            var command = comparison.commands().getOrDefault(side, Figures.NONE);
            facts.add(row(Styles.of(side), comparison.name(side) + ": " + command));
        }
        comparison.machine().forEach((name, value) -> facts.add(row(name, value)));
        comparison.forks().stream().filter(fork -> !fork.isSound()).map(MarkdownReport::failed).forEach(facts::add);
        folded("Machine and settings", facts);
    }

    private static String failed(Fork fork) {
        return row("process " + (fork.number() + 1) + ", " + Styles.of(fork.side()) + ", failed", fork.problem());
    }

    private void folded(String title, List<String> lines) {
        var open = "\n<details><summary>" + title + "</summary>\n\n";
        var close = "\n</details>\n";
        if (!hasRoom(open.length() + close.length() + lines.getFirst().length())) {
            cut();
            return;
        }
        out.append(open);
        lines(lines, close.length());
        out.append(close);
    }

    private void lines(List<String> lines) {
        lines(lines, 0);
    }

    /// @param reserved characters that follow in any case
    private void lines(List<String> lines, int reserved) {
        for (var line : lines) {
            if (!hasRoom(line.length() + reserved)) {
                cut();
                return;
            }
            out.append(line);
        }
    }

    private void add(String text) {
        lines(List.of(text));
    }

    /// The note that something was cut always fits, but once.
    private boolean hasRoom(int characters) {
        return !isCut() && out.length() + characters + CUT.length() <= COMMENT_CHARACTERS_MAX;
    }

    private void cut() {
        if (!isCut()) out.append(CUT);
    }

    private boolean isCut() {
        return out.indexOf(CUT) >= 0;
    }

    /// As entities, which are no markup: neither for tables, nor for HTML, nor for links. A blank of no width keeps an `@`
    /// from calling somebody.
    static String escaped(String text) {
        var line = text.strip().replaceAll("\\s+", " ");
        if (line.length() > TEXT_CHARACTERS_MAX) line = line.substring(0, TEXT_CHARACTERS_MAX) + "…";
        return MARKUP.matcher(line).replaceAll(match -> "&#" + (int) match.group().charAt(0) + ";").replace("@", "@\u200b");
    }
}
