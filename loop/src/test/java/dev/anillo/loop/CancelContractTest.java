package dev.anillo.loop;

import static dev.anillo.loop.DriverUnderTest.PENDING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.anillo.loop.DriverUnderTest.Operation;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.memory.Memory;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/// The seam itself: every operation completes exactly once for the last time, in whatever state it is cancelled, and
/// what was lent comes back.
@EachTransport
@AndOnUnreliableKernels
class CancelContractTest {
    /// More than the kernel's buffers of both ends hold.
    private static final int MUCH = 32 << 20;

    private static final long MEMORY = Memory.allocate(MUCH, 8);

    @Parameter
    String transport;

    private Resources before;
    private DriverUnderTest seam;
    private ServerSocket listener;

    @BeforeEach
    void open() throws Exception {
        before = Resources.now();
        seam = new DriverUnderTest(TransportTest.open(transport));
        listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    }

    @AfterEach
    void everythingIsGone() throws Exception {
        if (seam == null) return;
        listener.close();
        seam.requireNothingUnderWay();
        seam.close();
        before.requireSame();
    }

    private void assertCancelled(Operation operation) {
        seam.awaitEnd(operation);
        assertEquals("ECANCELED", Errno.name(-operation.result));
    }

    @Test
    void anAcceptIsCancelledAndMayBeStartedAgain() throws Exception {
        var server = seam.listen();
        var accept = seam.accept(server);
        seam.settle();
        seam.driver.cancel(server, accept.token);
        assertCancelled(accept);

        var again = seam.accept(server);
        try (var peer = Peer.connect(((InetSocketAddress) seam.driver.localAddress(server)).getPort())) {
            var accepted = seam.awaitAccepted(again);
            assertEquals(peer.localAddress(), seam.driver.peerAddress(accepted));
            seam.driver.cancel(server, again.token);
            assertCancelled(again);
            seam.closeNow(accepted);
            assertEquals("", peer.receiveAll());
        }
        seam.closeNow(server);
    }

    @Test
    void anAcceptIsCancelledBeforeItWasEverPolled() throws Exception {
        var server = seam.listen();
        var accept = seam.accept(server);
        seam.driver.cancel(server, accept.token);
        assertCancelled(accept);
        seam.closeNow(server);
    }

    @Test
    void aConnectionThatArrivesWithTheCancelOfAnAcceptIsNotLost() throws Exception {
        for (var round = 0; round < 50; round++) {
            var server = seam.listen();
            var accept = seam.accept(server);
            seam.poll(0);
            try (var peer = Peer.connect(((InetSocketAddress) seam.driver.localAddress(server)).getPort())) {
                seam.driver.cancel(server, accept.token);
                seam.awaitEnd(accept);
                if (accept.accepted == PENDING) accept = seam.accept(server);
                var accepted = seam.awaitAccepted(accept);
                if (!accept.isOver()) {
                    seam.driver.cancel(server, accept.token);
                    assertCancelled(accept);
                }
                seam.closeNow(accepted);
                assertEquals("", peer.receiveAll());
            }
            seam.closeNow(server);
        }
    }

    @Test
    void aConnectIsCancelled() throws Exception {
        try (var full = new FullListener()) {
            var descriptor = seam.driver.open(full.address());
            var connect = seam.connect(descriptor, full.address());
            seam.settle();
            assertFalse(connect.isOver());
            seam.driver.cancel(descriptor, connect.token);
            assertCancelled(connect);
            seam.closeNow(descriptor);
        }
    }

    @Test
    void aConnectIsCancelledBeforeItWasEverPolled() throws Exception {
        try (var full = new FullListener()) {
            var descriptor = seam.driver.open(full.address());
            var connect = seam.connect(descriptor, full.address());
            seam.driver.cancel(descriptor, connect.token);
            assertCancelled(connect);
            seam.closeNow(descriptor);
        }
    }

    @Test
    void anIdleReceiveIsCancelled() throws Exception {
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        var receive = seam.receive(descriptor);
        seam.settle();
        seam.driver.cancel(descriptor, receive.token);
        assertCancelled(receive);
        seam.closeNow(descriptor);
    }

    @Test
    void aReceiveCancelledWhileBytesArriveLosesNone() throws Exception {
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        var bytes = 16 << 20;
        var received = new ByteArrayOutputStream();
        var cancels = 0;
        try (var peer = new Peer(listener.accept())) {
            var sending = peer.sendPattern(bytes, 100_000);
            for (var random = Pattern.random(); received.size() < bytes; cancels++) {
                var receive = seam.receive(descriptor);
                for (var polls = random.nextInt(4); polls > 0 && !receive.isOver(); polls--) seam.poll(1_000_000);
                seam.driver.cancel(descriptor, receive.token);
                seam.awaitEnd(receive);
                assertEquals(-Errno.ECANCELED, receive.result);
                receive.received.writeTo(received);
            }
            Deadline.await(sending, () -> "the peer's sending");
        }
        Pattern.check(received.toByteArray(), bytes, 0);
        assertTrue(cancels > 1, "all came before the first cancel");
        seam.closeNow(descriptor);
    }

    @Test
    void aReceiveCancelledWithTheEndOfThePeerCompletesOnce() throws Exception {
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        var receive = seam.receive(descriptor);
        seam.poll(0);
        listener.accept().close();
        seam.driver.cancel(descriptor, receive.token);
        seam.awaitEnd(receive);
        if (receive.result != 0) {
            assertEquals(-Errno.ECANCELED, receive.result);
            var again = seam.receive(descriptor);
            seam.awaitEnd(again);
            assertEquals(0, again.result);
        }
        seam.closeNow(descriptor);
    }

    @Test
    void aSendThatWaitsForRoomIsCancelledAndTellsWhatItReached() throws Exception {
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        try (var peer = new Peer(listener.accept())) {
            var bytes = Pattern.bytes(0, MUCH);
            Memory.copy(bytes, 0, MEMORY, MUCH);
            var sent = 0L;
            var blocked = seam.send(descriptor, MEMORY, MUCH);
            for (seam.settle(); blocked.isOver(); seam.settle()) {
                sent += blocked.result;
                blocked = seam.send(descriptor, MEMORY + sent, (int) (MUCH - sent));
            }
            seam.driver.cancel(descriptor, blocked.token);
            seam.awaitEnd(blocked);
            if (blocked.result != -Errno.ECANCELED) sent += blocked.result;
            Memory.fill(MEMORY, MUCH, (byte) 0); // nobody reads the memory any more
            seam.closeNow(descriptor);
            assertEquals(sent, peer.receivePattern());
        }
    }

    @Test
    void aSendOfManyPartsThatWaitsForRoomIsCancelledAndTellsWhatItReached() throws Exception {
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        try (var peer = new Peer(listener.accept())) {
            Memory.copy(Pattern.bytes(0, MUCH), 0, MEMORY, MUCH);
            var parts = new SendParts();
            var random = Pattern.random();
            var sent = 0L;
            var blocked = seam.send(descriptor, fill(parts, random, sent));
            parts.clear(); // it was read when send returned
            for (seam.settle(); blocked.isOver(); seam.settle()) {
                assertTrue(blocked.result > 0, Errno.name(-blocked.result));
                sent += blocked.result;
                blocked = seam.send(descriptor, fill(parts, random, sent));
                parts.clear();
            }
            seam.driver.cancel(descriptor, blocked.token);
            seam.awaitEnd(blocked);
            if (blocked.result != -Errno.ECANCELED) sent += blocked.result;
            Memory.fill(MEMORY, MUCH, (byte) 0); // nobody reads the memory any more
            seam.closeNow(descriptor);
            assertEquals(sent, peer.receivePattern());
        }
    }

    private static SendParts fill(SendParts parts, Random random, long from) {
        for (var at = from; at < MUCH; ) {
            var length = (int) Math.min(MUCH - at, 1 + random.nextInt(30_000));
            if (!parts.add(MEMORY + at, length)) break;
            at += length;
        }
        return parts;
    }

    @Test
    void aFileThatWaitsForRoomIsCancelledAndTellsWhatItReached(@TempDir Path directory) throws Exception {
        var file = seam.driver.openFile(Files.write(directory.resolve("file"), Pattern.bytes(0, MUCH)));
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        try (var peer = new Peer(listener.accept())) {
            var sent = 0L;
            for (var turnsUntilCancel = 0; turnsUntilCancel < 3; turnsUntilCancel++) {
                var early = seam.sendFile(descriptor, file, sent, MUCH - sent);
                for (var turn = 0; turn < turnsUntilCancel; turn++) seam.poll(0);
                if (!early.isOver()) seam.driver.cancel(descriptor, early.token);
                sent += reached(early);
            }
            var blocked = seam.sendFile(descriptor, file, sent, MUCH - sent);
            for (seam.settle(); blocked.isOver(); seam.settle()) {
                sent += reached(blocked);
                blocked = seam.sendFile(descriptor, file, sent, MUCH - sent);
            }
            seam.driver.cancel(descriptor, blocked.token);
            seam.driver.cancel(descriptor, blocked.token);
            sent += reached(blocked);
            file.close();
            seam.closeNow(descriptor);
            assertEquals(sent, peer.receivePattern());
        }
    }

    /// It ended the process: tables that only grow with files that are read know nothing of such a descriptor.
    @Test
    void aFileThatWasTakenAtOnceIsCancelledBeforeItIsToldOnAnyDescriptor(@TempDir Path directory) throws Exception {
        var file = seam.driver.openFile(Files.write(directory.resolve("file"), Pattern.bytes(0, 1000)));
        var others = new ArrayList<Integer>();
        do others.add(seam.listen());
        while (others.getLast() < 600);
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        try (var peer = new Peer(listener.accept())) {
            var sending = seam.sendFile(descriptor, file, 0, 1000);
            seam.driver.cancel(descriptor, sending.token);
            var sent = reached(sending);
            file.close();
            seam.closeNow(descriptor);
            assertEquals(sent, peer.receivePattern());
        }
        for (var other : others) seam.closeNow(other);
    }

    private int reached(Operation send) {
        seam.awaitEnd(send);
        if (send.result == -Errno.ECANCELED) return 0;
        assertTrue(send.result > 0, () -> "sendfile: " + Errno.name(-send.result));
        return send.result;
    }

    @Test
    void aSendThatWaitsForRoomGoesOnWhenThePeerReads() throws Exception {
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        try (var peer = new Peer(listener.accept())) {
            Memory.copy(Pattern.bytes(0, MUCH), 0, MEMORY, MUCH);
            var reading = Peer.run(() -> assertEquals(MUCH, peer.receivePattern()));
            for (var sent = 0; sent < MUCH; ) {
                var send = seam.send(descriptor, MEMORY + sent, MUCH - sent);
                seam.awaitEnd(send);
                assertTrue(send.result > 0, () -> "send: " + Errno.name(-send.result));
                sent += send.result;
            }
            var shutdown = seam.shutdown(descriptor);
            seam.awaitEnd(shutdown);
            assertEquals(0, shutdown.result);
            Deadline.await(reading, () -> "the peer's reading");
        }
        seam.closeNow(descriptor);
    }

    @Test
    void receiveAndSendAreCancelledTogether() throws Exception {
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        try (var peer = new Peer(listener.accept())) {
            var receive = seam.receive(descriptor);
            var send = seam.send(descriptor, MEMORY, MUCH);
            for (seam.settle(); send.isOver(); seam.settle()) send = seam.send(descriptor, MEMORY, MUCH);
            peer.send("crossing the cancel");
            seam.driver.cancel(descriptor, receive.token);
            seam.driver.cancel(descriptor, send.token);
            seam.awaitEnd(receive);
            seam.awaitEnd(send);
            seam.closeNow(descriptor);
        }
    }

    @Test
    void aShutdownCompletesOnceEvenWhenItIsCancelled() throws Exception {
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        var shutdown = seam.shutdown(descriptor);
        seam.driver.cancel(descriptor, shutdown.token);
        seam.awaitEnd(shutdown);
        assertTrue(shutdown.result == 0 || shutdown.result == -Errno.ECANCELED);
        seam.closeNow(descriptor);
    }

    @Test
    void cancellingTwiceOrWhatIsNotUnderWayIsIgnored() throws Exception {
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        seam.driver.cancel(descriptor, Token.of(12345, 1, Token.RECEIVE));
        seam.settle();
        var receive = seam.receive(descriptor);
        seam.poll(0);
        seam.driver.cancel(descriptor, receive.token);
        seam.driver.cancel(descriptor, receive.token);
        assertCancelled(receive);
        seam.driver.cancel(descriptor, receive.token);
        seam.settle();
        var again = seam.receive(descriptor);
        try (var peer = new Peer(listener.accept())) {
            peer.send("not cancelled");
            seam.awaitReceived(again, 13);
        }
        seam.awaitEnd(again);
        assertEquals(0, again.result);
        seam.closeNow(descriptor);
    }

    @Test
    void aDescriptorNumberThatIsUsedAgainHearsNothingOfItsFormerTenant() throws Exception {
        for (var round = 0; round < 100; round++) {
            var descriptor = seam.connected(listener.getLocalSocketAddress());
            var receive = seam.receive(descriptor);
            try (var peer = new Peer(listener.accept())) {
                peer.send("for round " + round);
                if (round % 2 == 0) seam.poll(0);
                seam.driver.cancel(descriptor, receive.token);
                seam.awaitEnd(receive);
                seam.closeNow(descriptor);
            } catch (SocketException reset) {
                // Bytes that nobody read make the close a reset.
            }
        }
    }

    @Test
    void memoryIsTheCallersAgainOnceTheSendHasCompleted() throws Exception {
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        try (var peer = new Peer(listener.accept())) {
            var reading = Peer.run(() -> assertEquals(4 << 20, peer.receivePattern()));
            var room = 4099; // one small window of memory, written anew for each send
            for (long sent = 0; sent < 4 << 20; ) {
                var length = (int) Math.min(room, (4 << 20) - sent);
                Memory.copy(Pattern.bytes(sent, length), 0, MEMORY, length);
                var send = seam.send(descriptor, MEMORY, length);
                seam.awaitEnd(send);
                assertTrue(send.result > 0, () -> "send: " + Errno.name(-send.result));
                sent += send.result;
                Memory.fill(MEMORY, room, (byte) -1);
            }
            seam.closeNow(descriptor);
            Deadline.await(reading, () -> "the peer's reading");
        }
    }

    @Test
    void abortOnCloseResetsThePeer() throws Exception {
        var descriptor = seam.connected(listener.getLocalSocketAddress());
        try (var peer = new Peer(listener.accept())) {
            seam.driver.abortOnClose(descriptor);
            seam.closeNow(descriptor);
            assertEquals("Connection reset",
                    assertThrows(SocketException.class, () -> peer.receive(1)).getMessage());
        }
    }

    @Test
    void shuttingTheDriverDownEndsWhatIsUnderWayAndClosesWhatIsOpen() throws Exception {
        var own = new DriverUnderTest(TransportTest.open(transport));
        var server = own.listen();
        own.accept(server);
        var descriptor = own.connected(listener.getLocalSocketAddress());
        own.receive(descriptor);
        own.send(descriptor, MEMORY, MUCH);
        own.poll(0);
        own.close();
        listener.accept().close();
    }

    // Waiting and waking.

    @Test
    void aPollWithoutTimeDoesNotWait() {
        var began = System.nanoTime();
        for (var i = 0; i < 100; i++) seam.poll(0);
        assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(5));
    }

    @Test
    void aPollWaitsNoLessThanItsTime() {
        assumeFalse(transport.startsWith(TransportTest.UNRELIABLE), "a wait may be interrupted there");
        for (var nanos : new long[] {1, 100_000, 1_500_000, 20_000_000}) {
            var began = System.nanoTime();
            seam.poll(nanos);
            var waited = System.nanoTime() - began;
            assertTrue(waited >= nanos, () -> "asked for " + nanos + " ns and waited " + waited);
        }
    }

    @Test
    void aWakeUpBeforeThePollMakesItReturn() {
        assumeFalse(transport.startsWith(TransportTest.UNRELIABLE), "a wait may be interrupted there");
        seam.driver.wake();
        seam.driver.wake();
        seam.poll(Long.MAX_VALUE);
        var counted = seam.driver.counters().wakeUps;
        assertTrue(counted >= 1);
    }

    @Test
    void everyWakeUpOfEightThreadsEndsAPoll() throws Exception {
        var stop = new AtomicBoolean();
        var threads = IntStream.range(0, 8).mapToObj(_ -> Thread.ofPlatform().start(() -> {
            while (!stop.get()) seam.driver.wake();
        })).toList();
        for (var i = 0; i < 5_000; i++) seam.poll(Long.MAX_VALUE); // hangs if one is lost
        stop.set(true);
        for (var thread : threads) thread.join();
        seam.settle();
    }

    @Test
    void aWakeUpAfterTheEndIsHarmless() throws Exception {
        var own = new DriverUnderTest(TransportTest.open(transport));
        own.close();
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) { // may get the old number
            for (var i = 0; i < 10; i++) own.driver.wake();
            try (var peer = Peer.connect(other.getLocalPort()); var accepted = new Peer(other.accept())) {
                own.driver.wake();
                accepted.send("only this");
                accepted.end();
                assertEquals("only this", peer.receiveAll());
            }
        }
    }
}
