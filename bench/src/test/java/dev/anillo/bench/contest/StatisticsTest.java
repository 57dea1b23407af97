package dev.anillo.bench.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void theMedianIsTheMiddleOneOrTheMeanOfTheMiddleTwo() {
        assertEquals(2, Statistics.median(3, 1, 2));
        assertEquals(2.5, Statistics.median(4, 1, 3, 2));
    }

    @Test
    void whatIsNotKnownDoesNotCount() {
        assertEquals(2, Statistics.median(Double.NaN, 2));
        assertEquals(2, Statistics.min(Double.NaN, 3, 2));
        assertEquals(3, Statistics.max(3, Double.NaN, 2));
        assertEquals(Double.NaN, Statistics.median());
        assertEquals(Double.NaN, Statistics.max(Double.NaN));
    }

    @Test
    void figuresHaveThreeDigitsThatCount() {
        assertEquals("1,234,568", Numbers.of(1_234_567.8));
        assertEquals("12.3", Numbers.of(12.34));
        assertEquals("1.23", Numbers.of(1.234));
        assertEquals("–", Numbers.of(Double.NaN));
        assertEquals("999 µs", Numbers.micros(999));
        assertEquals("1.50 ms", Numbers.micros(1500));
        assertEquals("×0.94", Numbers.times(0.941));
    }
}
