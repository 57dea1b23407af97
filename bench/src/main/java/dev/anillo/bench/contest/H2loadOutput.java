package dev.anillo.bench.contest;

import java.util.StringJoiner;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Reads what h2load prints at its end. It tells no percentiles.
///
///     finished in 2.00s, 49061.35 req/s, 6.14MB/s
///     requests: 98290 total, 98290 started, 98226 done, 98226 succeeded, 0 failed, 0 errored, 0 timeout
///     status codes: 98226 2xx, 0 3xx, 0 4xx, 0 5xx
///     traffic: 12.28MB (12876121) total, …
final class H2loadOutput {
    private static final Pattern SECONDS = Pattern.compile("finished in (?<number>[0-9.]+)(?<unit>s|ms)");
    private static final Pattern BYTES = Pattern.compile("traffic: \\S+ \\((?<number>[0-9]+)\\) total");
    private static final double MILLIS_PER_SECOND = 1000;

    private H2loadOutput() {}

    /// @throws IllegalArgumentException when a figure is not there
    static Load parse(String output) {
        var requests = count(output, "done");
        var errors = new StringJoiner(", ");
        for (var kind : new String[] {"failed", "errored", "timeout", "4xx", "5xx"}) {
            if (count(output, kind) > 0) errors.add(kind + " " + count(output, kind));
        }
        return new Load(requests, seconds(output), Long.parseLong(find(BYTES, output, "bytes").group("number")),
                Double.NaN, Double.NaN, Double.NaN, errors.toString());
    }

    private static double seconds(String output) {
        var match = find(SECONDS, output, "duration");
        var number = Double.parseDouble(match.group("number"));
        return match.group("unit").equals("ms") ? number / MILLIS_PER_SECOND : number;
    }

    private static long count(String output, String kind) {
        return Long.parseLong(find(Pattern.compile("(?<number>[0-9]+) " + kind + "\\b"), output, kind).group("number"));
    }

    private static MatchResult find(Pattern pattern, String output, String what) {
        var matcher = pattern.matcher(output);
        if (matcher.find()) return matcher;
        throw new IllegalArgumentException("h2load told no " + what + ": " + output.strip().replace('\n', ' '));
    }
}
