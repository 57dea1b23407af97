package dev.anillo.bench.contest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Connections that have had one answer each and are kept open.
final class IdleConnections implements AutoCloseable {
    /// For each answer, and for each connection.
    private static final int WAIT_MILLIS_MAX = 10_000;
    /// For all of them: a server that takes 40 ms for each new one, because it sends an answer in two parts and waits
    /// for the first's acknowledgement, must not hold up the others' turn for a quarter of an hour.
    private static final long OPEN_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final int ANSWER_BYTES_MAX = 16 * 1024;
    private static final byte[] REQUEST =
            "GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress address;
    private final long answerBytes;
    private final byte[] answer = new byte[ANSWER_BYTES_MAX];
    private final List<Socket> sockets = new ArrayList<>();

    /// @param answerBytes of each answer to `/plaintext`
    IdleConnections(int port, long answerBytes) {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.answerBytes = answerBytes;
    }

    /// Opens `count`, or as many as get their answer in the time and before the server refuses one: how many they are.
    ///
    /// @throws IOException when it refuses the first
    int open(int count) throws IOException {
        var end = System.nanoTime() + OPEN_NANOS_MAX;
        while (sockets.size() < count && System.nanoTime() < end) {
            var socket = new Socket();
            try {
                socket.setSoTimeout(WAIT_MILLIS_MAX);
                socket.connect(address, WAIT_MILLIS_MAX);
                // Closed by a reset then, so that no port is taken for a minute afterwards (TIME_WAIT).
                socket.setSoLinger(true, 0);
                ask(socket);
                sockets.add(socket);
            } catch (IOException refused) {
                socket.close();
                if (sockets.isEmpty()) throw refused;
                System.err.println("idle connection " + (sockets.size() + 1) + " of " + count + ": " + refused.getMessage());
                break;
            }
        }
        return sockets.size();
    }

    private void ask(Socket socket) throws IOException {
        socket.getOutputStream().write(REQUEST);
        var input = socket.getInputStream();
        for (var received = 0L; received < answerBytes;) {
            var bytes = input.read(answer);
            if (bytes < 0) throw new IOException("closed by the server");
            received += bytes;
        }
    }

    @Override
    public void close() throws IOException {
        for (var socket : sockets) socket.close();
        sockets.clear();
    }
}
