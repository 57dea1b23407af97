package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.anillo.loop.process.ChildProcess;
import dev.anillo.loop.process.MessageChannel;
import dev.anillo.loop.process.SpawnOptions;
import dev.anillo.loop.process.Stdio;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Forked virtual machines and the messages between: `child-process-fork-*` of Node's tests.
class ForkContractTest extends TransportTest {
    @TempDir
    Path directory;

    /// A forked program of [ForkedPrograms] and what came of it.
    private final class Forked {
        final ChildProcess child;
        final MessageChannel channel;
        final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
        final List<String> order = new ArrayList<>();
        final CompletableFuture<List<String>> close = new CompletableFuture<>();
        final StringBuffer output = new StringBuffer();

        Forked(ChildProcess child) {
            this.child = child;
            channel = child.channel();
            channel.onMessage(message -> {
                messages.add(message == null ? "null" : message);
                order.add("message");
            });
            channel.onDisconnect(() -> order.add("disconnect"));
            child.onExit(status -> order.add(status.toString()));
            child.onClose(() -> {
                order.add("close");
                close.complete(order);
            });
            child.stdout().onData(data -> output.append(data));
        }
    }

    private SpawnOptions options() {
        return SpawnOptions.DEFAULT.stdin(Stdio.IGNORE).stderr(Stdio.INHERIT).environment("ANILLO_TRANSPORT", transport)
                .jvmOptions("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--patch-module",
                        "dev.anillo.loop=" + Child.testClasses());
    }

    private Forked fork(String program) {
        return fork(options(), program);
    }

    private Forked fork(SpawnOptions options, String program) {
        return onLoop(() -> new Forked(ChildProcess.fork(options, ForkedPrograms.class, program)));
    }

    /// Node's child-process-fork-close.
    @Test
    void theOrderIsMessageDisconnectExitClose() {
        var forked = fork("tellAndExit");
        var order = await(forked.close);
        assertEquals(List.of("message", "disconnect", "exit 42", "close"), order.subList(1000, order.size()));
        for (var i = 0L; i < 1000; i++) assertEquals(i, forked.messages.poll());
        assertEquals("last", forked.messages.poll());
    }

    /// Node's child-process-fork-ref.
    @Test
    void theChannelKeepsTheChildAliveUntilItIsDisconnected() throws Exception {
        var forked = fork("waitForDisconnect");
        assertEquals("ready", next(forked.messages));
        assertTrue(onLoop(() -> forked.child.status() == null && forked.channel.isConnected()));
        onLoop(forked.channel::disconnect);
        assertEquals(List.of("message", "disconnect", "exit 0", "close"), await(forked.close));
        assertEquals("disconnected\n", forked.output.toString());
    }

    @Test
    void theChildMayDisconnectAndEndsThen() throws Exception {
        var forked = fork("disconnect");
        assertEquals(List.of("message", "disconnect", "exit 0", "close"), await(forked.close));
        var message = new LinkedHashMap<String, Object>();
        message.put("pid", forked.child.pid());
        message.put("list", List.of(1L, "two", 3.5));
        assertEquals(message, next(forked.messages));
    }

    @Test
    void whatIsSentBeforeTheChildRunsComesBack() throws Exception {
        var forked = fork("echo");
        var bytes = new byte[100_000];
        Arrays.fill(bytes, (byte) 7);
        onLoop(() -> {
            forked.channel.send("hola, ñ");
            forked.channel.send(null);
            forked.channel.send(bytes);
        });
        assertEquals("hola, ñ", next(forked.messages));
        assertEquals("null", next(forked.messages));
        assertArrayEquals(bytes, (byte[]) next(forked.messages));
        onLoop(forked.channel::disconnect);
        await(forked.close);
    }

    @Test
    void aMessageOf64MebibytesGoesThereAndBack() throws Exception {
        var forked = fork("echo");
        var much = new byte[MessageChannel.MESSAGE_BYTES_MAX];
        for (var i = 0; i < much.length; i++) much[i] = (byte) (i ^ i >>> 8 ^ i >>> 16);
        assertFalse(onLoop(() -> forked.channel.send(much)));
        assertEquals(-1, Arrays.mismatch(much, (byte[]) next(forked.messages)));
        onLoop(forked.channel::disconnect);
        await(forked.close);
    }

    @Test
    void aMessageThatIsLongerIsRefusedHere() {
        var forked = fork(options().messageBytesMax(1000), "echo");
        onLoop(() -> assertThrows(IllegalArgumentException.class, () -> forked.channel.send(new byte[1001])));
        onLoop(forked.channel::disconnect);
        await(forked.close);
    }

    @Test
    void aChildThatNeverReadsMakesTheSenderStopAndLosesNothingThatWasConfirmed() throws Exception {
        var forked = fork("neverRead");
        assertEquals("ready", next(forked.messages));
        var confirmed = new ArrayList<Boolean>();
        onLoop(() -> {
            assertFalse(forked.channel.send(new byte[60 << 20], confirmed::add));
            assertFalse(forked.channel.send(new byte[60 << 20], confirmed::add));
            assertThrows(IllegalStateException.class, () -> forked.channel.send("one too many"));
            forked.child.kill(Signal.SIGKILL);
        });
        assertEquals(List.of("message", "disconnect", "SIGKILL", "close"), await(forked.close));
        assertEquals(List.of(false, false), confirmed);
    }

    private List<String> orderWithErrors(String program) {
        var forked = fork(program);
        onLoop(() -> forked.channel.onError(told -> forked.order.add(told.getMessage())));
        var order = await(forked.close);
        assertEquals("close", order.removeLast());
        assertEquals("exit 0", order.removeLast());
        assertEquals("disconnect", order.removeLast());
        return order;
    }

    @Test
    void aChildThatEndsWithinAMessageIsToldBehindThoseThatWereWhole() {
        assertEquals(List.of("message", "receive a message of the forked process (ended after 1 of 100 bytes): "
                + "EPROTO, protocol error (errno 71)"), orderWithErrors("halfMessage"));
    }

    @Test
    void whatIsNoMessageEndsTheChannelWithOneError() {
        assertEquals(List.of("message", "receive a message of the forked process (no value begins with 99): "
                + "EPROTO, protocol error (errno 71)"), orderWithErrors("malformedValue"));
        assertEquals(List.of("receive a message of the forked process (a frame of 4294967295 bytes, more than 67108869): "
                + "EPROTO, protocol error (errno 71)"), orderWithErrors("malformedFrame"));
        assertEquals(List.of("receive a message of the forked process (a frame of unknown kind 77): "
                + "EPROTO, protocol error (errno 71)"), orderWithErrors("unknownKind"));
    }

    /// Node's cluster-worker-kill.
    @Test
    void aChildThatIsKilledIsToldWithItsSignal() throws Exception {
        var forked = fork("waitForDisconnect");
        assertEquals("ready", next(forked.messages));
        onLoop(() -> forked.child.kill(Signal.SIGKILL));
        assertEquals(List.of("message", "disconnect", "SIGKILL", "close"), await(forked.close));
    }

    @Test
    void aChildWhoseParentsLoopEndsIsDisconnected() throws Exception {
        var forked = fork("waitForDisconnect");
        assertEquals("ready", next(forked.messages));
        var ended = ProcessHandle.of(forked.child.pid()).orElseThrow().onExit();
        closeLoop();
        await(ended);
    }

    @Test
    void messagesArePausedAndNoneIsLost() throws Exception {
        var forked = fork("echo");
        onLoop(() -> {
            forked.channel.onMessage(message -> {
                forked.messages.add(message);
                forked.channel.pause();
            });
            for (var i = 0; i < 3; i++) forked.channel.send(i);
        });
        for (var i = 0L; i < 3; i++) {
            assertEquals(i, next(forked.messages));
            assertTrue(forked.messages.isEmpty());
            onLoop(forked.channel::resume);
        }
        onLoop(forked.channel::disconnect);
        await(forked.close);
    }

    @Test
    void aSenderWhoNeverListensLearnsWhatWasReceived() throws Exception {
        var confirmed = new LinkedBlockingQueue<Boolean>();
        var child = onLoop(() -> {
            var one = ChildProcess.fork(options(), ForkedPrograms.class, "swallow");
            for (var i = 0; i < 10; i++) one.channel().send(i, confirmed::add);
            return one;
        });
        for (var i = 0; i < 10; i++) assertTrue(next(confirmed));
        var closed = new CompletableFuture<Void>();
        onLoop(() -> child.onClose(() -> closed.complete(null)).channel().disconnect());
        await(closed);
    }

    @Test
    void aChildThatHangsEndsByItsTimeOut() {
        var forked = fork(options().timeoutMillis(3_000), "hang");
        var order = await(forked.close);
        assertEquals(List.of("disconnect", "close"), List.of(order.getFirst(), order.getLast()));
        assertTrue(onLoop(forked.child::isTimedOut));
    }

    @Test
    void aChildThatEndsWithoutEverConnectingIsToldAsDisconnected() {
        var forked = fork("noChannel");
        onLoop(() -> forked.channel.send("nobody is there"));
        assertEquals(List.of("disconnect", "exit 3", "close"), await(forked.close));
        onLoop(() -> assertThrows(IllegalStateException.class, () -> forked.channel.send("too late")));
    }

    @Test
    void whatAChildSaysBeforeItEndsIsHeardByALoopThatWasBusy() {
        var forked = onLoop(() -> {
            var busy = new Forked(ChildProcess.fork(options(), ForkedPrograms.class, "lastWords"));
            Deadline.await(ProcessHandle.of(busy.child.pid()).orElseThrow().onExit(), busy::toString);
            return busy;
        });
        assertEquals(List.of("message", "disconnect", "exit 0", "close"), await(forked.close));
        assertEquals("last words", forked.messages.poll());
    }

    @Test
    void aProgramInOneFileIsForked() throws Exception {
        var file = Files.writeString(directory.resolve("Answer.java"), """
                import dev.anillo.loop.process.MessageChannel;

                void main(String[] arguments) throws Exception {
                    MessageChannel.toParent().send("answer to " + arguments[0]);
                    MessageChannel.toParent().disconnect();
                }
                """);
        var forked = onLoop(() -> new Forked(ChildProcess.fork(options(), file, "everything")));
        assertEquals(List.of("message", "disconnect", "exit 0", "close"), await(forked.close));
        assertEquals("answer to everything", next(forked.messages));
    }

    @Test
    void bothEndsMayBeOnDifferentTransports() throws Exception {
        var forked = fork(options().environment("ANILLO_TRANSPORT", transport.equals("nio") ? "epoll" : "nio"), "disconnect");
        assertEquals(List.of("message", "disconnect", "exit 0", "close"), await(forked.close));
    }

    /// Node's child-process-fork-net-server, child-process-fork-net-socket.
    @Test
    void socketsThatListenAndThatAreConnectedPassOverTheChannel() throws Exception {
        assumeFalse(transport.equals("nio"), "sockets are passed by native calls");
        var forked = fork("serve");
        var server = listen(socket -> {
            try {
                forked.channel.send("a connection", socket.handle());
            } catch (OsException refused) {
                throw new UncheckedIOException(refused);
            }
            socket.destroy();
        });
        try (var client = Peer.connect(port(server))) {
            assertEquals("a connection", client.receiveAll());
        }
        onLoop(() -> {
            server.pause();
            forked.channel.send("a server", server.handle());
        });
        assertEquals("serving", next(forked.messages));
        try (var client = Peer.connect(port(server))) {
            assertEquals("a server", client.receiveAll());
        }
        onLoop(forked.channel::disconnect);
        assertEquals("exit 0", await(forked.close).get(2));
    }
}
