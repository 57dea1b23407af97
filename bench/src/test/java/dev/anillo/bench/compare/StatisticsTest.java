package dev.anillo.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    private static final double CONFIDENCE = Comparison.CONFIDENCE;

    /// As pairs of processes are here: most within a hundredth of each other, one of twelve far off.
    private static double[] pairs(int count, double change, SplittableRandom random) {
        var changes = new double[count];
        for (var i = 0; i < count; i++) {
            var wide = random.nextInt(12) == 0 ? 10 : 1;
            changes[i] = change + 0.01 * wide * random.nextGaussian();
        }
        return changes;
    }

    @Test
    void aChangeOfNothingIsFoundNoOftenerThanPromised() {
        var random = new SplittableRandom(7);
        var found = 0;
        for (var i = 0; i < 400; i++) {
            var interval = Statistics.interval(pairs(12, 0, random), CONFIDENCE, i);
            if (interval.low() > 0 || interval.high() < 0) found++;
        }
        assertTrue(found <= 8, found + " of 400, where 1 % is promised");
    }

    @Test
    void sixPairsMisleadInThreeOfAHundredRuns() {
        var random = new SplittableRandom(9);
        var found = 0;
        for (var i = 0; i < 400; i++) {
            var interval = Statistics.interval(pairs(6, 0, random), CONFIDENCE, i);
            if (interval.low() > 0 || interval.high() < 0) found++;
        }
        assertTrue(found <= 20, found + " of 400");
    }

    @Test
    void fivePercentAreFoundInFourOfFiveRunsThoughOnePairOfTwelveIsSpoiltByTenTimesTheNoise() {
        var random = new SplittableRandom(8);
        var found = 0;
        for (var i = 0; i < 100; i++) {
            if (Statistics.interval(pairs(12, 0.05, random), CONFIDENCE, i).low() > 0) found++;
        }
        assertTrue(found >= 80, found + " of 100");
    }

    @Test
    void aCounterThatIsTheSameInAllPairsHasAnIntervalOfNoWidth() {
        assertEquals(new Interval(1, 1, 1), Statistics.interval(new double[] {1, 1, 1, 1, 1, 1}, CONFIDENCE, 1));
    }

    @Test
    void fewerPairsThanSixTellNothing() {
        assertFalse(Statistics.interval(new double[] {1, 2, 3, 4, 5, Double.NaN}, CONFIDENCE, 1).isKnown());
        assertTrue(Statistics.interval(new double[] {1, 2, 3, 4, 5, 6}, CONFIDENCE, 1).isKnown());
    }

    @Test
    void aPairThatIsFarOffDoesNotMoveTheMean() {
        var changes = new double[10];
        Arrays.fill(changes, 0.02);
        changes[3] = 5;
        assertEquals(0.02, Statistics.interval(changes, CONFIDENCE, 1).estimate(), 1e-9);
    }

    @Test
    void theMiddleIsTheMeanOfTheHalfBetweenTheQuarters() {
        assertEquals(5, Statistics.middle(1000, 4, 6, Double.NaN, -1000));
        assertEquals(2, Statistics.middle(1, 3));
        assertTrue(Double.isNaN(Statistics.middle(Double.NaN)));
    }

    @Test
    void theSameSeedGivesTheSameInterval() {
        var changes = pairs(9, 0.01, new SplittableRandom(3));
        assertEquals(Statistics.interval(changes, CONFIDENCE, 5), Statistics.interval(changes, CONFIDENCE, 5));
    }

    /// By the tables of Student's distribution: t(0.995; 11) = 3.106, t(0.9; 11) = 1.363.
    @Test
    void whatIsVisibleFollowsFromTheSpreadAndTheNumberOfPairs() {
        assertEquals((3.106 + 1.363) * 0.02 / Math.sqrt(12), Statistics.smallestVisible(0.02, 12, CONFIDENCE), 1e-5);
        assertTrue(Double.isNaN(Statistics.smallestVisible(0.02, 5, CONFIDENCE)));
    }

    @Test
    void ratiosAndDifferencesAreReadAsPeopleReadThem() {
        assertEquals(0.05, Metric.CPU.readable(Metric.CPU.change(10, 10.5)), 1e-9);
        assertEquals(1, Metric.CALLS.readable(Metric.CALLS.change(0, 1)));
        assertTrue(Double.isNaN(Metric.CPU.change(0, 1)));
    }
}
