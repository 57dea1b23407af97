package dev.anillo.bench.report;

import static dev.anillo.bench.report.Table.Column.number;
import static dev.anillo.bench.report.Table.Column.text;

import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Fork;
import dev.anillo.bench.compare.LoadPoint;
import dev.anillo.bench.compare.Metric;
import dev.anillo.bench.compare.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The tables of the page.
final class Tables {
    private Tables() {}

    /// Each figure can be found by `data-metric`, `data-load` and `data-side`: `base`, `head`, `change`, `interval`, `floor`,
    /// `finding`.
    static String changes(List<Row> rows, boolean isJudged) {
        var columns = new ArrayList<>(List.of(text("figure"), text("load"), number("base"), number("head"), number("change"),
                number("99 % interval")));
        if (isJudged) columns.add(number("floor"));
        columns.add(text(isJudged ? "finding" : "seen"));
        var table = new Table("changes", "changes", columns);
        for (var row : rows) change(table, row, isJudged);
        return table.end();
    }

    private static void change(Table table, Row row, boolean isJudged) {
        var change = row.change();
        var metric = change.metric();
        table.row().head(name(metric)).text(change.load());
        cell(table, row, "number", "base", Figures.of(change.base()));
        cell(table, row, "number", "head", Figures.of(change.head()));
        cell(table, row, "number strong", "change", Figures.change(change.interval().estimate(), metric));
        cell(table, row, "number", "interval", Figures.range(change.interval(), metric));
        if (isJudged) cell(table, row, "number", "floor", row.floor() > 0 ? "±" + Figures.size(row.floor(), metric)
                : Figures.size(row.floor(), metric));
        cell(table, row, "finding " + row.tone(), "finding", row.finding());
        table.endRow();
    }

    private static void cell(Table table, Row row, String style, String side, String text) {
        table.cell(style, Map.of("metric", row.change().metric().name(), "load", row.change().load(), "side", side), text);
    }

    static String name(Metric metric) {
        return metric.description() + (metric.unit().isEmpty() || metric == Metric.THROUGHPUT ? "" : ", " + metric.unit());
    }

    static String visible(Comparison comparison) {
        var table = new Table("", "what can be seen", List.of(text("figure"), text("load"), number("spread of a pair"),
                number("smallest change seen 9 times of 10")));
        for (var each : comparison.visible()) {
            table.row().head(name(each.metric())).text(each.load());
            table.number(Figures.size(each.spread(), each.metric()));
            table.cell("number", Map.of("metric", each.metric().name(), "load", each.load(), "side", "visible"),
                    Figures.size(each.smallest(), each.metric()));
            table.endRow();
        }
        return table.end();
    }

    static String loads(Comparison comparison) {
        var table = new Table("", "loads", List.of(text("load"), number("requests a second"), number("connections"),
                text("arrivals"), text("kernel's counters")));
        for (var load : comparison.loads()) {
            table.row().head(load.name()).number(load.hasSchedule() ? Figures.of(load.requestsPerSecond()) : Figures.NONE)
                    .number(Figures.of(load.connections()).replaceAll("\\.0+$", ""))
                    .text(load.hasSchedule() ? "by a schedule; latency counts since each was due"
                            : "as fast as answers come; times count since each was sent")
                    .text(load.isCounted() ? "on" : "off");
            table.endRow();
        }
        return table.end();
    }

    /// The commands of both sides, and the machine.
    static String facts(Comparison comparison) {
        var table = new Table("facts", "commands and machine", List.of());
        for (var side : Side.values()) {
            table.row().head(Styles.of(side) + ", " + comparison.name(side))
                    .code(comparison.commands().getOrDefault(side, Figures.NONE)).endRow();
        }
        comparison.machine().forEach((name, value) -> table.row().head(name).text(value).endRow());
        return table.end();
    }

    /// One row for each process, with what it came to under each load.
    static String forks(List<Fork> forks, List<LoadPoint> loads) {
        var columns = Stream.concat(Stream.of(text("process"), number("pair"), text("side"), text("problem"),
                number("first answer, ms")), loads.stream().map(load -> number(load.name() + ": answers/s · p50 · p99 µs")));
        var table = new Table("", "processes", columns.toList());
        for (var fork : forks) {
            table.row().head(Integer.toString(fork.number() + 1)).number(Integer.toString(fork.pair() + 1))
                    .text(Styles.of(fork.side()))
                    .cell("problem", Map.of(), fork.isSound() ? "" : "✕ " + fork.problem())
                    .number(Figures.of(fork.startMillis()));
            for (var load : loads) table.number(figures(fork, load));
            table.endRow();
        }
        return table.end();
    }

    private static String figures(Fork fork, LoadPoint load) {
        if (fork.measurement(load.name()).isEmpty()) return Figures.NONE;
        return String.join(" · ", Stream.of(Metric.THROUGHPUT, Metric.P50, Metric.P99)
                .map(metric -> Figures.of(fork.figure(load.name(), metric))).toList());
    }
}
