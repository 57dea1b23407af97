package dev.anillo.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.compare.Change;
import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Interval;
import dev.anillo.bench.compare.Metric;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MarkdownReportTest {
    private static String judged() {
        var comparison = MadeUp.comparison();
        return MarkdownReport.of(comparison, Optional.of(MadeUp.verdict(comparison)));
    }

    private static long count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1L;
    }

    @Test
    void itBeginsWithTheVerdictAndWhy() {
        var lines = judged().lines().toList();
        assertEquals("### ✕ Slower: 3f9c2ab loses to v0.1.0", lines.getFirst());
        assertTrue(lines.get(2).startsWith("Processor time per request at peak grew by 4.1 %"), lines.get(2));
    }

    @Test
    void atMostTwelveRowsAreOpenAndTheJudgedOnesAreTheFirst() {
        var rows = judged().lines().takeWhile(line -> !line.startsWith("<details>"))
                .filter(line -> line.startsWith("| ")).skip(1).toList();
        assertEquals(MarkdownReport.ROWS_MAX, rows.size());
        var findings = List.of("lost", "held", "won", "unclear");
        assertEquals(5, rows.stream().takeWhile(row -> findings.stream().anyMatch(row::contains)).count());
    }

    @Test
    void eachFigureIsThere() {
        var rows = judged().lines().filter(line -> line.matches("\\| .* \\| (one|peak|\\d+%) \\|.*")).count();
        assertEquals(MadeUp.comparison().changes().size(), rows);
    }

    @Test
    void hostileTextsNeitherBreakTablesNorCallAnybody() {
        var hostile = MadeUp.hostile("<script>|`x`</details>\n\n# [a](b) ![c](d) @everyone **e**");
        var markdown = MarkdownReport.of(hostile, Optional.empty());
        assertFalse(markdown.contains("<script"));
        assertFalse(markdown.contains("@everyone"));
        assertFalse(markdown.contains("[a]"));
        assertEquals(1, count(markdown, "\n| &#60;script&#62;&#124;&#96;x&#96;"));
        assertEquals(count(markdown, "<details>"), count(markdown, "</details>"));
        var tables = markdown.lines().filter(line -> line.startsWith("|")).map(line -> count(line, "|"))
                .distinct().sorted().toList();
        assertEquals(List.of(3L, 9L), tables);
    }

    /// GitHub's limit is 65,536 characters.
    @Test
    void itIsNeverLongerThanACommentMayBe() {
        var comparison = MadeUp.comparison();
        var note = "x".repeat(10_000);
        for (var notes : new int[] {0, 10, 28, 29, 30, 1_000}) {
            var large = with(comparison, Collections.nCopies(notes, note), 2_000);
            var markdown = MarkdownReport.of(large, Optional.of(MadeUp.verdict(comparison)));
            var room = MarkdownReport.COMMENT_CHARACTERS_MAX - markdown.length();
            assertTrue(room >= 0 && room < 5_000, notes + " notes: " + markdown.length());
            assertEquals(1, count(markdown, "no room for more"));
            assertEquals(count(markdown, "<details>"), count(markdown, "</details>"));
        }
    }

    private static Comparison with(Comparison comparison, List<String> notes, int changes) {
        var many = IntStream.range(0, changes).mapToObj(i -> new Change(Metric.CPU, "load " + i, 1, 1,
                new Interval(0, -0.1, 0.1), new double[] {0})).toList();
        return new Comparison(comparison.machine(), comparison.commands(), comparison.names(), comparison.loads(),
                comparison.calibration(), comparison.visible(), comparison.forks(), many, notes, comparison.seconds());
    }

    @Test
    void whatIsNotKnownIsADash() {
        for (var comparison : List.of(MadeUp.comparison(), MadeUp.empty(), MadeUp.allFailed(), MadeUp.onePair())) {
            var markdown = MarkdownReport.of(comparison, Optional.empty());
            for (var word : List.of("NaN", "Infinity", "null")) assertFalse(markdown.contains(word), word);
        }
    }

    @Test
    void aComparisonOfNothingSaysSo() {
        var markdown = MarkdownReport.of(MadeUp.empty(), Optional.empty());
        assertTrue(markdown.contains("Nothing could be compared: no pair of processes."), markdown);
        assertTrue(markdown.contains("- the server did not start: exit status 1"), markdown);
    }
}
