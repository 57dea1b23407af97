package dev.anillo.http.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a keep-alive connection costs of the heap between its requests, in a process that the launcher starts.
class IdleConnectionsTest {
    private static final int CONNECTIONS = 4_000;
    private static final int BATCH = 100;
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int RESPONSE_BYTES = """
            HTTP/1.1 200 OK\r
            Content-Type: text/plain\r
            Date: Mon, 23 Nov 2026 12:00:00 GMT\r
            Content-Length: 10\r
            \r
            Hola Mundo""".length();

    @TempDir
    Path directory;

    /// On NIO most of it is the JDK's: its channels, keys, locks and addresses.
    @ParameterizedTest
    @CsvSource({"io_uring, 400", "epoll, 400", "nio, 1200"})
    void anIdleConnectionCostsFewBytesOfHeapAndNoBuffer(String transport, int bytesMax) throws Exception {
        var program = Path.of("src", "test", "programs", "Idle.java").toAbsolutePath().toString();
        var clients = new ArrayList<Socket>();
        try (var launched = Launched.start(directory, "--transport=" + transport, program)) {
            var port = Integer.parseInt(launched.awaitLine());
            for (var warm = open(port, BATCH); !warm.isEmpty(); ) warm.removeLast().close();
            var before = usedBytes(launched);
            while (clients.size() < CONNECTIONS) clients.addAll(open(port, BATCH));
            var bytes = (usedBytes(launched) - before) / CONNECTIONS;
            assertTrue(bytes <= bytesMax, () -> bytes + " bytes for each connection");
        } finally {
            for (var client : clients) client.close();
        }
    }

    /// Connections that have had one answer each.
    private static List<Socket> open(int port, int count) throws IOException {
        var clients = new ArrayList<Socket>();
        for (var i = 0; i < count; i++) {
            var client = new Socket(InetAddress.getLoopbackAddress(), port);
            client.getOutputStream().write(REQUEST);
            clients.add(client);
        }
        for (var client : clients) {
            if (client.getInputStream().readNBytes(RESPONSE_BYTES).length != RESPONSE_BYTES) throw new EOFException();
        }
        return clients;
    }

    /// The least of several: what happens to be under way in the virtual machine can be megabytes.
    private static long usedBytes(Launched launched) throws IOException, InterruptedException {
        var least = Long.MAX_VALUE;
        for (var i = 0; i < 5; i++) {
            launched.say("");
            least = Math.min(least, Long.parseLong(launched.awaitLine()));
        }
        return least;
    }
}
