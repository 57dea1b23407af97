package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpServer;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.MemoryFindings;
import dev.anillo.loop.memory.Slabs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A server on a loop of its own. On closing, nobody may have thrown and every buffer must be home.
final class AppServer implements AutoCloseable {
    static final int SECONDS = 20;

    private final int slabs = Slabs.outstanding();
    private final EventLoop loop = EventLoop.start();
    private final List<Throwable> problems = new CopyOnWriteArrayList<>();
    private final int port;

    private AppServer(Handler handler) {
        MemoryFindings.collect();
        var listening = new CompletableFuture<Integer>();
        loop.execute(() -> {
            loop.onUncaught(problems::add);
            var server = HttpServer.create(loop, handler).onHandlerError((_, problem) -> problems.add(problem));
            server.listen(0, "127.0.0.1", () -> {
                try {
                    listening.complete(server.port());
                } catch (IOException closed) {
                    listening.completeExceptionally(closed);
                }
            });
        });
        port = await(listening);
    }

    static AppServer start(Handler handler) {
        return new AppServer(handler);
    }

    EventLoop loop() {
        return loop;
    }

    int port() {
        return port;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /// @param receiveBytes what the kernel keeps for a client that does not read; 0: as usual
    Socket connect(int receiveBytes) {
        try {
            var socket = new Socket();
            if (receiveBytes > 0) socket.setReceiveBufferSize(receiveBytes);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// Tears the connection (RST).
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static <T> T await(Future<T> future) {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException failed) {
            throw new AssertionError("nothing came of it", failed);
        }
    }

    /// What was thrown so far; then it is not held against the test.
    List<Throwable> takeProblems() {
        var taken = List.copyOf(problems);
        problems.clear();
        return taken;
    }

    @Override
    public void close() {
        loop.close();
        assertEquals(List.of(), problems);
        MemoryFindings.requireNone();
        assertEquals(slabs, Slabs.outstanding(), "slabs out: a buffer did not come home");
    }
}
