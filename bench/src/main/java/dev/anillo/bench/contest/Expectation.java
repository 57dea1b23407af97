package dev.anillo.bench.contest;

import dev.anillo.bench.peers.Workload;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;

/// What an answer has to look like before it is worth measuring.
final class Expectation {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final Duration CLOCK_SKEW_MAX = Duration.ofSeconds(5);

    private final Scenario scenario;
    private long answerBytes;

    Expectation(Scenario scenario) {
        this.scenario = scenario;
    }

    /// Asks twice on one connection, since it has to be kept.
    ///
    /// @return what is wrong; empty when nothing is
    Optional<String> check(int port) {
        try (var probe = new Probe(port, TIMEOUT_MILLIS)) {
            for (var i = 0; i < 2; i++) {
                var upload = new byte[scenario.uploadBytes()];
                Arrays.fill(upload, (byte) 'x');
                var answer = probe.ask(scenario.isUpload() ? "POST" : "GET", scenario.path(), upload);
                var problem = problem(answer, Instant.now());
                if (problem.isPresent()) return problem;
                if (probe.hasMore()) return Optional.of("more bytes than one answer");
                answerBytes = answer.bytes();
            }
            return Optional.empty();
        } catch (IOException | NumberFormatException broken) {
            return Optional.of(broken.toString());
        }
    }

    /// Bytes of an answer that was found right.
    long answerBytes() {
        return answerBytes;
    }

    Optional<String> problem(Probe.Answer answer, Instant now) {
        if (answer.status() != 200) return Optional.of("status " + answer.status());
        var type = answer.fields().getOrDefault("content-type", "none");
        if (scenario.asks() != Workload.FILE && !type.split(";")[0].equals(scenario.contentType())) {
            return Optional.of("Content-Type is " + type + ", not " + scenario.contentType());
        }
        if (!answer.fields().containsKey("server")) return Optional.of("no Server field");
        if (!isNow(answer.fields().get("date"), now)) return Optional.of("Date is " + answer.fields().get("date"));
        // Whoever streams a body back need not know its length.
        if (!scenario.isUpload() && !answer.fields().containsKey("content-length")) {
            return Optional.of("no Content-Length field");
        }
        var expected = scenario.body();
        if (answer.body().length != expected.bytes()) {
            return Optional.of("body of " + answer.body().length + " bytes, not " + expected.bytes());
        }
        for (var i = 0; i < expected.bytes(); i++) {
            if (answer.body()[i] != expected.at(i)) return Optional.of("body differs at byte " + i);
        }
        return Optional.empty();
    }

    private static boolean isNow(String date, Instant now) {
        if (date == null) return false;
        try {
            var told = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
            return Duration.between(told, now).abs().compareTo(CLOCK_SKEW_MAX) <= 0;
        } catch (DateTimeException _) {
            return false;
        }
    }
}
