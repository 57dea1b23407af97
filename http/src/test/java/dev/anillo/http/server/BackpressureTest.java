package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.net.TcpSocket;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Whoever is slow slows the other side down, and costs no memory meanwhile.
class BackpressureTest extends ServerTest {
    private static final int SMALL_RECEIVE_BYTES = 4 * 1024;

    private final LinkedBlockingQueue<TcpSocket> sockets = new LinkedBlockingQueue<>();

    @Test
    void aReaderThatDoesNotReadStopsTheWriterUntilOnDrain() {
        var written = new AtomicLong();
        var drains = new AtomicInteger();
        var total = 20_000_000;
        var part = new byte[10_000];
        var client = connect(serve((request, response) -> {
            sockets.add(request.socket());
            written.set(0);
            new Object() {
                void go() {
                    while (written.addAndGet(part.length) < total && response.write(part)) {}
                    if (written.get() >= total) response.end(part);
                }

                void begin() {
                    response.header("Content-Length", "" + total).onDrain(() -> {
                        drains.incrementAndGet();
                        go();
                    });
                    go();
                }
            }.begin();
        }), SMALL_RECEIVE_BYTES).request("GET /");
        var socket = Deadline.next(sockets);
        assertTrue(settled(written) < total);
        var waiting = onLoop(socket::waitingBytes);
        assertTrue(waiting > 0 && waiting <= TcpSocket.HIGH_WATER_BYTES + part.length + 1024, "waiting " + waiting);
        client.readHead();
        assertEquals(total, client.read(total).length);
        assertTrue(drains.get() > 0);
        client.request("GET /").readHead();
        assertEquals(total, client.read(total).length);
    }

    @Test
    void onDrainIsForTheResponseWhoseWriteAnsweredFalse() {
        var spurious = new AtomicInteger();
        var large = new byte[8_000_000];
        var pending = new LinkedBlockingQueue<HttpResponse>();
        var client = connect(serve((request, response) -> {
            if (request.target().equals("/large")) {
                sockets.add(request.socket());
                response.end(large);
            } else {
                response.onDrain(spurious::incrementAndGet);
                pending.add(response);
            }
        }), SMALL_RECEIVE_BYTES).request("GET /large");
        client.readHead();
        var socket = Deadline.next(sockets);
        var read = 0;
        for (; onLoop(socket::waitingBytes) > TcpSocket.HIGH_WATER_BYTES; read += 10_000) client.read(10_000);
        client.request("GET /"); // is read, while the rest of the large response still waits
        client.read(large.length - read);
        var response = Deadline.next(pending);
        Deadline.until(() -> onLoop(socket::waitingBytes) == 0, () -> "bytes wait");
        onLoop(() -> response.end("x"));
        client.expectResponse("200 OK", "x");
        assertEquals(0, spurious.get());
    }

    @Test
    void aPausedBodySlowsTheSenderAndCostsNoMemory() {
        var received = new AtomicLong();
        var requests = new LinkedBlockingQueue<HttpRequest>();
        var total = 30_000_000;
        var client = clientOf((request, response) -> {
            request.onData(data -> {
                received.addAndGet(data.readable());
                if (requests.isEmpty() && received.get() < 100_000) {
                    request.pause();
                    requests.add(request);
                }
            }).onEnd(() -> response.end("" + received));
        });
        var sent = new AtomicLong();
        var sender = Thread.ofPlatform().start(() -> {
            client.request("POST /", "Content-Length: " + total);
            for (; sent.get() < total; sent.addAndGet(100_000)) client.send(new byte[100_000]);
        });
        var request = Deadline.next(requests);
        assertTrue(settled(sent) < total, "all was taken in, though nobody wanted it");
        assertTrue(received.get() <= 64 * 1024);
        assertTrue(sender.isAlive());
        onLoop(request::resume);
        Deadline.until(() -> {
            var again = requests.poll();
            if (again != null) onLoop(again::resume);
            return !sender.isAlive();
        }, () -> "received " + received);
        client.expectResponse("200 OK", "" + total);
    }

    /// [http-pipeline-flood, http-highwatermark]
    @Test
    void aFloodOfRequestsByAClientThatDoesNotReadIsNotReadOn() {
        var handled = new AtomicLong();
        var body = "x".repeat(5_000);
        var client = connect(serve((request, response) -> {
            if (handled.incrementAndGet() == 1) sockets.add(request.socket());
            response.end(body);
        }), SMALL_RECEIVE_BYTES);
        var total = 20_000;
        var flood = RawClient.requestText("GET /").repeat(100);
        var sender = Thread.ofPlatform().start(() -> {
            for (var i = 0; i < total / 100; i++) client.send(flood);
        });
        var socket = Deadline.next(sockets);
        assertTrue(settled(handled) < total);
        var waiting = onLoop(socket::waitingBytes);
        assertTrue(waiting <= TcpSocket.HIGH_WATER_BYTES + body.length() + 1024, "waiting " + waiting);
        var response = RawClient.responseText("200 OK", body);
        for (var i = 0; i < total; i++) client.read(response.length());
        Deadline.until(() -> !sender.isAlive(), () -> "handled " + handled);
        assertEquals(total, handled.get());
        assertFalse(client.hasInput());
    }
}
