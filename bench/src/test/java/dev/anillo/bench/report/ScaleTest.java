package dev.anillo.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {
    private static List<String> labels(Scale scale) {
        return scale.marks().stream().map(Scale.Mark::label).toList();
    }

    @Test
    void marksAreRoundNumbersWithin() {
        assertEquals(List.of("0", "20", "40", "60", "80", "100"), labels(Scale.linear(0, 100, Figures::plain)));
        assertEquals(List.of("−0.2", "0", "0.2", "0.4"), labels(Scale.linear(-0.31, 0.55, Figures::plain)));
    }

    @Test
    void aDecadeTakesTheSameRoomEverywhere() {
        var scale = Scale.logarithmic(12, 8_000, Figures::plainMicros);
        assertEquals(10, scale.low());
        assertEquals(10_000, scale.high());
        assertEquals(1 / 3.0, scale.at(100), 1e-9);
        assertEquals(2 / 3.0, scale.at(1_000), 1e-9);
        assertEquals(List.of("10 µs", "100 µs", "1 ms", "10 ms"), labels(scale));
    }

    @Test
    void eachNineTakesTheSameRoom() {
        var scale = Scale.percentiles(100_000);
        assertEquals(List.of("0", "50", "90", "99", "99.9", "99.99", "99.999"), labels(scale));
        assertEquals(0.2, scale.at(10), 1e-9);
        assertEquals(1, scale.at(100_000), 1e-9);
    }

    /// One value, none, or what is no number: still a scale on which everything has a place.
    @Test
    void endsThatAreAlikeArePulledApart() {
        for (var value : new double[] {0, 5, -3, Double.NaN}) {
            var scale = Scale.linear(value, value, Figures::plain);
            assertTrue(scale.low() < scale.high());
            assertTrue(!scale.marks().isEmpty());
        }
        for (var value : new double[] {0, 5, Double.NaN, Double.POSITIVE_INFINITY}) {
            var scale = Scale.logarithmic(value, value, Figures::plain);
            assertTrue(scale.low() < scale.high() && scale.low() > 0);
            assertTrue(!scale.marks().isEmpty());
        }
    }
}
