package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.net.TcpSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// Connections that the loop opens: how they come about, fail, and what they tell of themselves.
@AndOnUnreliableKernels
class TcpConnectContractTest extends TransportTest {
    private static InetSocketAddress nobodyListens() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }
    }

    private Watched attempt(SocketAddress server, int timeoutMillis) {
        return onLoop(() -> new Watched(TcpSocket.connect(server, timeoutMillis, _ -> Assertions.fail("connected"))));
    }

    @Test
    void aRefusedConnectNamesOperationAddressAndErrno() throws Exception {
        var server = nobodyListens();
        var client = attempt(server, 0);
        var problem = await(client.failed);
        assertEquals("connect 127.0.0.1:" + server.getPort() + ": ECONNREFUSED, connection refused (errno 111)",
                problem.getMessage());
        await(client.closed);
        assertEquals(List.of("ECONNREFUSED", "close"), client.told());
    }

    @Test
    void aRefusedConnectThatNobodyHandlesIsUncaught() throws Exception {
        var server = nobodyListens();
        onLoop(() -> TcpSocket.connect(server, _ -> Assertions.fail("connected")));
        assertEquals("ECONNREFUSED", assertInstanceOf(OsException.class, next(uncaught)).code());
    }

    @Test
    void whatWaitsIsDroppedWhenTheConnectIsRefused() throws Exception {
        var client = attempt(nobodyListens(), 0);
        onLoop(() -> client.socket.write(new byte[100_000]));
        await(client.closed);
        assertEquals(List.of("ECONNREFUSED", "close"), client.told());
    }

    @Test
    void aConnectThatTakesTooLongTimesOut() throws Exception {
        try (var full = new FullListener()) {
            var began = System.nanoTime();
            var client = attempt(full.address(), 50);
            var problem = await(client.failed);
            assertTrue(System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(50), "timed out too soon");
            assertEquals("connect", problem.operation());
            assertEquals(Errno.ETIMEDOUT, problem.errno());
            assertEquals("127.0.0.1:" + full.address().getPort(), problem.target());
            await(client.closed);
            assertEquals(List.of("ETIMEDOUT", "close"), client.told());
        }
    }

    @Test
    void aSocketDestroyedWhileItConnectsClosesWithoutAnError() throws Exception {
        try (var full = new FullListener()) {
            var client = attempt(full.address(), 10_000);
            onLoop(() -> {
                client.socket.write("never sent");
                client.socket.destroy();
            });
            await(client.closed);
            assertEquals(List.of("close"), client.told());
        }
    }

    @Test
    void aLoopThatIsClosedGivesUpItsConnects() throws Exception {
        try (var full = new FullListener()) {
            var client = attempt(full.address(), 0);
            closeLoop();
            assertTrue(client.closed.isDone());
        }
    }

    @Test
    void theTimeOutOfAConnectionThatStandsDoesNothing() throws Exception {
        var server = listen(Echo::on);
        var address = new InetSocketAddress("127.0.0.1", port(server));
        Watched client = await(connected -> {
            try {
                TcpSocket.connect(address, 20, socket -> connected.complete(new Watched(socket).receiving()));
            } catch (OsException refused) {
                connected.completeExceptionally(refused);
            }
        });
        this.<Void>await(later -> loop.setTimeout(() -> later.complete(null), 40));
        onLoop(() -> client.socket.write("still here"));
        client.awaitReceived(10);
        onLoop(client.socket::end);
        await(client.closed);
        assertEquals(List.of("end", "close"), client.told());
    }

    @Test
    void whatIsWrittenBeforeTheConnectionStandsIsSentFirst() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var client = onLoop(() -> {
                var socket = TcpSocket.connect(listener.getLocalSocketAddress(), one -> one.write("second"));
                socket.write("first ");
                return new Watched(socket).receiving();
            });
            try (var accepted = new Peer(listener.accept())) {
                assertEquals("first second", accepted.receive(12));
            }
            await(client.closed);
        }
    }

    @Test
    void anEndBeforeTheConnectionStandsComesAfterWhatWasWritten() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var client = onLoop(() -> {
                var socket = TcpSocket.connect(listener.getLocalSocketAddress(), _ -> {});
                socket.write("only this");
                socket.end();
                return new Watched(socket).receiving();
            });
            try (var accepted = new Peer(listener.accept())) {
                assertEquals("only this", accepted.receiveAll());
            }
            await(client.closed);
        }
    }

    /// Node's net-pause-resume-connecting.
    @Test
    void aPauseBeforeTheConnectionStandsIsHonoured() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var connected = new CompletableFuture<Void>();
            var client = onLoop(() -> {
                var socket = TcpSocket.connect(listener.getLocalSocketAddress(), _ -> connected.complete(null));
                socket.pause();
                return new Watched(socket).receiving();
            });
            try (var accepted = new Peer(listener.accept())) {
                await(connected);
                accepted.send("patience");
                onLoop(() -> assertTrue(client.socket.isPaused()));
                onLoop(() -> assertEquals(0, client.received()));
                onLoop(client.socket::resume);
                client.awaitReceived(8);
            }
            await(client.closed);
        }
    }

    @Test
    void addressesAreThoseThatThePeerSees() throws Exception {
        addressesAgree("127.0.0.1");
    }

    @Test
    void addressesOfIpv6AreThoseThatThePeerSees() throws Exception {
        assumeIpv6();
        addressesAgree("::1");
    }

    private void addressesAgree(String host) throws Exception {
        var server = listen(host, _ -> {});
        var listening = (InetSocketAddress) onLoop(server::localAddress);
        assertEquals(InetAddress.getByName(host), listening.getAddress());
        server.close();

        try (var listener = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            var connected = new CompletableFuture<TcpSocket>();
            var client = onLoop(() -> new Watched(TcpSocket.connect(listener.getLocalSocketAddress(), connected::complete)));
            try (var accepted = new Peer(listener.accept())) {
                await(connected);
                onLoop(() -> {
                    assertEquals(accepted.remoteAddress(), client.socket.localAddress());
                    assertEquals(accepted.localAddress(), client.socket.peerAddress());
                });
                onLoop(client.socket::destroy);
                onLoop(() -> assertEquals("EBADF", assertThrows(OsException.class, client.socket::localAddress).code()));
            }
            await(client.closed);
        }
    }

    @Test
    void anAcceptedSocketKnowsBothAddresses() throws Exception {
        var pair = accept();
        onLoop(() -> {
            assertEquals(pair.peer().localAddress(), pair.accepted().socket.peerAddress());
            assertEquals(pair.peer().remoteAddress(), pair.accepted().socket.localAddress());
            pair.accepted().receiving();
        });
        pair.peer().close();
        await(pair.accepted().closed);
    }

    static void assumeIpv6() {
        assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "this machine has no IPv6");
    }

    @Test
    void anUnresolvedAddressIsAProgramsMistake() {
        onLoop(() -> {
            var address = InetSocketAddress.createUnresolved("localhost", 1);
            assertThrows(IllegalArgumentException.class, () -> TcpSocket.connect(address, _ -> {}));
        });
    }

    @Test
    void keepAliveReachesTheKernel() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/net/tcp")), "only Linux tells");
        var pair = accept();
        var port = pair.peer().localAddress().getPort();
        assertEquals("00", kernelTimer(pair.peer().remoteAddress().getPort(), port));
        onLoop(() -> pair.accepted().socket.keepAlive(true, 60_000).noDelay(true));
        assertEquals("02", kernelTimer(pair.peer().remoteAddress().getPort(), port));
        onLoop(() -> {
            pair.accepted().socket.keepAlive(false, 0).noDelay(false);
            pair.accepted().receiving();
        });
        pair.peer().close();
        await(pair.accepted().closed);
        onLoop(() -> assertThrows(IllegalStateException.class, () -> pair.accepted().socket.noDelay(true)));
    }

    /// The kind of timer that runs on a connection, proc(5): 00 none, 02 keep-alive.
    private static String kernelTimer(int localPort, int remotePort) throws IOException {
        var local = ":%04X".formatted(localPort);
        var remote = ":%04X".formatted(remotePort);
        for (var table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (var line : Files.readAllLines(Path.of(table))) {
                var fields = line.strip().split("\\s+");
                if (fields[1].endsWith(local) && fields[2].endsWith(remote)) return fields[5].substring(0, 2);
            }
        }
        return Assertions.fail("no such connection");
    }
}
