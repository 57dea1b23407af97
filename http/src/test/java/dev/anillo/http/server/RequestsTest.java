package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// What the handler sees of a request, and how bodies reach it.
class RequestsTest extends ServerTest {
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

    private final LinkedBlockingQueue<HttpRequest> requests = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<HttpResponse> responses = new LinkedBlockingQueue<>();

    /// Answers with the body, once it is complete.
    static void echo(HttpRequest request, HttpResponse response) {
        var body = new ByteArrayOutputStream();
        request.onData(data -> body.writeBytes(data.toByteArray())).onEnd(() -> response.end(body.toByteArray()));
    }

    private void later(HttpRequest request, HttpResponse response) {
        requests.add(request);
        responses.add(response);
    }

    private static String text(HttpRequest request) {
        var text = new StringBuilder(request.method()).append(' ').append(request.target()).append(' ')
                .append(request.path()).append(' ').append(request.query()).append(' ').append(request.minorVersion());
        for (var i = 0; i < request.headerCount(); i++) {
            text.append('|').append(request.headerName(i)).append('=').append(request.headerValue(i));
        }
        return text.append('|').append(request.contentLength()).toString();
    }

    @Test
    void theHandlerSeesTheHeadAsSent() {
        var client = clientOf((request, response) -> response.end(text(request)));
        client.send("GET /a%20b?c=d?e HTTP/1.1\r\nHOST: x\r\nA:  1 \r\na: 2\r\n\r\n")
                .expectResponse("200 OK", "GET /a%20b?c=d?e /a%20b c=d?e 1|HOST=x|A=1|a=2|0");
        client.send("PURGE http://host/p HTTP/1.1\r\nHost: host\r\n\r\n")
                .expectResponse("200 OK", "PURGE http://host/p /p null 1|Host=host|0");
        client.send("OPTIONS http://host?q HTTP/1.1\r\nHost: host\r\n\r\n")
                .expectResponse("200 OK", "OPTIONS http://host?q / q 1|Host=host|0");
        client.send("OPTIONS * HTTP/1.1\r\nHost: host\r\n\r\n")
                .expectResponse("200 OK", "OPTIONS * * null 1|Host=host|0");
        client.send("\r\nGET /? HTTP/1.0\r\nHost: h\r\n\r\n").expectLastResponse("200 OK", "GET /? /  0|Host=h|0");
    }

    @Test
    void theHeadCanBeReadWhileTheAnswerIsAwaitedAndNotAfterIt() {
        var client = clientOf(this::later).request("GET /first?q", "A: b");
        var first = Deadline.next(requests);
        var response = Deadline.next(responses);
        client.request("GET /second"); // another head in the memory that the first one came in
        onLoop(() -> {
            assertEquals("GET /first?q /first q 1|Host=localhost|A=b|0", text(first));
            response.end("x");
        });
        client.expectResponse("200 OK", "x");
        assertEquals("/second", onLoop(Deadline.next(requests)::target));
        onLoop(() -> {
            assertThrows(IllegalStateException.class, first::target);
            assertThrows(IllegalStateException.class, () -> first.header("A"));
            assertEquals("HttpRequest[ended]", first.toString());
            first.onData(_ -> {}).onEnd(() -> {}).onAborted(() -> {}); // too late, and harmless
            first.pause();
            first.resume();
            Deadline.next(responses).end("y");
        });
        client.expectResponse("200 OK", "y");
    }

    /// [http-server-multiheaders, http-set-cookies]
    @Test
    void repeatedHeadersAreJoinedOrListed() {
        clientOf((request, response) -> {
            assertNull(request.header("absent"));
            assertEquals(List.of(), request.headers("absent"));
            assertEquals(List.of("1", "2", ""), request.headers("X-LIST"));
            assertThrows(IndexOutOfBoundsException.class, () -> request.headerValue(4));
            assertThrows(IndexOutOfBoundsException.class, () -> request.headerName(-1));
            response.end(request.header("x-list"));
        }).request("GET /", "X-List: 1", "x-list: 2", "X-LIST:").expectResponse("200 OK", "1, 2, ");
    }

    @Test
    void aBodyOfEitherFramingAndAnySizeIsEchoedOnOneConnection() {
        var client = clientOf(RequestsTest::echo);
        for (var bytes : List.of(0, 1, 100, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 100_000, 1 << 20)) {
            var body = "0123456789".repeat(bytes / 10 + 1).substring(0, bytes);
            client.send(RawClient.requestText("POST /", "Content-Length: " + bytes) + body).expectResponse("200 OK", body);
            client.send(RawClient.requestText("PUT /", "Transfer-Encoding: chunked") + chunked(body, 7777))
                    .expectResponse("200 OK", body);
        }
    }

    private static String chunked(String body, int chunkBytes) {
        var text = new StringBuilder();
        for (var at = 0; at < body.length(); at += chunkBytes) {
            var chunk = body.substring(at, Math.min(body.length(), at + chunkBytes));
            text.append(Integer.toHexString(chunk.length())).append(";ext=1\r\n").append(chunk).append("\r\n");
        }
        return text.append("0\r\n\r\n").toString();
    }

    @Test
    void trailersAreReadOverEvenWhenTheyComeInPieces() {
        var client = clientOf(RequestsTest::echo);
        client.request("POST /", "Transfer-Encoding: chunked");
        for (var piece : List.of("3", "\r", "\nab", "c\r\n0\r\n", "Dig", "est: x\r\nB", ": c\r\n\r", "\n" + "GET / HT")) {
            client.send(piece);
            onLoop(() -> {}); // taken in before the next one is sent
        }
        client.expectResponse("200 OK", "abc").send("TP/1.1\r\nHost: x\r\n\r\n").expectResponse("200 OK", "");
    }

    @Test
    void onEndComesOnceWithAndWithoutABodyAndWhenItIsSetLate() {
        var told = new ArrayList<String>();
        var client = clientOf((request, response) -> {
            record(request, told);
            later(request, response);
        });
        client.request("GET /");
        Deadline.next(requests);
        onLoop(() -> Deadline.next(responses).end("x"));
        client.expectResponse("200 OK", "x").send(RawClient.requestText("POST /", "Content-Length: 3") + "abc");
        Deadline.next(requests);
        Deadline.until(() -> onLoop(() -> told.size() == 3), told::toString);
        onLoop(() -> Deadline.next(responses).end("y"));
        client.expectResponse("200 OK", "y");
        assertEquals(List.of("end", "data abc", "end"), onLoop(() -> List.copyOf(told)));

        var late = clientOf(this::later).request("GET /late");
        var request = Deadline.next(requests);
        var ended = new CompletableFuture<Void>();
        onLoop(() -> request.onEnd(() -> ended.complete(null)));
        await(ended);
        onLoop(() -> Deadline.next(responses).end("z"));
        late.expectResponse("200 OK", "z");
    }

    @Test
    void aBodyWaitsForItsConsumer() {
        var client = clientOf(this::later);
        client.send(RawClient.requestText("POST /", "Content-Length: 6") + "abc").send("def");
        client.send(RawClient.requestText("POST /next", "Content-Length: 1") + "x");
        var request = Deadline.next(requests);
        var response = Deadline.next(responses);
        onLoop(() -> echo(request, response));
        client.expectResponse("200 OK", "abcdef");
        onLoop(() -> echo(Deadline.next(requests), Deadline.next(responses)));
        client.expectResponse("200 OK", "x");
    }

    @Test
    void aPausedBodyComesWholeAfterResume() {
        var told = new ArrayList<String>();
        var client = clientOf((request, response) -> {
            request.onData(data -> {
                told.add(data.toString());
                request.pause();
                requests.add(request);
            }).onEnd(() -> response.end(String.join("", told)));
        });
        client.request("POST /", "Transfer-Encoding: chunked").send("3\r\nabc\r\n3\r\ndef\r\n").send("1\r\ng\r\n0\r\n\r\n");
        for (var part : List.of("abc", "def", "g")) {
            var request = Deadline.next(requests);
            onLoop(() -> assertEquals(part, told.getLast()));
            onLoop(request::resume);
        }
        client.expectResponse("200 OK", "abcdefg");
    }

    @Test
    void buffersOfABodyCanBeKept() {
        var kept = new ArrayList<Buffer>();
        var client = clientOf((request, response) -> request.onData(data -> kept.add(data.keep())).onEnd(() -> {
            for (var buffer : kept) response.write(buffer);
            kept.clear();
            response.end();
        }));
        // parts of a receive buffer, whole ones, and parts behind a head
        client.send(RawClient.requestText("POST /", "Transfer-Encoding: chunked", "X: y") + "3\r\nabc\r\n2\r\nde\r\n").send("0\r\n\r\n");
        client.readHead();
        client.expect("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        client.send(RawClient.requestText("POST /", "Content-Length: 4") + "wxyz").readHead();
        client.expect("4\r\nwxyz\r\n0\r\n\r\n");
    }

    /// [http-dump-req-when-res-ends]
    @Test
    void aBodyThatTheResponseDidWithoutIsReadOver() {
        var client = clientOf((request, response) -> response.end(request.target()));
        client.send(RawClient.requestText("POST /1", "Content-Length: 6") + "abc");
        client.expectResponse("200 OK", "/1").send("def" + RawClient.requestText("POST /2", "Transfer-Encoding: chunked"));
        client.expectResponse("200 OK", "/2").send("3\r\nabc\r\n0\r\nA: b\r\n\r\n").request("GET /3").expectResponse("200 OK", "/3");
    }

    /// [http-pause-no-dump] In Node a body that the program paused is left where it is.
    @Test
    void aPausedBodyIsReadOverOnceTheResponseHasEnded() {
        var client = clientOf((request, response) -> {
            request.onData(_ -> {
                request.pause();
                loop.setImmediate(() -> response.end("enough"));
            });
        });
        client.send(RawClient.requestText("POST /", "Content-Length: 60000") + "b".repeat(60_000));
        client.expectResponse("200 OK", "enough");
        client.send(RawClient.requestText("POST /", "Content-Length: 1") + "b").expectResponse("200 OK", "enough");
    }

    @Test
    void aBodyTooLongToBeReadOverEndsTheConnectionAfterTheAnswer() {
        var client = clientOf((_, response) -> response.end("enough"));
        client.request("POST /", "Content-Length: 10000000").send(new byte[new HttpLimits().drainBytesMax() + 1]);
        client.expectResponse("200 OK", "enough").expectEnd();
    }

    @Test
    void aBadChunkBehindAnEarlyAnswerLeavesTheAnswerStanding() {
        var client = clientOf((_, response) -> response.end("x".repeat(100_000)));
        client.request("POST /", "Transfer-Encoding: chunked").send("no chunk\r\n");
        client.expectResponse("200 OK", "x".repeat(100_000)).expectEnd();
    }

    @Test
    void aClientThatWaitsForLeaveIsTold100WhenTheBodyIsWanted() {
        var client = clientOf(RequestsTest::echo);
        client.request("POST /", "Expect: 100-continue", "Content-Length: 3").expect(CONTINUE)
                .send("abc").expectResponse("200 OK", "abc");
        client.request("POST /", "Expect: 100-Continue", "Transfer-Encoding: chunked").expect(CONTINUE)
                .send("1\r\nx\r\n0\r\n\r\n").expectResponse("200 OK", "x");
        client.request("GET /", "Expect: 100-continue").expectResponse("200 OK", "");
    }

    @Test
    void leaveCanBeGivenLate() {
        var client = clientOf(this::later).request("POST /", "Expect: 100-continue", "Content-Length: 3");
        var request = Deadline.next(requests);
        var response = Deadline.next(responses);
        onLoop(() -> echo(request, response));
        client.expect(CONTINUE).send("abc").expectResponse("200 OK", "abc");
    }

    /// [http-expect-handling]
    @Test
    void aHandlerThatRefusesABodyAnswersWithout100AndTheConnectionEnds() {
        clientOf((_, response) -> response.status(413).end("too much"))
                .request("POST /", "Expect: 100-continue", "Content-Length: 3")
                .expectLastResponse("413 Content Too Large", "too much");
    }

    @Test
    void aBodyThatIsSentWithoutLeaveIsTakenAllTheSame() {
        var client = clientOf(this::later);
        client.send(RawClient.requestText("POST /", "Expect: 100-continue", "Content-Length: 3") + "abc");
        Deadline.next(requests);
        onLoop(() -> {}); // the body is there by now
        onLoop(() -> Deadline.next(responses).end("x"));
        assertEquals("HTTP/1.1 200 OK", client.readHead().lines().findFirst().orElseThrow());
    }

    @Test
    void aClientOfHttp10DoesNotGet100() {
        clientOf(RequestsTest::echo).send("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc")
                .expectLastResponse("200 OK", "abc");
    }

    @Test
    void bytesBeyondAsciiInAHeaderArriveAsLatin1() {
        var client = clientOf((request, response) ->
                response.end(request.header("A").getBytes(StandardCharsets.ISO_8859_1)));
        client.send("GET / HTTP/1.1\r\nHost: x\r\nA: \u00e9\u00ff\r\n\r\n").expectResponse("200 OK", "\u00e9\u00ff");
    }
}
