package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.net.Addresses;
import dev.anillo.loop.net.UnixServer;
import dev.anillo.loop.net.UnixSocket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Stream sockets within the machine: paths, abstract names, who may connect, leftovers, and who is there.
@AndOnUnreliableKernels
class UnixContractTest extends TransportTest {
    private static final int MIB = 1 << 20;
    private static final String NIO = "nio";

    @TempDir
    private Path directory;

    private String path() {
        return directory.resolve("socket").toString();
    }

    private UnixServer bound(String path, Consumer<UnixSocket> onConnection) {
        return bound(UnixServer.create(loop, onConnection), path);
    }

    private UnixServer bound(UnixServer server, String path) {
        this.<Void>await(listening -> server.onError(listening::completeExceptionally)
                .listen(path, () -> listening.complete(null)));
        return server;
    }

    private IOException refusal(UnixServer server, String path) {
        return await(refused -> server.onError(refused::complete)
                .listen(path, () -> refused.completeExceptionally(new AssertionError("it listens"))));
    }

    private void close(UnixServer server) {
        this.<Void>await(closed -> server.onClose(() -> closed.complete(null)).close());
    }

    private UnixSocket connect(String path) {
        return await(connected -> {
            try {
                UnixSocket.connect(path, connected::complete).onError(connected::completeExceptionally);
            } catch (OsException refused) {
                connected.completeExceptionally(refused);
            }
        });
    }

    private SocketChannel witness(String path) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    private static void send(SocketChannel channel, byte[] bytes) {
        try {
            for (var left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) channel.write(left);
            channel.shutdownOutput();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static byte[] receiveAll(SocketChannel channel) throws IOException {
        return Channels.newInputStream(channel).readAllBytes();
    }

    // Bytes.

    @Test
    void aServerEchoesWhatAForeignClientSends() throws Exception {
        var server = bound(path(), socket -> socket.pipe(socket));
        var bytes = Pattern.bytes(0, 8 * MIB);
        try (var client = witness(path())) {
            var sending = CompletableFuture.runAsync(() -> send(client, bytes), Peer.THREADS);
            var back = receiveAll(client);
            Pattern.check(back, back.length, 0);
            assertEquals(bytes.length, back.length);
            await(sending);
        }
        close(server);
    }

    @Test
    void aClientExchangesBytesWithAForeignServer() throws Exception {
        try (var foreign = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            foreign.bind(UnixDomainSocketAddress.of(path()));
            var closed = new CompletableFuture<Void>();
            var text = new StringBuffer();
            var client = connect(path());
            onLoop(() -> client.onData(data -> text.append(data.toString()))
                    .onClose(() -> closed.complete(null)).write("hello"));
            try (var accepted = foreign.accept()) {
                var five = ByteBuffer.allocate(5);
                while (five.hasRemaining() && accepted.read(five) >= 0) {}
                assertEquals("hello", new String(five.array(), StandardCharsets.UTF_8));
                send(accepted, "back".getBytes(StandardCharsets.UTF_8));
            }
            await(closed);
            assertEquals("back", text.toString());
        }
    }

    /// Waits, as a client's first request does, in the socket and not in the program.
    @Test
    void whatIsWrittenBeforeTheConnectionStandsLeavesFirst() throws Exception {
        var told = new LinkedBlockingQueue<String>();
        var server = bound(path(), socket -> socket.onData(data -> told.add(data.toString())));
        onLoop(() -> {
            var client = UnixSocket.connect(path(), _ -> told.add("connected"));
            client.onData(_ -> {}).write("first");
            client.end();
        });
        assertEquals("connected", next(told));
        assertEquals("first", next(told));
        close(server);
    }

    // Addresses.

    @Test
    void theAddressesAreThePathAndNothing() throws Exception {
        var accepted = new LinkedBlockingQueue<UnixSocket>();
        var server = bound(path(), accepted::add);
        var client = connect(path());
        var other = next(accepted);
        assertEquals(path(), Addresses.format(onLoop(server::localAddress)));
        assertEquals(path(), Addresses.format(onLoop(client::peerAddress)));
        assertEquals("unnamed", Addresses.format(onLoop(other::peerAddress)));
        onLoop(() -> {
            client.destroy();
            other.destroy();
        });
        close(server);
    }

    @Test
    void anAbstractNameNeedsNoFileAndIsFreeOnceItsServerIsClosed() throws Exception {
        var name = "\0anillo-streams-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        if (transport.equals(NIO)) {
            var refused = assertInstanceOf(OsException.class, refusal(UnixServer.create(loop, _ -> {}), name));
            assertTrue(refused.getMessage().contains("needs native access"), refused.getMessage());
            onLoop(() -> assertThrows(OsException.class, () -> UnixSocket.connect(name, _ -> {})));
            return;
        }
        for (var time = 0; time < 2; time++) {
            var server = bound(name, socket -> socket.pipe(socket));
            var text = new CompletableFuture<String>();
            var client = connect(name);
            onLoop(() -> client.onData(data -> text.complete(data.toString())).write("echo"));
            assertEquals("echo", await(text));
            assertEquals("@" + name.substring(1), Addresses.format(onLoop(server::localAddress)));
            var second = assertInstanceOf(OsException.class, refusal(UnixServer.create(loop, _ -> {}), name));
            assertEquals(Errno.EADDRINUSE, second.errno());
            onLoop(client::end);
            close(server);
        }
    }

    @Test
    void aPathThatIsTooLongIsRefusedWithItsLength() {
        var path = "/tmp/" + "x".repeat(103);
        var refused = assertInstanceOf(OsException.class, refusal(UnixServer.create(loop, _ -> {}), path));
        assertEquals(Errno.ENAMETOOLONG, refused.errno());
        assertTrue(refused.getMessage().contains("108 bytes, more than 107"), refused.getMessage());
    }

    @Test
    void connectingWhereNothingIsTellsThePath() {
        var refused = new CompletableFuture<IOException>();
        onLoop(() -> UnixSocket.connect(path(), _ -> {}).onError(refused::complete));
        assertEquals("connect " + path() + ": ENOENT, no such file or directory (errno 2)", await(refused).getMessage());
    }

    // The file.

    @Test
    void theFileHasTheModeThatWasAskedForAndIsGoneAfterTheClose() throws Exception {
        var server = bound(UnixServer.create(loop, _ -> {}).fileMode(0620), path());
        assertEquals("rw--w----", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(path()))));
        close(server);
        assertFalse(Files.exists(Path.of(path())));
    }

    @Test
    void aFileThatNobodyListensOnIsTakenOver() throws Exception {
        try (var killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(path()));
        }
        assertTrue(Files.exists(Path.of(path())), "Java leaves the file, as a killed process does");
        var server = bound(path(), socket -> socket.pipe(socket));
        try (var client = witness(path())) {
            send(client, new byte[] {42});
            assertEquals(1, receiveAll(client).length);
        }
        close(server);
    }

    @Test
    void aServerThatLivesStaysUntouched() throws Exception {
        var first = bound(path(), socket -> socket.onData(_ -> {}));
        var refused = assertInstanceOf(OsException.class, refusal(UnixServer.create(loop, _ -> {}), path()));
        assertEquals(Errno.EADDRINUSE, refused.errno());
        assertEquals("bind", refused.operation());
        connectAndLeave();
        close(first);
    }

    private void connectAndLeave() {
        var client = connect(path());
        onLoop(client::destroy);
    }

    @Test
    void aFileThatIsNoSocketIsNeverRemoved() throws Exception {
        Files.writeString(Path.of(path()), "precious");
        var refused = assertInstanceOf(OsException.class, refusal(UnixServer.create(loop, _ -> {}), path()));
        assertEquals(Errno.EADDRINUSE, refused.errno());
        assertEquals("precious", Files.readString(Path.of(path())));
    }

    @Test
    void aPredecessorThatClosesLeavesItsSuccessorsFile() throws Exception {
        var predecessor = bound(path(), _ -> {});
        Files.move(Path.of(path()), directory.resolve("moved"));
        var successor = bound(path(), socket -> socket.onData(_ -> {}));
        close(predecessor);
        connectAndLeave();
        close(successor);
        assertFalse(Files.exists(Path.of(path())));
    }

    // Who is there.

    @Test
    void theKernelTellsWhoIsAtTheOtherEnd() throws Exception {
        var accepted = new LinkedBlockingQueue<UnixSocket>();
        var server = bound(path(), accepted::add);
        var client = connect(path());
        var other = next(accepted);
        if (transport.equals(NIO)) {
            onLoop(() -> {
                var refused = assertThrows(OsException.class, other::peerCredentials);
                assertEquals(Errno.EOPNOTSUPP, refused.errno());
                assertTrue(refused.getMessage().contains("needs native access"), refused.getMessage());
            });
        } else {
            var peer = onLoop(other::peerCredentials);
            assertEquals(ProcessHandle.current().pid(), peer.pid());
            assertEquals(Files.getAttribute(directory, "unix:uid"), peer.uid());
            assertEquals(peer, onLoop(client::peerCredentials));
        }
        onLoop(() -> {
            client.destroy();
            other.destroy();
        });
        close(server);
    }
}
