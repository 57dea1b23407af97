package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What a client is let have, and what it is told beyond. Times are short here; the bounds are the same.
class BoundsTest extends ServerTest {
    private static final Handler HELLO = (_, response) -> response.end("x");
    private static final Handler TAKES_BODY = (request, response) ->
            request.onData(_ -> {}).onEnd(() -> response.end("whole"));

    private RawClient clientWithin(HttpLimits limits, Handler handler) {
        return connect(serve(loop, handler, server -> server.limits(limits)));
    }

    private static void expectRefusal(RawClient client, String status) {
        var response = client.readToEnd();
        assertTrue(response.startsWith("HTTP/1.1 " + status + "\r\n"), response);
        assertTrue(response.contains("\r\nConnection: close\r\n"), response);
    }

    // Time.

    @Test
    void aConnectionThatSaysNothingIsClosed() {
        clientWithin(new HttpLimits().firstByteMillis(40), HELLO).expectEnd();
    }

    /// It was closed unread: the time of the hold counted, and timers ran before the look at what had arrived.
    @Test
    void aLoopThatWasHeldDoesNotHoldItAgainstItsClients() throws Exception {
        var held = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var server = serve(loop, (request, response) -> {
            if (request.path().equals("/hold")) {
                held.countDown();
                assertTrue(goOn.await(Deadline.MILLIS, TimeUnit.MILLISECONDS));
            }
            response.end("x");
        }, each -> each.limits(new HttpLimits().firstByteMillis(100)));
        var holder = connect(server).request("GET /").expectResponse("200 OK", "x");
        var client = connect(server);
        holder.request("GET /hold");
        held.await();
        client.request("GET /");
        assertFalse(goOn.await(400, TimeUnit.MILLISECONDS)); // the bound and more, in which nobody can be served
        goOn.countDown();
        holder.expectResponse("200 OK", "x");
        client.expectResponse("200 OK", "x");
    }

    /// [http-server-request-timeout-interrupted-headers]
    @Test
    void aHeadThatStallsIsAnswered408AndTheHandlerNotCalled() {
        var calls = new AtomicInteger();
        var client = clientWithin(new HttpLimits().headMillis(40), (_, response) -> {
            calls.incrementAndGet();
            response.end();
        });
        client.send("GET / HTTP/1.1\r\nHost: lo");
        expectRefusal(client, "408 Request Timeout");
        assertEquals(0, calls.get());
    }

    /// [http-server-headers-timeout-pipelining]
    @Test
    void theTimeForAHeadCountsAnewForEachRequest() {
        var client = clientWithin(new HttpLimits().headMillis(200), HELLO);
        for (var i = 0; i < 4; i++) {
            client.send("GET / HTTP/1.1\r\nHo");
            loopTurnsFor(80);
            client.send("st: a\r\n\r\n").expectResponse("200 OK", "x");
        }
        client.send("GET / HTTP/1.1\r\n");
        expectRefusal(client, "408 Request Timeout");
    }

    @Test
    void aBodyThatComesTooSlowIsAnswered408() {
        var limits = new HttpLimits().bodyGraceMillis(60).bodyBytesPerSecondMin(10_000);
        var client = clientWithin(limits, TAKES_BODY).request("POST /", "Content-Length: 1000").send("slow");
        expectRefusal(client, "408 Request Timeout");
    }

    @Test
    void aBodyThatBeginsFastAndThenStallsIsAnswered408() {
        var limits = new HttpLimits().bodyGraceMillis(60).bodyBytesPerSecondMin(100);
        var client = clientWithin(limits, TAKES_BODY).request("POST /", "Content-Length: 900000");
        client.send("b".repeat(500_000)); // on the average enough for more than an hour
        expectRefusal(client, "408 Request Timeout");
    }

    @Test
    void aBodyThatKeepsItsRateForManyGracesIsTaken() {
        var limits = new HttpLimits().bodyGraceMillis(40).bodyBytesPerSecondMin(100);
        var client = clientWithin(limits, TAKES_BODY).request("POST /", "Content-Length: 1000");
        for (var i = 0; i < 10; i++) {
            client.send("b".repeat(100));
            loopTurnsFor(30);
        }
        client.expectResponse("200 OK", "whole");
    }

    @Test
    void aBodyThatTheHandlerDoesNotTakeIsNotTheClientsFault() {
        var limits = new HttpLimits().bodyGraceMillis(40).bodyBytesPerSecondMin(10_000);
        var client = clientWithin(limits, (request, response) -> loop.setTimeout(() ->
                request.onData(_ -> {}).onEnd(() -> response.end("late")), 250));
        client.request("POST /", "Content-Length: 4").send("body").expectResponse("200 OK", "late");
    }

    @Test
    void anIdleConnectionIsClosed() {
        var client = clientWithin(new HttpLimits().idleMillis(40), HELLO);
        client.request("GET /").expectResponse("200 OK", "x").expectEnd();
    }

    /// [http-server-keep-alive-timeout]
    @Test
    void aConnectionWhoseAnswerIsAwaitedIsNotIdle() {
        var client = clientWithin(new HttpLimits().idleMillis(40), (_, response) ->
                loop.setTimeout(() -> response.end("late"), 250));
        client.request("GET /").expectResponse("200 OK", "late").expectEnd();
    }

    @Test
    void aClientThatTakesNothingIsReset() {
        var server = serve(loop, (_, response) -> {
            var block = new byte[64 * 1024];
            while (response.write(block)) {} // what the socket takes, and a little more
            response.onDrain(() -> {
                while (response.write(block)) {}
            });
        }, it -> it.limits(new HttpLimits().sendStallMillis(100)));
        var client = connect(server, 4096).request("GET /");
        loopTurnsFor(600); // the client reads nothing meanwhile
        client.expectReset();
    }

    @Test
    void aClientThatTakesItsAnswerByteByByteIsReset() {
        var server = serve(loop, (_, response) -> response.end(new byte[8 << 20]), it -> it.limits(
                new HttpLimits().sendStallMillis(100).sendBytesPerSecondMin(1 << 20)));
        var client = connect(server, 4096).request("GET /");
        for (var i = 0; i < 10; i++) {
            client.read(100);
            loopTurnsFor(60);
        }
        client.expectReset();
    }

    /// Lets the time pass for client and server alike: the subject of these tests.
    private void loopTurnsFor(int millis) {
        var passed = new LinkedBlockingQueue<Boolean>();
        onLoop(() -> loop.setTimeout(() -> passed.add(true), millis));
        Deadline.next(passed);
    }

    // Counts and sizes.

    @Test
    void aRequestLineAboveItsBoundIsAnswered414() {
        var client = clientWithin(new HttpLimits().requestLineBytesMax(100), HELLO).request("GET /" + "a".repeat(100));
        expectRefusal(client, "414 URI Too Long");
    }

    @Test
    void aHeadAboveItsBoundIsAnswered431() {
        var client = clientWithin(new HttpLimits().headBytesMax(200), HELLO).request("GET /", "X: " + "a".repeat(200));
        expectRefusal(client, "431 Request Header Fields Too Large");
    }

    @Test
    void moreHeadersThanTheBoundAreAnswered431() {
        var client = clientWithin(new HttpLimits().headerCountMax(3), HELLO).request("GET /", "A: 1", "B: 2", "C: 3");
        expectRefusal(client, "431 Request Header Fields Too Large");
    }

    @Test
    void aBodyAnnouncedAboveItsBoundIsAnswered413AndTheHandlerNotCalled() {
        var calls = new AtomicInteger();
        var client = clientWithin(new HttpLimits().bodyBytesMax(10), (_, _) -> calls.incrementAndGet());
        expectRefusal(client.request("POST /", "Content-Length: 11"), "413 Content Too Large");
        assertEquals(0, calls.get());
    }

    @Test
    void aBodyInChunksAboveItsBoundIsAnswered413() {
        var client = clientWithin(new HttpLimits().bodyBytesMax(10), TAKES_BODY);
        client.request("POST /", "Transfer-Encoding: chunked").send("6\r\n123456\r\n5\r\n12345\r\n0\r\n\r\n");
        expectRefusal(client, "413 Content Too Large");
    }

    /// [http-keep-alive-max-requests]
    @Test
    void theLastRequestOfAConnectionIsToldSo() {
        var client = clientWithin(new HttpLimits().requestsPerConnectionMax(3), HELLO);
        client.request("GET /").expectResponse("200 OK", "x");
        client.request("GET /").expectResponse("200 OK", "x");
        client.request("GET /").expectLastResponse("200 OK", "x");
    }

    /// [http-keep-alive-drop-requests]
    @Test
    void requestsBehindTheLastOneAreDropped() {
        var calls = new AtomicInteger();
        var client = clientWithin(new HttpLimits().requestsPerConnectionMax(2), (_, response) -> {
            calls.incrementAndGet();
            response.end("x");
        });
        client.send(RawClient.requestText("GET /").repeat(5));
        client.expectResponse("200 OK", "x").expectLastResponse("200 OK", "x");
        assertEquals(2, calls.get());
    }

    @Test
    void aConnectionTooManyIsAnswered503AndTheOthersLiveOn() {
        var server = serve(loop, HELLO, it -> it.limits(new HttpLimits().connectionsMax(2)));
        var one = connect(server).request("GET /").expectResponse("200 OK", "x");
        var two = connect(server).request("GET /").expectResponse("200 OK", "x");
        expectRefusal(connect(server), "503 Service Unavailable");
        one.request("GET /").expectResponse("200 OK", "x");
        two.request("GET /").expectResponse("200 OK", "x");
    }

    @Test
    void connectionsFarTooManyAreResetAndTheFirstLivesOn() throws IOException {
        var server = serve(loop, HELLO, it -> it.limits(new HttpLimits().connectionsMax(1)));
        var one = connect(server).request("GET /").expectResponse("200 OK", "x");
        var port = port(server);
        var many = new ArrayList<SocketChannel>();
        for (var i = 0; i < Limits.BUSY_ANSWERS_MAX + 50; i++) {
            many.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", port)));
        }
        var resets = 0;
        for (var channel : many) { // all stay open until all are told
            try {
                channel.read(ByteBuffer.allocate(1));
            } catch (IOException reset) {
                resets++; // what this test counts
            }
        }
        for (var channel : many) channel.close();
        assertTrue(resets >= 50, resets + " resets");
        one.request("GET /").expectResponse("200 OK", "x");
    }

    @Test
    void aHandlerThatIgnoresWritesAnswerIsStoppedAtTheBound() {
        var server = serve(loop, (_, response) -> {
            while (true) response.write(new byte[16 * 1024]);
        }, it -> it.limits(new HttpLimits().outputBytesMax(1 << 20)));
        connect(server, 4096).request("GET /").expectReset();
        assertTrue(Deadline.next(handlerErrors).getMessage().contains("outputBytesMax"));
    }

    @Test
    void unreadBodiesAreReadOverUpToTheBound() {
        Handler refusing = (_, response) -> response.status(403).end("no");
        var small = clientWithin(new HttpLimits().drainBytesMax(100), refusing);
        small.request("POST /", "Content-Length: 100").send("b".repeat(100)).expectResponse("403 Forbidden", "no");
        small.request("POST /", "Content-Length: 200").send("b".repeat(200)).expectResponse("403 Forbidden", "no");
        small.expectEnd();
    }

    // Waiting answers.

    @Test
    void answersThatWaitForTheirTurnAreBoundedToo() {
        var first = new LinkedBlockingQueue<HttpResponse>();
        var answers = new LinkedBlockingQueue<Boolean>();
        var server = serve((request, response) -> {
            if (request.target().equals("/first")) first.add(response);
            else answers.add(response.write(new byte[200_000]));
        });
        var client = connect(server).send(RawClient.requestText("GET /first") + RawClient.requestText("GET /second"));
        assertEquals(false, Deadline.next(answers));
        onLoop(() -> first.remove().end("1"));
        client.expectResponse("200 OK", "1");
        client.reset(); // the server need not wait for the end of the second answer
    }
}
