package dev.anillo.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One of the two processes of a pair: stopped (SIGSTOP) but for its turns, so that nothing it does by itself disturbs the other.
final class Half implements AutoCloseable {
    private final int number;
    private final Side side;
    private final Trial trial;
    private final Map<LoadPoint, List<Measurement>> turns = new LinkedHashMap<>();
    private String problem;

    /// @param trial null: it did not start
    /// @param problem why; else null
    private Half(int number, Side side, Trial trial, String problem) {
        this.number = number;
        this.side = side;
        this.trial = trial;
        this.problem = problem;
    }

    /// What starts a contender, and lets it get warm.
    interface Start {
        Trial trial() throws IOException, InterruptedException;
    }

    static Half of(int number, Side side, Start start) throws InterruptedException {
        try {
            var trial = start.trial();
            trial.server().pause();
            return new Half(number, side, trial, null);
        } catch (IOException failed) {
            return new Half(number, side, null, failed.getMessage());
        }
    }

    /// Its turn. Once something has gone wrong it gets no other.
    void measure(LoadPoint load, double seconds) throws InterruptedException {
        if (problem != null) return;
        try {
            trial.server().resume();
            turns.computeIfAbsent(load, _ -> new ArrayList<>()).add(trial.measure(load, seconds));
            trial.server().pause();
        } catch (IOException failed) {
            problem = failed.getMessage();
        }
    }

    Fork fork(int pair) {
        var measurements = turns.values().stream().map(Measurement::together).toList();
        var startMillis = trial == null ? Double.NaN : trial.startMillis();
        return new Fork(number, pair, side, startMillis, measurements, problem);
    }

    @Override
    public void close() {
        if (trial != null) trial.close();
    }
}
