package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.SharedBytes;
import dev.anillo.loop.net.TcpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bytes arrive complete, unchanged and in order, however many, in whatever pieces, both ways at once.
@AndOnUnreliableKernels
class TcpBytesContractTest extends TransportTest {
    private static final int MIB = 1 << 20;

    @ParameterizedTest(name = "{0} bytes in chunks of up to {1}")
    @CsvSource({"1, 1", "2, 1", "1000, 7", "16384, 16384", "16385, 16385", "65536, 3000", "1048576, 1000",
            "1048576, 1048576", "67108864, 200000"})
    void echoesWhatItReceives(long bytes, int chunkBytesMax) throws Exception {
        var pair = accept(Echo::on);
        try (var peer = pair.peer()) {
            var sending = peer.sendPattern(bytes, chunkBytesMax).thenRun(end(peer));
            assertEquals(bytes, peer.receivePattern());
            await(sending);
        }
        await(pair.accepted().closed);
        assertEquals(List.of("end", "close"), pair.accepted().told());
    }

    private static Runnable end(Peer peer) {
        return () -> {
            try {
                peer.end();
            } catch (IOException failed) {
                throw new AssertionError("shutdown", failed);
            }
        };
    }

    @Test
    void bothDirectionsAreBusyAtOnceAndDoNotMix() throws Exception {
        var bytes = 16L * MIB;
        var pair = accept(socket -> socket.halfOpen(true));
        onLoop(() -> {
            pair.accepted().receivingPattern();
            sendPattern(pair.accepted(), bytes);
        });
        try (var peer = pair.peer()) {
            var sending = peer.sendPattern(bytes, MIB).thenRun(end(peer));
            assertEquals(bytes, peer.receivePattern());
            await(sending);
        }
        await(pair.accepted().closed);
        assertEquals(bytes, pair.accepted().received());
    }

    /// Writes [Pattern] as fast as the socket drains, then ends.
    private static void sendPattern(Watched watched, long bytes) {
        var chunk = 50_000;
        var step = new LongConsumer() {
            @Override
            public void accept(long position) {
                while (position < bytes) {
                    var length = (int) Math.min(chunk, bytes - position);
                    var goesOn = watched.socket.write(Pattern.bytes(position, length));
                    position += length;
                    if (!goesOn) {
                        var next = position;
                        watched.nextDrain().thenRun(() -> accept(next));
                        return;
                    }
                }
                watched.socket.end();
            }
        };
        step.accept(0);
    }

    @Test
    void twoSocketsOfOneLoopExchangeBytesBothWays() throws Exception {
        var bytes = 8L * MIB;
        var accepted = new LinkedBlockingQueue<Watched>();
        var server = listen(socket -> accepted.add(new Watched(socket.halfOpen(true)).receivingPattern()));
        var client = connect(port(server));
        onLoop(() -> {
            client.socket.halfOpen(true);
            client.receivingPattern();
            sendPattern(client, bytes);
        });
        var other = next(accepted);
        onLoop(() -> sendPattern(other, bytes));
        await(client.closed);
        await(other.closed);
        assertEquals(bytes, client.received());
        assertEquals(bytes, other.received());
    }

    @Test
    void aThousandConnectionsAtOnceEachGetTheirOwnBytes() throws Exception {
        var server = listen(Echo::on);
        var port = port(server);
        var peers = new ArrayList<Peer>();
        for (var i = 0; i < 1000; i++) peers.add(Peer.connect(port));
        for (var i = 0; i < 1000; i++) peers.get(i).send("%8d".formatted(i));
        for (var i = 0; i < 1000; i++) {
            assertEquals("%8d".formatted(i), peers.get(i).receive(8));
        }
        assertEquals(1001, onLoop(() -> loop.reactor().openHandles()));
        for (var peer : peers) peer.close();
    }

    @Test
    void aThousandConnectionsCanBeOpenedFromTheLoopAtOnce() throws Exception {
        var server = listen(Echo::on);
        var port = port(server);
        var clients = new ArrayList<CompletableFuture<Watched>>();
        onLoop(() -> {
            for (var i = 0; i < 1000; i++) clients.add(connectAndSay("I am " + i, port));
        });
        for (var i = 0; i < 1000; i++) {
            var client = await(clients.get(i));
            client.awaitReceived(("I am " + i).length());
            assertEquals("I am " + i, client.text());
            onLoop(client.socket::end);
        }
    }

    private static CompletableFuture<Watched> connectAndSay(String text, int port) throws OsException {
        var connected = new CompletableFuture<Watched>();
        var address = new InetSocketAddress("127.0.0.1", port);
        TcpSocket.connect(address, socket -> connected.complete(new Watched(socket).receiving()))
                .onError(connected::completeExceptionally)
                .write(text);
        return connected;
    }

    @Test
    void piecesWrittenInOneTurnArriveInOrder() throws Exception {
        var pair = accept();
        onLoop(() -> {
            var socket = pair.accepted().socket;
            for (var i = 0; i < 10_000; i++) socket.write(i + "\n");
            socket.end();
        });
        var lines = pair.peer().receiveAll().lines().toList();
        for (var i = 0; i < 10_000; i++) assertEquals(Integer.toString(i), lines.get(i));
        assertEquals(10_000, lines.size());
        pair.peer().close();
        onLoop(pair.accepted()::receiving);
        await(pair.accepted().closed);
    }

    /// Too large to be copied behind each other, and more than one list of parts holds.
    @Test
    void buffersOfAllSizesWrittenInOneTurnArriveInOrder() throws Exception {
        var random = Pattern.random();
        var pair = accept(socket -> socket.halfOpen(true));
        var total = onLoop(() -> {
            var position = 0L;
            for (var i = 0; i < 200; i++) {
                var length = 1 + random.nextInt(random.nextBoolean() ? 4096 : 65_536);
                pair.accepted().socket.write(loop.takeBuffer(length).append(Pattern.bytes(position, length)));
                position += length;
            }
            pair.accepted().socket.end();
            return position;
        });
        try (var peer = pair.peer()) {
            assertEquals(total, peer.receivePattern());
        }
        onLoop(() -> pair.accepted().receiving());
        await(pair.accepted().closed);
    }

    @Test
    void buffersWrittenInOneTurnLeaveWithOneSend() throws Exception {
        var pair = accept(Echo::on);
        try (var peer = pair.peer()) {
            peer.send("warm");
            assertEquals("warm", peer.receive(4));
            var submissionsBefore = onLoop(() -> loop.reactor().driver().counters().submissions);
            onLoop(() -> {
                for (var i = 0; i < 4; i++) {
                    pair.accepted().socket.write(loop.takeBuffer(2000).append(Pattern.bytes(i * 2000, 2000)));
                }
            });
            peer.end();
            assertEquals(8000, peer.receivePattern());
            await(pair.accepted().closed);
            var submissions = onLoop(() -> loop.reactor().driver().counters().submissions) - submissionsBefore;
            assertTrue(submissions <= 4, () -> submissions + " operations for one send, the end and the close");
        }
    }

    @Test
    void sharedBytesGoToManyConnectionsAtOnceAndStayAsTheyAre() throws Exception {
        var bytes = SharedBytes.of(Pattern.bytes(0, 2 * MIB));
        var server = listen(socket -> {
            new Watched(socket).receiving();
            socket.write(loop.view(bytes, 0, MIB));
            socket.write(loop.view(bytes, MIB, MIB));
            socket.end();
        });
        var port = port(server);
        for (var round = 0; round < 2; round++) {
            var peers = new ArrayList<Peer>();
            for (var i = 0; i < 8; i++) peers.add(Peer.connect(port));
            for (var peer : peers) {
                assertEquals(2L * MIB, peer.receivePattern());
                peer.close();
            }
        }
    }

    @Test
    void aKeptBufferStaysIntactWhileMoreIsReceived() throws Exception {
        var kept = new ArrayList<Buffer>();
        var pair = accept(socket -> socket.onData(data -> kept.add(data.keep())));
        try (var peer = pair.peer()) {
            await(peer.sendPattern(4L * MIB, 10_000));
        }
        await(pair.accepted().closed);
        onLoop(() -> {
            var position = 0L;
            for (var buffer : kept) {
                var bytes = buffer.toByteArray();
                Pattern.check(bytes, bytes.length, position);
                position += bytes.length;
                buffer.release();
            }
            assertEquals(4L * MIB, position);
        });
    }

    @Test
    void aPausedReaderMakesTheWriterWaitAndHoldsBoundedMemory() throws Exception {
        var accepted = new LinkedBlockingQueue<Watched>();
        var server = listen(socket -> {
            var watched = new Watched(socket).receivingPattern();
            socket.pause();
            accepted.add(watched);
        });
        var client = connect(port(server));
        var reader = next(accepted);
        var bytes = 64L * MIB;
        onLoop(() -> sendPattern(client, bytes));
        awaitStandstill(client);
        assertEquals(0, reader.received());
        assertTrue(onLoop(() -> loop.reactor().buffersOut()) < 32, "a paused reader's bytes pile up in the loop");
        onLoop(reader.socket::resume);
        await(reader.ended);
        assertEquals(bytes, reader.received());
        onLoop(client::receiving);
        await(client.closed);
    }

    /// Until the kernel's buffers of both ends are full and nothing moves for 100 turns of a millisecond and more.
    private void awaitStandstill(Watched writer) {
        var waiting = -1L;
        for (var same = 0; same < 100; ) {
            var now = onLoop(writer.socket::waitingBytes);
            same = now == waiting && now > 0 ? same + 1 : 0;
            waiting = now;
            await(this::afterAMillisecond);
        }
    }

    private void afterAMillisecond(CompletableFuture<Void> done) {
        loop.setTimeout(() -> done.complete(null), 1);
    }

    @Test
    void whatArrivedBeforeAPauseTookEffectIsDeliveredAfterResumeInOrder() throws Exception {
        var pair = accept();
        var watched = pair.accepted();
        var received = new ArrayList<String>();
        onLoop(() -> watched.socket.onData(data -> {
            received.add(data.toString());
            watched.socket.pause();
            loop.setImmediate(watched.socket::resume);
        }));
        for (var i = 0; i < 2000; i++) pair.peer().send(i + " ");
        pair.peer().close();
        await(watched.closed);
        var expected = new StringBuilder();
        for (var i = 0; i < 2000; i++) expected.append(i).append(' ');
        assertEquals(expected.toString(), String.join("", received));
    }

    @Test
    void pausingAndResumingInOneTurnLosesNothing() throws Exception {
        var pair = accept();
        var watched = pair.accepted();
        var random = Pattern.random();
        onLoop(watched::receivingPattern);
        var sending = pair.peer().sendPattern(8L * MIB, 20_000);
        while (!sending.isDone()) {
            onLoop(() -> {
                for (var i = random.nextInt(4); i >= 0; i--) {
                    watched.socket.pause();
                    if (random.nextBoolean()) watched.socket.resume();
                }
            });
            onLoop(watched.socket::resume);
        }
        await(sending);
        pair.peer().close();
        await(watched.closed);
        assertEquals(8L * MIB, watched.received());
    }

    @Test
    void drainComesOnceAfterEachWriteThatAnsweredFalse() throws Exception {
        var pair = accept();
        var watched = pair.accepted();
        var drained = onLoop(() -> {
            assertTrue(watched.socket.write(new byte[TcpSocket.HIGH_WATER_BYTES]));
            assertFalse(watched.socket.write(new byte[1]));
            assertFalse(watched.socket.write(new byte[10]));
            return watched.nextDrain();
        });
        var receiving = Peer.run(() -> assertEquals(TcpSocket.HIGH_WATER_BYTES + 11L, pair.peer().receiveAll().length()));
        await(drained);
        onLoop(() -> {
            assertEquals(0, watched.socket.waitingBytes());
            assertTrue(watched.socket.write(new byte[0]));
            watched.socket.end();
        });
        await(receiving);
        pair.peer().close();
        onLoop(watched::receiving);
        await(watched.closed);
        assertEquals(List.of("drain", "end", "close"), watched.told());
    }

    @Test
    void aWriteAfterTheEndIsAProgramsMistake() throws Exception {
        var pair = accept();
        onLoop(() -> {
            pair.accepted().socket.end();
            var mistake = assertThrows(IllegalStateException.class, () -> pair.accepted().socket.write("late"));
            assertEquals("write after end", mistake.getMessage());
        });
        assertEquals("", pair.peer().receiveAll());
        pair.peer().close();
        onLoop(pair.accepted()::receiving);
        await(pair.accepted().closed);
    }

    @Test
    void aBufferWrittenToAClosedSocketComesHome() throws Exception {
        var pair = accept();
        onLoop(() -> {
            var socket = pair.accepted().socket;
            socket.destroy();
            assertFalse(socket.write(loop.takeBuffer(1).append((byte) 1)));
            assertFalse(socket.write("nobody reads this"));
            assertEquals(0, socket.waitingBytes());
        });
        await(pair.accepted().closed);
        pair.peer().close();
    }
}
