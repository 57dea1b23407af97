package dev.anillo.http.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// More connections than the server has descriptors for: half of them say nothing, half begin a request.
final class Flood {
    private static final byte[] BEGINNING = "GET /fixed/1 HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII);

    private final List<SocketChannel> channels = new ArrayList<>();
    private final SplittableRandom random;

    Flood(int port, int connections, SplittableRandom random) throws IOException {
        this.random = random;
        for (var i = 0; i < connections; i++) {
            var channel = SocketChannel.open();
            channels.add(channel);
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    /// Those that stand say something.
    void speak() {
        for (var channel : channels) {
            try {
                if (channel.finishConnect() && random.nextBoolean()) channel.write(ByteBuffer.wrap(BEGINNING));
            } catch (IOException _) {
                // reset by a server that has no place: what a flood is for
            }
        }
    }

    /// Half in order, half by RST.
    void end() {
        for (var channel : channels) {
            try (channel) {
                if (random.nextBoolean()) channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException _) {
                // reset already
            }
        }
    }
}
