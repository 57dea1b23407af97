package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.net.SocketHandle;
import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import dev.anillo.loop.net.UnixServer;
import dev.anillo.loop.net.UnixSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sockets and servers pass over a unix socket, none is lost, and none stays open that nobody owns. That last is what
/// [TransportTest] looks at after each test.
@AndOnUnreliableKernels
class PassingContractTest extends TransportTest {
    private static final String NIO = "nio";
    private static final byte[] MESSAGE = "take it".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private final BlockingQueue<SocketHandle> handles = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final CompletableFuture<IOException> broken = new CompletableFuture<>();
    private UnixServer channel;
    private UnixSocket sender;
    private UnixSocket receiver;

    @BeforeEach
    void openChannel() throws Exception {
        var accepted = new LinkedBlockingQueue<UnixSocket>();
        var path = directory.resolve("channel").toString();
        channel = onLoop(() -> UnixServer.create(accepted::add));
        this.<Void>await(listening -> channel.listen(path, () -> listening.complete(null)));
        sender = await(connected -> {
            try {
                UnixSocket.connect(path, connected::complete).onError(connected::completeExceptionally);
            } catch (OsException refused) {
                connected.completeExceptionally(refused);
            }
        });
        receiver = next(accepted);
        onLoop(() -> receiver.onError(broken::complete)
                .onHandle(handle -> handles.add(handle.keep())).onData(data -> texts.add(data.toString())));
    }

    @AfterEach
    void closeChannel() {
        if (channel == null) return;
        onLoop(() -> {
            sender.destroy();
            receiver.destroy();
            channel.close();
        });
    }

    private void needsNativeAccess() {
        Assumptions.assumeFalse(transport.equals(NIO), "nio passes no descriptors: the refusal is tested");
    }

    @Test
    void whereThereIsNoNativeAccessAHandleIsRefusedClearly() {
        Assumptions.assumeTrue(transport.equals(NIO));
        var refused = onLoop(() -> assertThrows(OsException.class, sender::handle));
        assertEquals(Errno.EOPNOTSUPP, refused.errno());
        assertTrue(refused.getMessage().contains("to pass descriptors needs native access"), refused.getMessage());
    }

    /// Node's test-child-process-fork-net-server, within one process: what matters is that the socket is the kernel's.
    @Test
    void aServerThatWasPassedOnGoesOnAcceptingWhenTheFirstIsClosed() throws Exception {
        needsNativeAccess();
        var first = listen(socket -> socket.pipe(socket));
        var port = port(first);
        onLoop(() -> sender.write(MESSAGE, first.handle()));
        var passed = next(handles);
        assertEquals("take it", next(texts));
        this.<Void>await(closed -> first.onClose(() -> closed.complete(null)).close());
        try (var early = Peer.connect(port)) { // nobody accepts, and nobody refuses
            var second = onLoop(() -> TcpServer.create(socket -> socket.pipe(socket)));
            this.<Void>await(listening -> second.listen(passed, () -> listening.complete(null)));
            assertEquals(port, port(second));
            early.send("waited");
            early.end();
            assertEquals("waited", early.receiveAll());
            this.<Void>await(closed -> second.onClose(() -> closed.complete(null)).close());
        }
        assertThrows(IOException.class, () -> Peer.connect(port));
    }

    /// Node's test-child-process-fork-net-socket.
    @Test
    void aConnectionThatWasPassedOnKeepsItsBytesAndItsPeerSeesNoEnd() throws Exception {
        needsNativeAccess();
        var server = listen(socket -> {
            try {
                sender.write(MESSAGE, socket.handle());
            } catch (OsException refused) {
                uncaught.add(refused);
            }
            socket.destroy();
        });
        try (var peer = Peer.connect(port(server))) {
            peer.send("before ");
            var passed = next(handles);
            onLoop(() -> {
                var socket = TcpSocket.open(passed);
                socket.pipe(socket);
            });
            peer.send("and after");
            peer.end();
            assertEquals("before and after", peer.receiveAll());
        }
    }

    @Test
    void asManyHandlesAsAMessageCarriesArriveInOrderAndNoMoreAreTaken() throws Exception {
        needsNativeAccess();
        var server = listen(TcpSocket::destroy);
        onLoop(() -> {
            var many = new SocketHandle[UnixSocket.HANDLES_MAX];
            for (var i = 0; i < many.length; i++) many[i] = i % 2 == 0 ? server.handle() : sender.handle();
            sender.write(MESSAGE, many);
        });
        for (var i = 0; i < UnixSocket.HANDLES_MAX; i++) {
            var handle = next(handles);
            var isServer = i % 2 == 0;
            onLoop(() -> {
                if (isServer) assertThrows(OsException.class, () -> UnixSocket.open(handle));
                else UnixSocket.open(handle).destroy();
                handle.close();
            });
        }
        onLoop(() -> {
            var one = server.handle();
            assertThrows(IllegalArgumentException.class, () -> sender.write(new byte[0], one));
            assertThrows(IllegalArgumentException.class, () -> sender.write(MESSAGE, new SocketHandle[17]));
            one.close();
        });
    }

    /// More than the socket holds, so that some wait for room, and bytes stand between the handles.
    @Test
    void handlesAndBytesKeepTheirOrderWhereTheSocketIsFull() throws Exception {
        needsNativeAccess();
        var rounds = 100;
        var server = listen(TcpSocket::destroy);
        onLoop(() -> {
            receiver.pause();
            for (var i = 0; i < rounds; i++) {
                sender.write(Pattern.bytes(0, 20_000));
                sender.write(MESSAGE, server.handle());
            }
        });
        onLoop(receiver::resume);
        for (var i = 0; i < rounds; i++) {
            var handle = next(handles);
            onLoop(handle::close);
        }
        onLoop(() -> sender.end());
        assertTrue(handles.isEmpty());
    }

    @Test
    void aHandleThatNobodyKeepsIsClosed() throws Exception {
        needsNativeAccess();
        var seen = new LinkedBlockingQueue<SocketHandle>();
        onLoop(() -> {
            receiver.onHandle(seen::add);
            sender.write(MESSAGE, sender.handle());
        });
        var dropped = next(seen);
        assertEquals("take it", next(texts));
        onLoop(() -> assertThrows(IllegalStateException.class, () -> UnixSocket.open(dropped)));
    }

    @Test
    void aCallbackThatDestroysTheSocketOrThrowsLeavesNoneOpen() throws Exception {
        needsNativeAccess();
        var closed = new CompletableFuture<Void>();
        onLoop(() -> {
            receiver.onHandle(_ -> {
                receiver.destroy();
                throw new IllegalStateException("on purpose");
            }).onClose(() -> closed.complete(null));
            sender.write(MESSAGE, sender.handle(), sender.handle(), sender.handle());
        });
        await(closed);
        assertEquals("on purpose", next(uncaught).getMessage());
    }

    @Test
    void handlesThatWaitToBeSentAreClosedWithTheirSocket() throws Exception {
        needsNativeAccess();
        onLoop(() -> {
            receiver.pause();
            for (var i = 0; i < 100; i++) {
                sender.write(Pattern.bytes(0, 20_000));
                sender.write(MESSAGE, sender.handle());
            }
        });
        onLoop(() -> {
            sender.destroy();
            var late = receiver.handle();
            assertFalse(sender.write(MESSAGE, late));
            assertThrows(IllegalStateException.class, () -> UnixSocket.open(late));
        });
    }

    @Test
    void whoeverDoesNotAskForHandlesGetsTheBytesAlone() throws Exception {
        needsNativeAccess();
        onLoop(() -> {
            sender.onData(data -> texts.add(data.toString()));
            receiver.write(MESSAGE, receiver.handle());
        });
        assertEquals("take it", next(texts));
    }

    @Test
    void anotherKindOfSocketThanExpectedIsRefusedAndStaysTheCallers() throws Exception {
        needsNativeAccess();
        var server = listen(TcpSocket::destroy);
        onLoop(() -> {
            var handle = server.handle();
            var refused = assertThrows(OsException.class, () -> TcpSocket.open(handle));
            assertEquals("adopt a listening internet socket as a connected internet one: EINVAL, "
                    + "invalid argument (errno 22)", refused.getMessage());
            handle.close();
            handle.close();
        });
        var refused = this.<IOException>await(told -> {
            try {
                UnixServer.create(_ -> {}).onError(told::complete).listen(server.handle(), () -> {});
            } catch (OsException noHandle) {
                told.completeExceptionally(noHandle);
            }
        });
        assertTrue(refused.getMessage().startsWith("adopt a listening internet socket"), refused.getMessage());
    }

    @Test
    void anExchangeOfPlainBytesGoesBothWaysWhileHandlesAreWelcome() throws Exception {
        var all = new StringBuffer();
        onLoop(() -> {
            sender.onData(data -> all.append(data.toString()));
            receiver.write("from the receiver");
            sender.write("from the sender");
        });
        assertEquals("from the sender", next(texts));
        Deadline.until(() -> all.toString().equals("from the receiver"), all::toString);
    }

    /// The one that is left open is closed by the loop's end.
    @Test
    void aLoopThatEndsClosesTheHandlesItsProgramForgot() throws Exception {
        needsNativeAccess();
        onLoop(() -> sender.write(MESSAGE, sender.handle()));
        next(handles);
        closeLoop();
        channel = null;
    }
}
