package dev.anillo.bench.profile;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/// A program for the tests of profiles: a line in, a second of its processor's time in [#burn], a line out.
final class Burner {
    private static final long BURN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static double heat;

    private Burner() {}

    public static void main(String[] arguments) {
        IO.println("ready");
        while (IO.readln() != null) {
            Runnable job = Burner::burnOften;
            job.run();
            IO.println("burnt " + heat);
        }
    }

    private static void burnOften() {
        var threads = ManagementFactory.getThreadMXBean();
        var end = threads.getCurrentThreadCpuTime() + BURN_NANOS;
        while (threads.getCurrentThreadCpuTime() < end) heat = burn(heat);
    }

    static double burn(double from) {
        var sum = from;
        for (var i = 0; i < 1_000_000; i++) sum += Math.sqrt(i) / (1 + sum);
        return sum;
    }
}
