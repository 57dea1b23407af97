package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.DriverFile;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.driver.Token;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;

/// A driver with nothing above it: starts operations, polls, and holds every completion against the seam's rules. Each
/// token completes as often as it may and never again after its last time.
final class DriverUnderTest implements Completions, AutoCloseable {
    static final int PENDING = Integer.MIN_VALUE;

    private static final int GENERATION = 7;

    final Driver driver;
    private final Map<Long, Operation> underWay = new HashMap<>();
    private int nextSlot = 1;
    private boolean inPoll;

    /// One operation and what it came to.
    static final class Operation {
        final long token;
        int result = PENDING;
        int accepted = PENDING;
        final ByteArrayOutputStream received = new ByteArrayOutputStream();

        Operation(long token) {
            this.token = token;
        }

        boolean isOver() {
            return result != PENDING;
        }
    }

    /// @param driver not started
    DriverUnderTest(Driver driver) {
        this.driver = driver;
        driver.start();
    }

    Operation begin(int operation) {
        var begun = new Operation(Token.of(nextSlot++, GENERATION, operation));
        underWay.put(begun.token, begun);
        return begun;
    }

    // Operations by name.

    int listen() throws OsException {
        return driver.listen(new Listening(new InetSocketAddress("127.0.0.1", 0), 128, false, true));
    }

    Operation accept(int listener) {
        var accept = begin(Token.ACCEPT);
        driver.accept(listener, accept.token);
        return accept;
    }

    Operation connect(int descriptor, SocketAddress peer) {
        var connect = begin(Token.CONNECT);
        driver.connect(descriptor, peer, connect.token);
        return connect;
    }

    Operation receive(int descriptor) {
        var receive = begin(Token.RECEIVE);
        driver.receive(descriptor, receive.token);
        return receive;
    }

    Operation send(int descriptor, long address, int length) {
        var send = begin(Token.SEND);
        driver.send(descriptor, address, length, false, send.token);
        return send;
    }

    Operation send(int descriptor, SendParts parts) {
        var send = begin(Token.SEND);
        driver.send(descriptor, parts, false, send.token);
        return send;
    }

    Operation sendFile(int descriptor, DriverFile file, long offset, long length) {
        var send = begin(Token.SEND_FILE);
        driver.sendFile(descriptor, file, offset, length, send.token);
        return send;
    }

    Operation shutdown(int descriptor) {
        var shutdown = begin(Token.SHUTDOWN);
        driver.shutdown(descriptor, shutdown.token);
        return shutdown;
    }

    void closeNow(int descriptor) {
        var close = begin(Token.CLOSE);
        driver.close(descriptor, close.token);
        awaitEnd(close);
        assertTrue(close.result == 0, "close: " + Errno.name(-close.result));
    }

    /// A descriptor connected to the address.
    int connected(SocketAddress peer) throws OsException {
        var descriptor = driver.open(peer);
        var connect = connect(descriptor, peer);
        awaitEnd(connect);
        assertTrue(connect.result == 0, "connect: " + Errno.name(-connect.result));
        return descriptor;
    }

    // Waiting.

    /// Polls until the operation has completed for the last time.
    void awaitEnd(Operation operation) {
        var deadline = Deadline.nanoTime();
        while (!operation.isOver()) {
            assertTrue(System.nanoTime() - deadline < 0, () -> "no last completion of " + Long.toHexString(operation.token));
            poll(10_000_000);
        }
    }

    void awaitReceived(Operation receive, int bytes) {
        var deadline = Deadline.nanoTime();
        while (receive.received.size() < bytes) {
            assertTrue(System.nanoTime() - deadline < 0, () -> receive.received.size() + " of " + bytes + " bytes came");
            poll(10_000_000);
        }
    }

    int awaitAccepted(Operation accept) {
        var deadline = Deadline.nanoTime();
        while (accept.accepted == PENDING) {
            assertTrue(System.nanoTime() - deadline < 0, "nothing was accepted");
            poll(10_000_000);
        }
        var accepted = accept.accepted;
        accept.accepted = PENDING;
        return accepted;
    }

    /// Several turns in which whatever is superfluous would come.
    void settle() {
        for (var i = 0; i < 20; i++) poll(500_000);
    }

    void poll(long timeoutNanos) {
        inPoll = true;
        driver.poll(timeoutNanos, this);
        inPoll = false;
    }

    @Override
    public void completed(long token, int result, boolean more, Buffer data) {
        assertTrue(inPoll, "a completion outside poll");
        var operation = underWay.get(token);
        assertTrue(operation != null, () -> "a completion for " + Long.toHexString(token) + ", which is not under way: " + result);
        if (data != null) {
            assertTrue(Token.operation(token) == Token.RECEIVE && result == data.readable() && result > 0, "data of the wrong size");
            operation.received.writeBytes(data.toByteArray());
            data.release();
        } else {
            assertTrue(Token.operation(token) != Token.RECEIVE || result <= 0, "bytes were received, but no buffer came");
        }
        if (Token.operation(token) == Token.ACCEPT && result >= 0) {
            assertTrue(operation.accepted == PENDING, "two at once: the test expects one");
            operation.accepted = result;
        }
        if (more) {
            assertTrue(Token.operation(token) == Token.ACCEPT || Token.operation(token) == Token.RECEIVE, "not a multishot");
            assertTrue(result >= 0, () -> "an error that is not the last completion: " + result);
        } else {
            operation.result = result;
            underWay.remove(token);
        }
    }

    /// Fails when an operation has not completed.
    void requireNothingUnderWay() {
        settle();
        assertTrue(underWay.isEmpty(), () -> "still under way: " + underWay.keySet().stream().map(Long::toHexString).toList());
    }

    @Override
    public void close() {
        driver.shutDown();
    }
}
