package dev.anillo.bench.report;

import dev.anillo.bench.compare.Change;
import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.gate.Verdict;
import dev.anillo.bench.gate.Verdict.Finding;
import dev.anillo.bench.gate.Verdict.Judged;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A line of the tables: a change, and what the gate says of it if it is asked.
///
/// @param judged empty: there is no gate, or it does not look at this figure
record Row(Change change, Optional<Judged> judged) {
    /// Those that are judged first, in the gate's order, then the others in that of the comparison.
    static List<Row> of(Comparison comparison, Optional<Verdict> verdict) {
        var judged = verdict.map(Verdict::judged).orElse(List.of());
        var rows = new ArrayList<Row>();
        for (var each : judged) rows.add(new Row(each.change(), Optional.of(each)));
        for (var change : comparison.changes()) {
            if (judged.stream().noneMatch(each -> isSame(each.change(), change))) rows.add(new Row(change, Optional.empty()));
        }
        return rows;
    }

    private static boolean isSame(Change one, Change other) {
        return one.metric() == other.metric() && one.load().equals(other.load());
    }

    /// Whether the interval leaves out zero: more of a change than chance makes, once in a hundred times.
    boolean isChanged() {
        return isWorse() || isBetter();
    }

    boolean isWorse() {
        return !change.metric().isCircumstance() && change.loss().low() > 0;
    }

    boolean isBetter() {
        return !change.metric().isCircumstance() && change.loss().high() < 0;
    }

    /// NaN: none.
    double floor() {
        return judged.map(Judged::floor).orElse(Double.NaN);
    }

    /// In one word or two, with a sign that tells it without a colour.
    String finding() {
        if (judged.isPresent()) return word(judged.get().finding());
        if (!change.isKnown()) return "not known";
        return isWorse() ? "worse" : isBetter() ? "better" : "no change seen";
    }

    private static String word(Finding finding) {
        return switch (finding) {
            case HELD -> "✓ held";
            case LOST -> "✕ lost";
            case WON -> "★ won";
            case UNCLEAR -> "? unclear";
            case UNSEEN -> "? not covered";
        };
    }

    /// For the style sheet.
    String tone() {
        var finding = judged.map(Judged::finding);
        if (finding.isEmpty()) return isWorse() ? "worse" : isBetter() ? "better" : "calm";
        return switch (finding.get()) {
            case HELD -> "calm";
            case LOST -> "worse";
            case WON -> "better";
            case UNCLEAR, UNSEEN -> "unclear";
        };
    }
}
