package dev.anillo.loop.driver.uring;

/// Decides how many arrivals a wait waits for: under load a turn that serves ten requests costs far less than ten turns
/// that serve one each, since each turn costs a system call and often a sleep and a wake-up. Network cards moderate
/// their interrupts for the same reason.
///
/// Only where arrivals come in bunches: where a turn that waits for the first one finds two or more on average, because
/// the loop was busy when they came. There they wait for each other anyway, and what gathering saves shortens that wait;
/// a loop with time to spare would only make its clients wait (at 20,000 requests a second p50 was 55 µs with it, 41
/// without). To know, the loop does without gathering now and then. When arrivals are bunched, and so dense that several
/// come within [#NANOS_MAX], it waits for about that many, and no longer than that.
///
/// Not by the kernel's own minimum wait: up to Linux 6.18 one late arrival may wait there until the whole batch has
/// come (github.com/axboe/liburing/issues/1477).
final class Gathering {
    /// What a request may lose at the most, and only under load.
    static final long NANOS_MAX = 100_000;

    /// More brings little: the cost of a turn is spread well by then.
    static final int ARRIVALS_MAX = 16;

    /// A peer that waits for its response sends nothing more. Waiting for a quarter of the connections leaves the peers
    /// busy with the other three.
    private static final int SHARE_OF_CONNECTIONS = 4;

    /// How often it is measured.
    private static final long WINDOW_NANOS = 1_000_000;

    /// One window of so many does without gathering.
    private static final int WINDOWS_PER_LOOK = 32;

    /// Arrivals of a turn from which on they are a bunch.
    private static final int BUNCH = 2;

    private long windowStart;
    private int windows;
    private int arrivals;
    private int turns;
    private boolean bunched;
    private int dense;

    Gathering(long nowNanos) {
        windowStart = nowNanos;
    }

    /// A turn is over.
    ///
    /// @param count receives and accepts that it brought
    void arrived(int count, long nowNanos) {
        if (count > 0) turns++;
        arrivals += count;
        var elapsed = nowNanos - windowStart;
        if (elapsed >= WINDOW_NANOS) endWindow(elapsed, nowNanos);
    }

    private void endWindow(long elapsed, long nowNanos) {
        if (dense <= 1) bunched = turns > 0 && arrivals >= BUNCH * turns;
        var look = ++windows % WINDOWS_PER_LOOK == 0;
        dense = bunched && !look ? (int) Math.min(arrivals * NANOS_MAX / elapsed, ARRIVALS_MAX) : 0;
        arrivals = 0;
        turns = 0;
        windowStart = nowNanos;
    }

    /// Arrivals to wait for, at least 1.
    ///
    /// @param receiving connections and listeners that something may arrive on
    int wanted(int receiving) {
        return Math.max(1, Math.min(dense, receiving / SHARE_OF_CONNECTIONS));
    }
}
