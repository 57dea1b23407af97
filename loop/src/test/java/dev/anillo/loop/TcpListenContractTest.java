package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anillo.loop.net.TcpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// Servers: where they listen, what refuses them, and how they stop.
@AndOnUnreliableKernels
class TcpListenContractTest extends TransportTest {
    private IOException refusal(int port, String host) {
        return await(refused -> TcpServer.create(loop, _ -> {})
                .onError(refused::complete)
                .listen(port, host, () -> refused.completeExceptionally(new AssertionError("it listens"))));
    }

    /// Node's net-eaddrinuse.
    @Test
    void aPortInUseIsRefusedWithOperationAddressAndErrno() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var problem = assertInstanceOf(OsException.class, refusal(other.getLocalPort(), "127.0.0.1"));
            assertEquals("127.0.0.1:" + other.getLocalPort(), problem.target());
            assertEquals("EADDRINUSE", problem.code());
            assertTrue(problem.operation().equals("bind") || problem.operation().equals("listen"), problem.getMessage());
        }
    }

    @Test
    void anAddressOfAnotherMachineIsRefused() {
        var problem = assertInstanceOf(OsException.class, refusal(0, "192.0.2.1")); // RFC 5737: nobody's
        assertEquals("bind 192.0.2.1:0: EADDRNOTAVAIL, not an address of this machine (errno 99)", problem.getMessage());
    }

    @Test
    void aPrivilegedPortIsRefused() {
        assumeFalse("root".equals(System.getProperty("user.name")), "root may bind every port");
        assertEquals("EACCES", assertInstanceOf(OsException.class, refusal(1, "127.0.0.1")).code());
    }

    @Test
    void anUnknownHostIsRefusedByName() {
        var problem = assertInstanceOf(UnknownHostException.class, refusal(3000, "no-such-host.invalid"));
        assertEquals("listen no-such-host.invalid:3000: unknown host (check the name, or give an address)",
                problem.getMessage());
    }

    @Test
    void aRefusalThatNobodyHandlesIsUncaughtAndClosesTheServer() throws Exception {
        var closed = new CompletableFuture<Void>();
        onLoop(() -> TcpServer.create(loop, _ -> {}).onClose(() -> closed.complete(null)).listen(0, "192.0.2.1"));
        await(closed);
        assertEquals("EADDRNOTAVAIL", assertInstanceOf(OsException.class, next(uncaught)).code());
    }

    @Test
    void aNameIsLookedUp() throws Exception {
        var server = listen("localhost", Echo::on);
        var address = (InetSocketAddress) onLoop(server::localAddress);
        assertTrue(address.getAddress().isLoopbackAddress());
        try (var peer = Peer.connect(address)) {
            peer.send("hello");
            assertEquals("hello", peer.receive(5));
        }
    }

    @Test
    void aServerClosedWhileItsNameIsLookedUpDoesNotListen() {
        var server = TcpServer.create(loop, _ -> {});
        this.<Void>await(closed -> {
            server.onClose(() -> closed.complete(null));
            server.listen(0, "localhost", () -> closed.completeExceptionally(new AssertionError("it listens")));
            server.close();
        });
    }

    @Test
    void allAddressesAreServedOverIpv4AndIpv6() throws Exception {
        TcpConnectContractTest.assumeIpv6();
        var server = TcpServer.create(loop, Echo::on);
        this.<Void>await(listening -> server.listen(0, () -> listening.complete(null)));
        var port = port(server);
        for (var host : new String[] {"127.0.0.1", "::1"}) {
            try (var peer = Peer.connect(new InetSocketAddress(host, port))) {
                peer.send(host);
                assertEquals(host, peer.receive(host.length()));
            }
        }
        server.close();
    }

    @Test
    void anIpv4ConnectionToAServerOfAllAddressesTellsAnIpv4Peer() throws Exception {
        var peers = new LinkedBlockingQueue<InetSocketAddress>();
        var server = TcpServer.create(loop, socket -> {
            try {
                peers.add((InetSocketAddress) socket.peerAddress());
            } catch (OsException refused) {
                throw new AssertionError(refused);
            }
            socket.destroy();
        });
        this.<Void>await(listening -> server.listen(0, () -> listening.complete(null)));
        try (var peer = Peer.connect(new InetSocketAddress("127.0.0.1", port(server)))) {
            assertEquals(peer.localAddress(), next(peers));
        }
        server.close();
    }

    @Test
    void aClosedServerFreesItsPortAndItsConnectionsLiveOn() throws Exception {
        var server = listen(Echo::on);
        var port = port(server);
        try (var peer = Peer.connect(port)) {
            peer.send("before");
            assertEquals("before", peer.receive(6));
            this.<Void>await(closed -> server.onClose(() -> closed.complete(null)).close());
            var second = TcpServer.create(loop, Echo::on);
            this.<Void>await(listening -> second.onError(listening::completeExceptionally)
                    .listen(port, "127.0.0.1", () -> listening.complete(null)));
            peer.send("after");
            assertEquals("after", peer.receive(5));
            second.close();
        }
    }

    @Test
    void aClosedServerTakesNoConnectionsAndKnowsNoAddress() throws Exception {
        var server = listen(Echo::on);
        var port = port(server);
        this.<Void>await(closed -> server.onClose(() -> closed.complete(null)).close());
        assertThrows(IOException.class, () -> Peer.connect(port));
        onLoop(() -> assertEquals("EBADF", assertThrows(OsException.class, server::localAddress).code()));
        server.close();
    }

    @Test
    void aServerClosedByItsFirstConnectionStillServesIt() throws Exception {
        var server = new CompletableFuture<TcpServer>();
        var closed = new CompletableFuture<Void>();
        server.complete(listen(socket -> {
            server.join().onClose(() -> closed.complete(null)).close();
            Echo.on(socket);
        }));
        try (var peer = Peer.connect(port(server.join()))) {
            peer.send("last guest");
            assertEquals("last guest", peer.receive(10));
        }
        await(closed);
    }

    @Test
    void aServerListensOnlyOnce() {
        var server = listen(_ -> {});
        onLoop(() -> assertThrows(IllegalStateException.class, () -> server.listen(0, "127.0.0.1")));
    }

    @Test
    void aServerClosedBeforeItListensCannotListen() {
        var server = TcpServer.create(loop, _ -> {});
        server.close();
        onLoop(() -> assertThrows(IllegalStateException.class, () -> server.listen(0, "127.0.0.1")));
    }

    @Test
    void serversOnSeveralLoopsShareAPortWhenTheyAsk() throws Exception {
        assumeTrue("Linux".equals(System.getProperty("os.name")), "elsewhere the kernel doesn't spread connections");
        var second = anotherLoop();
        var served = new LinkedBlockingQueue<EventLoop>();
        var one = TcpServer.create(loop, socket -> serve(socket.loop(), served, socket::destroy)).reusePort(true);
        var other = TcpServer.create(second, socket -> serve(socket.loop(), served, socket::destroy)).reusePort(true);
        this.<Void>await(listening -> one.listen(0, "127.0.0.1", () -> listening.complete(null)));
        var port = port(one);
        this.<Void>await(listening -> other.onError(listening::completeExceptionally)
                .listen(port, "127.0.0.1", () -> listening.complete(null)));
        var loops = new ArrayList<EventLoop>();
        while (!loops.contains(loop) || !loops.contains(second)) {
            Peer.connect(port).close();
            loops.add(next(served));
            if (loops.size() == 1000) Assertions.fail("all connections went to one of two servers");
        }
        one.close();
        other.close();
        assertNotEquals(loop, second);
    }

    private static void serve(EventLoop loop, LinkedBlockingQueue<EventLoop> served, Runnable end) {
        served.add(loop);
        end.run();
    }

    @Test
    void connectionsThatAreGoneBeforeTheyAreAcceptedDoNoHarm() throws Exception {
        var server = listen(Echo::on);
        var port = port(server);
        onLoop(() -> { // while the loop is busy here, they wait in the kernel
            for (var i = 0; i < 100; i++) Peer.connect(port).reset();
        });
        try (var peer = Peer.connect(port)) {
            peer.send("still serving");
            assertEquals("still serving", peer.receive(13));
        }
    }
}
