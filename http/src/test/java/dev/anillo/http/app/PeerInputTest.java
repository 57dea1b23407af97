package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What a peer sends is never an exception, and what was understood reads the same when it is written out again.
class PeerInputTest {
    private static final int INPUTS = 100_000;
    private static final int SPLICES_MAX = 4;

    private static final List<String> SEEDS = List.of(
            "text/html; charset=\"utf-8\"; q=0.5, */*;q=0.1", "gzip;q=1.0, identity; q=0.5, *;q=0",
            "es-MX, es;q=0.8, *;q=0.1", "a=1; b=\"2\"; c", "a=%20+&b=%C3%A9&&c", "bytes=0-99,200-,-50",
            "\"a\", W/\"b\", *", "W/\"a\"",
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            "/a/%2e%2E/b%2Fc/{d}", "99999999999999999999", "\\\"\u00e9\u007f\u0001\0");

    private static final List<String> CONDITIONS =
            List.of("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range");

    private final Random random = new Random(9110);
    private String input;

    private String next() {
        var text = new StringBuilder(pick());
        for (var n = random.nextInt(SPLICES_MAX); n > 0; n--) {
            var other = pick();
            var from = random.nextInt(other.length());
            var at = random.nextInt(text.length() + 1);
            var end = Math.min(text.length(), at + random.nextInt(4));
            text.replace(at, end, other.substring(from, Math.min(other.length(), from + random.nextInt(6))));
        }
        return text.toString();
    }

    private String pick() {
        return SEEDS.get(random.nextInt(SEEDS.size()));
    }

    @Test
    void readersAnswerToAnyInput() {
        try {
            for (var i = 0; i < INPUTS; i++) read(input = next());
        } catch (RuntimeException thrown) {
            throw new AssertionError("thrown for " + input, thrown);
        }
    }

    private void read(String text) {
        MediaType.parse(text).ifPresent(type -> assertEquals(type, MediaType.of(type.toString()), text));
        Query.parse(text).ifPresent(query -> assertEquals(query, Query.parse(query.toString()).orElseThrow(), text));
        ETag.parse(text).ifPresent(tag -> assertEquals(text, tag.toString()));
        HttpDate.parse(text, Instant.EPOCH).ifPresent(time -> assertEquals(29, HttpDate.format(time).length(), text));
        for (var cookie : Cookies.parse(text).cookies()) assertTrue(text.contains(cookie.value()), text);
        var types = List.of(MediaType.of("text/html"), MediaType.of("a/b; c=d"));
        Negotiation.mediaType(text, types);
        Negotiation.encoding(text, List.of("br", "gzip"));
        Negotiation.language(text, List.of("es", "es-MX"));
        RangeRequest.parse(text, random.nextInt(1000));
        if (Redirect.isLocal(text)) assertEquals('/', text.charAt(0));
        var name = CONDITIONS.get(random.nextInt(CONDITIONS.size()));
        var request = Fakes.request(random.nextBoolean() ? "GET" : "PUT", "/", name + ": " + text, "Range: " + text);
        var state = Conditional.on(ETag.strong("a"), Instant.EPOCH);
        state.evaluate(request);
        state.rangeApplies(request);
    }
}
