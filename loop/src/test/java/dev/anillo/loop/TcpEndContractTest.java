package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.driver.Errno;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// How connections end: in good order from either side, by reset, or by being dropped in the middle of things.
@AndOnUnreliableKernels
class TcpEndContractTest extends TransportTest {
    private static final byte[] MUCH = new byte[32 << 20]; // more than the kernel's buffers of both ends hold

    @Test
    void thePeersHalfCloseIsToldAndOurSideCanGoOnWriting() throws Exception {
        var pair = accept(socket -> socket.halfOpen(true));
        onLoop(pair.accepted()::receiving);
        pair.peer().send("question");
        pair.peer().end();
        await(pair.accepted().ended);
        onLoop(() -> pair.accepted().socket.write("answer, "));
        assertEquals("answer, ", pair.peer().receive(8));
        onLoop(() -> {
            pair.accepted().socket.write("and the rest");
            pair.accepted().socket.end();
        });
        assertEquals("and the rest", pair.peer().receiveAll());
        await(pair.accepted().closed);
        assertEquals("question", pair.accepted().text());
        assertEquals(List.of("end", "close"), pair.accepted().told());
        pair.peer().close();
    }

    @Test
    void ourHalfCloseLeavesThePeerSending() throws Exception {
        var pair = accept();
        onLoop(() -> {
            pair.accepted().receiving().socket.write("that is all");
            pair.accepted().socket.end();
        });
        assertEquals("that is all", pair.peer().receiveAll());
        pair.peer().send("I see");
        pair.accepted().awaitReceived(5);
        assertFalse(pair.accepted().closed.isDone());
        pair.peer().end();
        await(pair.accepted().closed);
        assertEquals("I see", pair.accepted().text());
        assertEquals(List.of("end", "close"), pair.accepted().told());
        pair.peer().close();
    }

    /// Node's net-allow-half-open: our own end is sent, and nothing is dropped before all is flushed.
    @Test
    void withoutHalfOpenThePeersEndEndsOurSideAfterAllIsSent() throws Exception {
        var pair = accept();
        onLoop(() -> pair.accepted().receiving().socket.write(MUCH));
        pair.peer().end();
        await(pair.accepted().ended);
        assertFalse(pair.accepted().closed.isDone());
        assertEquals(MUCH.length, pair.peer().receiveAll().length());
        await(pair.accepted().closed);
        pair.peer().close();
    }

    @Test
    void anEndAfterMuchThatWaitsComesAfterIt() throws Exception {
        var pair = accept();
        onLoop(() -> {
            pair.accepted().receiving().socket.write(MUCH);
            pair.accepted().socket.end();
        });
        assertEquals(MUCH.length, pair.peer().receiveAll().length());
        pair.peer().close();
        await(pair.accepted().closed);
        assertEquals(List.of("end", "close"), pair.accepted().told());
    }

    @Test
    void aResetByThePeerIsAnErrorOnceThenTheClose() throws Exception {
        var pair = accept();
        onLoop(pair.accepted()::receiving);
        pair.peer().send("x");
        pair.accepted().awaitReceived(1);
        pair.peer().reset();
        var problem = await(pair.accepted().failed);
        assertEquals("receive", problem.operation());
        assertEquals(Errno.ECONNRESET, problem.errno());
        await(pair.accepted().closed);
        assertEquals(List.of("ECONNRESET", "close"), pair.accepted().told());
    }

    @Test
    void aResetWithNobodyToTellJustCloses() throws Exception {
        var closed = new CompletableFuture<Void>();
        var server = listen(socket -> socket.onData(_ -> {}).onClose(() -> closed.complete(null)));
        Peer.connect(port(server)).reset();
        await(closed);
    }

    @Test
    void aResetWhileMuchWaitsToBeSentIsAnErrorAndDropsIt() throws Exception {
        var pair = accept();
        onLoop(() -> pair.accepted().socket.write(MUCH));
        assertEquals("\0", pair.peer().receive(1));
        pair.peer().reset();
        var problem = await(pair.accepted().failed);
        assertTrue(problem.errno() == Errno.ECONNRESET || problem.errno() == Errno.EPIPE, problem.getMessage());
        await(pair.accepted().closed);
        onLoop(() -> assertEquals(0, pair.accepted().socket.waitingBytes()));
    }

    @Test
    void ourResetIsOneForThePeer() throws Exception {
        var pair = accept();
        onLoop(() -> {
            pair.accepted().receiving();
            pair.accepted().socket.reset();
        });
        var problem = assertThrows(SocketException.class, () -> pair.peer().receive(1));
        assertEquals("Connection reset", problem.getMessage());
        await(pair.accepted().closed);
        assertEquals(List.of("close"), pair.accepted().told());
        pair.peer().close();
    }

    @Test
    void destroyingWithASendUnderWayReturnsEveryBuffer() throws Exception {
        var pair = accept();
        onLoop(() -> pair.accepted().receiving().socket.write(MUCH));
        pair.peer().receive(1);
        onLoop(pair.accepted().socket::destroy);
        await(pair.accepted().closed);
        assertEquals(List.of("close"), pair.accepted().told());
        assertTrue(receivedUntilTheEnd(pair.peer()) < MUCH.length - 1);
        pair.peer().close();
    }

    private static long receivedUntilTheEnd(Peer peer) {
        try {
            return peer.receiveAll().length();
        } catch (IOException reset) {
            return 0; // the end may be a reset: then how much came before is unknown
        }
    }

    @Test
    void whatTheKernelHasTakenIsDeliveredAfterDestroy() throws Exception {
        var pair = accept();
        var drained = onLoop(() -> {
            var drain = pair.accepted().nextDrain();
            pair.accepted().socket.write(new byte[100_000]);
            return drain;
        });
        await(drained);
        onLoop(pair.accepted().socket::destroy);
        assertEquals(100_000, pair.peer().receiveAll().length());
        await(pair.accepted().closed);
        pair.peer().close();
    }

    @Test
    void destroyingInTheMiddleOfADataCallbackIsSafe() throws Exception {
        var pair = accept();
        onLoop(() -> pair.accepted().socket.onData(data -> {
            var kept = data.keep();
            pair.accepted().socket.destroy();
            assertFalse(pair.accepted().socket.write(kept));
        }));
        var sending = pair.peer().sendPattern(1 << 20, 10_000);
        await(pair.accepted().closed);
        await(sending.handle((_, _) -> null)); // it may fail: the other side is gone
        pair.peer().close();
    }

    @Test
    void destroyingInTheMiddleOfTheConnectionCallbackIsSafe() throws Exception {
        var pair = accept(socket -> {
            socket.write("never sent");
            socket.destroy();
        });
        await(pair.accepted().closed);
        assertEquals("", pair.peer().receiveAll());
        pair.peer().close();
    }

    @Test
    void destroyingTwiceClosesOnce() throws Exception {
        var pair = accept();
        onLoop(() -> {
            pair.accepted().receiving().socket.destroy();
            pair.accepted().socket.destroy();
            pair.accepted().socket.end();
            pair.accepted().socket.reset();
            assertTrue(pair.accepted().socket.isDestroyed());
        });
        await(pair.accepted().closed);
        onLoop(pair.accepted().socket::destroy);
        assertEquals(List.of("close"), pair.accepted().told());
        pair.peer().close();
    }

    @Test
    void aThousandSocketsDroppedWithDataInFlightLeaveNothingBehind() throws Exception {
        var server = listen(socket -> {
            socket.onData(data -> socket.write(data.keep()));
            socket.write(new byte[200_000]);
            loop.setTimeout(socket::destroy, 1 + socket.hashCode() % 5);
        });
        var port = port(server);
        for (var round = 0; round < 1000; round++) {
            try (var peer = Peer.connect(port)) {
                peer.send("data in flight");
            }
        }
    }

    @Test
    void aLoopThatIsClosedClosesItsConnections() throws Exception {
        var pair = accept();
        onLoop(() -> pair.accepted().receiving().socket.write(MUCH));
        pair.peer().receive(1);
        closeLoop();
        assertTrue(pair.accepted().closed.isDone());
        pair.peer().close();
    }

    @Test
    void thePeersEndBehindAPauseIsToldAfterResume() throws Exception {
        var pair = accept();
        onLoop(() -> {
            pair.accepted().receiving();
            pair.accepted().socket.pause();
        });
        pair.peer().send("before the end");
        pair.peer().end();
        onLoop(() -> assertEquals(List.of(), pair.accepted().told()));
        onLoop(pair.accepted().socket::resume);
        await(pair.accepted().closed);
        assertEquals("before the end", pair.accepted().text());
        assertEquals(List.of("end", "close"), pair.accepted().told());
        assertEquals("", pair.peer().receiveAll());
        pair.peer().close();
    }
}
