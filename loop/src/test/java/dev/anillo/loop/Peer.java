package dev.anillo.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// The other end of a connection, by the JDK's own blocking sockets: a witness that shares no code with the loop.
final class Peer implements AutoCloseable {
    /// One thread for each blocking action.
    static final Executor THREADS = action -> Thread.ofPlatform().daemon().name("peer").start(action);

    private final Socket socket;

    Peer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(Deadline.MILLIS);
    }

    static Peer connect(int port) throws IOException {
        return connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    static Peer connect(InetSocketAddress server) throws IOException {
        var socket = new Socket();
        socket.connect(server, Deadline.MILLIS);
        return new Peer(socket);
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// Sends [Pattern] from 0 on, in chunks of 1 byte to `chunkBytesMax`, from a thread of its own.
    CompletableFuture<Void> sendPattern(long bytes, int chunkBytesMax) {
        var random = Pattern.random();
        return run(() -> {
            for (long sent = 0; sent < bytes; ) {
                var chunk = (int) Math.min(bytes - sent, 1 + random.nextInt(chunkBytesMax));
                send(Pattern.bytes(sent, chunk));
                sent += chunk;
            }
        });
    }

    /// Receives until the end and checks that it is [Pattern] from 0 on.
    ///
    /// @return the bytes received
    long receivePattern() throws IOException {
        var chunk = new byte[64 * 1024];
        var received = 0L;
        for (int got; (got = socket.getInputStream().read(chunk)) >= 0; received += got) {
            Pattern.check(chunk, got, received);
        }
        return received;
    }

    /// Exactly so many bytes, or fewer at the end.
    String receive(int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
    }

    /// All until the end.
    String receiveAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// FIN, and goes on receiving.
    void end() throws IOException {
        socket.shutdownOutput();
    }

    /// RST.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    InetSocketAddress remoteAddress() {
        return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    interface Action {
        void run() throws IOException;
    }

    static CompletableFuture<Void> run(Action action) {
        return CompletableFuture.runAsync(() -> {
            try {
                action.run();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }, THREADS);
    }
}
