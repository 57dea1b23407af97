package dev.anillo.bench.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.compare.Change;
import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Fork;
import dev.anillo.bench.compare.Interval;
import dev.anillo.bench.compare.Metric;
import dev.anillo.bench.compare.Side;
import dev.anillo.bench.gate.Verdict.Finding;
import dev.anillo.bench.gate.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final Rule CPU = new Rule(Metric.CPU, "peak", 0.02, 0.05, false);
    private static final Rule CALLS = new Rule(Metric.CALLS, "one", 0.1, 0.5, true);
    private static final Rule THROUGHPUT = new Rule(Metric.THROUGHPUT, "peak", 0.03, 0.1, false);

    private static Change change(Metric metric, String load, double low, double estimate, double high) {
        return new Change(metric, load, 1, 1, new Interval(estimate, low, high), new double[0]);
    }

    private static Comparison comparison(List<Fork> forks, Change... changes) {
        return new Comparison(Map.of(), Map.of(Side.BASE, "a", Side.HEAD, "b"), Map.of(Side.BASE, "base", Side.HEAD, "head"),
                List.of(), List.of(), List.of(), forks, List.of(changes), List.of(), 1);
    }

    private static List<Fork> forks(String problemOfHead) {
        var forks = new ArrayList<Fork>();
        for (var pair = 0; pair < 8; pair++) {
            forks.add(new Fork(2 * pair, pair, Side.BASE, 1, List.of(), null));
            forks.add(new Fork(2 * pair + 1, pair, Side.HEAD, 1, List.of(), pair == 3 ? problemOfHead : null));
        }
        return forks;
    }

    private static Verdict judge(List<Rule> rules, Change... changes) {
        return new Judge(comparison(forks(null), changes), rules).verdict();
    }

    @Test
    void aLossThatIsSignificantAndAboveTheFloorFails() {
        var verdict = judge(List.of(CPU), change(Metric.CPU, "peak", 0.03, 0.05, 0.07));
        assertEquals(Outcome.SLOWER, verdict.outcome());
        assertEquals(1, verdict.outcome().status());
        assertTrue(verdict.why().contains("processor time per request at peak +5.0 % (+3.0 to +7.0, floor 2.0)"), verdict.why());
    }

    @Test
    void aLossThatIsSignificantAndBelowTheFloorPasses() {
        assertEquals(Outcome.PASSED, judge(List.of(CPU), change(Metric.CPU, "peak", 0.005, 0.01, 0.015)).outcome());
    }

    @Test
    void aLossThatMayBeChancePassesWhenOneThatMattersWouldHaveBeenSeen() {
        assertEquals(Outcome.PASSED, judge(List.of(CPU), change(Metric.CPU, "peak", -0.01, 0.015, 0.04)).outcome());
    }

    @Test
    void whereALossThatMattersMayHideTheMachineIsTooNoisy() {
        var verdict = judge(List.of(CPU), change(Metric.CPU, "peak", -0.06, 0, 0.06));
        assertEquals(Outcome.TOO_NOISY, verdict.outcome());
        assertEquals(3, verdict.outcome().status());
        assertEquals(Finding.UNCLEAR, verdict.judged().getFirst().finding());
    }

    @Test
    void aKnownLossFailsEvenWhereSomethingElseIsUnclear() {
        assertEquals(Outcome.SLOWER, judge(List.of(CPU, CALLS), change(Metric.CPU, "peak", -0.1, 0, 0.1),
                change(Metric.CALLS, "one", 1, 1, 1)).outcome());
    }

    @Test
    void moreAnswersAreNoLossAndFewerAre() {
        assertEquals(Finding.WON, judge(List.of(THROUGHPUT), change(Metric.THROUGHPUT, "peak", 0.05, 0.08, 0.1)).judged()
                .getFirst().finding());
        assertEquals(Outcome.SLOWER, judge(List.of(THROUGHPUT), change(Metric.THROUGHPUT, "peak", -0.1, -0.08, -0.05)).outcome());
    }

    @Test
    void whatHasNoLimitPassesAndIsSaidNotToBeCovered() {
        var p99 = new Rule(Metric.P99, "50%", 0.25, Rule.NONE, false);
        var verdict = judge(List.of(CPU, p99), change(Metric.CPU, "peak", 0, 0, 0), change(Metric.P99, "50%", -0.5, 0.1, 1.2));
        assertEquals(Outcome.PASSED, verdict.outcome());
        assertTrue(verdict.why().endsWith("Not covered, for it varies too much here: 99 % of the answers within at 50%, where a loss"
                + " of up to 120.0 % may hide."), verdict.why());
        assertEquals(Outcome.SLOWER, judge(List.of(p99), change(Metric.P99, "50%", 0.1, 0.5, 1.2)).outcome());
    }

    @Test
    void nothingThatCouldBeJudgedIsNoPass() {
        assertEquals(Outcome.TOO_NOISY, judge(List.of(CPU)).outcome());
    }

    @Test
    void aFigureWithTooFewPairsIsNoPass() {
        assertEquals(Outcome.TOO_NOISY, judge(List.of(CPU), change(Metric.CPU, "peak", Double.NaN, Double.NaN, Double.NaN))
                .outcome());
    }

    @Test
    void aHeadThatFailsHasFailedWhateverItsFigures() {
        var comparison = comparison(forks("peak: 3 of 100 requests failed"), change(Metric.CPU, "peak", 0, 0, 0));
        var verdict = new Judge(comparison, List.of(CPU)).verdict();
        assertEquals(Outcome.FAILED, verdict.outcome());
        assertEquals(1, verdict.outcome().status());
        assertTrue(verdict.why().contains("1 of 8 processes of head failed, the first of them: peak: 3 of 100 requests failed"),
                verdict.why());
    }

    @Test
    void rulesAreChangedAddedAndLeftOut() {
        var rules = Rule.defaults("50%");
        assertEquals(new Rule(Metric.CPU, "peak", 0.01, 0.04, false), last(Rule.changed(rules, "cpu@peak=1/4")));
        assertEquals(new Rule(Metric.P999, "75%", 0.5, 1.5, false), last(Rule.changed(rules, "p999@75%=50")));
        assertEquals(new Rule(Metric.ALLOCATED, "one", 100, 200, true), last(Rule.changed(rules, "allocated@one=100/200")));
        assertEquals(rules.size() - 1, Rule.changed(rules, "p99@50%=off").size());
    }

    private static Rule last(List<Rule> rules) {
        return rules.getLast();
    }

    @Test
    void aRuleThatIsNoneIsRefusedInOneLine() {
        for (var wrong : List.of("cpu", "speed@peak=1", "cpu@peak=2/1", "cpu@peak=-1")) {
            try {
                Rule.changed(List.of(), wrong);
                throw new AssertionError(wrong + " was taken");
            } catch (IllegalArgumentException refused) {
                assertEquals(1, refused.getMessage().lines().count());
            }
        }
    }
}
