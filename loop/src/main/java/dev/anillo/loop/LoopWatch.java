package dev.anillo.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Looks at a loop from outside, every now and then: is it waiting, working, or held by a callback? One daemon thread looks at
/// all loops of the process; it wakes none of them.
final class LoopWatch {
    /// While a loop is young its callbacks wait for classes to be loaded: that is no stall to report.
    static final int YOUNG_MILLIS = 2_000;

    /// Between two reports of one loop: one that is always slow must not flood the log. All stalls are counted.
    static final int REPORT_MILLIS_MIN = 10_000;

    private static final int FRAMES_MAX = 40;
    private static final int SAMPLES_MAX = 10_000 / LoopHealth.LOOK_MILLIS;
    private static final long LOOK_NANOS = LoopHealth.LOOK_MILLIS * 1_000_000L;
    private static final long STALL_NANOS = LoopHealth.STALL_MILLIS * 1_000_000L;
    private static final List<LoopWatch> ALL = new ArrayList<>(); // and the lock for it and the watcher
    private static Thread watcher;

    /// Where reports go: to the log, but for tests.
    static volatile Consumer<String> reports =
            text -> System.getLogger("dev.anillo.loop").log(System.Logger.Level.WARNING, text);

    private final Thread thread;
    private final Pulse pulse;
    private final long begunNanos = System.nanoTime();
    private final long[] lags = new long[SAMPLES_MAX];
    private final boolean[] busy = new boolean[SAMPLES_MAX];
    private long samples;
    private long stalls;

    // The watcher's own.
    private long heldCount;
    private long heldSinceNanos;
    private boolean heldKnown;
    private long reportedNanos = begunNanos - REPORT_MILLIS_MIN * 1_000_000L;
    private volatile boolean asking;

    private LoopWatch(Thread thread, Pulse pulse) {
        this.thread = thread;
        this.pulse = pulse;
    }

    static LoopWatch start(Thread loop, Pulse pulse) {
        var watch = new LoopWatch(loop, pulse);
        synchronized (ALL) {
            ALL.add(watch);
            if (watcher == null) watcher = Thread.ofPlatform().daemon().name("anillo watch").start(LoopWatch::watchAll);
        }
        return watch;
    }

    void end() {
        synchronized (ALL) {
            ALL.remove(this);
            ALL.notify();
        }
    }

    private static void watchAll() {
        var looked = System.nanoTime();
        while (true) {
            LoopWatch[] watches;
            synchronized (ALL) {
                awaitNextLook(looked + LOOK_NANOS);
                if (ALL.isEmpty()) {
                    watcher = null;
                    return;
                }
                watches = ALL.toArray(new LoopWatch[0]);
            }
            var now = System.nanoTime();
            var stoodStill = now - looked > 2 * LOOK_NANOS; // the machine or the virtual machine did: no callback's fault
            for (var watch : watches) watch.look(now, stoodStill);
            looked = now;
        }
    }

    private static void awaitNextLook(long nanoTime) {
        for (var left = nanoTime - System.nanoTime(); left > 0 && !ALL.isEmpty(); left = nanoTime - System.nanoTime()) {
            try {
                ALL.wait(left / 1_000_000, (int) (left % 1_000_000));
            } catch (InterruptedException _) {
                // nobody's to interrupt
            }
        }
    }

    private void look(long now, boolean stoodStill) {
        var count = pulse.count();
        if (!Pulse.isWorking(count)) {
            if (!asking) sample(0, false);
            return;
        }
        if (count != heldCount || stoodStill) {
            heldCount = count;
            heldSinceNanos = now;
            heldKnown = false;
        } else if (STALL_NANOS > 0 && !heldKnown && now - heldSinceNanos >= STALL_NANOS) {
            heldKnown = true;
            held(now);
        }
        if (asking) return; // [#ready] makes up for it
        asking = true;
        if (pulse.ask(() -> ready(now))) return;
        asking = false;
        sample(0, false);
    }

    /// On the loop's thread. Looks that fell into the wait would have seen the rest of it.
    private void ready(long askedNanos) {
        for (var lag = System.nanoTime() - askedNanos; lag > 0; lag -= LOOK_NANOS) sample(lag, true);
        asking = false;
    }

    private synchronized void sample(long lag, boolean working) {
        var i = (int) (samples++ % SAMPLES_MAX);
        lags[i] = lag;
        busy[i] = working;
    }

    private void held(long now) {
        var frames = thread.getStackTrace();
        if (pulse.count() != heldCount) return; // over: these are another's
        synchronized (this) {
            stalls++;
        }
        var young = now - begunNanos < YOUNG_MILLIS * 1_000_000L;
        if (young || now - reportedNanos < REPORT_MILLIS_MIN * 1_000_000L) return;
        reportedNanos = now;
        var text = new StringBuilder("loop ").append(thread.getName())
                .append(" is held by a callback for more than ").append(LoopHealth.STALL_MILLIS)
                .append(" ms (anillo.stallMillis); what waits or computes belongs in blocking(…)");
        Arrays.stream(frames).limit(FRAMES_MAX).forEach(frame -> text.append("\n\tat ").append(frame));
        reports.accept(text.toString());
    }

    /// Any thread.
    synchronized LoopHealth health() {
        var known = (int) Math.min(samples, SAMPLES_MAX);
        if (known == 0) return new LoopHealth(0, 0, 0, 0, 0, stalls);
        var sorted = Arrays.copyOf(lags, known);
        Arrays.sort(sorted);
        var working = 0;
        for (var i = 0; i < known; i++) {
            if (busy[i]) working++;
        }
        return new LoopHealth(known, (double) working / known, sorted[(known - 1) / 2],
                sorted[(int) Math.ceil(known * 0.99) - 1], sorted[known - 1], stalls);
    }
}
