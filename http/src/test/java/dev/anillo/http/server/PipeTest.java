package dev.anillo.http.server;

import static dev.anillo.http.server.RawClient.DATE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.net.TcpSocket;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A body that goes back to the client as it comes.
class PipeTest extends ServerTest {
    private static final int SMALL_RECEIVE_BYTES = 4 * 1024;

    private static void pipe(HttpRequest request, HttpResponse response) {
        request.pipe(response);
    }

    @Test
    void aBodyOfKnownLengthGoesBackWithThatLength() {
        var client = clientOf(PipeTest::pipe);
        for (var i = 0; i < 3; i++) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").expectResponse("200 OK", "hello");
        }
    }

    @Test
    void aBodyThatComesInPartsGoesBackInParts() {
        var client = clientOf(PipeTest::pipe).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
        client.expect("HTTP/1.1 200 OK\r\n" + DATE + "Content-Length: 10\r\n\r\nhello");
        client.send("world").expect("world");
        client.request("GET /").expectResponse("200 OK", "");
    }

    @Test
    void chunksGoBackInChunks() {
        clientOf(PipeTest::pipe)
                .send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n")
                .expect("HTTP/1.1 200 OK\r\n" + DATE + "Transfer-Encoding: chunked\r\n\r\n"
                        + "5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n");
    }

    @Test
    void whatWasSetBeforeIsKept() {
        clientOf((request, response) -> {
            response.status(201).header("X-A", "b");
            request.pipe(response);
        }).send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab").expectResponse("201 Created", "ab", "X-A: b");
    }

    @Test
    void leaveToSendTheBodyIsGiven() {
        clientOf(PipeTest::pipe).request("POST /", "Content-Length: 2", "Expect: 100-continue")
                .expect("HTTP/1.1 100 Continue\r\n\r\n").send("ab").expectResponse("200 OK", "ab");
    }

    @Test
    void pipedRequestsAreAnsweredInTheirTurn() {
        var pending = new LinkedBlockingQueue<HttpResponse>();
        var client = clientOf((request, response) -> {
            if (request.path().equals("/late")) pending.add(response);
            else request.pipe(response);
        });
        client.request("GET /late").send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab").request("GET /late");
        var first = Deadline.next(pending);
        var third = Deadline.next(pending);
        onLoop(() -> {
            third.end("3");
            first.end("1");
        });
        client.expectResponse("200 OK", "1").expectResponse("200 OK", "ab").expectResponse("200 OK", "3");
    }

    @Test
    void aRequestMayBePipedLater() {
        var client = clientOf((request, response) -> request.socket().loop().setTimeout(() -> request.pipe(response), 1));
        client.request("GET /").expectResponse("200 OK", "");
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab").expectResponse("200 OK", "ab");
    }

    @Test
    void aClientThatDoesNotReadIsNotReadFrom() throws InterruptedException {
        var sockets = new LinkedBlockingQueue<TcpSocket>();
        var client = connect(serve((request, response) -> {
            sockets.add(request.socket());
            request.pipe(response);
        }), SMALL_RECEIVE_BYTES);
        var body = new byte[20_000_000];
        for (var i = 0; i < body.length; i++) body[i] = (byte) (i * 31 >> 3);
        client.request("POST /", "Content-Length: " + body.length);
        var sender = Thread.ofPlatform().start(() -> client.send(body));
        var socket = Deadline.next(sockets);
        Deadline.until(() -> onLoop(socket::isPaused), () -> "the client is read from, whatever waits for it");
        assertTrue(onLoop(socket::waitingBytes) < 1_000_000, "no more than what was read at once");
        client.readHead();
        assertArrayEquals(body, client.read(body.length));
        sender.join();
    }

    @Test
    void onlyItsOwnResponseTakesABodyAndOnlyOnce() {
        var others = new LinkedBlockingQueue<HttpResponse>();
        var client = clientOf((request, response) -> {
            if (others.isEmpty()) {
                others.add(response);
                return;
            }
            var other = others.remove();
            assertThrows(IllegalArgumentException.class, () -> request.pipe(other));
            request.pipe(response);
            assertThrows(RuntimeException.class, () -> request.pipe(response));
            assertThrows(IllegalStateException.class, () -> request.onData(_ -> {}));
            assertThrows(IllegalStateException.class, () -> request.onEnd(() -> {}));
            assertThrows(IllegalStateException.class, () -> response.header("a", "b"));
            assertThrows(IllegalStateException.class, () -> response.write("mine"));
            assertThrows(IllegalStateException.class, response::end);
            assertTrue(response.ended());
            other.end("other");
        });
        client.request("GET /").send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
                .expectResponse("200 OK", "other").expectResponse("200 OK", "ab");
    }

    @Test
    void aClientThatGoesWithinItsBodyIsTold() {
        var aborted = new AtomicInteger();
        var client = clientOf((request, response) -> {
            request.onAborted(aborted::incrementAndGet);
            request.pipe(response);
        });
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab").readHead();
        client.close();
        Deadline.until(() -> aborted.get() == 1, () -> "aborted " + aborted);
        assertEquals(1, aborted.get());
    }
}
