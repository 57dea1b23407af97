package dev.anillo.loop.driver.nio;

import dev.anillo.loop.driver.Errno;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// A listening socket.
final class Listener extends Descriptor {
    /// Accepts of one readiness: a storm of newcomers must not hold off those who are here already.
    static final int ACCEPTS_MAX = 64;

    private final ServerSocketChannel channel;
    private final boolean noDelay;

    /// @param noDelay for the accepted sockets; false where the address family knows no TCP
    Listener(Poller poller, ServerSocketChannel channel, boolean noDelay) {
        super(poller, channel);
        this.channel = channel;
        this.noDelay = noDelay;
    }

    @Override
    ServerSocketChannel channel() {
        return channel;
    }

    void accept(long token) {
        incoming.begin(token);
        incoming.await(SelectionKey.OP_ACCEPT);
    }

    @Override
    void incomingReady() {
        for (var accepts = 0; accepts < ACCEPTS_MAX && incoming.isWaiting(); accepts++) {
            try {
                poller.counters.systemCalls++;
                var accepted = channel.accept();
                if (accepted == null) return;
                welcome(accepted);
            } catch (IOException e) {
                var errno = JavaErrors.errno(e);
                if (errno != Errno.ECONNABORTED) poller.report(incoming.end(), -errno);
            }
        }
    }

    private void welcome(SocketChannel accepted) throws IOException {
        try {
            accepted.configureBlocking(false);
            if (noDelay) accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException gone) {
            accepted.close(); // macOS refuses options when the peer has left again: a connection aborted before accept
            return;
        }
        poller.report(incoming.token(), new Connection(poller, accepted).number(), true, null);
    }

    @Override
    void outgoingReady() {
        throw new AssertionError("a listener sends nothing");
    }
}
