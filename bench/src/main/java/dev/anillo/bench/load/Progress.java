package dev.anillo.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;

/// What has come in the last second, each second: on one line of a terminal, or a line each. On standard error, so that
/// the result is alone on standard output.
final class Progress implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Load load;
    private final long endNanos;
    private final boolean isTerminal = System.console() != null && System.console().isTerminal();
    private long lastNanos = System.nanoTime();

    Progress(Load load, LoadPlan plan) {
        this.load = load;
        endNanos = lastNanos + plan.warmUpNanos() + plan.nanos();
    }

    void show() {
        try {
            var interval = load.takeInterval();
            var now = System.nanoTime();
            var line = LoadReport.progress(interval, (now - lastNanos) / NANOS_PER_SECOND, endNanos - now);
            lastNanos = now;
            if (isTerminal) System.err.print("\r\033[K" + line);
            else System.err.println(line);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (isTerminal) System.err.print("\r\033[K");
    }
}
