package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.HttpServer;
import dev.anillo.loop.OsException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// How connections end: by the server's close, by the response that says so, by a client that has said all.
class ClosingTest extends ServerTest {
    private static final int SMALL_RECEIVE_BYTES = 4 * 1024;

    private final LinkedBlockingQueue<HttpResponse> pending = new LinkedBlockingQueue<>();

    @Test
    void closeClosesAnIdleConnectionAndOneThatNeverAsked() {
        var server = serve((_, response) -> response.end("x"));
        var silent = connect(server);
        var idle = connect(server).request("GET /");
        idle.expectResponse("200 OK", "x");
        server.close();
        idle.expectEnd();
        silent.expectEnd();
        idle.close();
        silent.close();
        await(closed(server));
    }

    @Test
    void closeLetsARequestInFlightBeAnsweredWithConnectionClose() {
        var server = serve((_, response) -> pending.add(response));
        var client = connect(server).request("GET /");
        var response = Deadline.next(pending);
        var idle = connect(server);
        onLoop(() -> {});
        var port = port(server);
        server.close();
        untilNobodyListens(port);
        idle.expectEnd(); // the port is free before the loop hears of it
        assertFalse(closed(server).isDone());
        onLoop(() -> response.end("late"));
        client.expectLastResponse("200 OK", "late");
        client.close();
        await(closed(server));
    }

    /// [http-server-close-idle]
    @Test
    void closeLeavesARequestThatIsHalfSentOpen() {
        var server = serve((request, response) -> request.onData(_ -> {}).onEnd(() -> response.end("whole")));
        var head = connect(server).send("GET / HTTP/1.1\r\nHo");
        var body = connect(server).request("POST /", "Content-Length: 6").send("abc");
        var idle = connect(server);
        onLoop(() -> {});
        server.close();
        idle.expectEnd();
        head.send("st: a\r\n\r\n").expectLastResponse("200 OK", "whole");
        body.send("def").expectLastResponse("200 OK", "whole");
    }

    /// [http-server-close-all]
    @Test
    void closeWithADeadlineOfZeroLetsNothingGoOn() {
        var server = serve((_, response) -> pending.add(response));
        var head = connect(server).send("GET / HTTP/1.1\r\nHo");
        var waits = connect(server).request("GET /");
        Deadline.next(pending);
        server.close(0);
        await(closed(server));
        head.readWhateverComes();
        waits.readWhateverComes();
    }

    /// Else the client connects anew to a listener that is about to close, and is reset.
    @Test
    void whoIsToldThatTheConnectionClosesFindsThatNobodyListens() {
        var server = serve((_, response) -> pending.add(response));
        var port = port(server);
        var client = connect(server).request("GET /");
        var first = Deadline.next(pending);
        var asked = new CompletableFuture<Void>();
        try {
            onLoop(() -> {
                server.close();
                first.end("x");
                loop.setImmediate(() -> loop.setImmediate(asked::join)); // the turn that sends the answer takes long
            });
            while (!client.readHead().contains("Connection: close")) {
                asked.complete(null);
                assertEquals("x", client.readText(1));
                client.request("GET /");
                var next = Deadline.next(pending);
                onLoop(() -> next.end("x"));
            }
            assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port).close());
        } finally {
            asked.complete(null);
        }
    }

    @Test
    void closeLeavesWhoStillReadsAnAnswerTheTimeToSendTheNextRequest() {
        var bytes = 8 * 1024 * 1024;
        var server = serve((request, response) -> response.end(request.target().equals("/") ? "x" : "x".repeat(bytes)));
        var client = connect(server, SMALL_RECEIVE_BYTES).request("GET /big");
        client.readHead();
        server.close();
        pass(2 * Limits.IDLE_GRACE_MILLIS + 200);
        assertEquals(bytes, client.read(bytes).length);
        client.request("GET /").expectLastResponse("200 OK", "x");
    }

    @Test
    void theTimeToReadAnAnswerIsNotIdleTime() {
        var bytes = 8 * 1024 * 1024;
        var idleMillis = 400;
        var server = serve(loop, (request, response) -> response.end("x".repeat(request.target().equals("/") ? 1 : bytes)),
                settings -> settings.limits(new HttpLimits().idleMillis(idleMillis)));
        var client = connect(server, SMALL_RECEIVE_BYTES).request("GET /big");
        client.readHead();
        pass(3 * idleMillis);
        assertEquals(bytes, client.read(bytes).length);
        client.request("GET /").expectResponse("200 OK", "x");
    }

    private static void untilNobodyListens(int port) {
        for (var refused = false; !refused; ) {
            try (var _ = new Socket("127.0.0.1", port)) {
                // Still listening.
            } catch (ConnectException _) {
                refused = true;
            } catch (IOException _) {
                // Reset: closing.
            }
        }
    }

    /// Time goes by for the server.
    private void pass(int millis) {
        var later = new CompletableFuture<Void>();
        onLoop(() -> loop.setTimeout(() -> later.complete(null), millis));
        await(later);
    }

    @Test
    void closeTwiceAndAfterTheLoopHasEndedIsHarmless() {
        var server = serve((_, response) -> response.end("x"));
        server.close();
        server.close();
        await(closed(server));
        loop.close();
        server.close();
        var onDeadLoop = HttpServer.create(loop, (_, _) -> {});
        onDeadLoop.close();
    }

    @Test
    void aServerThatCouldNotListenIsToldClosed() {
        var taken = port(serve((_, response) -> response.end("x")));
        var problem = new CompletableFuture<IOException>();
        var closed = new CompletableFuture<Void>();
        HttpServer.create(loop, (_, _) -> {}).onError(problem::complete).onClose(() -> closed.complete(null))
                .listen(taken, "127.0.0.1");
        assertEquals("EADDRINUSE", assertInstanceOf(OsException.class, await(problem)).code());
        await(closed);
    }

    @Test
    void closeFinishesABegunResponseAndThoseOfTheRequestsBehindIt() {
        var server = serve((request, response) -> {
            if (request.target().equals("/late")) pending.add(response);
            else response.end("early");
        });
        var client = connect(server).send(RawClient.requestText("GET /late") + RawClient.requestText("GET /next"));
        var late = Deadline.next(pending);
        onLoop(() -> late.write("begun, as one that goes on"));
        server.close();
        onLoop(() -> late.end());
        client.readHead();
        client.expect("1a\r\nbegun, as one that goes on\r\n0\r\n\r\n").expectResponse("200 OK", "early").expectEnd();
    }

    @Test
    void aClientThatEndsAfterItsRequestsIsAnsweredInFull() {
        var client = clientOf((_, response) -> response.end("x"));
        client.send(RawClient.requestText("GET /").repeat(3)).endSending();
        for (var i = 0; i < 3; i++) client.expectResponse("200 OK", "x");
        client.expectEnd();
    }

    @Test
    void aClientThatEndsBeforeItsAnswerIsReadyGetsItWithConnectionClose() {
        var client = clientOf((_, response) -> pending.add(response));
        client.request("GET /");
        var response = Deadline.next(pending);
        client.endSending();
        onLoop(() -> loop.setTimeout(() -> response.end("late"), 50)); // the end of the client arrives meanwhile
        client.expectLastResponse("200 OK", "late");
    }

    @Test
    void aClientThatEndsWithinAHeadIsLetGo() {
        clientOf((_, response) -> response.end("x")).send("GET / HTTP/1.1\r\nHo").endSending().expectEnd();
    }

    @Test
    void aClientThatEndsWithinABodyIsRefused() {
        var client = clientOf((request, _) -> request.onData(_ -> {}));
        client.request("POST /", "Content-Length: 10").send("abc").endSending();
        client.expectLastResponse("400 Bad Request", "the end of the connection within a body (RFC 9112 §8)\n"
                .replace("§", "\u00c2\u00a7"), "Content-Type: text/plain; charset=utf-8");
    }

    @Test
    void aClientThatEndsWithinABodyThatWasAnsweredEarlyStillGetsTheAnswer() {
        var client = clientOf((_, response) -> response.end("x".repeat(200_000)));
        client.request("POST /", "Content-Length: 10").send("abc").endSending();
        client.expectResponse("200 OK", "x".repeat(200_000)).expectEnd();
    }

    @Test
    void aSlowReaderOfTheLastResponseIsNotCutOff() {
        var bytes = 8 * 1024 * 1024;
        var client = connect(serve((_, response) -> {
            response.header("Connection", "close");
            response.end(new byte[bytes]);
        }), SMALL_RECEIVE_BYTES).request("GET /");
        client.readHead();
        pass(Limits.LINGER_MILLIS_MAX + 200);
        assertEquals(bytes, client.read(bytes).length);
        client.expectEnd();
    }

    @Test
    void aClientThatNeverEndsAfterItsLastResponseIsClosedInTheEnd() {
        var server = serve((_, response) -> {
            response.header("Connection", "close");
            response.end("x");
        });
        connect(server).request("GET /").expectLastResponse("200 OK", "x");
        server.close();
        await(closed(server)); // though the client has not closed
    }
}
