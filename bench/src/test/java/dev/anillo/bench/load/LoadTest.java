package dev.anillo.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.load.LoadPlan.Expected;
import dev.anillo.bench.load.Schedule.Arrivals;
import dev.anillo.http.Handler;
import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpServer;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A real server under a load for a fraction of a second.
class LoadTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Expected ANYTHING = new Expected(0, null);
    private static final int RATE = 400;

    private final EventLoop loop = EventLoop.start("server");

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    private int serve(HttpLimits limits, Handler handler) throws Exception {
        var port = new CompletableFuture<Integer>();
        loop.execute(() -> {
            var server = HttpServer.create(loop, handler).limits(limits);
            server.listen(0, "127.0.0.1", () -> {
                try {
                    port.complete(((InetSocketAddress) server.localAddress()).getPort());
                } catch (OsException impossible) {
                    port.completeExceptionally(impossible);
                }
            });
        });
        return port.get(20, TimeUnit.SECONDS);
    }

    private static LoadPlan plan(double rate, int connections, long timeoutMillis, Expected expected) {
        return new LoadPlan(rate, Arrivals.POISSON, connections, 1, 1, 100 * MILLI, 500 * MILLI, timeoutMillis * MILLI, false, 1,
                expected);
    }

    private static Request get(int port) {
        return new Request("GET", URI.create("http://127.0.0.1:" + port + "/"), List.of(), null);
    }

    private static LoadResult run(LoadPlan plan, Request request) throws IOException, InterruptedException {
        try (var load = new Load(plan, request, false)) {
            load.connect();
            return load.run(() -> {}, MILLI);
        }
    }

    @Test
    void eachRequestThatIsDueIsAnsweredAndCountedOnce() throws Exception {
        var port = serve(new HttpLimits(), (_, response) -> response.end("hello"));
        var plan = plan(RATE, 8, 10_000, new Expected(200, "hello".getBytes(StandardCharsets.US_ASCII)));
        var recording = run(plan, get(port)).recording();
        assertEquals(0, recording.errors(), recording.firstProblem);
        assertEquals(RATE / 2.0, recording.good, RATE / 4.0);
        assertEquals(recording.good, recording.latencies.getTotalCount());
    }

    @Test
    void aLoadMayBeRunAgainOnTheConnectionsThatItHas() throws Exception {
        var port = serve(new HttpLimits(), (_, response) -> response.end());
        try (var load = new Load(plan(RATE, 4, 10_000, ANYTHING), get(port), false)) {
            load.connect();
            for (var run = 0; run < 2; run++) {
                var recording = load.run(() -> {}, MILLI).recording();
                assertEquals(0, recording.errors(), recording.firstProblem);
                assertEquals(0, recording.reconnects);
                assertEquals(RATE / 2.0, recording.good, RATE / 4.0);
            }
        }
    }

    @Test
    void connectionsThatHaveEndedWhenALoadIsRunAgainAreMadeAgain() throws Exception {
        var port = serve(new HttpLimits().requestsPerConnectionMax(1), (_, response) -> response.end());
        try (var load = new Load(plan(0, 4, 10_000, ANYTHING), get(port), false)) {
            load.connect();
            for (var run = 0; run < 3; run++) {
                var recording = load.run(() -> {}, MILLI).recording();
                assertEquals(0, recording.errors(), recording.firstProblem);
                assertTrue(recording.good > 40, () -> recording.good + " answers");
            }
        }
    }

    @Test
    void withoutAScheduleEachConnectionAsksAgainAsSoonAsItIsAnswered() throws Exception {
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();
        var port = serve(new HttpLimits(), (_, response) -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            loop.setTimeout(() -> {
                underWay.decrementAndGet();
                response.end();
            }, 5);
        });
        var recording = run(plan(0, 4, 10_000, ANYTHING), get(port)).recording();
        assertEquals(0, recording.errors(), recording.firstProblem);
        assertEquals(4, most.get());
        assertTrue(recording.good > 40, () -> recording.good + " answers");
    }

    @Test
    void threadsShareConnectionsAndPipelinesAreKeptFull() throws Exception {
        var port = serve(new HttpLimits(), (_, response) -> response.end("x"));
        var plan = new LoadPlan(0, Arrivals.CONSTANT, 3, 4, 2, 0, 300 * MILLI, 10_000 * MILLI, false, 1, ANYTHING);
        var recording = run(plan, get(port)).recording();
        assertEquals(0, recording.errors(), recording.firstProblem);
        assertTrue(recording.good > 100, () -> recording.good + " answers");
    }

    /// The server stalls once, for 300 ms. A closed loop of one connection sees one slow answer, whatever else would have been
    /// asked meanwhile; by a schedule everything that was due is late.
    @Test
    void aStallIsChargedWithAllThatWasDueMeanwhile() throws Exception {
        var requests = new AtomicInteger();
        var port = serve(new HttpLimits(), (_, response) -> {
            if (requests.incrementAndGet() % 200 == 150) Thread.sleep(300);
            response.end();
        });
        var open = run(plan(RATE, 1, 10_000, ANYTHING), get(port));
        assertTrue(open.micros(75) > 50_000, () -> "p75 by a schedule: " + open.micros(75));
        requests.set(0);
        var closed = run(plan(0, 1, 10_000, ANYTHING), get(port));
        assertTrue(closed.micros(75) < 50_000, () -> "p75 in a closed loop: " + closed.micros(75));
    }

    @Test
    void otherStatusesAndBodiesAreErrorsAndTheFirstOneIsTold() throws Exception {
        var port = serve(new HttpLimits(), (_, response) -> response.status(503).end("x"));
        var recording = run(plan(RATE, 4, 10_000, ANYTHING), get(port)).recording();
        assertEquals(0, recording.good);
        assertTrue(recording.badStatus > 0);
        assertEquals("an answer with status 503", recording.firstProblem);
        var body = new Expected(503, "y".getBytes(StandardCharsets.US_ASCII));
        assertTrue(run(plan(RATE, 4, 10_000, body), get(port)).recording().badBody > 0);
    }

    @Test
    void whatIsNotAnsweredInTimeCountsWithThatTime() throws Exception {
        var port = serve(new HttpLimits(), (_, _) -> {});
        var result = run(plan(RATE, 2, 200, ANYTHING), get(port));
        assertEquals(0, result.recording().good);
        assertTrue(result.recording().timedOut > RATE / 4, () -> result.recording().timedOut + " timed out");
        assertTrue(result.micros(1) >= 199_000, () -> "p1 " + result.micros(1));
    }

    @Test
    void connectionsThatTheServerEndsAreMadeAgain() throws Exception {
        var port = serve(new HttpLimits().requestsPerConnectionMax(3), (_, response) -> response.end());
        var recording = run(plan(0, 4, 10_000, ANYTHING), get(port)).recording();
        assertEquals(0, recording.errors(), recording.firstProblem);
        assertTrue(recording.reconnects > 3, () -> recording.reconnects + " connections again");
    }

    @Test
    void whatWasLostWithItsConnectionIsCounted() throws Exception {
        var requests = new AtomicInteger();
        var port = serve(new HttpLimits(), (request, response) -> {
            if (requests.incrementAndGet() % 10 == 0) request.socket().reset();
            else response.end();
        });
        var recording = run(plan(RATE, 4, 10_000, ANYTHING), get(port)).recording();
        assertTrue(recording.lost > 0 && recording.good > 3 * recording.lost, () -> recording.lost + " of " + recording.good);
    }

    @Test
    void aServerThatIsNotThereIsToldInOneLine() throws Exception {
        var port = serve(new HttpLimits(), (_, response) -> response.end());
        loop.close();
        loop.awaitEnd();
        var refused = assertThrows(IOException.class, () -> run(plan(RATE, 2, 10_000, ANYTHING), get(port)));
        assertEquals("connect 127.0.0.1:" + port + ": ECONNREFUSED, connection refused (errno 111)", refused.getMessage());
    }

    @Test
    void aRequestHasTheFieldsThatItIsGiven() throws Exception {
        var port = serve(new HttpLimits(), (request, response) -> request.bodyAsBytes(100).thenAccept(body ->
                response.end(request.method() + request.target() + request.header("X-A") + new String(body, StandardCharsets.US_ASCII))));
        var expected = new Expected(200, "PUT/p?q=1vbody".getBytes(StandardCharsets.US_ASCII));
        var request = new Request("PUT", URI.create("http://localhost:" + port + "/p?q=1"), List.of("X-A: v"),
                "body".getBytes(StandardCharsets.US_ASCII));
        var recording = run(plan(RATE, 2, 10_000, expected), request).recording();
        assertEquals(0, recording.errors(), recording.firstProblem);
    }
}
