package dev.anillo.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.compare.Comparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a reader gets to see.
class HtmlReportInBrowserTest {
    private static final int PHONE_PIXELS = 412;

    @TempDir
    private Path directory;

    private String dom(String html, String... options) throws IOException, InterruptedException {
        return Browser.dom(Files.writeString(directory.resolve("report.html"), html), directory.resolve("profile"), options);
    }

    private static String figure(String dom, String metric, String load, String side) {
        var cell = Pattern.compile("<td [^>]*data-load=\"" + load + "\" data-metric=\"" + metric + "\" data-side=\"" + side
                + "\">([^<]*)</td>").matcher(dom);
        assertTrue(cell.find(), metric + " " + load + " " + side);
        return cell.group(1);
    }

    private static String judged(Comparison comparison) {
        return HtmlReport.of(comparison, Optional.of(MadeUp.verdict(comparison)), Map.of(), Optional.empty());
    }

    @Test
    void theFiguresOfTheComparisonAreInThePage() throws Exception {
        var comparison = MadeUp.comparison();
        var dom = dom(judged(comparison));
        for (var change : comparison.changes()) {
            assertEquals(Figures.of(change.base()), figure(dom, change.metric().name(), change.load(), "base"));
            assertEquals(Figures.of(change.head()), figure(dom, change.metric().name(), change.load(), "head"));
        }
        assertEquals("5.61", figure(dom, "CPU", "peak", "head"));
        assertEquals("✕ lost", figure(dom, "CPU", "peak", "finding"));
        assertEquals(Figures.NONE, figure(dom, "SWITCHES", "peak", "head"));
        assertTrue(dom.contains("<title>✕ Slower: 3f9c2ab loses to v0.1.0</title>"));
    }

    @Test
    void hostileNamesDoNothing() throws Exception {
        var name = "</title><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">";
        var profile = "<svg xmlns='http://www.w3.org/2000/svg' onload=\"top.document.title='taken'\"/>";
        var dom = dom(HtmlReport.of(MadeUp.hostile(name), Optional.empty(), Map.of("<b>", profile), Optional.empty()));
        assertFalse(dom.contains("<title>taken"));
        assertFalse(dom.contains("<script"));
        assertFalse(dom.contains("<img"));
    }

    /// In a frame as wide as a phone, as windows cannot be that small; with a script that measures, in the place of the
    /// policy that allows none.
    @Test
    void thePageIsNoWiderThanAPhone() throws Exception {
        var html = judged(MadeUp.comparison());
        var policy = Pattern.compile("<meta http-equiv=\"Content-Security-Policy\"[^>]*>").matcher(html);
        assertTrue(policy.find());
        Files.writeString(directory.resolve("phone.html"), policy.replaceFirst("""
                <script>
                addEventListener('load', () => parent.postMessage(innerWidth + ' ' + document.documentElement.scrollWidth, '*'))
                </script>"""));
        var dom = dom("""
                <!doctype html>
                <script>addEventListener('message', event => document.body.dataset.widths = event.data)</script>
                <body><iframe src="phone.html" width="%d" height="900" style="border: 0"></iframe></body>
                """.formatted(PHONE_PIXELS), "--hide-scrollbars", "--virtual-time-budget=20000");
        var widths = Pattern.compile("data-widths=\"(\\d+) (\\d+)\"").matcher(dom);
        assertTrue(widths.find());
        assertEquals(PHONE_PIXELS, Integer.parseInt(widths.group(1)));
        assertEquals(PHONE_PIXELS, Integer.parseInt(widths.group(2)));
    }
}
