package dev.anillo.loop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/// An address of this machine that neither takes nor refuses a connection: a listener whose backlog is full and that
/// never accepts. The kernel drops what else knocks, so that a connect hangs as it would on a dead network.
final class FullListener implements AutoCloseable {
    private static final int ATTEMPTS_MAX = 64;

    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final Deque<SocketChannel> waiting = new ArrayDeque<>();

    FullListener() throws IOException {
        listener.bind(new InetSocketAddress("127.0.0.1", 0), 1);
        do {
            if (waiting.size() == ATTEMPTS_MAX) throw new IOException("the backlog never fills");
            var channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(address());
            waiting.add(channel);
        } while (waiting.getLast().finishConnect());
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        for (var channel : waiting) channel.close();
        listener.close();
    }
}
