package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the server will not understand: it says why, closes, and goes on with others. The handler hears nothing of it.
class RefusalTest extends ServerTest {
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void listen() {
        server = serve((request, response) -> {
            handled.add(request.target());
            RequestsTest.echo(request, response);
        });
    }

    private void expectRefusal(String statusLine, String requestText) {
        var client = connect(server).send(requestText);
        expectRefusal(statusLine, client);
    }

    private void expectRefusal(String statusLine, RawClient client) {
        var text = client.readToEnd();
        assertTrue(text.startsWith("HTTP/1.1 " + statusLine + "\r\nContent-Type: text/plain; charset=utf-8\r\nDate: "), text);
        assertTrue(text.contains("\r\nConnection: close\r\n\r\n"), text);
        var body = text.substring(text.indexOf("\r\n\r\n") + 4);
        assertTrue(body.contains("RFC ") && text.contains("\r\nContent-Length: " + body.length() + "\r\n"), text);
        connect(server).request("GET /after").expectResponse("200 OK", "").close();
        handled.remove("/after");
        assertEquals(List.of(), handled);
    }

    private static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    /// [http-server-client-error]
    @Test
    void malformedHeadsAreAnswered400() {
        for (var head : List.of(
                "GET\r\n\r\n",
                "G(T / HTTP/1.1\r\n",
                "GET /a b HTTP/1.1\r\n",
                "GET / HTTP/1.1\n",
                head("GET / HTTP/1.1"),
                head("GET / HTTP/1.1", "Host: a", "Host: a"),
                head("GET / HTTP/1.1", "Host: a", " folded: b"),
                head("GET / HTTP/1.1", "Host: a", "b"),
                head("GET / HTTP/1.1", "Host: a", ": b"),
                head("GET / HTTP/1.1", "Host: a/b"),
                "\u0016\u0003\u0001\u0002\u0000\u0001")) { // a TLS client at the wrong port
            expectRefusal("400 Bad Request", head);
        }
    }

    /// [http-request-smuggling-content-length, http-transfer-encoding-smuggling]
    @Test
    void whatSmugglesRequestsIsAnswered400() {
        for (var fields : List.of(
                List.of("Content-Length : 5"),
                List.of("Content-Length: 5", "Content-Length: 5"),
                List.of("Content-Length: 5, 5"),
                List.of("Content-Length: +5"),
                List.of("Content-Length: 0x5"),
                List.of("Content-Length: 9223372036854775808"),
                List.of("Content-Length: 5", "Transfer-Encoding: chunked"),
                List.of("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
                List.of("Transfer-Encoding: chunked, chunked"),
                List.of("Transfer-Encoding:"),
                List.of("Transfer-Encoding : chunked"))) {
            expectRefusal("400 Bad Request", RawClient.requestText("POST /", fields.toArray(String[]::new)) + "0\r\n\r\n");
        }
    }

    @Test
    void aRequestThatIsRefusedAfterGoodOnesIsRefusedInItsTurn() {
        var client = connect(server).send(RawClient.requestText("HEAD /1") + RawClient.requestText("GET /2") + "nonsense\r\n\r\n");
        client.expect("HTTP/1.1 200 OK\r\n" + RawClient.DATE + "\r\n").expectResponse("200 OK", "");
        handled.clear();
        expectRefusal("400 Bad Request", client);
    }

    @Test
    void aRefusalBehindAHeadRequestHasItsBody() {
        var client = connect(server).request("HEAD /").expect("HTTP/1.1 200 OK\r\n" + RawClient.DATE + "\r\n");
        handled.clear();
        expectRefusal("400 Bad Request", client.send("?\r\n\r\n"));
    }

    /// [http-header-overflow]
    @Test
    void aHeadLargerThanItsLimitIsAnswered431AlthoughTheClientGoesOnSending() {
        var client = connect(server).send(head("GET / HTTP/1.1", "Host: a", "X: " + "x".repeat(200_000)));
        expectRefusal("431 Request Header Fields Too Large", client);
    }

    @Test
    void tooManyFieldsAreAnswered431() {
        var fields = new ArrayList<String>();
        for (var i = 0; i < 100; i++) fields.add("X: y");
        expectRefusal("431 Request Header Fields Too Large", RawClient.requestText("GET /", fields.toArray(String[]::new)));
    }

    @Test
    void aTargetLongerThanItsLimitIsAnswered414() {
        expectRefusal("414 URI Too Long", RawClient.requestText("GET /" + "x".repeat(9000)));
    }

    @Test
    void aTransferCodingThatIsNotImplementedIsAnswered501() {
        expectRefusal("501 Not Implemented", RawClient.requestText("POST /", "Transfer-Encoding: gzip, chunked"));
    }

    @Test
    void aMethodLongerThanAnyIsAnswered501() {
        expectRefusal("501 Not Implemented", "X".repeat(9000));
    }

    @Test
    void anotherMajorVersionIsAnswered505() {
        expectRefusal("505 HTTP Version Not Supported", "GET / HTTP/2.0\r\nHost: a\r\n\r\n");
        expectRefusal("505 HTTP Version Not Supported", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }

    /// [http-expect-handling]
    @Test
    void anUnknownExpectationIsAnswered417() {
        expectRefusal("417 Expectation Failed", RawClient.requestText("POST /", "Expect: a miracle", "Content-Length: 3") + "abc");
    }

    private void expectBodyRefusal(String statusLine, String body) {
        var client = connect(server).send(RawClient.requestText("POST /", "Transfer-Encoding: chunked")).send(body);
        Deadline.until(() -> handled.remove("/"), () -> "not handled");
        expectRefusal(statusLine, client);
    }

    @Test
    void aBadChunkIsAnswered400() {
        for (var body : List.of("g\r\n", "5\r\nabcdefg\r\n", "5\nabcde", "-1\r\n", "3\r\nabc\r\n0\r\nContent-Length: 3\r\n\r\n",
                "ffffffffffffffffff\r\n")) {
            expectBodyRefusal("400 Bad Request", body);
        }
    }

    /// [http-chunk-extensions-limit]
    @Test
    void chunkExtensionsBeyondTheirLimitAreAnswered413() {
        expectBodyRefusal("413 Content Too Large", "3;" + "x".repeat(100_000) + "\r\nabc\r\n0\r\n\r\n");
    }

    @Test
    void trailersBeyondTheirLimitAreAnswered431() {
        expectBodyRefusal("431 Request Header Fields Too Large", "3\r\nabc\r\n0\r\nX: " + "x".repeat(100_000));
    }

    /// Closing with bytes unread would send RST, and that would take the answer back from the client's kernel.
    @Test
    void theReasonCanBeReadByAClientThatSendsMegabytesAllTheSame() {
        var client = connect(server).request("POST /", "Transfer-Encoding: gzip");
        for (var i = 0; i < 100; i++) client.send(new byte[100_000]);
        expectRefusal("501 Not Implemented", client);
    }
}
