package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// A pipe loses nothing, holds no more than a bounded part, and leaves neither side over.
@AndOnUnreliableKernels
class PipeContractTest extends TransportTest {
    private static final int MIB = 1 << 20;

    @Test
    void aSocketPipedToItselfEchoesAndEndsWithItsPeer() throws Exception {
        var pair = accept(socket -> assertSame(socket, socket.pipe(socket)));
        try (var peer = pair.peer()) {
            var sending = peer.sendPattern(32L * MIB, 200_000).thenRun(() -> end(peer));
            assertEquals(32L * MIB, peer.receivePattern());
            await(sending);
        }
        await(pair.accepted().closed);
    }

    @Test
    void aProxyOfTwoPipesPassesBothDirectionsAndBothEnds() throws Exception {
        var port = port(proxyTo(port(listen(socket -> socket.pipe(socket)))));
        try (var peer = Peer.connect(port)) {
            var sending = peer.sendPattern(16L * MIB, 200_000).thenRun(() -> end(peer));
            assertEquals(16L * MIB, peer.receivePattern());
            await(sending);
        }
    }

    private TcpServer proxyTo(int port) {
        return listen(client -> {
            var upstream = connectTo(port);
            client.halfOpen(true).pipe(upstream.halfOpen(true));
            upstream.pipe(client);
        });
    }

    private static TcpSocket connectTo(int port) {
        try {
            return TcpSocket.connect(new InetSocketAddress("127.0.0.1", port), _ -> {});
        } catch (OsException refused) {
            throw new AssertionError(refused);
        }
    }

    private static void end(Peer peer) {
        try {
            peer.end();
        } catch (IOException failed) {
            throw new AssertionError("shutdown", failed);
        }
    }

    /// What is under way is bounded by the marks of the sockets, and by what the kernel holds.
    @Test
    void aSlowReaderSlowsTheWriterDown() throws Exception {
        var targets = new LinkedBlockingQueue<TcpSocket>();
        var sources = new LinkedBlockingQueue<TcpSocket>();
        var sink = Peer.connect(port(listen(socket -> targets.add(socket.onData(_ -> {})))));
        var target = next(targets);
        var source = Peer.connect(port(listen(socket -> {
            socket.pipe(target);
            sources.add(socket);
        })));
        var piped = next(sources);
        var waitingMost = new CompletableFuture<Long>();
        var sending = source.sendPattern(64L * MIB, MIB).thenRun(() -> end(source));
        awaitPaused(piped);
        onLoop(() -> watchWaiting(target, 0, waitingMost));
        assertEquals(64L * MIB, sink.receivePattern());
        await(sending);
        sink.close();
        source.close();
        assertTrue(await(waitingMost) <= TcpSocket.HIGH_WATER_BYTES + 2 * MIB, "waited: " + waitingMost);
    }

    private void awaitPaused(TcpSocket socket) {
        Deadline.until(() -> onLoop(socket::isPaused), () -> "the source is never paused");
    }

    /// Looks at each turn until the target is closed.
    private void watchWaiting(TcpSocket target, long most, CompletableFuture<Long> result) {
        var now = Math.max(most, target.waitingBytes());
        if (target.isDestroyed()) result.complete(now);
        else loop.setImmediate(() -> watchWaiting(target, now, result));
    }

    @Test
    void aSourceThatBreaksTakesItsTargetWithIt() throws Exception {
        var ends = new PipedEnds();
        ends.sourcePeer.send("part");
        assertEquals("part", ends.sinkPeer.receive(4));
        ends.sourcePeer.reset();
        await(ends.target.closed);
        assertEquals(List.of("ECONNRESET"), ends.sourceErrors);
        assertEquals("", ends.sinkPeer.receiveAll());
        ends.close();
    }

    @Test
    void aTargetThatIsDestroyedTakesItsPausedSourceWithIt() throws Exception {
        var ends = new PipedEnds();
        var sending = ends.sourcePeer.sendPattern(64L * MIB, MIB).handle((_, failed) -> failed != null);
        awaitPaused(ends.source);
        onLoop(ends.target.socket::destroy);
        await(ends.target.closed);
        assertTrue(await(sending), "the writer was not told");
        ends.close();
    }

    @Test
    void bytesForATargetThatHasEndedDestroyTheSource() throws Exception {
        var ends = new PipedEnds();
        onLoop(ends.target.socket::end);
        ends.sourcePeer.send("too late");
        await(ends.sourceClosed);
        assertEquals("", ends.sinkPeer.receiveAll());
        ends.close();
    }

    @Test
    void theProgramsOwnCloseCallbacksAreCalledBesideThePipes() throws Exception {
        var ends = new PipedEnds();
        end(ends.sourcePeer);
        await(ends.sourceClosed);
        assertEquals("", ends.sinkPeer.receiveAll());
        end(ends.sinkPeer);
        await(ends.target.closed);
        ends.close();
    }

    @Test
    void twoLoopsCannotBePiped() throws Exception {
        var other = anotherLoop();
        var here = accept();
        var there = on(other, () -> TcpSocket.connect(here.peer().localAddress(), _ -> {}).onError(_ -> {}));
        onLoop(() -> {
            assertThrows(IllegalArgumentException.class, () -> here.accepted().socket.pipe(there));
            here.accepted().socket.destroy();
        });
        on(other, () -> {
            there.destroy();
            return null;
        });
        here.peer().close();
    }

    /// Two connections, the one's input piped to the other's output.
    private final class PipedEnds {
        final List<String> sourceErrors = new ArrayList<>();
        final CompletableFuture<Void> sourceClosed = new CompletableFuture<>();
        final Peer sinkPeer;
        final Peer sourcePeer;
        final Watched target;
        final TcpSocket source;

        PipedEnds() throws Exception {
            BlockingQueue<Watched> targets = new LinkedBlockingQueue<>();
            BlockingQueue<TcpSocket> sources = new LinkedBlockingQueue<>();
            sinkPeer = Peer.connect(port(listen(socket -> targets.add(new Watched(socket).receiving()))));
            target = next(targets);
            sourcePeer = Peer.connect(port(listen(socket -> {
                socket.onError(problem -> sourceErrors.add(((OsException) problem).code()))
                        .onClose(() -> sourceClosed.complete(null))
                        .pipe(target.socket);
                sources.add(socket);
            })));
            source = next(sources);
        }

        void close() throws IOException {
            sinkPeer.close();
            sourcePeer.close();
        }
    }
}
