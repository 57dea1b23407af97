package dev.anillo.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.compare.Measurement.Pause;
import dev.anillo.bench.compare.Measurement.Tick;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasurementTest {
    private static final LoadPoint LOAD = new LoadPoint("50%", 1000, 8, false);

    private static Measurement turn(double cpu, long micros, Map<Metric, Double> others, List<Tick> ticks, List<Pause> pauses) {
        var latencies = new Histogram(3);
        latencies.recordValueWithCount(micros * 1000, 100);
        var figures = new EnumMap<Metric, Double>(Metric.class);
        figures.put(Metric.CPU, cpu);
        figures.put(Metric.P50, (double) micros);
        figures.putAll(others);
        return new Measurement(LOAD, 1, figures, latencies, ticks, pauses);
    }

    private static Tick tick(double seconds) {
        return new Tick(seconds, 1, 1, 1, 1, 1);
    }

    @Test
    void oneTurnIsWhatItIs() {
        var only = turn(5, 100, Map.of(), List.of(), List.of());
        assertSame(only, Measurement.together(List.of(only)));
    }

    @Test
    void costsAreAveragedAndPercentilesAreThoseOfAllAnswers() {
        var both = Measurement.together(List.of(turn(5, 100, Map.of(), List.of(), List.of()),
                turn(7, 900, Map.of(), List.of(), List.of())));
        assertEquals(6, both.figure(Metric.CPU));
        assertEquals(100, both.figure(Metric.P50), 1); // the 100th of 200, not the mean of 100 and 900
        assertEquals(200, both.latencies().getTotalCount());
    }

    @Test
    void whatOneTurnDoesNotKnowIsNotKnown() {
        var both = Measurement.together(List.of(turn(5, 100, Map.of(Metric.P99, 1.0), List.of(), List.of()),
                turn(7, 900, Map.of(), List.of(), List.of())));
        assertTrue(Double.isNaN(both.figure(Metric.P99)));
    }

    @Test
    void theTimeLinesOfTurnsFollowEachOther() {
        var both = Measurement.together(List.of(
                turn(5, 100, Map.of(), List.of(tick(0.1), tick(0.2)), List.of(new Pause(0.15, 2, "Pause Young"))),
                turn(7, 900, Map.of(), List.of(tick(0.1)), List.of(new Pause(0.05, 3, "Pause Full")))));
        assertEquals(List.of(0.1, 0.2, 0.3), both.ticks().stream().map(tick -> Math.round(10 * tick.seconds()) / 10.0).toList());
        assertEquals(List.of(0.15, 0.25), both.pauses().stream().map(pause -> Math.round(100 * pause.seconds()) / 100.0).toList());
    }
}
