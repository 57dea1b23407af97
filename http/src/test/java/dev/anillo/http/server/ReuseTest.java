package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// Whose objects serve again, and what those that a program has kept come to.
class ReuseTest extends ServerTest {
    private static final int BATCH = 100;

    private final List<HttpResponse> seen = Collections.synchronizedList(new ArrayList<>());

    private void answerAtOnce(HttpRequest request, HttpResponse response) {
        if (seen.size() > Reuse.EARNED_AFTER) seen.clear();
        seen.add(response);
        response.end(request.path());
    }

    private static void ask(RawClient client, int requests) {
        for (var i = 0; i < requests; i += BATCH) {
            client.send(RawClient.requestText("GET /").repeat(BATCH)).expect(RawClient.responseText("200 OK", "/").repeat(BATCH));
        }
    }

    /// How many objects served the last so many requests.
    private int distinctOf(int requests) {
        var distinct = Collections.<HttpResponse>newSetFromMap(new IdentityHashMap<>());
        distinct.addAll(seen.subList(seen.size() - requests, seen.size()));
        return distinct.size();
    }

    @Test
    void objectsOfARequestThatIsOverLeadNowhere() {
        var requests = new LinkedBlockingQueue<HttpRequest>();
        var responses = new LinkedBlockingQueue<HttpResponse>();
        var client = clientOf((request, response) -> {
            requests.add(request);
            responses.add(response);
            response.end("answered");
        });
        client.request("GET /1").expectResponse("200 OK", "answered");
        client.request("GET /2").expectResponse("200 OK", "answered");
        var request = Deadline.next(requests);
        var response = Deadline.next(responses);
        onLoop(() -> {
            assertThrows(IllegalStateException.class, request::method);
            assertThrows(IllegalStateException.class, () -> request.bodyAsString(10));
            assertThrows(IllegalStateException.class, () -> request.pipe(response));
            request.onData(_ -> {}).onEnd(() -> {}).onAborted(() -> {}).resume();
            response.onDrain(() -> {});
            assertThrows(IllegalStateException.class, () -> response.status(500));
            assertThrows(IllegalStateException.class, () -> response.write("more"));
            assertThrows(IllegalStateException.class, response::end);
            assertTrue(response.ended());
            assertTrue(response.headSent());
        });
    }

    @Test
    void aTimeOutThatWasNotCancelledNeverAnswersAnotherClient() {
        var pending = new LinkedBlockingQueue<HttpResponse>();
        var kept = new LinkedBlockingQueue<HttpResponse>();
        var client = clientOf((request, response) -> {
            if (request.path().equals("/late")) {
                pending.add(response);
            } else {
                kept.add(response);
                response.end("at once");
            }
        });
        client.request("GET /").expectResponse("200 OK", "at once");
        client.request("GET /late");
        var late = Deadline.next(pending);
        var stale = Deadline.next(kept);
        onLoop(() -> {
            if (!stale.ended()) stale.end("too late");
            late.end("late");
        });
        client.expectResponse("200 OK", "late");
    }

    @Test
    void aHandlerThatAlwaysAnswersAtOnceIsGivenTheSameObjectsInTheEnd() {
        var client = clientOf(this::answerAtOnce);
        ask(client, BATCH);
        assertEquals(BATCH, distinctOf(BATCH));
        ask(client, Reuse.EARNED_AFTER);
        ask(client, BATCH);
        assertEquals(1, distinctOf(BATCH - 1));
    }

    @Test
    void oneThatWasTouchedAfterwardsEndsTheReuse() {
        var client = clientOf(this::answerAtOnce);
        ask(client, Reuse.EARNED_AFTER + 2 * BATCH);
        onLoop(() -> {
            assertTrue(seen.getFirst().ended());
        });
        ask(client, BATCH);
        assertEquals(BATCH, distinctOf(BATCH));
    }

    @Test
    void thoseOfAnAnswerThatCameLaterAreNeverGivenAgain() {
        var late = new LinkedBlockingQueue<HttpResponse>();
        var client = clientOf((request, response) -> {
            if (request.path().equals("/late")) {
                late.add(response);
                request.socket().loop().setTimeout(() -> response.end("late"), 1);
            } else {
                answerAtOnce(request, response);
            }
        });
        ask(client, Reuse.EARNED_AFTER + BATCH);
        client.request("GET /late").expectResponse("200 OK", "late");
        var kept = Deadline.next(late);
        ask(client, BATCH);
        assertEquals(1, distinctOf(BATCH - 1));
        assertFalse(seen.subList(seen.size() - BATCH, seen.size()).contains(kept));
    }
}
