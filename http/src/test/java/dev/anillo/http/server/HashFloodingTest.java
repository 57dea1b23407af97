package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.HttpServer;
import dev.anillo.http.app.Cookies;
import dev.anillo.http.app.Query;
import dev.anillo.http.app.UrlEncodedReader;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Names that a peer has chosen so that they have one hash: fields, cookies, parameters and fields of a form, as many
/// as the bounds allow. What is compared is the processor time of the loop's thread.
class HashFloodingTest extends ServerTest {
    private static final int PAIRS = 10;
    private static final int HEADERS = 90;
    private static final int ROUNDS = 5;
    private static final int REQUESTS = 40;

    /// A table whose names are all in one bucket would need some hundred times as long.
    private static final double FACTOR_MAX = 3;

    private final UrlEncodedReader forms = UrlEncodedReader.create();

    /// `a~` and `b_` have one hash, in lower case too, and so have all texts that are made of them.
    private static List<String> colliding() {
        return IntStream.range(0, 1 << PAIRS).mapToObj(bits -> IntStream.range(0, PAIRS)
                .mapToObj(i -> (bits >> i & 1) == 0 ? "a~" : "b_").collect(Collectors.joining())).toList();
    }

    private static List<String> ordinary() {
        var random = new Random(1);
        return IntStream.range(0, 1 << PAIRS).mapToObj(_ -> random.ints(2 * PAIRS, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString()).toList();
    }

    private static String request(List<String> names) {
        var head = new StringBuilder("POST /?").append(pairs(names, Query.COUNT_MAX, "&"))
                .append(" HTTP/1.1\r\nHost: a\r\n");
        for (var name : names.subList(0, HEADERS)) head.append(name).append(": v\r\n");
        var body = pairs(names, UrlEncodedReader.FIELDS_MAX, "&");
        return head.append("Cookie: ").append(pairs(names, Cookies.COUNT_MAX, "; "))
                .append("\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ").append(body.length())
                .append("\r\n\r\n").append(body).toString();
    }

    private static String pairs(List<String> names, int count, String between) {
        return names.subList(0, count).stream().map(name -> name + "=v").collect(Collectors.joining(between));
    }

    /// Looks for what comes last, and for what is not there.
    private void lookUp(HttpRequest request, HttpResponse response) {
        forms.read(request, response, form -> {
            var query = Query.of(request).orElseThrow();
            var cookies = Cookies.of(request);
            var last = query.parameters().getLast().name();
            var found = query.get(last) + cookies.get(cookies.cookies().getLast().name())
                    + form.get(form.parameters().getLast().name()) + request.header(request.headerName(HEADERS));
            assertEquals(null, form.get("absent"));
            assertEquals(null, request.header("absent"));
            response.end(found);
        });
    }

    @Test
    void collidingNamesCostWhatOtherNamesCost() {
        var colliding = colliding();
        assertEquals(1, colliding.stream().map(name -> name.toLowerCase(Locale.ROOT).hashCode()).distinct().count());
        var server = serve(this::lookUp);
        var evil = request(colliding);
        var good = request(ordinary());
        var evilNanos = new long[ROUNDS];
        var goodNanos = new long[ROUNDS];
        for (var round = -2; round < ROUNDS; round++) { // two for the compiler
            var best = nanos(server, good);
            var worst = nanos(server, evil);
            if (round < 0) continue;
            goodNanos[round] = best;
            evilNanos[round] = worst;
        }
        var factor = (double) median(evilNanos) / median(goodNanos);
        assertTrue(factor < FACTOR_MAX, "colliding names cost " + factor + " times as much: " + Arrays.toString(evilNanos)
                + " against " + Arrays.toString(goodNanos) + " ns for " + REQUESTS + " requests");
    }

    private long nanos(HttpServer server, String request) {
        var client = connect(server);
        var before = processorNanos();
        for (var each : Collections.nCopies(REQUESTS, request)) client.send(each).expectResponse("200 OK", "vvvv");
        return processorNanos() - before;
    }

    private long processorNanos() {
        return onLoop(() -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
    }

    private static long median(long[] values) {
        return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
    }
}
