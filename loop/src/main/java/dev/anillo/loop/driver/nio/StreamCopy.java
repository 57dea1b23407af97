package dev.anillo.loop.driver.nio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/// Copies between one of a child's blocking streams and a socket that the loop has the other end of: a thread each, and
/// one array. What breaks on one side closes the other, which is how it is told there.
final class StreamCopy {
    private static final int BYTES = 16 * 1024;

    private StreamCopy() {}

    static void toChild(Process process, SocketChannel channel) {
        start(process, () -> {
            try (channel; var target = process.getOutputStream()) {
                var source = Channels.newInputStream(channel);
                var bytes = new byte[BYTES];
                for (int count; (count = source.read(bytes)) >= 0; ) {
                    target.write(bytes, 0, count);
                    target.flush();
                }
            } catch (IOException _) {
                // The child reads no more: the loop's next send finds the channel closed.
            }
        });
    }

    static void fromChild(Process process, InputStream source, SocketChannel channel) {
        start(process, () -> {
            try (channel; source) {
                var bytes = new byte[BYTES];
                for (int count; (count = source.read(bytes)) >= 0; ) {
                    for (var rest = ByteBuffer.wrap(bytes, 0, count); rest.hasRemaining(); ) channel.write(rest);
                }
            } catch (IOException _) {
                // The loop reads no more: the child's next write finds its pipe closed.
            }
        });
    }

    private static void start(Process process, Runnable copy) {
        Thread.ofPlatform().daemon().name("anillo-stdio-" + process.pid()).start(copy);
    }
}
