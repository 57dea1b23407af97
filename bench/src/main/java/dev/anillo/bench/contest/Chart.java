package dev.anillo.bench.contest;

import dev.anillo.bench.peers.Contender;
import dev.anillo.bench.peers.Family;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Requests per second as bars, a panel for each load (SVG). Readable on light and dark ground: the text takes the
/// colour of the reader's scheme, and the bars have enough contrast on both.
final class Chart {
    private static final int WIDTH = 860;
    private static final int LABEL = 190;
    private static final int BAR_MAX = 410;
    private static final int ROW = 20;
    private static final int BAR = 14;
    private static final int TITLE = 34;
    private static final int LEGEND = 40;

    private final Results results;
    private final StringBuilder out = new StringBuilder();
    private int y = LEGEND;

    private Chart(Results results) {
        this.results = results;
    }

    static String of(Results results) {
        var chart = new Chart(results);
        results.scenarios().stream().filter(scenario -> !scenario.hasSchedule()).forEach(chart::panel);
        return chart.head() + legend() + chart.out + "</svg>\n";
    }

    private String head() {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" role="img" \
                font-family="system-ui, sans-serif" font-size="12">
                <title>Requests per second of one server on one processor</title>
                <style>
                text { fill: #24292f } .quiet { fill: #57606a } .ours { font-weight: 600 }
                .title { font-weight: 600; font-size: 14px }
                .anillo { fill: #d9622b } .jvm { fill: #4a86c5 } .native { fill: #4d9a5b } .floor { fill: #8a8f98 }
                @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .quiet { fill: #9aa4af } }
                </style>
                """.formatted(WIDTH, y + ROW);
    }

    private static String legend() {
        var out = new StringBuilder();
        var x = 8;
        for (var entry : List.of("anillo:Anillo", "jvm:other JVM servers", "native:nginx, h2o, node", "floor:C floor")) {
            var parts = entry.split(":");
            out.append("<rect class=\"%s\" x=\"%d\" y=\"12\" width=\"12\" height=\"12\" rx=\"2\"/>".formatted(parts[0], x));
            out.append("<text x=\"%d\" y=\"22\">%s</text>\n".formatted(x + 18, parts[1]));
            x += 170;
        }
        return out.toString();
    }

    private void panel(Scenario scenario) {
        var rows = results.contenders().stream().filter(each -> !results.runs(each, scenario).isEmpty())
                .sorted(Comparator.comparingDouble((Contender each) -> perSecond(each, scenario)).reversed()).toList();
        if (rows.isEmpty()) return;
        y += TITLE;
        text("title", 8, y - 10, "start", scenario.title() + ", requests/s");
        var most = perSecond(rows.getFirst(), scenario);
        for (var contender : rows) {
            bar(contender, scenario, most);
            y += ROW;
        }
    }

    private double perSecond(Contender contender, Scenario scenario) {
        return results.median(contender, scenario, Run::requestsPerSecond);
    }

    private void bar(Contender contender, Scenario scenario, double most) {
        var figure = perSecond(contender, scenario);
        var width = Math.max(1, BAR_MAX * figure / most);
        var family = contender.family().name().toLowerCase(Locale.ROOT);
        text(contender.family() == Family.ANILLO ? "ours" : "", LABEL - 8, y + 11, "end", contender.name());
        out.append(String.format(Locale.ROOT, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
                family, LABEL, y, width, BAR));
        text("quiet", (int) (LABEL + width + 6), y + 11, "start", label(contender, scenario, figure));
    }

    private String label(Contender contender, Scenario scenario, double figure) {
        var ratio = results.ratioToBestFloor(contender, scenario);
        return Numbers.of(figure) + (Double.isNaN(ratio) ? "" : "  " + Numbers.times(ratio) + " C")
                + (results.generatorWasTheLimit(contender, scenario) ? "  (generator's limit)" : "")
                + (results.faults(contender, scenario).isEmpty() ? "" : "  FAULT");
    }

    private void text(String style, int x, int baseline, String anchor, String text) {
        out.append("<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n".formatted(style, x, baseline, anchor,
                text.replace("&", "&amp;").replace("<", "&lt;")));
    }
}
