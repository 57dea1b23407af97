package dev.anillo.bench.contest;

import dev.anillo.bench.peers.Contender;
import java.util.Comparator;
import java.util.Map;

/// The report for readers.
final class MarkdownReport {
    private final Map<String, String> machine;
    private final Results results;
    private final StringBuilder out = new StringBuilder();

    private MarkdownReport(Map<String, String> machine, Results results) {
        this.machine = machine;
        this.results = results;
    }

    static String of(Map<String, String> machine, Results results) {
        var report = new MarkdownReport(machine, results);
        report.head();
        report.faults();
        results.scenarios().forEach(report::scenario);
        report.footprints();
        report.absent();
        return report.out.toString();
    }

    private void head() {
        out.append("# Anillo and others\n\n![requests per second](chart.svg)\n\n| | |\n|---|---|\n");
        machine.forEach((name, value) -> row(name, value.replace("|", "\\|")));
    }

    private void faults() {
        if (results.faults().isEmpty()) return;
        out.append("\n## FAULTS\n\nThese figures are not to be trusted:\n\n");
        results.faults().forEach(fault -> out.append("- **").append(fault).append("**\n"));
    }

    private void scenario(Scenario scenario) {
        out.append("\n## ").append(scenario.title()).append(" (`").append(scenario.name()).append("`)\n\n");
        if (scenario.hasSchedule()) latencyHeader();
        else throughputHeader();
        results.contenders().stream().filter(each -> hasRow(each, scenario)).sorted(order(scenario)).forEach(each -> {
            if (scenario.hasSchedule()) latencyRow(each, scenario);
            else throughputRow(each, scenario);
        });
    }

    private boolean hasRow(Contender contender, Scenario scenario) {
        return !results.runs(contender, scenario).isEmpty() || !results.faults(contender, scenario).isEmpty();
    }

    /// The best first.
    private Comparator<Contender> order(Scenario scenario) {
        if (scenario.hasSchedule()) {
            return Comparator.comparingDouble(each -> results.median(each, scenario, run -> run.load().p99Micros()));
        }
        return Comparator.comparingDouble((Contender each) -> results.median(each, scenario, Run::requestsPerSecond)).reversed();
    }

    private void throughputHeader() {
        row("contender", "requests/s", "min – max", "×C", "×C alike", "CPU ×C", "user µs", "system µs", "calls", "heap B", "p50", "p99",
                "remarks");
        out.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n");
    }

    private void throughputRow(Contender contender, Scenario scenario) {
        row(contender.name(), Numbers.of(results.median(contender, scenario, Run::requestsPerSecond)),
                Numbers.of(results.min(contender, scenario, Run::requestsPerSecond)) + " – "
                        + Numbers.of(results.max(contender, scenario, Run::requestsPerSecond)),
                Numbers.times(results.ratioToBestFloor(contender, scenario)),
                Numbers.times(results.ratioToSameFloor(contender, scenario)),
                Numbers.times(results.cpuRatioToBestFloor(contender, scenario)),
                Numbers.of(results.median(contender, scenario, Run::userMicros)),
                Numbers.of(results.median(contender, scenario, Run::systemMicros)),
                Numbers.of(results.systemCalls(contender, scenario)),
                Numbers.of(results.median(contender, scenario, Run::heapBytes)),
                Numbers.micros(results.median(contender, scenario, run -> run.load().p50Micros())),
                Numbers.micros(results.median(contender, scenario, run -> run.load().p99Micros())),
                remarks(contender, scenario));
    }

    private void latencyHeader() {
        row("contender", "p50", "p99", "p99 min – max", "late", "user µs", "system µs", "calls", "heap B", "remarks");
        out.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|---|\n");
    }

    private void latencyRow(Contender contender, Scenario scenario) {
        row(contender.name(), Numbers.micros(results.median(contender, scenario, run -> run.load().p50Micros())),
                Numbers.micros(results.median(contender, scenario, run -> run.load().p99Micros())),
                Numbers.micros(results.min(contender, scenario, run -> run.load().p99Micros())) + " – "
                        + Numbers.micros(results.max(contender, scenario, run -> run.load().p99Micros())),
                Numbers.micros(results.median(contender, scenario, run -> run.load().lateMicros())),
                Numbers.of(results.median(contender, scenario, Run::userMicros)),
                Numbers.of(results.median(contender, scenario, Run::systemMicros)),
                Numbers.of(results.systemCalls(contender, scenario)),
                Numbers.of(results.median(contender, scenario, Run::heapBytes)), remarks(contender, scenario));
    }

    private String remarks(Contender contender, Scenario scenario) {
        if (!results.faults(contender, scenario).isEmpty()) return "**FAULT**";
        return !scenario.hasSchedule() && results.generatorWasTheLimit(contender, scenario) ? "generator was the limit" : "";
    }

    private void footprints() {
        if (results.contenders().stream().allMatch(each -> results.footprint(each) == null)) return;
        out.append("\n## Start and memory\n\n");
        row("contender", "start, ms", "by `./anillo`, ms", "resident", "after all loads", "heap/connection, B",
                "resident/connection, B", "idle connections");
        out.append("|---|--:|--:|--:|--:|--:|--:|--:|\n");
        for (var contender : results.contenders()) {
            var figures = results.footprint(contender);
            if (figures == null) continue;
            row(contender.name(), Numbers.of(figures.startMillis()), Numbers.of(figures.launchedMillis()),
                    Numbers.mebibytes(figures.residentBytes()), Numbers.mebibytes(results.residentBytes(contender)),
                    Numbers.of(figures.heapBytes()), Numbers.of(figures.connectionBytes()),
                    Integer.toString(figures.connections()));
        }
    }

    private void absent() {
        var absent = results.contenders().stream().filter(each -> each.absent().isPresent()).toList();
        if (absent.isEmpty()) return;
        out.append("\n## Not here\n\n");
        absent.forEach(each -> out.append("- ").append(each.name()).append(": ").append(each.absent().get()).append('\n'));
    }

    private void row(String... cells) {
        out.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
