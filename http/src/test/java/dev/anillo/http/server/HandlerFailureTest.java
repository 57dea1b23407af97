package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// Handlers and callbacks that throw: 500 when nothing was sent, a part of the response otherwise, a report, and the server
/// goes on.
class HandlerFailureTest extends ServerTest {
    private static final String FAILED = "the server failed to answer this request\n";
    private static final String TEXT = "Content-Type: text/plain; charset=utf-8";

    private static RuntimeException problem() {
        return new UnsupportedOperationException("planned");
    }

    private void expectProblem() {
        assertEquals("planned", nextHandlerError().getMessage());
    }

    private static void expectFailed(RawClient client) {
        client.expectResponse("500 Internal Server Error", FAILED, TEXT);
    }

    @Test
    void aHandlerThatThrowsAtOnceIsAnswered500AndTheConnectionGoesOn() {
        var client = clientOf((request, response) -> {
            response.status(201).header("X-Lost", "with the answer");
            if (request.target().equals("/bad")) throw problem();
            response.end("good");
        });
        client.request("GET /bad").request("GET /good");
        expectFailed(client);
        client.expectResponse("201 Created", "good", "X-Lost: with the answer");
        expectProblem();
    }

    @Test
    void aCheckedExceptionAndAnErrorAreAnsweredTheSame() {
        var client = clientOf((request, _) -> {
            if (request.target().equals("/error")) throw new StackOverflowError("planned");
            throw new Exception("planned");
        });
        for (var target : List.of("/error", "/checked")) {
            client.request("GET " + target);
            expectFailed(client);
            expectProblem();
        }
    }

    @Test
    void aHandlerThatThrowsAfterAPartWasWrittenBreaksOffTheResponseAndTheServerGoesOn() {
        var server = serve((request, response) -> {
            if (request.target().equals("/good")) {
                response.end("good");
                return;
            }
            response.write("begun");
            throw problem();
        });
        connect(server).request("GET /bad").expectBrokenOff();
        expectProblem();
        connect(server).request("GET /good").expectResponse("200 OK", "good");
    }

    @Test
    void aHandlerThatThrowsAfterItsResponseHasEndedHasAnsweredAllTheSame() {
        var client = clientOf((_, response) -> {
            response.end("good");
            throw problem();
        });
        for (var i = 0; i < 3; i++) {
            client.request("GET /").expectResponse("200 OK", "good");
            expectProblem();
        }
    }

    @Test
    void whatOnDataThrowsIsAnswered500AndTheRestOfTheBodyIsReadOver() {
        var client = clientOf((request, _) -> request.onData(_ -> {
            throw problem();
        }).onEnd(() -> handlerErrors.add(new AssertionError("callbacks after a failure"))));
        client.request("POST /", "Content-Length: 6").send("abc");
        expectFailed(client);
        client.send("def").request("POST /", "Content-Length: 1").send("x");
        expectFailed(client);
        expectProblem();
        expectProblem();
    }

    @Test
    void whatOnEndThrowsIsAnswered500() {
        var client = clientOf((request, _) -> request.onData(_ -> {}).onEnd(() -> {
            throw problem();
        }));
        client.request("POST /", "Content-Length: 3").send("abc");
        expectFailed(client);
        client.request("GET /");
        expectFailed(client);
        expectProblem();
        expectProblem();
    }

    @Test
    void whatOnDrainThrowsBreaksOffTheResponse() {
        var client = clientOf((_, response) -> {
            response.onDrain(() -> {
                throw problem();
            });
            while (response.write("x".repeat(10_000))) {}
        });
        client.request("GET /").expectBrokenOff();
        expectProblem();
    }

    @Test
    void answersBeforeOneThatIsBrokenOffArriveWhole() {
        var body = "x".repeat(60_000); // most of it is still in the server's system when the other fails
        var server = serve((request, response) -> {
            if (request.target().equals("/whole")) {
                response.end(body);
                return;
            }
            response.write("begun");
            throw problem();
        });
        var client = connect(server, 4_096);
        client.request("GET /whole").request("GET /broken").request("GET /whole");
        expectProblem();
        client.expectResponse("200 OK", body).expectBrokenOff();
    }

    @Test
    void aClientThatIsToldTheEndOfABodyByThatOfTheConnectionIsToldByAResetThatItIsBrokenOff() {
        var client = clientOf((_, response) -> {
            response.write("begun");
            throw problem();
        });
        client.send("GET / HTTP/1.0\r\n\r\n").expectReset();
        expectProblem();
    }

    @Test
    void whatTheErrorCallbackThrowsReachesTheLoopAndPipelinedRequestsAreStillAnswered() {
        var server = serve(loop, (request, response) -> {
            if (request.target().equals("/bad")) throw problem();
            response.end("good");
        }, settings -> settings.onHandlerError((_, _) -> {
            throw new IllegalStateException("worse");
        }));
        var client = connect(server).send(RawClient.requestText("GET /bad") + RawClient.requestText("GET /good"));
        expectFailed(client);
        client.expectResponse("200 OK", "good");
        assertEquals("worse", Deadline.next(uncaught).getMessage());
    }

    @Test
    void theLateAnswerOfAHandlerThatThrewGoesNowhereAndNeverToAnotherRequest() {
        var kept = new CopyOnWriteArrayList<HttpResponse>();
        var later = new LinkedBlockingQueue<HttpResponse>();
        var server = serve((request, response) -> {
            if (request.target().equals("/bad")) {
                kept.add(response);
                throw problem();
            }
            later.add(response);
        });
        var client = connect(server).request("GET /bad");
        expectFailed(client);
        expectProblem();
        connect(server).request("GET /other");
        var other = Deadline.next(later);
        onLoop(() -> {
            var response = kept.getFirst();
            assertFalse(response.status(404).header("Stale", "yes").write("to nobody"));
            response.end("to nobody");
            assertFalse(other.headSent());
            other.end("good");
        });
        client.request("GET /again");
        var again = Deadline.next(later);
        onLoop(() -> again.end("good"));
        client.expectResponse("200 OK", "good");
    }

    @Test
    void theReportCanReadTheRequest() {
        var targets = new LinkedBlockingQueue<String>();
        var client = connect(serve(loop, (_, _) -> {
            throw problem();
        }, settings -> settings.onHandlerError((HttpRequest request, Throwable _) -> targets.add(request.target()))));
        expectFailed(client.request("GET /which?one"));
        assertEquals("/which?one", Deadline.next(targets));
    }

    @Test
    void writingInALoopUntilItIsFullEndsWhenTheClientHasGone() {
        var gone = new LinkedBlockingQueue<Boolean>();
        var client = clientOf((request, response) -> {
            request.socket().destroy();
            gone.add(response.write("x"));
            gone.add(response.write(""));
        });
        client.request("GET /").expectEnd();
        assertFalse(Deadline.next(gone));
        assertFalse(Deadline.next(gone));
        assertTrue(gone.isEmpty());
    }
}
