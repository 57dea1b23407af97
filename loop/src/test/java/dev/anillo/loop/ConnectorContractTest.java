package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.net.Names;
import dev.anillo.loop.net.TcpConnector;
import dev.anillo.loop.net.TcpSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Connecting by name and to the first of several addresses: RFC 8305.
class ConnectorContractTest extends TransportTest {
    private static final int NO_TIMEOUT = 0;

    /// Nobody listens there: it was free a moment ago.
    private static InetSocketAddress refusing() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    private InetSocketAddress taking() {
        var server = listen(socket -> socket.onData(_ -> {}));
        return new InetSocketAddress("127.0.0.1", port(server));
    }

    private CompletableFuture<TcpSocket> connect(int timeoutMillis, InetSocketAddress... addresses) {
        return onLoop(() -> TcpConnector.connect(List.of(addresses), timeoutMillis));
    }

    private void destroy(TcpSocket socket) {
        onLoop(socket::destroy);
    }

    @Test
    void aNameIsLookedUpAndConnectedTo() {
        var port = taking().getPort();
        destroy(await(onLoop(() -> TcpConnector.connect("localhost", port)))); // ::1 may come first, where nobody listens
        destroy(await(onLoop(() -> TcpConnector.connect("127.0.0.1", port))));
    }

    @Test
    void aNameThatNobodyKnowsIsRefusedInOneLine() {
        var unknown = assertThrows(UnknownHostException.class,
                () -> await(onLoop(() -> TcpConnector.connect("no-such-name.invalid", 80))));
        assertEquals("lookup no-such-name.invalid: no address is known for this name", unknown.getMessage());
    }

    @Test
    void aLookupAnswersWithAddresses() {
        assertTrue(await(onLoop(() -> Names.lookup("localhost"))).getFirst().isLoopbackAddress());
    }

    /// §5: not after the delay, since there is nothing left to wait for.
    @Test
    void aRefusedAddressIsFollowedByTheNextAtOnce() throws Exception {
        var refusing = refusing();
        var taking = taking();
        var socket = await(connect(NO_TIMEOUT, refusing, refusing, taking));
        assertEquals(taking, onLoop(socket::peerAddress));
        destroy(socket);
    }

    @Test
    void anAddressThatDoesNotAnswerIsOvertakenAfterTheDelay() throws Exception {
        var taking = taking();
        try (var full = new FullListener()) {
            var start = System.nanoTime();
            var socket = await(connect(NO_TIMEOUT, full.address(), taking));
            assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(TcpConnector.ATTEMPT_DELAY_MILLIS));
            assertEquals(taking, onLoop(socket::peerAddress));
            destroy(socket);
        }
    }

    @Test
    void whereAllRefuseTheFirstRefusalIsToldWithTheOthers() throws Exception {
        var first = refusing();
        var refused = assertThrows(OsException.class, () -> await(connect(NO_TIMEOUT, first, refusing())));
        assertEquals("connect 127.0.0.1:" + first.getPort() + ": ECONNREFUSED, connection refused (errno 111)",
                refused.getMessage());
        assertEquals(1, refused.getSuppressed().length, () -> List.of(refused.getSuppressed()) + "");
    }

    @Test
    void theTimeOutCountsForAllAddresses() throws Exception {
        try (var full = new FullListener()) {
            var late = assertThrows(OsException.class, () -> await(connect(300, full.address(), full.address())));
            assertEquals(Errno.ETIMEDOUT, late.errno());
        }
    }

    @Test
    void whoGivesUpLeavesNoAttemptBehind() throws Exception {
        try (var full = new FullListener()) {
            var connecting = connect(NO_TIMEOUT, full.address(), full.address());
            onLoop(() -> connecting.cancel(false));
            assertThrows(CancellationException.class, () -> await(connecting));
        }
        var port = taking().getPort();
        onLoop(() -> TcpConnector.connect("localhost", port).cancel(false));
    }

    /// As with any socket whose owner has not asked for errors: peers do that every day.
    @Test
    void aConnectionThatIsResetLaterJustCloses() {
        var server = listen(accepted -> accepted.onData(_ -> accepted.reset()));
        var socket = await(connect(NO_TIMEOUT, new InetSocketAddress("127.0.0.1", port(server))));
        this.<Void>await(closed -> {
            socket.onData(_ -> {}).onClose(() -> closed.complete(null));
            socket.write("reset me");
        });
    }

    @Test
    void noAddressIsAMistake() {
        onLoop(() -> assertThrows(IllegalArgumentException.class, () -> TcpConnector.connect(List.of(), NO_TIMEOUT)));
    }
}
