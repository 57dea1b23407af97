package dev.anillo.bench.gate;

import dev.anillo.bench.compare.Change;
import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Metric;
import dev.anillo.bench.compare.Side;
import dev.anillo.bench.gate.Verdict.Finding;
import dev.anillo.bench.gate.Verdict.Judged;
import dev.anillo.bench.gate.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Says whether head is worse than base. A loss counts when it is both significant (the interval of the change leaves no change
/// out) and larger than the rule's floor. Otherwise head passes only if a loss of the rule's limit would have been seen: the
/// interval's worse end is below it. Where it isn't, nothing is known, and that is said.
final class Judge {
    private static final double RATIO_MAX = 10;
    /// Of floors: what may hide behind a figure that is said to have held.
    private static final double UNSEEN_MAX = 3;

    private final Comparison comparison;
    private final List<Rule> rules;

    Judge(Comparison comparison, List<Rule> rules) {
        this.comparison = comparison;
        this.rules = rules;
    }

    Verdict verdict() {
        var failed = comparison.forks().stream().filter(fork -> fork.problem() != null).toList();
        if (!failed.isEmpty()) {
            var headFailed = failed.stream().filter(fork -> fork.side() == Side.HEAD).toList();
            var outcome = headFailed.isEmpty() ? Outcome.TOO_NOISY : Outcome.FAILED;
            var first = headFailed.isEmpty() ? failed.getFirst() : headFailed.getFirst();
            return new Verdict(outcome, text("%d of %d processes of %s failed, the first of them: %s.",
                    headFailed.isEmpty() ? failed.size() : headFailed.size(), comparison.forks().size() / 2,
                    comparison.name(first.side()), first.problem()), List.of());
        }
        var judged = new ArrayList<Judged>();
        for (var rule : rules) {
            for (var change : comparison.changes()) {
                if (change.metric() != rule.metric() || !change.load().equals(rule.load())) continue;
                judged.add(new Judged(change, rule.floor(), rule.isCounter(), finding(rule, change)));
            }
        }
        return verdict(judged);
    }

    private static Finding finding(Rule rule, Change change) {
        var loss = change.loss();
        if (!loss.isKnown()) return rule.limit() == Rule.NONE ? Finding.UNSEEN : Finding.UNCLEAR;
        if (loss.low() > 0 && loss.estimate() > rule.floor()) return Finding.LOST;
        if (loss.high() > Math.max(rule.limit(), rule.floor())) return Finding.UNCLEAR;
        if (rule.limit() == Rule.NONE && loss.high() > UNSEEN_MAX * rule.floor()) return Finding.UNSEEN;
        return loss.high() < 0 && -loss.estimate() > rule.floor() ? Finding.WON : Finding.HELD;
    }

    private Verdict verdict(List<Judged> judged) {
        var lost = with(judged, Finding.LOST);
        var unclear = with(judged, Finding.UNCLEAR);
        if (!lost.isEmpty()) return new Verdict(Outcome.SLOWER, lostText(lost), judged);
        if (judged.isEmpty() || !unclear.isEmpty()) return new Verdict(Outcome.TOO_NOISY, unclearText(unclear), judged);
        return new Verdict(Outcome.PASSED, passedText(judged), judged);
    }

    private static List<Judged> with(List<Judged> judged, Finding finding) {
        return judged.stream().filter(each -> each.finding() == finding).toList();
    }

    // The paragraph.

    private String lostText(List<Judged> lost) {
        return text("%s is worse than %s in %s. Each of these is significant (the %.0f %% interval of the change leaves out zero,"
                + " in %d pairs of processes) and larger than what is let through.", comparison.name(Side.HEAD),
                comparison.name(Side.BASE), described(lost), 100 * Comparison.CONFIDENCE, pairs());
    }

    private String unclearText(List<Judged> unclear) {
        if (unclear.isEmpty()) return "Nothing that is judged could be measured.";
        return text("This machine is too noisy, or the time too short, to tell: a loss that matters may hide in %s. Give it more"
                + " time (--time), or a machine with fewer neighbours; with %d pairs of processes nothing is proved either way.",
                described(unclear), pairs());
    }

    private String passedText(List<Judged> judged) {
        var times = judged.stream().filter(each -> !each.isCounter() && each.finding() != Finding.UNSEEN).toList();
        var won = with(judged, Finding.WON);
        return text("%s is not worse than %s by more than is let through, and in %d pairs of processes a loss that matters would"
                + " have been seen: %s.%s", comparison.name(Side.HEAD), comparison.name(Side.BASE), pairs(),
                times.isEmpty() ? "counters only" : described(times),
                won.isEmpty() ? "" : " Better, significantly: " + described(won) + ".") + hidden(judged);
    }

    /// What a pass does not cover.
    private static String hidden(List<Judged> judged) {
        var unseen = with(judged, Finding.UNSEEN);
        if (unseen.isEmpty()) return "";
        return " Not covered, for it varies too much here: " + unseen.stream().map(Judge::hidden).collect(Collectors.joining(", "))
                + ".";
    }

    private static String hidden(Judged judged) {
        var loss = judged.change().loss();
        var what = judged.change().metric().description() + " at " + judged.change().load();
        if (!loss.isKnown()) return what + " (not known)";
        return text("%s, where a loss of up to%s%s may hide", what, number(judged.change().metric(), loss.high()).replace("+", " "),
                unit(judged.change().metric()));
    }

    private int pairs() {
        return comparison.forks().size() / 2;
    }

    private static String described(List<Judged> several) {
        return several.stream().map(Judge::described).collect(Collectors.joining(", "));
    }

    private static String described(Judged judged) {
        var change = judged.change();
        var interval = change.interval();
        var metric = change.metric();
        return text("%s at %s %s%s (%s to %s, floor %s)", metric.description(), change.load(),
                number(metric, interval.estimate()), unit(metric), number(metric, interval.low()),
                number(metric, interval.high()), number(metric, judged.floor()).substring(1));
    }

    private static String unit(Metric metric) {
        if (metric.isRatio()) return " %";
        return metric.unit().isEmpty() ? "" : " " + metric.unit();
    }

    /// Percent for ratios. What is far from anything that can be told is put as such.
    private static String number(Metric metric, double value) {
        if (!metric.isRatio()) return text("%+.2f", value);
        return value > RATIO_MAX ? text(">%+.0f", 100 * RATIO_MAX) : text("%+.1f", 100 * value);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
