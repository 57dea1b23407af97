package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.ScriptedDriver.Started;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What servers and sockets make of completions that come late, in pieces, or as the last of their operation.
class CompletionOrdersTest {
    private final ScriptedDriver driver = new ScriptedDriver();
    private final EventLoop loop = EventLoop.start("anillo-scripted", driver);
    private final LinkedBlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
    private final List<String> told = new ArrayList<>();
    private TcpServer server;
    private Started accept;
    private Consumer<TcpSocket> onConnection = _ -> {};

    @BeforeEach
    void listen() {
        onLoop(() -> {
            loop.onUncaught(uncaught::add);
            server = TcpServer.create(socket -> onConnection.accept(socket)).onClose(() -> told.add("server closed"));
            server.listen(0, "127.0.0.1");
            return accept = driver.take("accept");
        });
    }

    @AfterEach
    void everyBufferIsHome() {
        assertEquals(0, onLoop(() -> loop.reactor().buffersOut()));
        assertEquals(List.of(), List.copyOf(uncaught));
        onLoop(() -> {
            server.close();
            if (driver.hasStarted("cancel")) driver.complete(accept, -Errno.ECANCELED);
            return null;
        });
        loop.close();
    }

    private <T> T onLoop(Callable<T> action) {
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                result.complete(action.call());
            } catch (Throwable failed) {
                result.completeExceptionally(failed);
            }
        });
        return Deadline.await(result, () -> "uncaught " + uncaught);
    }

    /// Reports a completion, and returns when the loop has dealt with it.
    private void complete(Started operation, int result, boolean more, String data) {
        onLoop(() -> {
            var buffer = data == null ? null : loop.takeBuffer(1).append(data.getBytes());
            driver.complete(operation, result, more, buffer);
            return null;
        });
        turn();
    }

    private void complete(Started operation, int result) {
        complete(operation, result, false, null);
    }

    /// A whole turn of the loop, with flush and poll.
    private void turn() {
        for (var half = 0; half < 2; half++) {
            var passed = new CompletableFuture<Void>();
            loop.execute(() -> loop.setImmediate(() -> passed.complete(null)));
            Deadline.await(passed, () -> "the loop does not turn");
        }
    }

    private Started started(String operation) {
        return onLoop(() -> driver.take(operation));
    }

    private boolean hasStarted(String operation) {
        return onLoop(() -> driver.hasStarted(operation));
    }

    private TcpSocket accepted() {
        var accepted = new CompletableFuture<TcpSocket>();
        onConnection = socket -> {
            socket.onData(data -> told.add(data.toString()));
            socket.onEnd(() -> told.add("end")).onClose(() -> told.add("close"));
            accepted.complete(socket);
        };
        complete(accept, 7, true, null);
        return accepted.join();
    }

    private void throwsOnce(TcpSocket socket) {
        onLoop(() -> socket.onData(data -> {
            told.add(data.toString());
            if (told.size() == 1) throw new IllegalArgumentException("thrown at " + data);
        }));
    }

    private void drop(TcpSocket socket) {
        onLoop(() -> {
            socket.destroy();
            return null;
        });
    }

    @Test
    void anExceptionForTheLastAcceptDoesNotEndAccepting() throws Exception {
        onConnection = socket -> {
            socket.destroy();
            throw new IllegalArgumentException("connection");
        };
        complete(accept, 7, false, null);
        assertEquals("connection", uncaught.take().getMessage());
        accept = started("accept");
    }

    @Test
    void anExceptionForTheLastAcceptOfAClosingServerDoesNotKeepItOpen() throws Exception {
        onConnection = socket -> {
            socket.destroy();
            throw new IllegalArgumentException("connection");
        };
        server.close();
        started("cancel");
        complete(accept, 7, false, null);
        assertEquals("connection", uncaught.take().getMessage());
        turn();
        assertEquals(List.of("server closed"), told);
    }

    @Test
    void aRefusedAcceptRestsBeforeItIsTriedAgain() {
        var early = new CompletableFuture<Boolean>();
        onLoop(() -> loop.setTimeout(() -> early.complete(driver.hasStarted("accept")), TcpServer.REST_MILLIS / 2));
        complete(accept, -Errno.EPERM);
        assertFalse(early.join(), "tried again at once");
        Deadline.until(() -> hasStarted("accept"), () -> "accepting did not go on");
        accept = started("accept");
    }

    @Test
    void anExceptionForTheLastBytesOfAReceiveDoesNotEndReceiving() throws Exception {
        var socket = accepted();
        throwsOnce(socket);
        complete(started("receive"), 1, false, "1");
        assertEquals("thrown at 1", uncaught.take().getMessage());
        var next = started("receive");
        complete(next, 1, true, "2");
        assertEquals(List.of("1", "2"), told);
        drop(socket);
        complete(next, -Errno.ECANCELED);
    }

    @Test
    void bytesThatArriveBehindAPauseComeAfterResumeEvenWhenTheFirstOnesThrow() throws Exception {
        var socket = accepted();
        throwsOnce(socket);
        var receive = started("receive");
        onLoop(() -> {
            socket.pause();
            return null;
        });
        started("cancel");
        complete(receive, 1, true, "1");
        complete(receive, 1, false, "2");
        assertEquals(List.of(), told);
        onLoop(() -> {
            socket.resume();
            return null;
        });
        turn();
        assertEquals("thrown at 1", uncaught.take().getMessage());
        assertEquals(List.of("1", "2"), told);
        complete(started("receive"), 0);
        turn();
        assertEquals(List.of("1", "2", "end", "close"), told);
    }

    @Test
    void theEndBehindAPauseComesAfterTheBytesBeforeIt() {
        var socket = accepted();
        var receive = started("receive");
        onLoop(() -> {
            socket.pause();
            return null;
        });
        complete(receive, 1, true, "1");
        complete(receive, 0);
        assertEquals(List.of(), told);
        onLoop(() -> {
            socket.resume();
            return null;
        });
        turn();
        turn();
        assertEquals(List.of("1", "end", "close"), told);
    }

    @Test
    void memoryLentToASendComesHomeOnlyWithItsCompletion() {
        var socket = accepted();
        onLoop(() -> socket.write("lent"));
        turn();
        var send = started("send");
        drop(socket);
        complete(started("receive"), -Errno.ECANCELED);
        turn();
        assertEquals(1, onLoop(() -> loop.reactor().buffersOut()));
        assertFalse(hasStarted("close"), "closed with a send under way");
        complete(send, -Errno.ECANCELED);
        turn();
        assertEquals(0, onLoop(() -> loop.reactor().buffersOut()));
        assertEquals(List.of("close"), told);
    }

    @Test
    void closingWaitsForTheLastCompletionOfAReceive() {
        var socket = accepted();
        var receive = started("receive");
        drop(socket);
        started("cancel");
        assertFalse(hasStarted("close"));
        complete(receive, 5, true, "still!");
        assertFalse(hasStarted("close"));
        complete(receive, -Errno.ECANCELED);
        turn();
        assertEquals(List.of("close"), told);
    }

    @Test
    void aShortSendGoesOnWhereItStopped() {
        var socket = accepted();
        onLoop(() -> socket.write("0123456789"));
        turn();
        var first = started("send");
        assertEquals(10, first.bytes());
        complete(first, 3);
        var second = started("send");
        assertEquals(7, second.bytes());
        complete(second, 7);
        assertFalse(hasStarted("send"));
        drop(socket);
        complete(started("receive"), -Errno.ECANCELED);
    }

    @Test
    void whatIsWrittenDuringASendWaitsAndLeavesTogether() {
        var socket = accepted();
        onLoop(() -> socket.write("first"));
        turn();
        var first = started("send");
        for (var i = 0; i < 10; i++) {
            onLoop(() -> socket.write("more"));
            turn();
            assertFalse(hasStarted("send"), "two sends at once");
        }
        complete(first, 5);
        var second = started("send");
        assertEquals(40, second.bytes());
        complete(second, 40);
        drop(socket);
        complete(started("receive"), -Errno.ECANCELED);
    }

    @Test
    void theEndIsSentAfterTheLastBytes() {
        var socket = accepted();
        onLoop(() -> {
            socket.write("last");
            socket.end();
            return null;
        });
        turn();
        assertFalse(hasStarted("shutdown"));
        complete(started("send"), 4);
        complete(started("shutdown"), 0);
        assertEquals(List.of(), told);
        complete(started("receive"), 0);
        turn();
        assertEquals(List.of("end", "close"), told);
    }

    @Test
    void aCompletionThatComesAfterTheCloseIsDroppedWithItsBuffer() {
        var socket = accepted();
        var receive = started("receive");
        drop(socket);
        complete(receive, -Errno.ECANCELED);
        turn();
        complete(receive, 4, true, "late");
        assertEquals(List.of("close"), told);
        assertTrue(socket.isDestroyed());
    }
}
