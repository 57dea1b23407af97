package dev.anillo.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Connections that have had one answer each and are kept open.
final class IdleConnections implements AutoCloseable {
    private static final int ANSWER_BYTES_MAX = 16 * 1024;
    private static final byte[] REQUEST =
            "GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress address;
    private final long answerBytes;
    private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST.length).put(REQUEST);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES_MAX);
    private final List<SocketChannel> channels = new ArrayList<>();

    /// @param answerBytes of each answer to `/plaintext`
    IdleConnections(int port, long answerBytes) {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.answerBytes = answerBytes;
    }

    void open(int count) throws IOException {
        for (var i = 0; i < count; i++) {
            var channel = SocketChannel.open();
            channels.add(channel);
            channel.connect(address);
            // Closed by a reset then, so that no port is taken for a minute afterwards (TIME_WAIT).
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            ask(channel);
        }
    }

    private void ask(SocketChannel channel) throws IOException {
        request.flip();
        while (request.hasRemaining()) channel.write(request);
        answer.clear();
        while (answer.position() < answerBytes) {
            if (channel.read(answer) < 0) throw new IOException("connection " + channels.size() + " was closed by the server");
        }
    }

    @Override
    public void close() throws IOException {
        for (var channel : channels) channel.close();
        channels.clear();
    }
}
