package dev.anillo.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.gate.Verdict;
import dev.anillo.bench.gate.Verdict.Outcome;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;

class HtmlReportTest {
    private static final Pattern SVG = Pattern.compile("<svg .*?</svg>", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile(" id=\"([^\"]*)\"");

    static Stream<Comparison> comparisons() {
        return Stream.of(MadeUp.comparison(), MadeUp.empty(), MadeUp.allFailed(), MadeUp.onePair(),
                MadeUp.hostile("<script>alert('\"&|')</script>"));
    }

    private static String page(Comparison comparison) {
        return HtmlReport.of(comparison, Optional.empty(), Map.of(), Optional.empty());
    }

    private static String judged() {
        var comparison = MadeUp.comparison();
        return HtmlReport.of(comparison, Optional.of(MadeUp.verdict(comparison)), Map.of(), Optional.empty());
    }

    private static List<String> pictures(String html) {
        return SVG.matcher(html).results().map(MatchResult::group).filter(svg -> svg.contains("role=\"img\"")).toList();
    }

    @Test
    void thereIsAPictureForEachQuestion() {
        var html = judged();
        for (var id : List.of("percentiles-0", "percentiles-4", "knee-p50", "knee-p99", "pairs-0", "pairs-4", "time-base",
                "time-head")) {
            assertTrue(html.contains("id=\"" + id + "-title\""), id);
        }
        assertEquals(5 + 2 + 5 + 2, pictures(html).size());
    }

    @ParameterizedTest
    @MethodSource("comparisons")
    void picturesAreWellFormedAndSayInWordsWhatTheyShow(Comparison comparison) throws Exception {
        var builder = DocumentBuilderFactory.newNSInstance().newDocumentBuilder();
        for (var svg : pictures(page(comparison))) {
            var root = builder.parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8))).getDocumentElement();
            for (var name : List.of("title", "desc")) {
                var element = (Element) root.getElementsByTagName(name).item(0);
                assertFalse(element.getTextContent().isBlank(), svg);
                assertTrue(root.getAttribute("aria-labelledby").contains(element.getAttribute("id")), svg);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("comparisons")
    void whatIsNotKnownIsADash(Comparison comparison) {
        var html = page(comparison).split("<body>", 2)[1];
        for (var word : List.of("NaN", "Infinity", "null", "∞", "-0.0", "−0.00<")) assertFalse(html.contains(word), word);
    }

    @Test
    void eachNameInThePageIsThereOnce() {
        var seen = new HashSet<String>();
        ID.matcher(judged()).results().forEach(id -> assertTrue(seen.add(id.group(1)), id.group(1)));
        assertTrue(seen.size() > 20);
    }

    @Test
    void theVerdictComesFirstAndTheFiguresItIsAbout() {
        var html = judged();
        assertTrue(html.contains("<h1>✕ Slower: 3f9c2ab loses to v0.1.0</h1>"));
        assertTrue(html.contains("<p class=\"why\">Processor time per request at peak grew by 4.1 %"));
        assertTrue(html.indexOf("✕ lost") < html.indexOf("Changed, but not judged"));
        assertTrue(html.contains("data-load=\"peak\" data-metric=\"CPU\" data-side=\"floor\">±3.0 %<"));
    }

    @Test
    void aComparisonWithoutAGateSaysHowManyFiguresChanged() {
        var rows = Row.of(MadeUp.comparison(), Optional.empty());
        var worse = rows.stream().filter(Row::isWorse).count();
        assertTrue(page(MadeUp.comparison()).contains(" figures " + worse + " are worse ("), "worse: " + worse);
    }

    /// A page that has nothing to show must not look as if nothing had changed.
    @Test
    void aComparisonOfNothingSaysSo() {
        var empty = page(MadeUp.empty());
        assertTrue(empty.contains("Nothing could be compared: no pair of processes."), empty);
        assertTrue(empty.contains("the server did not start: exit status 1"));
        assertTrue(empty.contains("No figure is known of both sides."));
        assertEquals(List.of(), pictures(empty));
        var failed = page(MadeUp.allFailed());
        assertTrue(failed.contains("Nothing could be compared: no pair of processes of 1, as 2 processes failed."), failed);
        assertTrue(failed.contains("✕ no answer within 30 s"));
        assertFalse(failed.contains("no change seen"));
    }

    @Test
    void oneProcessThatFailedIsNamedAndDoesNotCount() {
        var html = page(MadeUp.comparison());
        assertTrue(html.contains("11 pairs of processes of 12, as 1 process failed"));
        assertTrue(html.contains("<li>process 8, head, does not count: answered 503 to 12 of 240,000 requests</li>"));
        assertTrue(html.contains("✕ answered 503 to 12 of 240,000 requests"));
        assertFalse(html.contains("process " + (MadeUp.FAILED + 1) + ", load"));
    }

    @Test
    void hostileTextsAreText() {
        var html = page(MadeUp.hostile("</title></style></svg><script>x()</script><img src=x onerror=\"x()\">'"));
        assertFalse(html.contains("<script"));
        assertFalse(html.contains("<img"));
        assertEquals(1, html.split("</style>", -1).length - 1);
    }

    @Test
    void aProfileHasAFrameInWhichNoScriptRunsAndIsAsWideAsThat() {
        var profile = "<svg class=\"x\" width=\"1200\" height=\"300\" viewBox=\"0 0 1200 300\"><script>x()</script></svg>";
        var html = HtmlReport.of(MadeUp.comparison(), Optional.empty(), Map.of("CPU of \"head\"", profile), Optional.empty());
        assertTrue(html.contains("<iframe sandbox title=\"CPU of &quot;head&quot;\""));
        assertTrue(html.contains(" style=\"height:auto;aspect-ratio:1200/300\""));
        assertFalse(html.contains("<script"));
        var svg = Pattern.compile(" src=\"data:image/svg\\+xml;base64,([^\"]*)\"").matcher(html);
        assertTrue(svg.find());
        assertEquals("<svg class=\"x\" viewBox=\"0 0 1200 300\"><script>x()</script></svg>",
                new String(Base64.getDecoder().decode(svg.group(1)), StandardCharsets.UTF_8));
    }

    /// Nobody measured that head is slower when its processes failed.
    @Test
    void aVerdictOnNoFigureDoesNotSaySlowerNorNoisy() {
        for (var outcome : List.of(Outcome.FAILED, Outcome.TOO_NOISY)) {
            var html = HtmlReport.of(MadeUp.allFailed(), Optional.of(new Verdict(outcome, "1 of 1 processes failed.", List.of())),
                    Map.of(), Optional.empty());
            assertTrue(html.contains(outcome == Outcome.FAILED ? "<h1>✕ Failed: 3f9c2ab" : "<h1>? Undecided: 3f9c2ab"), html);
        }
    }

    @Test
    void aValueBetweenTwoGapsIsADot() {
        var scale = Scale.linear(0, 10, Figures::plain);
        var plot = new Plot("id", "title", "description", scale, "x", scale, "y");
        plot.curve("line", new double[] {0, 1, 2, 3, 4, 5}, new double[] {0, Double.NaN, 5, Double.NaN, 10, 10});
        assertTrue(plot.end().contains("d=\"M54 236h0M124.4 140h0M194.8 44h0L230 44\""), plot.end());
    }

    @Test
    void nothingIsFetched() {
        var html = judged();
        var addresses = Pattern.compile("(?:src|href|url|@import)\\s*[=(]").matcher(html).results()
                .map(MatchResult::group).toList();
        assertEquals(List.of(), addresses);
        assertTrue(html.contains("content=\"default-src 'none';"));
    }
}
