package dev.anillo.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One of the two processes of a pair: stopped (SIGSTOP) but for its turns, so that nothing it does by itself disturbs the other.
final class Half implements AutoCloseable {
    /// In a second of a load.
    private static final double COMPILING_MICROS_MAX = 10_000;

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

    /// Once something has gone wrong it gets no turn.
    ///
    /// @param seconds of each turn
    void begin(LoadPoint load, double seconds) throws InterruptedException {
        awake(() -> {
            trial.begin(load, seconds);
            turns.put(load, new ArrayList<>());
        });
    }

    void turn(LoadPoint load) throws InterruptedException {
        awake(() -> turns.get(load).add(trial.measure()));
    }

    /// Whether JIT compilers had next to nothing to do in its last turn.
    boolean isWarm(LoadPoint load) {
        if (problem != null) return true;
        var last = turns.get(load).getLast();
        return !(last.figure(Metric.COMPILING) * last.figure(Metric.THROUGHPUT) > COMPILING_MICROS_MAX);
    }

    /// Its turns so far were none.
    void startOver(LoadPoint load) {
        if (problem == null) turns.get(load).clear();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void awake(Work work) throws InterruptedException {
        if (problem != null) return;
        try {
            trial.server().resume();
            work.run();
            trial.server().pause();
        } catch (IOException failed) {
            problem = failed.getMessage();
        }
    }

    Fork fork(int pair) {
        var measurements = turns.values().stream().filter(made -> !made.isEmpty()).map(Measurement::together).toList();
        var startMillis = trial == null ? Double.NaN : trial.startMillis();
        return new Fork(number, pair, side, startMillis, measurements, problem);
    }

    @Override
    public void close() {
        if (trial != null) trial.close();
    }
}
