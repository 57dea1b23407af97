package dev.anillo.loop;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// What happens to the default loop's process at SIGTERM or SIGINT: the first one lets servers finish what was begun, the
/// second one ends the process at once. The exit status is 128 and the signal's number, as for a process that the signal
/// has killed.
///
/// Threads: the loop's, but [#signalled].
final class GracefulStop {
    private static final int EXIT_STATUS_BASE = 128;

    private final EventLoop loop;
    private final Set<Consumer<Runnable>> stops = new LinkedHashSet<>();
    private final AtomicBoolean asked = new AtomicBoolean();
    private final List<Runnable> whenStopped = new ArrayList<>();
    private volatile boolean dispatching;
    private int pending;

    GracefulStop(EventLoop loop) {
        this.loop = loop;
    }

    void handleSignals() {
        try {
            Signals.set(Signal.SIGTERM, () -> signalled(Signal.SIGTERM.number()));
            Signals.set(Signal.SIGINT, () -> signalled(Signal.SIGINT.number()));
        } catch (IllegalArgumentException refused) {
            // Java was started with -Xrs, or has no jdk.unsupported: then signals end the process as they always do.
            System.getLogger("dev.anillo.loop").log(System.Logger.Level.DEBUG, "signals are left to the JVM", refused);
        }
    }

    /// The script has ended; from now on there is somebody who can stop in order.
    void dispatching() {
        dispatching = true;
    }

    void add(Consumer<Runnable> stop) {
        stops.add(stop);
    }

    void remove(Consumer<Runnable> stop) {
        stops.remove(stop);
    }

    /// On a thread of the JVM's.
    private void signalled(int number) {
        var status = EXIT_STATUS_BASE + number;
        if (asked.getAndSet(true)) Runtime.getRuntime().halt(status);
        if (!dispatching) System.exit(status);
        try {
            loop.execute(() -> stopAll(() -> System.exit(status)));
        } catch (RejectedExecutionException ended) {
            System.exit(status);
        }
    }

    /// Tells all who take part, once for all that ask before the last has stopped.
    void stopAll(Runnable then) {
        whenStopped.add(then);
        if (pending > 0) return;
        pending = 1;
        for (var stop : Set.copyOf(stops)) {
            pending++;
            stop.accept(this::stopped);
        }
        stopped();
    }

    private void stopped() {
        if (--pending > 0) return;
        var all = List.copyOf(whenStopped);
        whenStopped.clear();
        all.forEach(Runnable::run);
    }
}
