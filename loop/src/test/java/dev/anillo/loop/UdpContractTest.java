package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.net.UdpOptions;
import dev.anillo.loop.net.UdpSocket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Datagrams over the loopback interface, which loses none while there is room for them.
@AndOnUnreliableKernels
class UdpContractTest extends TransportTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress GROUP = InetAddress.ofLiteral("239.77.77.77");
    private static final int LONGEST = 65_507; // of IPv4

    private final List<UdpSocket> sockets = new ArrayList<>();

    private record Message(String text, InetSocketAddress sender) {}

    /// A socket of the loop's, and what comes to it.
    private final class Listening {
        final UdpSocket socket;
        final LinkedBlockingQueue<Message> messages = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<IOException> errors = new LinkedBlockingQueue<>();

        Listening(UdpSocket socket) {
            this.socket = socket;
            socket.onError(errors::add);
            socket.onMessage((data, sender) -> messages.add(new Message(data.toString(), sender)));
        }

        String nextText() throws InterruptedException {
            return next(messages).text;
        }

        InetSocketAddress address() {
            return onLoop(socket::localAddress);
        }
    }

    @AfterEach
    void closeSockets() {
        onLoop(() -> sockets.forEach(UdpSocket::close));
    }

    private UdpSocket bind(InetSocketAddress local, UdpOptions options) {
        return onLoop(() -> {
            var socket = UdpSocket.bind(local, options);
            sockets.add(socket);
            return socket;
        });
    }

    private UdpSocket bind() {
        return bind(new InetSocketAddress(LOOPBACK, 0), UdpOptions.DEFAULT);
    }

    private Listening listening() {
        var socket = bind();
        return onLoop(() -> new Listening(socket));
    }

    private static DatagramSocket peer() throws IOException {
        var peer = new DatagramSocket(0, LOOPBACK);
        peer.setSoTimeout(Deadline.SECONDS * 1000);
        return peer;
    }

    private static void send(DatagramSocket from, byte[] data, InetSocketAddress to) throws IOException {
        from.send(new DatagramPacket(data, data.length, to));
    }

    private static byte[] receive(DatagramSocket by) throws IOException {
        var packet = new DatagramPacket(new byte[65_536], 65_536);
        by.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static InetSocketAddress addressOf(DatagramSocket peer) {
        return new InetSocketAddress(LOOPBACK, peer.getLocalPort());
    }

    private OsException refused(Callable<?> action) {
        return assertThrows(OsException.class, () -> onLoop(() -> {
            action.call();
        }));
    }

    @Test
    void aDatagramComesWholeWithItsSenderAndGoesBackWhole() throws Exception {
        var echo = bind();
        onLoop(() -> echo.onMessage((data, sender) -> echo.send(data, sender)));
        var local = onLoop(echo::localAddress);
        try (var peer = peer()) {
            for (var size : new int[] {1, 0, 1400, 9000, 16_384, LONGEST, 3}) {
                var sent = Pattern.bytes(size, size);
                send(peer, sent, local);
                assertArrayEquals(sent, receive(peer), size + " bytes");
            }
        }
    }

    @Test
    void manySendersAreToldApart() throws Exception {
        var here = listening();
        try (var one = peer(); var another = peer()) {
            for (var i = 0; i < 10; i++) {
                var from = i % 2 == 0 ? one : another;
                send(from, Integer.toString(i).getBytes(StandardCharsets.US_ASCII), here.address());
                var message = next(here.messages);
                assertEquals(Integer.toString(i), message.text);
                assertEquals(addressOf(from), message.sender);
            }
        }
    }

    /// In batches, of which those of one size leave as one message where the kernel cuts it.
    @Test
    void whatOneTurnSendsArrivesInOrderAndCostsFewSystemCalls() throws Exception {
        var sender = bind();
        try (var peer = peer()) {
            peer.setReceiveBufferSize(1 << 20);
            var sizes = new Random(7).ints(150, 0, 600).toArray();
            Arrays.fill(sizes, 20, 110, 512);
            onLoop(() -> {
                for (var i = 0; i < sizes.length; i++) sender.send(Pattern.bytes(i, sizes[i]), addressOf(peer));
            });
            for (var i = 0; i < sizes.length; i++) assertArrayEquals(Pattern.bytes(i, sizes[i]), receive(peer), "number " + i);
            var calls = onLoop(() -> LoopInternals.of(loop).driver().counters().systemCalls);
            if (!transport.equals("nio")) assertTrue(calls < sizes.length, calls + " system calls");
        }
    }

    /// What the sender's kernel did not cut and the receiver's has put together is cut here.
    @Test
    void datagramsThatTheKernelPutTogetherAreToldOneByOne() throws Exception {
        var here = listening();
        var sender = bind();
        var count = 100;
        onLoop(() -> {
            here.socket.receiveBuffer(1 << 20);
            for (var i = 0; i < count; i++) sender.send("%04d".formatted(i), here.socket.localAddress());
            sender.send("end", here.socket.localAddress());
        });
        for (var i = 0; i < count; i++) {
            var message = next(here.messages);
            assertEquals("%04d".formatted(i), message.text);
            assertEquals(onLoop(sender::localAddress), message.sender);
        }
        assertEquals("end", here.nextText());
    }

    /// Longer than the interface carries in one packet: nothing can be cut there, and the network layer does.
    @Test
    void longDatagramsOfOneSizeLeaveToo() throws Exception {
        var sender = bind();
        try (var peer = peer()) {
            peer.setReceiveBufferSize(1 << 20);
            onLoop(() -> {
                for (var i = 0; i < 3; i++) sender.send(Pattern.bytes(i, LONGEST - 1), addressOf(peer));
            });
            for (var i = 0; i < 3; i++) assertArrayEquals(Pattern.bytes(i, LONGEST - 1), receive(peer));
        }
    }

    @Test
    void aKeptDatagramStaysAsItCame() throws Exception {
        var socket = bind();
        var kept = new LinkedBlockingQueue<Buffer>();
        onLoop(() -> socket.onMessage((data, _) -> kept.add(data.keep())));
        try (var peer = peer()) {
            for (var size : new int[] {100, 20_000, LONGEST}) {
                send(peer, Pattern.bytes(size, size), onLoop(socket::localAddress));
            }
        }
        for (var size : new int[] {100, 20_000, LONGEST}) {
            var buffer = next(kept);
            assertArrayEquals(Pattern.bytes(size, size), onLoop(buffer::toByteArray));
            onLoop(buffer::release);
        }
    }

    // Refusals.

    @Test
    void anOversizedDatagramIsToldToItsCallbackAlone() throws Exception {
        var here = listening();
        var refused = new LinkedBlockingQueue<OsException>();
        for (var size : new int[] {LONGEST + 1, 70_000}) {
            onLoop(() -> here.socket.send(new byte[size], here.socket.localAddress(), () -> {}, refused::add));
            assertEquals("EMSGSIZE", next(refused).code());
        }
        assertNull(here.errors.poll());
        onLoop(() -> here.socket.send("goes on", here.socket.localAddress()));
        assertEquals("goes on", here.nextText());
    }

    @Test
    void aRefusalWithoutACallbackComesToOnErrorAndElseIsUncaught() throws Exception {
        var here = listening();
        onLoop(() -> here.socket.send(new byte[LONGEST + 1], here.socket.localAddress()));
        var told = next(here.errors).getMessage();
        assertEquals("send " + text(here.address()) + ": EMSGSIZE, message too long (errno 90)", told);
        var bare = bind();
        onLoop(() -> bare.send(new byte[LONGEST + 1], here.socket.localAddress()));
        assertEquals("EMSGSIZE", assertInstanceOf(OsException.class, next(uncaught)).code());
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Test
    void theOthersOfABatchLeaveWhenOneIsRefused() throws Exception {
        var here = listening();
        var told = new LinkedBlockingQueue<String>();
        onLoop(() -> {
            var to = here.socket.localAddress();
            here.socket.send("a".getBytes(), to, () -> told.add("a sent"), e -> told.add("a " + e.code()));
            here.socket.send(new byte[LONGEST + 1], to, () -> told.add("b sent"), e -> told.add("b " + e.code()));
            here.socket.send("c".getBytes(), to, () -> told.add("c sent"), e -> told.add("c " + e.code()));
        });
        assertEquals("a", here.nextText());
        assertEquals("c", here.nextText());
        assertEquals(List.of("a sent", "b EMSGSIZE", "c sent"), List.of(next(told), next(told), next(told)));
    }

    @Test
    void aTakenPortIsRefusedAtTheCallInOneLine() {
        var taken = onLoop(bind()::localAddress);
        var refusal = refused(() -> UdpSocket.bind(taken));
        assertEquals("bind " + text(taken) + ": EADDRINUSE", refusal.getMessage().split(",")[0]);
    }

    @Test
    void severalMayShareAPortWhenAllSaySo() throws Exception {
        var options = UdpOptions.DEFAULT.reusePort(true);
        var first = bind(new InetSocketAddress(LOOPBACK, 0), options);
        var second = bind(onLoop(first::localAddress), options);
        assertEquals(onLoop(first::port), onLoop(second::port));
    }

    // Connected.

    @Test
    void aConnectedSocketHearsItsPeerAloneUntilItDisconnects() throws Exception {
        var here = listening();
        try (var peer = peer(); var stranger = peer()) {
            onLoop(() -> here.socket.connect(addressOf(peer)).send("to you"));
            assertEquals("to you", new String(receive(peer), StandardCharsets.US_ASCII));
            send(stranger, "unheard".getBytes(), here.address());
            send(peer, "heard".getBytes(), here.address());
            assertEquals(new Message("heard", addressOf(peer)), next(here.messages));
            var port = onLoop(() -> here.socket.disconnect().port());
            assertTrue(port >= 0);
        }
    }

    @Test
    void anAddressIsForUnconnectedSocketsAndTheOtherWayRound() throws Exception {
        var socket = bind();
        onLoop(() -> {
            assertThrows(IllegalStateException.class, () -> socket.send("whom?"));
            socket.connect(socket.localAddress());
            assertThrows(IllegalStateException.class, () -> socket.send("him", socket.localAddress()));
            assertThrows(IllegalArgumentException.class,
                    () -> socket.connect(InetSocketAddress.createUnresolved("localhost", 1)));
        });
    }

    @Test
    void thatNobodyIsThereIsToldAndTheSocketGoesOn() throws Exception {
        var here = listening();
        InetSocketAddress gone;
        try (var peer = peer()) {
            gone = addressOf(peer);
        }
        onLoop(() -> here.socket.connect(gone).send("anybody?"));
        assertEquals("ECONNREFUSED", ((OsException) next(here.errors)).code());
        try (var peer = peer()) {
            onLoop(() -> here.socket.connect(addressOf(peer)).send("and here?"));
            assertEquals("and here?", new String(receive(peer), StandardCharsets.US_ASCII));
            send(peer, "yes".getBytes(), here.address());
            assertEquals("yes", here.nextText());
        }
    }

    // Many receivers.

    @Test
    void broadcastIsRefusedUntilItIsAllowed() throws Exception {
        var receiver = bind(new InetSocketAddress("0.0.0.0", 0), UdpOptions.DEFAULT);
        var here = onLoop(() -> new Listening(receiver));
        var everybody = new InetSocketAddress("127.255.255.255", onLoop(receiver::port));
        var sender = listening();
        if (!transport.equals("nio")) { // Java allows it from the start
            onLoop(() -> sender.socket.send("too early", everybody));
            assertEquals("EACCES", ((OsException) next(sender.errors)).code());
        }
        onLoop(() -> sender.socket.broadcast(true).send("all of you", everybody));
        assertEquals("all of you", here.nextText());
    }

    @Test
    void aGroupIsHeardFromJoiningToLeaving() throws Exception {
        var loopback = NetworkInterface.getByInetAddress(LOOPBACK);
        var receiver = bind(new InetSocketAddress("0.0.0.0", 0), UdpOptions.DEFAULT.reuseAddress(true));
        var here = onLoop(() -> new Listening(receiver));
        var group = new InetSocketAddress(GROUP, onLoop(receiver::port));
        var sender = bind();
        onLoop(() -> sender.multicastInterface(loopback).multicastHops(1).multicastLoopback(true));
        onLoop(() -> {
            sender.send("before", group);
            receiver.join(GROUP, loopback);
        });
        onLoop(() -> sender.send("joined", group));
        assertTrue(List.of("before", "joined").contains(here.nextText())); // "before" leaves at the end of the turn
        here.messages.clear();
        onLoop(() -> receiver.leave(GROUP, loopback));
        onLoop(() -> sender.send("left", group));
        onLoop(() -> sender.send("direct", new InetSocketAddress(LOOPBACK, receiver.port())));
        String text;
        do text = here.nextText(); while (text.equals("joined"));
        assertEquals("direct", text);
        assertEquals("EADDRNOTAVAIL", refused(() -> receiver.leave(GROUP, loopback)).code());
        onLoop(() -> assertThrows(IllegalArgumentException.class, () -> receiver.join(LOOPBACK)));
    }

    @Test
    void aSocketOnAllAddressesSpeaksBothFamilies() throws Exception {
        var echo = onLoop(() -> UdpSocket.bind(0));
        sockets.add(echo);
        onLoop(() -> echo.onMessage((data, sender) -> echo.send(sender.getAddress().getHostAddress() + data, sender)));
        var port = onLoop(echo::port);
        for (var address : new String[] {"127.0.0.1", "::1"}) {
            var peer = bind(new InetSocketAddress(address, 0), UdpOptions.DEFAULT);
            var here = onLoop(() -> new Listening(peer));
            onLoop(() -> peer.send("!", new InetSocketAddress(address, port)));
            assertEquals(InetAddress.ofLiteral(address).getHostAddress() + "!", here.nextText());
        }
    }

    // The queue, and the end.

    @Test
    void theQueueCanBeReadHasABoundAndDrains() throws Exception {
        var here = listening();
        var sender = bind();
        var refused = new LinkedBlockingQueue<OsException>();
        var drained = new CompletableFuture<Void>();
        onLoop(() -> {
            var to = here.socket.localAddress();
            sender.onDrain(() -> drained.complete(null));
            assertTrue(sender.send(new byte[1000], to));
            assertEquals(1000, sender.waitingBytes());
            assertEquals(1, sender.waitingCount());
            var goOn = true;
            var count = 1;
            while (goOn) {
                goOn = sender.send(new byte[1000], to);
                count++;
            }
            assertEquals(UdpSocket.HIGH_WATER_BYTES / 1000 + 1, count);
            while (sender.waitingBytes() + 50_000 <= UdpSocket.QUEUE_BYTES_MAX) sender.send(new byte[50_000], to);
            sender.send(new byte[50_000], to, () -> {}, refused::add);
            assertTrue(sender.waitingBytes() <= UdpSocket.QUEUE_BYTES_MAX);
        });
        assertEquals("ENOBUFS", next(refused).code());
        await(drained);
        assertEquals(0, onLoop(sender::waitingBytes));
        assertEquals(0, onLoop(sender::waitingCount));
    }

    @Test
    void whatWaitsStillLeavesAfterClose() throws Exception {
        var socket = bind();
        var closed = new CompletableFuture<Void>();
        try (var peer = peer()) {
            onLoop(() -> {
                for (var i = 0; i < 50; i++) socket.send("number " + i, addressOf(peer));
                socket.onClose(() -> closed.complete(null)).close();
                assertThrows(IllegalStateException.class, () -> socket.send("late", addressOf(peer)));
            });
            for (var i = 0; i < 50; i++) assertEquals("number " + i, new String(receive(peer), StandardCharsets.US_ASCII));
        }
        await(closed);
        assertEquals("EBADF", refused(socket::localAddress).code());
    }

    @Test
    void nothingIsToldAfterCloseWhateverCameTogether() throws Exception {
        var here = bind();
        var told = new LinkedBlockingQueue<String>();
        var closed = new CompletableFuture<Void>();
        onLoop(() -> {
            here.onClose(() -> closed.complete(null));
            here.onMessage((data, _) -> {
                told.add(data.toString());
                here.close();
            });
            var sender = UdpSocket.bind(new InetSocketAddress(LOOPBACK, 0));
            sockets.add(sender);
            for (var i = 0; i < 10; i++) sender.send("message " + i, here.localAddress());
        });
        await(closed);
        assertEquals(List.of("message 0"), List.copyOf(told));
    }

    @Test
    void aPausedSocketHearsWhatCameMeanwhileWhenItResumes() throws Exception {
        var here = listening();
        onLoop(here.socket::pause);
        try (var peer = peer()) {
            send(peer, "waits".getBytes(), here.address());
            peer.setSoTimeout(50);
            assertThrows(SocketTimeoutException.class, () -> receive(peer)); // time in which it would have come
        }
        assertTrue(here.messages.isEmpty());
        onLoop(here.socket::resume);
        assertEquals("waits", here.nextText());
    }

    @Test
    void aLoopThatClosesTakesItsSocketsWithIt() throws Exception {
        var here = listening();
        var port = here.address();
        onLoop(() -> here.socket.send("last", port));
        closeLoop();
        loop = anotherLoop();
        sockets.clear();
        assertEquals(port, onLoop(bind(port, UdpOptions.DEFAULT)::localAddress));
        assertFalse(here.socket.toString().isEmpty());
    }

    @Test
    void aThrowingCallbackDoesNotKeepTheOthersFromTheirDatagrams() throws Exception {
        var socket = bind();
        var told = new LinkedBlockingQueue<String>();
        onLoop(() -> {
            socket.onMessage((data, _) -> {
                told.add(data.toString());
                if (data.toString().equals("message 0")) throw new IllegalStateException("of the first");
            });
            for (var i = 0; i < 3; i++) socket.send("message " + i, socket.localAddress());
        });
        for (var i = 0; i < 3; i++) assertEquals("message " + i, next(told));
        assertEquals("of the first", next(uncaught).getMessage());
    }
}
