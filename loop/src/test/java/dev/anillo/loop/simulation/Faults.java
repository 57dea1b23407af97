package dev.anillo.loop.simulation;

import java.util.SplittableRandom;

/// Which faults strike in a run, how often, and how often they did. A run has about half of them, each seldom or often: what
/// one of them hides another run shows.
public final class Faults {
    private static final double SELDOM = 0.01;
    private static final double OFTEN = 0.3;

    private final SplittableRandom random;
    private final double[] rates = new double[Fault.values().length];
    private final long[] injected = new long[Fault.values().length];
    private boolean calm;

    Faults(SplittableRandom random) {
        this.random = random;
        for (var i = 0; i < rates.length; i++) {
            rates[i] = switch (random.nextInt(4)) {
                case 0, 1 -> 0;
                case 2 -> SELDOM;
                default -> OFTEN;
            };
        }
        rates[Fault.CLOCK_JUMP.ordinal()] *= 0.03; // it ends whatever has a time-out
        rates[Fault.STALL.ordinal()] *= 0.1;
    }

    boolean strikes(Fault fault) {
        if (calm || rates[fault.ordinal()] == 0 || random.nextDouble() >= rates[fault.ordinal()]) return false;
        injected[fault.ordinal()]++;
        return true;
    }

    /// None that ends a connection, or keeps it waiting for seconds.
    void keepHarmless() {
        for (var fault : Fault.values()) {
            switch (fault) {
                case RESET, REFUSED, TIMED_OUT, ACCEPT_EXHAUSTED, STALL, CLOCK_JUMP -> rates[fault.ordinal()] = 0;
                case SHORT_SEND, SHORT_RECEIVE, LATE_CANCEL, REORDERED, NO_BUFFERS, QUEUE_FULL -> {}
            }
        }
    }

    /// None any more.
    public void end() {
        calm = true;
    }

    public long injected(Fault fault) {
        return injected[fault.ordinal()];
    }
}
