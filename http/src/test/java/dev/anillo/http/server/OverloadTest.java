package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.HttpServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What clients of a server get that has too much to do.
class OverloadTest extends ServerTest {
    private static final String BODY = "the server is overloaded, try again later\n";
    private static final String[] FIELDS = {"Content-Type: text/plain; charset=utf-8", "Retry-After: 1"};

    /// Of `GET /later`, for the test to answer.
    private final BlockingQueue<HttpResponse> later = new LinkedBlockingQueue<>();
    private final List<HttpResponse> unanswered = new CopyOnWriteArrayList<>();

    private final Handler handler = (request, response) -> {
        if (request.path().equals("/later")) {
            later.add(response);
            unanswered.add(response);
        } else {
            response.end(request.target());
        }
    };

    /// Lest the server waits for them.
    @AfterEach
    void answerAll() {
        onLoop(() -> unanswered.stream().filter(response -> !response.ended()).forEach(HttpResponse::end));
    }

    /// One request may be under way, and one is.
    private HttpServer full() {
        var server = serve(loop, handler, it -> it.limits(new HttpLimits().requestsUnderWayMax(1))
                .neverShed(request -> request.path().equals("/health")));
        connect(server).request("GET /later");
        Deadline.next(later);
        return server;
    }

    private static RawClient expectShed(RawClient client) {
        return client.expectResponse("503 Service Unavailable", BODY, FIELDS);
    }

    @Test
    void aRequestTooManyIsAnswered503AndItsConnectionKept() {
        var server = serve(loop, handler, it -> it.limits(new HttpLimits().requestsUnderWayMax(1).retryAfterSeconds(1)));
        var first = connect(server).request("GET /later");
        var response = Deadline.next(later);
        var second = connect(server).request("GET /a");
        expectShed(second);
        expectShed(second.request("GET /b"));
        onLoop(() -> response.end("at last"));
        first.expectResponse("200 OK", "at last");
        second.request("GET /c").expectResponse("200 OK", "/c");
        assertEquals(2, onLoop(server::load).shedSurplus());
        assertEquals(0, onLoop(server::load).requestsUnderWay());
    }

    @Test
    void aRequestWhoseClientHasGoneIsNoLongerUnderWay() {
        var server = serve(loop, handler, it -> it.limits(new HttpLimits().requestsUnderWayMax(1)));
        var client = connect(server).request("GET /later");
        Deadline.next(later);
        assertEquals(1, onLoop(server::load).requestsUnderWay());
        client.reset();
        var other = connect(server);
        Deadline.until(() -> onLoop(server::load).requestsUnderWay() == 0, () -> "it still counts");
        other.request("GET /a").expectResponse("200 OK", "/a");
    }

    @Test
    void headIsAnswered503WithoutABody() {
        connect(full()).request("HEAD /").expect("HTTP/1.1 503 Service Unavailable\r\n" + String.join("\r\n", FIELDS)
                + "\r\n" + RawClient.DATE + "Content-Length: " + BODY.length() + "\r\n\r\n");
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrderServedOrNot() {
        var server = serve(loop, handler, it -> it.limits(new HttpLimits().requestsUnderWayMax(1)));
        var client = connect(server).send(RawClient.requestText("GET /1") + RawClient.requestText("GET /later")
                + RawClient.requestText("GET /2") + RawClient.requestText("GET /3"));
        var response = Deadline.next(later);
        client.expectResponse("200 OK", "/1");
        onLoop(() -> response.end("at last"));
        client.expectResponse("200 OK", "at last");
        expectShed(expectShed(client)).request("GET /4").expectResponse("200 OK", "/4");
    }

    @Test
    void theBodyOfARequestThatIsShedIsReadOver() {
        var client = connect(full()).request("POST /", "Content-Length: 5").send("12345");
        expectShed(client).request("POST /", "Transfer-Encoding: chunked").send("3\r\nabc\r\n0\r\nX: y\r\n\r\n");
        expectShed(expectShed(client).request("GET /"));
    }

    @Test
    void aClientWithALongBodyIsToldThatTheConnectionEnds() {
        var client = connect(full()).request("POST /", "Content-Length: 1000000");
        client.expectLastResponse("503 Service Unavailable", BODY, FIELDS);
    }

    @Test
    void aClientThatAsksBeforeItSendsItsBodyIsSparedIt() {
        var client = connect(full()).request("POST /", "Content-Length: 5", "Expect: 100-continue");
        client.expectLastResponse("503 Service Unavailable", BODY, FIELDS);
    }

    @Test
    void anHttp10ClientIsAnswered503AndTheEnd() {
        connect(full()).send("GET / HTTP/1.0\r\n\r\n").expectLastResponse("503 Service Unavailable", BODY, FIELDS);
    }

    @Test
    void whatIsNeverShedIsServed() {
        var client = connect(full());
        expectShed(client.request("GET /a"));
        client.request("GET /health").expectResponse("200 OK", "/health");
    }

    @Test
    void aConditionThatThrowsIsAHandlersFailure() {
        var server = serve(loop, handler, it -> it.limits(new HttpLimits().requestsUnderWayMax(1)).neverShed(_ -> {
            throw new IllegalStateException("no idea");
        }));
        connect(server).request("GET /later");
        Deadline.next(later);
        assertTrue(connect(server).request("GET /").readHead().startsWith("HTTP/1.1 500 "));
        assertEquals("no idea", nextHandlerError().getMessage());
    }

    @Test
    void aConnectionTooManyIsToldWhenToComeAgainAndCounted() {
        var server = serve(loop, handler, it -> it.limits(new HttpLimits().connectionsMax(1).retryAfterSeconds(7)));
        connect(server).request("GET /a").expectResponse("200 OK", "/a");
        assertTrue(connect(server).readToEnd().contains("\r\nRetry-After: 7\r\n"));
        assertEquals(1, onLoop(server::load).connectionsRefused());
    }

    // Waiting.

    /// So many connections ask at once, each again when it is answered, for a handler that holds the loop for 5 ms.
    private int[] flood(HttpServer server, int clients, int rounds) {
        var counts = new int[2];
        var all = new ArrayList<RawClient>();
        for (var i = 0; i < clients; i++) all.add(connect(server));
        for (var round = 0; round < rounds; round++) {
            for (var client : all) client.request("GET /work");
            for (var client : all) {
                var head = client.readHead();
                var shed = head.startsWith("HTTP/1.1 503 ");
                assertTrue(shed || head.startsWith("HTTP/1.1 200 "), head);
                client.skip(shed ? BODY.length() : "/work".length());
                counts[shed ? 1 : 0]++;
            }
        }
        return counts;
    }

    private HttpServer working(int queueMillisMax) {
        return serve(loop, (request, response) -> {
            var end = System.nanoTime() + 5_000_000;
            while (System.nanoTime() - end < 0) Thread.onSpinWait();
            response.end(request.target());
        }, it -> it.limits(new HttpLimits().queueMillisMax(queueMillisMax)));
    }

    @Test
    void requestsThatHaveWaitedTooLongAreAnswered503WhileThatStands() {
        var server = working(40);
        var counts = flood(server, 60, 4); // 300 ms for each round
        var load = onLoop(server::load);
        assertTrue(counts[0] > 30 && counts[1] > 30, counts[0] + " served, " + counts[1] + " shed");
        assertEquals(counts[1], load.shedLate());
        Deadline.until(() -> !onLoop(server::load).overloaded(), () -> "overload does not end");
        assertTrue(onLoop(server::load).accepting());
        connect(server).request("GET /after").expectResponse("200 OK", "/after");
    }

    @Test
    void aBurstIsServedToTheLast() {
        var server = working(400);
        assertEquals(0, flood(server, 60, 2)[1]);
        assertFalse(onLoop(server::load).overloaded());
    }

    @Test
    void withoutABoundNothingIsShed() {
        assertEquals(0, flood(working(0), 60, 3)[1]);
    }

    @Test
    void aPipelinedRequestThatWaitedForTheAnswersBeforeItIsNotLate() {
        var server = serve(loop, handler, it -> it.limits(new HttpLimits().queueMillisMax(20).pipelinedRequestsMax(1)));
        var client = connect(server);
        for (var i = 0; i < 10; i++) {
            client.send(RawClient.requestText("GET /later") + RawClient.requestText("GET /behind"));
            var response = Deadline.next(later);
            onLoop(() -> loop.setTimeout(() -> response.end("at last"), 60));
            client.expectResponse("200 OK", "at last").expectResponse("200 OK", "/behind");
        }
        assertEquals(0, onLoop(server::load).shedLate());
    }
}
