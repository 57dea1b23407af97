package dev.anillo.loop;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.TcpSocket;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A socket of the loop and all that it tells: what came, in which order, and how it ended.
final class Watched {
    final TcpSocket socket;
    final CompletableFuture<OsException> failed = new CompletableFuture<>();
    final CompletableFuture<Void> ended = new CompletableFuture<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();

    private final List<String> told = new ArrayList<>();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private boolean isPattern;
    private long received;

    /// On the loop's thread. Does not yet receive.
    Watched(TcpSocket socket) {
        this.socket = socket;
        socket.onEnd(() -> {
            tell("end");
            ended.complete(null);
        });
        socket.onError(problem -> {
            tell(((OsException) problem).code());
            failed.complete((OsException) problem);
        });
        socket.onClose(() -> {
            tell("close");
            closed.complete(null);
        });
    }

    /// Receives, and keeps what comes as text.
    Watched receiving() {
        socket.onData(this::received);
        return this;
    }

    /// Receives, and checks against [Pattern] what comes.
    Watched receivingPattern() {
        isPattern = true;
        return receiving();
    }

    private synchronized void received(Buffer data) {
        var bytes = data.toByteArray();
        if (isPattern) {
            Pattern.check(bytes, bytes.length, received);
        } else {
            text.writeBytes(bytes);
        }
        received += bytes.length;
        notifyAll();
    }

    private synchronized void tell(String what) {
        told.add(what);
    }

    /// On the loop's thread: completed by the next `drain`.
    CompletableFuture<Void> nextDrain() {
        var drained = new CompletableFuture<Void>();
        socket.onDrain(() -> {
            tell("drain");
            drained.complete(null);
        });
        return drained;
    }

    /// Everything but data, in order: `[end, close]`.
    synchronized List<String> told() {
        return List.copyOf(told);
    }

    synchronized long received() {
        return received;
    }

    synchronized String text() {
        return text.toString(StandardCharsets.UTF_8);
    }

    void awaitReceived(long bytes) throws InterruptedException {
        awaitReceived(bytes, Deadline.SECONDS);
    }

    synchronized void awaitReceived(long bytes, int seconds) throws InterruptedException {
        var deadline = System.nanoTime() + seconds * 1_000_000_000L;
        while (received < bytes) {
            var restMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (restMillis <= 0) throw new AssertionError("only " + received + " of " + bytes + " bytes came; told " + told);
            wait(restMillis);
        }
    }

    @Override
    public synchronized String toString() {
        return socket + " received " + received + " bytes and told " + told;
    }
}
