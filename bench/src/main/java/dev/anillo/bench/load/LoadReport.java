package dev.anillo.bench.load;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// A result for people, for programs, and in one line.
final class LoadReport {
    static final String SCHEMA = "anillo.load/1";
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};
    private static final double BEHIND_SECONDS_MAX = 0.5;
    private static final double BYTES_PER_MB = 1e6;
    private static final double MICROS_PER_MILLI = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;

    private LoadReport() {}

    static String text(Request request, LoadResult result) {
        var recording = result.recording();
        var plan = result.plan();
        var text = new StringBuilder();
        line(text, "%s %s, %,d connections%s, %s, for %s s after %s s of warm-up", request.method(), request.target(),
                plan.connections(), plan.depth() > 1 ? " with " + plan.depth() + " requests each" : "", asked(plan),
                seconds(plan.nanos()), seconds(plan.warmUpNanos()));
        line(text, "  answered   %,d as expected, %,.0f a second, %.1f MB/s", recording.good, result.rate(),
                recording.receivedBytes / BYTES_PER_MB / (result.wallNanos() / 1e9));
        line(text, "  %s  %s", plan.hasSchedule() ? "latency   " : "response  ", percentiles(result));
        line(text, "             %s", plan.hasSchedule()
                ? "since each request was due, the wait for a free connection included"
                : "since each was sent: in a closed loop nobody asks while the server stalls, so a user may wait longer");
        if (plan.hasSchedule()) {
            line(text, "  own delay  p50 %s  p99 %s  max %s%s", time(result.latenessMicros(50)),
                    time(result.latenessMicros(99)), time(result.latenessMicros(100)), result.plan().spins()
                            ? String.format(Locale.ROOT, "; %.0f %% of the time idle", 100 * result.idlePart()) : "");
        }
        if (plan.hasSchedule() && result.behindSeconds() > BEHIND_SECONDS_MAX) {
            line(text, "             The last answer came %.1f s after the last request was due: less is served than asked, and the"
                    + " longer it goes on, the longer it takes.", result.behindSeconds());
        }
        line(text, "  errors     %s", errors(recording));
        if (recording.firstProblem != null) line(text, "             the first: %s", recording.firstProblem);
        line(text, "  generator  %s, %.2f µs of processor time for each answer", result.transport(),
                result.cpuNanos() / 1e3 / Math.max(1, recording.answers));
        if (result.isTooLate()) {
            line(text, "  Too late itself: where – stands, this program's own delay is more than half of what was measured%s. Give it"
                    + " a processor of its own (taskset), lower the rate, or use more threads.",
                    result.isSaturated() ? ", or it had no time left" : "");
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String asked(LoadPlan plan) {
        if (!plan.hasSchedule()) return "as fast as answers come";
        return String.format(Locale.ROOT, "%,.0f requests a second (%s)", plan.requestsPerSecond(),
                plan.arrivals().name().toLowerCase(Locale.ROOT));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e9).replaceAll("\\.?0+$", "");
    }

    private static String percentiles(LoadResult result) {
        return DoubleStream.of(PERCENTILES).mapToObj(percentile -> name(percentile) + " "
                + (result.isMostlyOwn(percentile) ? "–" : time(result.micros(percentile)))).collect(Collectors.joining("  "));
    }

    private static String name(double percentile) {
        if (percentile == 100) return "max";
        return "p" + Double.toString(percentile).replaceAll("\\.0$", "");
    }

    static String time(double micros) {
        if (micros < MICROS_PER_MILLI) return String.format(Locale.ROOT, "%.1f µs", micros);
        if (micros < 1000 * MICROS_PER_MILLI) return String.format(Locale.ROOT, "%.2f ms", micros / MICROS_PER_MILLI);
        return String.format(Locale.ROOT, "%.2f s", micros / 1e6);
    }

    private static String errors(Recording recording) {
        if (recording.errors() == 0) return "none";
        return String.format(Locale.ROOT, "%,d timed out, %,d lost with their connection, %,d other statuses, %,d other bodies,"
                + " %,d connects refused", recording.timedOut, recording.lost, recording.badStatus, recording.badBody,
                recording.refusedConnects);
    }

    /// `p50` and all that, of what has come in the last second.
    static String progress(Recording interval, double seconds, long leftNanos) {
        return String.format(Locale.ROOT, "%,9.0f/s  p50 %s  p99 %s  errors %,d  %.0f s left", interval.good / seconds,
                time(interval.latencies.getValueAtPercentile(50) / 1e3), time(interval.latencies.getValueAtPercentile(99) / 1e3),
                interval.lost, Math.max(0, Math.ceil(leftNanos / 1e9)));
    }

    /// The result for programs. Times are in microseconds; a percentile that is mostly this program's own delay is null.
    static Map<String, Object> json(Request request, LoadResult result) {
        var plan = result.plan();
        var recording = result.recording();
        var report = new LinkedHashMap<String, Object>();
        report.put("schema", SCHEMA);
        report.put("request", request.method() + " " + request.target());
        report.put("requestsPerSecond", plan.hasSchedule() ? plan.requestsPerSecond() : null);
        report.put("arrivals", plan.hasSchedule() ? plan.arrivals().name().toLowerCase(Locale.ROOT) : null);
        report.put("connections", plan.connections());
        report.put("pipeline", plan.depth());
        report.put("threads", plan.threads());
        report.put("seconds", result.seconds());
        report.put("warmUpSeconds", plan.warmUpNanos() / 1e9);
        report.put("seed", plan.seed());
        report.put("answered", recording.good);
        report.put("answeredPerSecond", result.rate());
        report.put("receivedBytes", recording.receivedBytes);
        report.put("latencyMicros", percentiles(result, true));
        report.put("ownDelayMicros", plan.hasSchedule() ? percentiles(result, false) : null);
        report.put("timedOut", recording.timedOut);
        report.put("lost", recording.lost);
        report.put("otherStatus", recording.badStatus);
        report.put("otherBody", recording.badBody);
        report.put("refusedConnects", recording.refusedConnects);
        report.put("firstProblem", recording.firstProblem);
        report.put("generatorIdlePart", plan.hasSchedule() && plan.spins() ? result.idlePart() : null);
        report.put("generatorTransport", result.transport());
        report.put("generatorCpuMicros", result.cpuNanos() / 1e3);
        return report;
    }

    private static Map<String, Object> percentiles(LoadResult result, boolean ofLatency) {
        var object = new LinkedHashMap<String, Object>();
        for (var percentile : PERCENTILES) {
            var own = ofLatency && result.isMostlyOwn(percentile);
            object.put(name(percentile), own ? null : ofLatency ? result.micros(percentile) : result.latenessMicros(percentile));
        }
        return object;
    }

    /// For plotters. Latencies in milliseconds, by which such files are read; nothing is kept back where the delay was mostly
    /// this program's own.
    static String percentileDistribution(LoadResult result) {
        var text = new ByteArrayOutputStream();
        result.recording().latencies.outputPercentileDistribution(new PrintStream(text, true, StandardCharsets.US_ASCII),
                NANOS_PER_MILLI);
        return text.toString(StandardCharsets.US_ASCII);
    }

    /// As the other generators of the comparison print it.
    static String line(LoadResult result) {
        var recording = result.recording();
        return String.format(Locale.ROOT, "anillo-load requests=%d micros=%d bytes=%d connect=%d read=%d write=0 status=%d "
                + "timeout=%d p50=%.1f p99=%.1f p999=%.1f max=%.1f late99=%.1f", recording.answers, result.wallNanos() / 1000,
                recording.receivedBytes, recording.refusedConnects, recording.lost, recording.badStatus + recording.badBody,
                recording.timedOut, result.micros(50), result.micros(99), result.micros(99.9), result.micros(100),
                result.latenessMicros(99));
    }
}
