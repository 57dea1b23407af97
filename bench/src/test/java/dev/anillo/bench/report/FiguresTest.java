package dev.anillo.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anillo.bench.compare.Interval;
import dev.anillo.bench.compare.Metric;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void figuresHaveThreeDigitsThatCount() {
        assertEquals("183,412", Figures.of(183_411.6));
        assertEquals("100", Figures.of(99.96));
        assertEquals("56.1", Figures.of(56.12));
        assertEquals("5.61", Figures.of(5.612));
        assertEquals("0.056", Figures.of(0.0561));
        assertEquals("0.00", Figures.of(0));
    }

    @Test
    void whatIsNotKnownIsADash() {
        for (var unknown : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertEquals("–", Figures.of(unknown));
            assertEquals("–", Figures.micros(unknown));
            assertEquals("–", Figures.plainMicros(unknown));
            assertEquals("–", Figures.withUnit(unknown, Metric.CPU));
            assertEquals("–", Figures.change(unknown, Metric.CPU));
            assertEquals("–", Figures.plainChange(unknown, Metric.CPU));
            assertEquals("–", Figures.size(unknown, Metric.CALLS));
        }
        assertEquals("–", Figures.range(new Interval(Double.NaN, Double.NaN, Double.NaN), Metric.CPU));
        assertEquals("– to +1.0", Figures.range(new Interval(0, Double.NEGATIVE_INFINITY, 0.01), Metric.CPU));
    }

    @Test
    void changesHaveASignUnlessTheyAreNone() {
        assertEquals("+4.1 %", Figures.change(0.0412, Metric.CPU));
        assertEquals("−4.1 %", Figures.change(-0.0412, Metric.CPU));
        assertEquals("0.0 %", Figures.change(-0.0001, Metric.CPU));
        assertEquals("0.0 %", Figures.change(0.0001, Metric.CPU));
        assertEquals("+1.00", Figures.change(1, Metric.CALLS));
        assertEquals("−24.0 B", Figures.change(-24, Metric.ALLOCATED));
        assertEquals("−0.3 to +1.2", Figures.range(new Interval(0.005, -0.003, 0.012), Metric.CPU));
        assertEquals("+250 %", Figures.change(2.5, Metric.MAX));
    }

    @Test
    void axesHaveNoZerosThatSayNothing() {
        assertEquals("10 ms", Figures.plainMicros(10_000));
        assertEquals("2 s", Figures.plainMicros(2_000_000));
        assertEquals("500 µs", Figures.plainMicros(500));
        assertEquals("−10 %", Figures.plainChange(-0.1, Metric.CPU));
        assertEquals("+0.5 %", Figures.plainChange(0.005, Metric.CPU));
        assertEquals("+100 %", Figures.plainChange(1, Metric.CPU));
        assertEquals("0", Figures.plainChange(0, Metric.CALLS));
    }
}
