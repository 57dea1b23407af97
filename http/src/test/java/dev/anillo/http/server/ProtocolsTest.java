package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.http.BodyException;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.UpgradeHandler;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// Interim responses, trailers, whole bodies, and connections that leave HTTP.
class ProtocolsTest extends ServerTest {
    private static final UpgradeHandler ECHO = (request, socket, first) -> {
        socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: " + request.header("Upgrade") + "\r\n\r\n");
        socket.write(first);
        socket.onData(data -> socket.write(data.keep()));
    };

    // Interim responses.

    /// [http-early-hints]
    @Test
    void earlyHintsReachTheClientBeforeTheFinalResponse() {
        var client = clientOf((_, response) -> {
            response.earlyHints("</a.css>; rel=preload", "</b.js>; rel=preload");
            loop.setImmediate(() -> response.end("x"));
        });
        client.request("GET /").expect("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n"
                + "Link: </b.js>; rel=preload\r\n\r\n").expectResponse("200 OK", "x");
    }

    @Test
    void anHttp10ClientSeesNoInterimResponse() {
        var client = clientOf((_, response) -> response.earlyHints("</a.css>").end("x"));
        client.send("GET / HTTP/1.0\r\n\r\n").expectLastResponse("200 OK", "x");
    }

    /// [http-write-callbacks]
    @Test
    void theHandlerMayGiveLeaveForABodyItself() {
        var client = clientOf((request, response) -> {
            response.writeContinue();
            request.onData(_ -> {}).onEnd(() -> response.end("whole"));
        });
        client.request("POST /", "Content-Length: 4", "Expect: 100-continue").expect("HTTP/1.1 100 Continue\r\n\r\n");
        client.send("body").expectResponse("200 OK", "whole");
    }

    // Heads.

    /// [http-write-head]
    @Test
    void writeHeadOverridesHeadersSetBeforeAndIsFinal() {
        var client = clientOf((_, response) -> {
            response.header("X", "before").writeHead(201, "X", "after", "Y", "too");
            assertThrows(IllegalStateException.class, () -> response.header("Z", "late"));
            assertThrows(IllegalStateException.class, () -> response.writeHead(200));
            response.end("x");
        });
        client.request("GET /").expectResponse("201 Created", "x", "X: after", "Y: too");
    }

    @Test
    void writeHeadKeepsSeveralFieldsOfOneName() {
        clientOf((_, response) -> response.header("Set-Cookie", "before")
                .writeHead(200, "Set-Cookie", "a=1", "X", "y", "set-cookie", "b=2").end("x"))
                .request("GET /").expectResponse("200 OK", "x", "Set-Cookie: a=1", "X: y", "set-cookie: b=2");
    }

    @Test
    void flushHeadersSendsTheHeadBeforeThereIsABody() {
        var pending = new LinkedBlockingQueue<HttpResponse>();
        var client = clientOf((_, response) -> {
            response.flushHeaders();
            pending.add(response);
        });
        client.request("GET /").readHead();
        onLoop(() -> pending.remove().end("x"));
        client.expect("1\r\nx\r\n0\r\n\r\n");
    }

    @Test
    void aHeaderThatWasTakenBackIsNotSent() {
        clientOf((_, response) -> response.header("A", "1").header("B", "2").removeHeader("a").end("x"))
                .request("GET /").expectResponse("200 OK", "x", "B: 2");
    }

    // Trailers.

    @Test
    void trailersFollowABodyInChunks() {
        var client = clientOf((_, response) -> {
            response.header("Trailer", "X-Sum");
            response.write("abc");
            response.trailer("X-Sum", "6").end();
        });
        client.request("GET /").readHead();
        client.expect("3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n");
        client.request("GET /").readHead(); // the connection goes on
    }

    /// [http-server-de-chunked-trailer]
    @Test
    void aTrailerTogetherWithContentLengthIsAnError() {
        clientOf((_, response) -> {
            response.header("Content-Length", "1");
            assertThrows(IllegalStateException.class, () -> response.trailer("X", "1"));
            response.end("x");
        }).request("GET /").expectResponse("200 OK", "x");
    }

    /// RFC 9110 §6.5.1, §15.2: a reader that merged them with the head would see another message.
    @Test
    void framingFieldsAreRefusedAsTrailersAndInInterimResponses() {
        clientOf((_, response) -> {
            for (var name : List.of("Content-Length", "transfer-encoding", "Connection")) {
                assertThrows(IllegalArgumentException.class, () -> response.trailer(name, "1"));
                assertThrows(IllegalArgumentException.class, () -> response.informational(103, name, "1"));
            }
            response.end("x");
        }).request("GET /").expectResponse("200 OK", "x");
    }

    @Test
    void trailersAndInterimResponsesAreBoundedAsHeadsAre() {
        var large = "x".repeat(Limits.RESPONSE_HEAD_BYTES_MAX);
        clientOf((_, response) -> {
            assertThrows(IllegalStateException.class, () -> response.informational(103, "Link", large));
            assertThrows(IllegalStateException.class, () -> response.trailer("X", large));
            response.end("x");
        }).request("GET /").expectResponse("200 OK", "x");
    }

    @Test
    void theRequestsTrailersAreThereAtItsEnd() {
        var client = clientOf((request, response) -> request.onData(_ -> {})
                .onEnd(() -> response.end(request.trailer("x-sum") + " " + request.trailer("none"))));
        client.request("POST /", "Transfer-Encoding: chunked").send("3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n")
                .expectResponse("200 OK", "6 null");
    }

    // Whole bodies.

    @Test
    void aWholeBodyCanBeAskedFor() {
        clientOf((request, response) -> request.bodyAsString(100).thenAccept(response::end))
                .request("POST /", "Transfer-Encoding: chunked").send("3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
                .expectResponse("200 OK", "abcdefg");
    }

    @Test
    void aWholeBodyAboveTheBoundFailsWithTheStatusThatFits() {
        clientOf((request, response) -> request.bodyAsBytes(3).whenComplete((_, problem) -> {
            var refused = assertInstanceOf(BodyException.class, problem);
            response.status(refused.status()).end(refused.getMessage());
        })).request("POST /", "Content-Length: 4").send("abcd")
                .expectResponse("413 Content Too Large", "request body is longer than 3 bytes");
    }

    @Test
    void aWholeBodyWhoseClientGoesFails() {
        var problems = new LinkedBlockingQueue<Throwable>();
        var client = clientOf((request, _) -> request.bodyAsBytes(10).whenComplete((_, problem) -> problems.add(problem)));
        client.request("POST /", "Content-Length: 4").send("ab");
        onLoop(() -> {});
        client.reset();
        assertEquals(400, assertInstanceOf(BodyException.class, Deadline.next(problems)).status());
    }

    @Test
    void aWholeBodyThatTheResponseDidNotWaitForFails() {
        var problems = new LinkedBlockingQueue<Throwable>();
        var client = clientOf((request, response) -> {
            request.bodyAsBytes(10).whenComplete((_, problem) -> problems.add(problem));
            response.header("Connection", "close").end("early");
        });
        client.request("POST /", "Content-Length: 4").send("ab").expectLastResponse("200 OK", "early");
        assertInstanceOf(BodyException.class, Deadline.next(problems));
    }

    // Other protocols.

    /// [http-upgrade-server]
    @Test
    void anUpgradeHandsOverTheSocketAndTheBytesThatFollowed() {
        var client = connect(serve(loop, (_, response) -> response.end("plain"), it -> it.onUpgrade(ECHO)));
        client.send(RawClient.requestText("GET /", "Connection: upgrade", "Upgrade: echo") + "first");
        client.expect("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\nfirst");
        client.send("then").expect("then").endSending();
        client.expectEnd();
    }

    @Test
    void anUpgradeWaitsForTheAnswersBeforeIt() {
        var pending = new LinkedBlockingQueue<HttpResponse>();
        var client = connect(serve(loop, (_, response) -> pending.add(response), it -> it.onUpgrade(ECHO)));
        client.send(RawClient.requestText("GET /") + RawClient.requestText("GET /", "Connection: upgrade", "Upgrade: echo")
                + "first");
        var response = Deadline.next(pending);
        onLoop(() -> response.end("before"));
        client.expectResponse("200 OK", "before");
        client.expect("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\nfirst");
        client.send("then").expect("then");
        client.endSending().expectEnd();
    }

    @Test
    void anUpgradeWhoseClientHasEndedBeforeItsTurnIsToldTheEnd() {
        var pending = new LinkedBlockingQueue<HttpResponse>();
        var client = connect(serve(loop, (_, response) -> pending.add(response), it -> it.onUpgrade(ECHO)));
        client.send(RawClient.requestText("GET /")
                + RawClient.requestText("GET /", "Connection: upgrade", "Upgrade: echo")).endSending();
        var response = Deadline.next(pending);
        onLoop(() -> loop.setTimeout(() -> response.end("before"), 50)); // the end of the client arrives meanwhile
        client.expectResponse("200 OK", "before");
        client.expect("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n").expectEnd();
    }

    @Test
    void anUpgradeThatNobodyTakesIsARequestLikeOthers() {
        clientOf((_, response) -> response.end("plain")).request("GET /", "Connection: upgrade", "Upgrade: echo")
                .expectResponse("200 OK", "plain");
    }

    @Test
    void anUpgradeHandlerThatThrowsLeaksNothing() {
        var client = connect(serve(loop, (_, response) -> response.end("plain"), it -> it.onUpgrade((_, _, _) -> {
            throw new IllegalStateException("on purpose");
        })));
        client.send(RawClient.requestText("GET /", "Connection: upgrade", "Upgrade: echo") + "first").expectEnd();
        assertEquals("on purpose", Deadline.next(handlerErrors).getMessage());
    }

    @Test
    void successToConnectWithoutATunnelIsAnErrorOfTheHandler() {
        var client = clientOf((_, response) -> response.end("no tunnel"));
        client.send("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n");
        assertEquals("HTTP/1.1 500", client.readHead().substring(0, 12));
        assertInstanceOf(IllegalStateException.class, Deadline.next(handlerErrors));
    }

    /// [http-connect]
    @Test
    void aConnectHandsOverTheSocketAndTheBytesThatFollowed() {
        UpgradeHandler tunnel = (request, socket, first) -> {
            socket.write("HTTP/1.1 200 OK\r\n\r\n" + request.target() + " ");
            socket.write(first);
            socket.end();
        };
        connect(serve(loop, (_, response) -> response.end(), it -> it.onConnect(tunnel)))
                .send("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\nfirst")
                .expect("HTTP/1.1 200 OK\r\n\r\nexample.org:443 first").endSending().expectEnd();
    }
}
