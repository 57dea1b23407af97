package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Requests behind requests, however they are cut, and answers in their order.
class PipeliningTest extends ServerTest {
    private static String requests(int count) {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) text.append(RawClient.requestText("GET /" + i, "X-Padding: " + "p".repeat(i)));
        return text.toString();
    }

    private static String responses(int count) {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) text.append(RawClient.responseText("200 OK", "/" + i));
        return text.toString();
    }

    @Test
    void sixteenRequestsInOnePieceAreAnsweredInOrder() {
        clientOf((request, response) -> response.end(request.target())).send(requests(16)).expect(responses(16));
    }

    @Test
    void aThousandRequestsInOnePieceAreAnsweredInOrder() {
        clientOf((request, response) -> response.end(request.target())).send(requests(1000)).expect(responses(1000));
    }

    @Test
    void requestsCutAtEveryByteAreAnsweredTheSame() {
        var text = RawClient.requestText("GET /0") + RawClient.requestText("POST /1", "Content-Length: 3") + "abc"
                + RawClient.requestText("POST /2", "Transfer-Encoding: chunked") + "2;x=y\r\nde\r\n1\r\nf\r\n0\r\nA: b\r\n\r\n"
                + RawClient.requestText("GET /3");
        var server = serve((request, response) -> {
            var body = new StringBuilder(request.target());
            request.onData(data -> body.append(data)).onEnd(() -> response.end(body.toString()));
        });
        var expected = RawClient.responseText("200 OK", "/0") + RawClient.responseText("200 OK", "/1abc")
                + RawClient.responseText("200 OK", "/2def") + RawClient.responseText("200 OK", "/3");
        var client = connect(server);
        for (var cut = 1; cut < text.length(); cut++) {
            client.send(text.substring(0, cut));
            onLoop(() -> {}); // the loop turns before it sees the rest
            client.send(text.substring(cut)).expect(expected);
        }
    }

    @Test
    void requestsThatComeByteByByteAreAnsweredTheSame() {
        var client = clientOf((request, response) -> response.end(request.target()));
        for (var c : requests(4).toCharArray()) client.send(String.valueOf(c));
        client.expect(responses(4));
    }

    @Test
    void answersMadeInReverseComeInTheOrderOfTheRequests() {
        var pending = new ArrayList<HttpResponse>();
        var client = clientOf((_, response) -> {
            pending.add(response);
            if (pending.size() == 16) loop.setImmediate(() -> answerInReverse(pending));
        });
        client.send(requests(16));
        for (var i = 0; i < 16; i++) client.expectResponse("200 OK", "late " + i);
    }

    private static void answerInReverse(List<HttpResponse> pending) {
        for (var i = pending.size() - 1; i >= 0; i--) pending.get(i).end("late " + i);
    }

    @Test
    void noMoreRequestsAreReadAheadThanTheLimitSays() {
        var unanswered = new AtomicInteger();
        var most = new AtomicInteger();
        var server = serve(loop, (_, response) -> {
            most.accumulateAndGet(unanswered.incrementAndGet(), Math::max);
            loop.setTimeout(() -> {
                unanswered.decrementAndGet();
                response.end("late");
            }, 5);
        }, it -> it.limits(new HttpLimits().pipelinedRequestsMax(3)));
        var client = connect(server).send(requests(20));
        for (var i = 0; i < 20; i++) client.expectResponse("200 OK", "late");
        assertEquals(3, most.get());
    }

    @Test
    void answersGivenLateAndAtOnceKeepTheirOrder() {
        var random = new Random(42);
        var client = clientOf((request, response) -> {
            var target = request.target();
            switch (random.nextInt(4)) {
                case 0 -> response.end(target);
                case 1 -> loop.nextTick(() -> response.end(target));
                case 2 -> loop.setImmediate(() -> response.end(target));
                default -> loop.setTimeout(() -> response.end(target), 1);
            }
        });
        client.send(requests(200)).expect(responses(200));
    }

    @Test
    void aLateAnswerBehindAResponseThatClosedTheConnectionGoesNowhereAndLeaksNothing() {
        var pending = new LinkedBlockingQueue<HttpResponse>();
        var aborted = new AtomicInteger();
        var client = clientOf((request, response) -> {
            request.onAborted(aborted::incrementAndGet);
            pending.add(response);
        }).send(requests(2));
        var first = Deadline.next(pending);
        var second = Deadline.next(pending);
        onLoop(() -> first.header("Connection", "close").end("last"));
        client.expectLastResponse("200 OK", "last");
        onLoop(() -> {
            assertFalse(second.earlyHints("</a>").write("to nobody"));
            second.end("to nobody");
        });
        assertEquals(1, aborted.get());
    }

    @Test
    void aResponseThatBreaksBeforeItsTurnIsAnswered500InItsTurn() {
        var pending = new LinkedBlockingQueue<HttpResponse>();
        var client = connect(serve(loop, (request, response) -> {
            pending.add(response);
            if (request.target().equals("/1")) {
                response.header("Content-Length", "3").write("abc");
                response.write("d");
            }
        }, it -> it.onHandlerError((_, _) -> {}))).send(requests(2));
        var first = Deadline.next(pending);
        Deadline.next(pending);
        onLoop(() -> first.end("x"));
        client.expectResponse("200 OK", "x").expectResponse("500 Internal Server Error",
                "the server failed to answer this request\n", "Content-Type: text/plain; charset=utf-8");
    }

    @Test
    void aCallbackThatTheNextRequestSetsOnTheOneBeforeIsCalled() {
        var requests = new ArrayList<HttpRequest>();
        var ended = new LinkedBlockingQueue<Integer>();
        var client = clientOf((request, _) -> {
            requests.add(request);
            if (requests.size() == 2) requests.getFirst().onEnd(() -> ended.add(1));
        }).send(requests(2));
        assertEquals(1, Deadline.next(ended));
        client.reset(); // the server need not wait for answers that nobody gives
    }

    @Test
    void lateAnswersOnManyConnectionsInAnyOrderReachTheirOwn() {
        record Pending(String target, HttpResponse response) {}
        var pending = new LinkedBlockingQueue<Pending>();
        var server = serve((request, response) -> pending.add(new Pending(request.target(), response)));
        var clients = new ArrayList<RawClient>();
        for (var i = 0; i < 20; i++) clients.add(connect(server));
        for (var round = 0; round < 5; round++) {
            for (var i = 0; i < clients.size(); i++) clients.get(i).request("GET /" + round + "/" + i);
            var batch = new ArrayList<Pending>();
            while (batch.size() < clients.size()) batch.add(Deadline.next(pending));
            Collections.shuffle(batch, new Random(round));
            onLoop(() -> batch.forEach(each -> each.response.end(each.target)));
            for (var i = 0; i < clients.size(); i++) clients.get(i).expectResponse("200 OK", "/" + round + "/" + i);
        }
    }

    @Test
    void headsOfEverySizeArePutTogetherAcrossBuffers() {
        var client = clientOf((request, response) -> response.end("" + request.header("X").length()));
        for (var bytes = 1; bytes < 16_300; bytes += 509) {
            var head = RawClient.requestText("GET /", "X: " + "x".repeat(bytes));
            var half = head.length() / 2;
            client.send(head + head.substring(0, half));
            client.expectResponse("200 OK", "" + bytes).send(head.substring(half)).expectResponse("200 OK", "" + bytes);
        }
    }
}
