package dev.anillo.bench.contest;

/// What a generator saw in one run.
///
/// @param bytes received, heads and partial responses included
/// @param p50Micros half of the latencies were at most that; NaN when they are not known
/// @param lateMicros how late 99 of 100 requests of a schedule left at the most; NaN without a schedule
/// @param errors of connections, time-outs and statuses other than 2xx and 3xx, in words; empty when there was none
record Load(long requests, double seconds, long bytes, double p50Micros, double p99Micros, double lateMicros,
        String errors) {
    double requestsPerSecond() {
        return requests / seconds;
    }

    Load withoutLatencies() {
        return new Load(requests, seconds, bytes, Double.NaN, Double.NaN, lateMicros, errors);
    }

    /// Whether what was received fits as many responses of that size; those under way at the end are not counted, or
    /// only in part.
    ///
    /// @param underWayMax requests that can be unanswered at a time
    /// @param tolerance relative, for framing whose size is the server's choice
    boolean fits(long responseBytes, int underWayMax, double tolerance) {
        var expected = (double) requests * responseBytes;
        var slack = (double) underWayMax * responseBytes + tolerance * expected;
        return requests > 0 && Math.abs(bytes - expected) <= slack;
    }
}
