package dev.anillo.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.compare.Measurement.Pause;
import dev.anillo.bench.compare.Measurement.Tick;
import java.util.Arrays;
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
        return Measurement.turn(LOAD, 1, figures, latencies, ticks, pauses);
    }

    private static Tick tick(double seconds) {
        return new Tick(seconds, 1, 1, 1, 1, 1);
    }

    private static Measurement turns(double... cpus) {
        return Measurement.together(Arrays.stream(cpus)
                .mapToObj(cpu -> turn(cpu, 100, Map.of(), List.of(), List.of())).toList());
    }

    @Test
    void oneTurnIsWhatItIs() {
        var only = turn(5, 100, Map.of(), List.of(), List.of());
        assertEquals(only, Measurement.together(List.of(only)));
    }

    @Test
    void costsAreThoseOfTheMiddleHalfOfTheTurnsAndTailsThoseOfAllAnswers() {
        var calm = turn(5, 100, Map.of(Metric.P99, 100.0), List.of(), List.of());
        var stalled = turn(50, 900, Map.of(Metric.P99, 900.0), List.of(), List.of());
        var four = Measurement.together(List.of(calm, calm, stalled, calm));
        assertEquals(5, four.figure(Metric.CPU));
        assertEquals(900, four.figure(Metric.P99), 1); // a fourth of the answers took as long
        assertEquals(400, four.latencies().getTotalCount());
    }

    @Test
    void aTurnThatDoesNotKnowAFigureIsLeftOutOfItAndWhatHalfOfThemDoNotKnowIsNotKnown() {
        var knows = turn(5, 100, Map.of(Metric.P99, 100.0), List.of(), List.of());
        var doesNot = turn(5, 900, Map.of(), List.of(), List.of());
        assertEquals(100, Measurement.together(List.of(knows, doesNot, knows)).figure(Metric.P99), 1);
        assertTrue(Double.isNaN(Measurement.together(List.of(knows, doesNot)).figure(Metric.P99)));
    }

    @Test
    void pausesOfOneTurnAreSharedOutAmongAll() {
        var without = turn(5, 100, Map.of(Metric.PAUSED, 0.0), List.of(), List.of());
        var paused = turn(5, 100, Map.of(Metric.PAUSED, 8.0), List.of(), List.of());
        assertEquals(2, Measurement.together(List.of(without, without, paused, without)).figure(Metric.PAUSED));
    }

    /// Halfway the machine gets slower by a half, and once a neighbour has all of it.
    @Test
    void eachTurnIsComparedWithTheOneNextToIt() {
        var base = turns(4, 4, 40, 6, 6);
        var head = turns(4.2, 4.2, 4.2, 6.3, 6.3);
        assertEquals(Math.log(1.05), base.changeTo(head, Metric.CPU), 1e-9);
        assertEquals(0, base.changeTo(base, Metric.CPU));
    }

    @Test
    void tailsAreComparedAsAWhole() {
        var base = turn(5, 100, Map.of(Metric.P99, 100.0), List.of(), List.of());
        var head = turn(5, 200, Map.of(Metric.P99, 200.0), List.of(), List.of());
        var change = Measurement.together(List.of(base, base, base)).changeTo(Measurement.together(List.of(base, base, head)), Metric.P99);
        assertEquals(Math.log(2), change, 0.01);
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
