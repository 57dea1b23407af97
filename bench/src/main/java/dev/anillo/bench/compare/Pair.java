package dev.anillo.bench.compare;

import java.util.List;

/// Two processes side by side. Under each load they take turns, base head head base: what the machine does for a second or a
/// minute is in both alike.
final class Pair {
    /// Of a turn: long enough for hundreds of requests, and shorter than what mostly disturbs a machine. Where a server is slow it
    /// is as long as this many requests of a connection take at the peak.
    private static final double TURN_SECONDS_MIN = 0.1;
    private static final double TURN_ANSWERS_MIN = 10;
    /// Under each load, until JIT compilers have next to nothing to do: so many times the warm-up at the most.
    private static final double WARM_UPS_MAX = 2;

    private final Half first;
    private final Half second;
    private final Plan plan;
    private final double turnSeconds;

    /// @param peak answers a second of base
    Pair(Half first, Half second, Plan plan, double peak) {
        this.first = first;
        this.second = second;
        this.plan = plan;
        this.turnSeconds = turnSeconds(plan, peak);
    }

    static double turnSeconds(Plan plan, double peak) {
        return Math.clamp(TURN_ANSWERS_MIN * plan.connections() / peak, TURN_SECONDS_MIN, Math.max(TURN_SECONDS_MIN, plan.seconds()));
    }

    /// What is counted is the same each time, and needs no turns.
    void measure(LoadPoint load) throws InterruptedException {
        var turns = load.isCounted() ? 1 : (int) Math.max(1, Math.round(plan.seconds() / turnSeconds));
        first.begin(load, plan.seconds() / turns);
        second.begin(load, plan.seconds() / turns);
        if (!load.isCounted()) warmUp(load);
        for (var turn = 0; turn < turns; turn++) turn(load, turn);
    }

    /// Turns that do not count: a load that is new to a process has it compile methods, on the processor that it answers on.
    private void warmUp(LoadPoint load) throws InterruptedException {
        var most = WARM_UPS_MAX * plan.warmUpSeconds() / turnSeconds;
        for (var turn = 0; turn < most; turn++) {
            turn(load, turn);
            if (first.isWarm(load) && second.isWarm(load)) break;
        }
        first.startOver(load);
        second.startOver(load);
    }

    private void turn(LoadPoint load, int number) throws InterruptedException {
        for (var half : number % 2 == 0 ? List.of(first, second) : List.of(second, first)) half.turn(load);
    }
}
