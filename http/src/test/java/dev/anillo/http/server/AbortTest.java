package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// Clients that go away, and sockets that the program destroys. `onAborted` comes once, and nothing after it.
class AbortTest extends ServerTest {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final BlockingQueue<HttpResponse> pending = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> aborted = new CompletableFuture<>();

    /// Reads the body, doesn't answer.
    private void waitFor(HttpRequest request, HttpResponse response) {
        request.onData(data -> told.add("data " + data)).onEnd(() -> told.add("end")).onAborted(() -> {
            told.add("aborted");
            aborted.complete(null);
        });
        pending.add(response);
    }

    private void expectTold(String... expected) {
        await(aborted);
        onLoop(() -> {}); // whatever came with it has come
        assertEquals(List.of(expected), told);
    }

    @Test
    void aClientThatTearsBetweenRequestsIsNoMatterOfTheHandler() {
        var client = clientOf((_, response) -> response.end("x"));
        client.request("GET /").expectResponse("200 OK", "x");
        client.reset();
    }

    @Test
    void aClientThatTearsWithinAHeadIsNoMatterOfTheHandler() {
        var server = serve((_, response) -> response.end("x"));
        connect(server).send("GET / HTTP/1.1\r\nHos").reset();
        connect(server).request("GET /").expectResponse("200 OK", "x");
    }

    /// [http-aborted]
    @Test
    void aClientThatTearsWithinABodyIsToldOnce() {
        var client = clientOf(this::waitFor);
        client.request("POST /", "Content-Length: 10").send("abc");
        Deadline.next(pending);
        Deadline.until(() -> told.contains("data abc"), told::toString);
        client.reset();
        expectTold("data abc", "aborted");
    }

    @Test
    void aClientThatTearsWhileItsAnswerIsAwaitedIsToldOnceAndTheLateAnswerIsDropped() {
        var client = clientOf(this::waitFor);
        client.request("GET /");
        var response = Deadline.next(pending);
        client.reset();
        expectTold("end", "aborted");
        onLoop(() -> {
            assertFalse(response.status(200).header("A", "b").write("a part"));
            response.end("the rest");
        });
    }

    @Test
    void aClientThatTearsWithinAResponseIsToldOnce() {
        var client = clientOf(this::waitFor);
        client.request("GET /");
        var response = Deadline.next(pending);
        onLoop(() -> response.write("a part"));
        client.readHead();
        client.reset();
        expectTold("end", "aborted");
    }

    @Test
    void aClientThatClosesWhileItsAnswerIsAwaitedIsToldWhenTheAnswerCannotBeDelivered() {
        var client = clientOf(this::waitFor);
        client.request("GET /");
        var response = Deadline.next(pending);
        client.close();
        onLoop(() -> loop.setInterval(() -> response.write("x"), 1).unref()); // the first is answered with RST
        expectTold("end", "aborted");
    }

    @Test
    void aHandlerThatDestroysTheSocketIsToldOnce() {
        var client = clientOf((request, response) -> {
            waitFor(request, response);
            request.socket().destroy();
        });
        client.request("GET /").expectEnd();
        expectTold("end", "aborted");
    }

    /// [http-many-ended-pipelines]
    @Test
    void destroyingTheSocketAmidTwentyPipelinedRequestsIsHarmless() {
        var handled = new CopyOnWriteArrayList<String>();
        var client = clientOf((request, response) -> {
            handled.add(request.target());
            response.end("x");
            if (handled.size() == 5) request.socket().destroy();
        });
        client.send(RawClient.requestText("GET /").repeat(20)).readToEnd();
        onLoop(() -> {});
        assertEquals(5, handled.size());
        assertEquals(List.of(), told);
    }

    @Test
    void aResponseThatHasEndedBeforeTheSocketIsDestroyedIsNotAborted() {
        var closed = new CompletableFuture<Void>();
        var server = serve((request, response) -> {
            waitFor(request, response);
            response.end("x");
            request.socket().destroy();
        });
        closed(server).thenRun(() -> closed.complete(null));
        connect(server).request("GET /").readToEnd();
        server.close();
        await(closed);
        assertFalse(told.contains("aborted"), told::toString);
    }

    @Test
    void whatTheAbortCallbackThrowsIsReportedAndLeaksNothing() {
        var client = clientOf((request, _) -> {
            request.onAborted(() -> {
                throw new IllegalStateException("in onAborted");
            });
            aborted.complete(null);
        });
        client.request("GET /");
        await(aborted);
        client.reset();
        assertEquals("in onAborted", assertInstanceOf(IllegalStateException.class, nextHandlerError()).getMessage());
    }

    @Test
    void abortedIsToldOnceWhenABadChunkBreaksOffAStartedResponse() {
        var client = clientOf((request, response) -> {
            waitFor(request, response);
            response.write("begun");
        });
        client.request("POST /", "Transfer-Encoding: chunked").readHead();
        client.send("no chunk\r\n").expectBrokenOff();
        expectTold("aborted");
    }
}
