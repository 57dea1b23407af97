package dev.anillo.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/// `OpenLoop PORT PATH CONNECTIONS REQUESTS_PER_SECOND SECONDS`: requests by a schedule. A request that is due when all
/// connections are busy waits for the first one that gets free; its time counts from when it was due.
///
/// One thread that never sleeps, so that no wake-up is measured: it needs a processor of its own. The first second is
/// for this program's own compilation and is left out of the latencies.
public final class OpenLoop {
    private static final long WARM_UP_NANOS = 1_000_000_000L;
    /// For the answers that are out when the last request was sent.
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long LATENCY_NANOS_MAX = 60_000_000_000L;
    private static final int DIGITS = 3;
    private static final double NANOS_PER_MICRO = 1e3;

    /// In rotation, so that all connections are in use, and not the warmest ones alone.
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final List<Connection> busy = new ArrayList<>();
    private final LongQueue waiting = new LongQueue();
    private final Histogram latencies = new Histogram(LATENCY_NANOS_MAX, DIGITS);
    private final Histogram lateness = new Histogram(LATENCY_NANOS_MAX, DIGITS);
    private long measuredFrom;
    private long answered;

    private OpenLoop() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 5) {
            System.err.println("usage: OpenLoop PORT PATH CONNECTIONS REQUESTS_PER_SECOND SECONDS");
            System.exit(2);
        }
        var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        var loop = new OpenLoop();
        try {
            for (var i = Integer.parseInt(arguments[2]); i > 0; i--) loop.free.add(new Connection(server, arguments[1]));
            loop.run(Integer.parseInt(arguments[3]), (long) (Double.parseDouble(arguments[4]) * 1e9));
        } catch (IOException broken) {
            System.err.println("open loop: " + broken.getMessage());
            System.exit(1);
        }
    }

    private void run(int requestsPerSecond, long nanos) throws IOException {
        var answerBytes = free.getFirst().answerBytes();
        var connections = free.size();
        var begin = System.nanoTime();
        measuredFrom = begin + WARM_UP_NANOS;
        var end = measuredFrom + nanos;
        var schedule = new Schedule(requestsPerSecond, begin);
        var due = schedule.nextNanos();
        var now = begin;
        while (due < end) {
            for (now = System.nanoTime(); due <= now && due < end; due = schedule.nextNanos()) send(due, now);
            poll();
        }
        while (!busy.isEmpty() && System.nanoTime() < end + PATIENCE_NANOS) poll();
        // Each connection's first answer, from which it learnt the length, is the server's work too.
        report(answered + connections, (answered + connections) * answerBytes, System.nanoTime() - begin);
        for (var connection : free) connection.close();
    }

    private void send(long due, long now) throws IOException {
        if (free.isEmpty()) {
            waiting.add(due);
            return;
        }
        lateness.recordValue(now - due);
        var connection = free.remove();
        connection.send(due);
        busy.add(connection);
    }

    private void poll() throws IOException {
        for (var i = busy.size() - 1; i >= 0; i--) {
            var connection = busy.get(i);
            if (!connection.poll()) continue;
            answered(connection.intendedNanos());
            if (waiting.isEmpty()) {
                busy.set(i, busy.getLast());
                busy.removeLast();
                free.add(connection);
            } else {
                connection.send(waiting.remove());
            }
        }
    }

    private void answered(long intended) {
        answered++;
        if (intended < measuredFrom) return;
        latencies.recordValue(Math.min(System.nanoTime() - intended, LATENCY_NANOS_MAX));
    }

    /// One line, as the other generator's.
    private void report(long requests, long bytes, long nanos) {
        var unanswered = busy.size() + waiting.size();
        System.out.printf(Locale.ROOT, "anillo-load requests=%d micros=%d bytes=%d connect=0 read=0 write=0 status=0 "
                + "timeout=%d p50=%.1f p99=%.1f p999=%.1f max=%.1f late99=%.1f%n", requests, nanos / 1000, bytes, unanswered,
                percentile(latencies, 50), percentile(latencies, 99), percentile(latencies, 99.9),
                percentile(latencies, 100), percentile(lateness, 99));
    }

    private static double percentile(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }
}
