package dev.anillo.http.server;

import static dev.anillo.http.server.RawClient.DATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpResponse;
import dev.anillo.http.HttpServer;
import dev.anillo.loop.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Heads and framing of responses, byte for byte.
class ResponsesTest extends ServerTest {
    private RawClient answered(Consumer<HttpResponse> answer) {
        return clientOf((_, response) -> answer.accept(response));
    }

    @Test
    void helloWorldByteForByte() {
        answered(response -> {
            response.status(200);
            response.header("Content-Type", "text/plain");
            response.end("Hola Mundo");
        }).request("GET /").expect("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + DATE
                + "Content-Length: 10\r\n\r\nHola Mundo");
    }

    @Test
    void fieldsThatComeAgainAndAgainAreWrittenAsTheFirstTime() {
        var client = answered(response -> response.header("Server", "one").header("Server", "two").addHeader("Server", "one")
                .header("X-Own", "last").removeHeader("X-Own").header("Date", "long ago").end());
        for (var i = 0; i < 5; i++) {
            client.request("GET /").expect("HTTP/1.1 200 OK\r\nServer: two\r\nServer: one\r\nDate: long ago\r\n"
                    + "Content-Length: 0\r\n\r\n");
        }
    }

    @Test
    void dateIsTheTimeOfTheAnswer() {
        var before = Instant.now().minusSeconds(1);
        var head = answered(HttpResponse::end).request("GET /").readHead();
        var date = head.lines().filter(line -> line.startsWith("Date: ")).findFirst().orElseThrow().substring(6);
        var told = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        assertTrue(told.isAfter(before) && Duration.between(before, told).toSeconds() < 20, date);
    }

    @Test
    void aDateThatTheProgramSetsIsNotSetTwice() {
        answered(response -> response.header("date", "never").end()).request("GET /")
                .expect("HTTP/1.1 200 OK\r\ndate: never\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void theServersNameIsSentWithEachResponseThatHasNoneOfItsOwn() {
        var client = connect(serve(loop, (request, response) -> {
            switch (request.path()) {
                case "/own" -> response.header("server", "its/own");
                case "/back" -> response.header("Server", "x").removeHeader("server");
                default -> {}
            }
            response.end();
        }, server -> server.serverName("tienda/2.1")));
        client.request("GET /").expectResponse("200 OK", "", "Server: tienda/2.1");
        client.request("GET /own").expectResponse("200 OK", "", "server: its/own");
        client.request("GET /back").expectResponse("200 OK", "", "Server: tienda/2.1");
        assertTrue(client.send("no request\r\n\r\n").readHead().contains("\r\nServer: tienda/2.1\r\n"));
    }

    @Test
    void aServersNameThatIsNoFieldValueIsRefused() {
        var server = HttpServer.create(EventLoop.start(), (_, _) -> {});
        assertThrows(IllegalArgumentException.class, () -> server.serverName("a\r\nb: c"));
        assertThrows(IllegalArgumentException.class, () -> server.serverName("a".repeat(81)));
        assertEquals(server, server.serverName(null));
        server.loop().close();
    }

    /// [http-automatic-headers]
    @Test
    void dateAndContentLengthZeroAreAutomatic() {
        answered(HttpResponse::end).request("GET /").expectResponse("200 OK", "");
    }

    /// [http-server-keep-alive-defaults, http-keep-alive-timeout] In Node the field is announced.
    @Test
    void noKeepAliveFieldIsSentUnlessTheProgramSetsOne() {
        var client = clientOf((request, response) -> {
            if (request.target().equals("/asked")) response.header("Keep-Alive", "timeout=75");
            response.end("x");
        });
        client.request("GET /", "Connection: keep-alive").expectResponse("200 OK", "x");
        client.request("GET /asked").expectResponse("200 OK", "x", "Keep-Alive: timeout=75");
    }

    @Test
    void aBodyInPartsComesInChunks() {
        var client = answered(response -> {
            response.write("a part");
            response.write("");
            response.write("é".getBytes(StandardCharsets.UTF_8));
            response.end("the last");
        });
        client.request("GET /").expect("HTTP/1.1 200 OK\r\n" + DATE + "Transfer-Encoding: chunked\r\n\r\n"
                + "6\r\na part\r\n2\r\n\u00c3\u00a9\r\n8\r\nthe last\r\n0\r\n\r\n");
        client.request("GET /").readHead();
    }

    @Test
    void buffersTravelAsBytesAndTextsDo() {
        var client = clientOf((request, response) -> {
            response.write(loop.takeBuffer(10).append("one ".getBytes(StandardCharsets.US_ASCII)));
            response.write(loop.takeBuffer(10));
            response.end(loop.takeBuffer(10).append("two".getBytes(StandardCharsets.US_ASCII)));
        });
        client.request("GET /").readHead();
        client.expect("4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n");
        client.request("HEAD /").readHead();
        client.request("GET /").readHead();
        client.expect("4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n");
    }

    @Test
    void aContentLengthThatIsSetMakesPartsGoWithoutChunks() {
        answered(response -> {
            response.header("content-length", "6");
            response.write("abc");
            response.end("def");
        }).request("GET /").expectResponse("200 OK", "abcdef");
    }

    @Test
    void aClientOfHttp10GetsABodyInPartsUntilTheEndOfTheConnection() {
        answered(response -> {
            response.write("abc");
            response.end("def");
        }).send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                .expect("HTTP/1.1 200 OK\r\n" + DATE + "Connection: close\r\n\r\nabcdef").expectEnd();
    }

    @Test
    void aClientOfHttp10ThatAsksForItKeepsItsConnection() {
        var client = answered(response -> response.end("abc"));
        client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                .expect("HTTP/1.1 200 OK\r\n" + DATE + "Content-Length: 3\r\nConnection: keep-alive\r\n\r\nabc");
        client.send("GET / HTTP/1.0\r\n\r\n").expectLastResponse("200 OK", "abc");
    }

    @Test
    void aConnectionEndsWhenEitherSideSaysClose() {
        answered(response -> response.end("abc")).request("GET /", "Connection: close").expectLastResponse("200 OK", "abc");
        answered(response -> response.header("connection", "Close").end("abc")).request("GET /")
                .expectLastResponse("200 OK", "abc");
    }

    @Test
    void theAnswerToConnectIsTheLastOne() {
        answered(response -> response.status(403).end("no tunnel")).send("CONNECT host:1 HTTP/1.1\r\nHost: host:1\r\n\r\nGET / HTTP/1.1\r\n")
                .expectLastResponse("403 Forbidden", "no tunnel");
    }

    /// [http-head-throw-on-response-body-write]
    @Test
    void headIsAnsweredAsGetWithoutTheBody() {
        var client = clientOf((request, response) -> {
            switch (request.target()) {
                case "/whole" -> response.end("abc");
                case "/parts" -> {
                    response.write("abc");
                    response.end("def");
                }
                case "/length" -> response.header("Content-Length", "100").end();
                default -> response.end();
            }
        });
        client.request("HEAD /whole").expect("HTTP/1.1 200 OK\r\n" + DATE + "Content-Length: 3\r\n\r\n");
        client.request("HEAD /parts").expect("HTTP/1.1 200 OK\r\n" + DATE + "Transfer-Encoding: chunked\r\n\r\n");
        client.request("HEAD /length").expect("HTTP/1.1 200 OK\r\n" + DATE + "Content-Length: 100\r\n\r\n");
        client.request("HEAD /unknown").expect("HTTP/1.1 200 OK\r\n" + DATE + "\r\n");
        client.request("GET /whole").expectResponse("200 OK", "abc");
    }

    @Test
    void noBodyAndNoLengthGoWith204AndTheConnectionStays() {
        var client = clientOf((request, response) -> {
            response.status(204);
            if (request.target().equals("/length")) response.header("Content-Length", "0");
            if (request.target().equals("/parts")) response.write("dropped");
            response.end();
        });
        for (var target : List.of("/", "/length", "/parts")) {
            client.request("GET " + target).expect("HTTP/1.1 204 No Content\r\n" + DATE + "\r\n");
        }
    }

    @Test
    void noBodyGoesWith304ButTheLengthOfTheUnsentOneMay() {
        var client = clientOf((request, response) -> {
            response.status(304);
            if (request.target().equals("/length")) response.header("Content-Length", "9");
            response.end();
        });
        client.request("GET /").expect("HTTP/1.1 304 Not Modified\r\n" + DATE + "\r\n");
        client.request("GET /length").expect("HTTP/1.1 304 Not Modified\r\n" + DATE + "Content-Length: 9\r\n\r\n");
    }

    @Test
    void aStatusWithoutAPhraseOfItsOwnHasAnEmptyOne() {
        answered(response -> response.status(799).end()).request("GET /").expectResponse("799 ", "");
    }

    @Test
    void aHeaderThatIsSetAgainIsReplacedAndAnAddedOneIsNot() {
        answered(response -> {
            response.header("A", "1").header("B", "long value").header("a", "2");
            response.addHeader("Set-Cookie", "x=1").addHeader("set-cookie", "y=2");
            response.header("b", "3");
            assertEquals("x=1", response.header("SET-COOKIE"));
            assertNull(response.header("C"));
            response.end();
        }).request("GET /").expectResponse("200 OK", "", "A: 2", "B: 3", "Set-Cookie: x=1", "set-cookie: y=2");
    }

    @Test
    void repeatedHeadersAreReplacedByOne() {
        answered(response -> {
            for (var i = 0; i < 20; i++) response.addHeader("A", "" + i).addHeader("B", "" + i);
            response.header("a", "last").header("b", "one").end();
        }).request("GET /").expectResponse("200 OK", "", "A: last", "B: one");
    }

    @Test
    void contentLengthIsSentOnceHoweverOftenItIsSet() {
        answered(response -> {
            response.header("Content-Length", "1").addHeader("content-length", "3");
            assertEquals("3", response.header("CONTENT-LENGTH"));
            response.end("abc");
        }).request("GET /").expectResponse("200 OK", "abc");
    }

    /// [http-response-splitting]
    @Test
    void whatWouldSplitAResponseIsRefused() {
        var refused = new LinkedBlockingQueue<String>();
        answered(response -> {
            for (var value : List.of("a\r\nB: c", "a\nb", "a\rb", "a\0b", "\u0007", "\u0100", "日本")) {
                refused.add(assertThrows(IllegalArgumentException.class, () -> response.header("A", value)).getMessage());
                assertThrows(IllegalArgumentException.class, () -> response.addHeader("A", value));
            }
            for (var name : List.of("", "a b", "a:", "a\r\n", "é", "(")) {
                assertThrows(IllegalArgumentException.class, () -> response.header(name, "v"));
            }
            for (var length : List.of("", "-1", "+1", "1.0", "9223372036854775808", " 1")) {
                assertThrows(IllegalArgumentException.class, () -> response.header("Content-Length", length));
            }
            assertThrows(IllegalArgumentException.class, () -> response.header("Connection", "upgrade"));
            assertThrows(IllegalArgumentException.class, () -> response.header("transfer-encoding", "chunked"));
            response.header("A", "\u00e9 with\ttab").end();
        }).request("GET /").expectResponse("200 OK", "", "A: \u00e9 with\ttab");
        assertEquals("value of header A has a character that no field may have (RFC 9110 §5.5): U+000D at 1",
                Deadline.next(refused));
    }

    /// [http-response-statuscode]
    @Test
    void aStatusThatNoFinalResponseHasIsRefused() {
        answered(response -> {
            for (var status : new int[] {-1, 0, 99, 100, 199, 1000}) {
                assertThrows(IllegalArgumentException.class, () -> response.status(status));
                assertThrows(IllegalArgumentException.class, () -> response.writeHead(status));
            }
            response.status(999).end();
        }).request("GET /").expectResponse("999 ", "");
    }

    @Test
    void onceTheHeadWasSentItIsSettled() {
        answered(response -> {
            assertFalse(response.headSent());
            response.write("abc");
            assertTrue(response.headSent());
            assertThrows(IllegalStateException.class, () -> response.status(404));
            assertThrows(IllegalStateException.class, () -> response.header("A", "b"));
            assertThrows(IllegalStateException.class, () -> response.addHeader("A", "b"));
            response.end();
        }).request("GET /").expect("HTTP/1.1 200 OK\r\n" + DATE + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    }

    @Test
    void onceEndedAResponseTakesNothingMore() {
        var client = answered(response -> {
            response.end("abc");
            assertTrue(response.ended());
            for (var use : Stream.<Runnable>of(response::end, () -> response.end("x"), () -> response.end(new byte[1]),
                    () -> response.write("x"), () -> response.write(new byte[1]), () -> response.status(200),
                    () -> response.header("A", "b"), () -> response.end(loop.takeBuffer(1)),
                    () -> response.write(loop.takeBuffer(1))).toList()) {
                assertThrows(IllegalStateException.class, use::run);
            }
        });
        client.request("GET /").expectResponse("200 OK", "abc").request("GET /").expectResponse("200 OK", "abc");
    }

    @Test
    void aResponseKeptForLaterTakesNothingMoreOnceEnded() {
        var kept = new LinkedBlockingQueue<HttpResponse>();
        var client = answered(kept::add).request("GET /");
        var response = Deadline.next(kept);
        onLoop(() -> response.end("abc"));
        client.expectResponse("200 OK", "abc").request("GET /");
        var next = Deadline.next(kept);
        onLoop(() -> {
            assertThrows(IllegalStateException.class, () -> response.write("x"));
            assertThrows(IllegalStateException.class, response::end);
            assertThrows(IllegalStateException.class, () -> response.header("A", "b"));
            next.end("def");
        });
        client.expectResponse("200 OK", "def");
    }

    /// [http-content-length-mismatch]
    @Test
    void aBodyThatDoesNotMatchItsContentLengthIsAnErrorThatTheHandlerCanStillMend() {
        var client = clientOf((request, response) -> {
            response.header("Content-Length", "3");
            assertThrows(IllegalStateException.class, () -> response.end("ab"));
            assertThrows(IllegalStateException.class, () -> response.end("abcd"));
            assertThrows(IllegalStateException.class, () -> response.write("abcd"));
            assertThrows(IllegalStateException.class, response::end);
            assertFalse(response.headSent());
            if (request.target().equals("/mended")) response.end("abc");
            else response.end("abcd");
        });
        client.request("GET /mended").expectResponse("200 OK", "abc").request("GET /");
        client.expectResponse("500 Internal Server Error", "the server failed to answer this request\n",
                "Content-Type: text/plain; charset=utf-8");
        assertEquals("body is longer than its Content-Length of 3 bytes", nextHandlerError().getMessage());
    }

    @Test
    void nothingFollowsABodyTooLongForTheContentLengthThatWasSent() {
        var client = answered(response -> {
            response.header("Content-Length", "3").write("abc");
            response.write("d");
        });
        client.request("GET /").request("GET /").expectResponse("200 OK", "abc").expectEnd();
        assertEquals("body is longer than its Content-Length of 3 bytes", nextHandlerError().getMessage());
    }

    @Test
    void theConnectionEndsWithABodyTooShortForTheContentLengthThatWasSent() {
        var client = answered(response -> {
            response.header("Content-Length", "3").write("ab");
            response.end();
        });
        client.request("GET /").request("GET /").readHead();
        assertEquals("ab", client.readToEnd());
        assertEquals("body ended after 2 bytes, its Content-Length says 3", nextHandlerError().getMessage());
    }

    @Test
    void aHeadLargerThanItsLimitIsAnsweredWith500() {
        var client = clientOf((request, response) -> {
            if (request.target().equals("/large")) response.header("A", "x".repeat(Limits.RESPONSE_HEAD_BYTES_MAX - 255));
            else response.header("A", "x".repeat(Limits.RESPONSE_HEAD_BYTES_MAX - 256 - 5));
            response.end();
        });
        client.request("GET /").expectResponse("200 OK", "", "A: " + "x".repeat(Limits.RESPONSE_HEAD_BYTES_MAX - 256 - 5));
        client.request("GET /large").readHead();
        assertTrue(nextHandlerError().getMessage().startsWith("response head of about"));
    }

    @Test
    void bodiesOfEverySizeArriveWhole() {
        var client = clientOf((request, response) -> {
            var bytes = Integer.parseInt(request.query());
            switch (request.path()) {
                case "/text" -> response.end("x".repeat(bytes));
                case "/bytes" -> response.end("x".repeat(bytes).getBytes(StandardCharsets.US_ASCII));
                default -> {
                    response.write("x".repeat(bytes / 2));
                    response.end("x".repeat(bytes - bytes / 2));
                }
            }
        });
        for (var bytes : List.of(0, 1, 1023, 1024, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 64 * 1024, 1 << 20)) {
            var body = "x".repeat(bytes);
            client.request("GET /text?" + bytes).expectResponse("200 OK", body);
            client.request("GET /bytes?" + bytes).expectResponse("200 OK", body);
            client.request("GET /parts?" + bytes).readHead();
            for (var part : List.of("x".repeat(bytes / 2), "x".repeat(bytes - bytes / 2))) {
                if (!part.isEmpty()) client.expect(Integer.toHexString(part.length()) + "\r\n" + part + "\r\n");
            }
            client.expect("0\r\n\r\n");
        }
    }
}
