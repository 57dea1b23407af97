package dev.anillo.loop.process;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.net.ListenRequest;
import dev.anillo.loop.net.SocketHandle;
import dev.anillo.loop.net.TcpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A cluster's worker in its own process: its servers listen with what the primary gives them. The channel does not keep the
/// process running; its servers and connections do, as in a program of one process.
final class WorkerSide {
    // What a worker says. Servers have numbers, the worker's own.
    static final String ONLINE = "online";
    static final String LISTEN = "listen"; // server, host or "" for all addresses, port
    static final String LISTENS = "listens"; // server, address, port
    static final String CLOSED = "closed"; // server
    static final String TAKEN = "taken"; // connection, whether it was

    // What the primary says.
    static final String GIVEN = "given"; // server, whether it accepts; with a listening socket
    static final String ALONE = "alone"; // server, port
    static final String REFUSED = "refused"; // server, operation, target, errno
    static final String CONNECTION = "connection"; // server, connection; with a connected socket
    static final String DISCONNECT = "disconnect";

    private static WorkerSide begun;

    private final EventLoop loop;
    private final MessageChannel channel;
    private final Map<Long, ListenRequest> requests = new HashMap<>();
    private final Map<Long, TcpServer> servers = new HashMap<>();
    private long lastServer;

    private WorkerSide() throws OsException {
        loop = EventLoop.current();
        channel = MessageChannel.toParent().unref();
        channel.onInternal(this::received);
        channel.whenGone(this::finish);
        TcpServer.listenThrough(this::listen);
        say(ONLINE);
    }

    static synchronized void begin() {
        if (begun != null) return;
        try {
            begun = new WorkerSide();
        } catch (OsException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private void say(Object... words) {
        if (channel.isConnected()) channel.sendInternal(List.of(words), null); // else finish() is on its way
    }

    private void received(Object message, SocketHandle handle) {
        var words = (List<?>) message;
        switch ((String) words.getFirst()) {
            case GIVEN -> given((long) words.get(1), (boolean) words.get(2), handle.keep());
            case ALONE -> {
                var number = (long) words.get(1);
                var request = requests.remove(number);
                opened(number, request.server());
                request.listenAlone(Math.toIntExact((long) words.get(2)), () -> listens(number));
            }
            case REFUSED -> requests.remove((long) words.get(1)).refuse(
                    new OsException((String) words.get(2), (String) words.get(3), Math.toIntExact((long) words.get(4))));
            case CONNECTION -> say(TAKEN, words.get(2), take((long) words.get(1), handle));
            case DISCONNECT -> finish();
            default -> throw new IllegalStateException("the primary says " + words);
        }
    }

    // Servers.

    private void listen(ListenRequest request) {
        if (!channel.isConnected()) {
            request.refuse(new OsException("listen", request + " (the primary is gone)", Errno.ECONNRESET));
            return;
        }
        requests.put(++lastServer, request);
        say(LISTEN, lastServer, request.host() == null ? "" : request.host(), request.port());
    }

    private void given(long number, boolean accepts, SocketHandle handle) {
        var request = requests.remove(number);
        var server = request.server();
        opened(number, server);
        if (!accepts) server.pause();
        request.give(handle, () -> listens(number));
    }

    private void opened(long number, TcpServer server) {
        servers.put(number, server);
        server.onClose(() -> {
            servers.remove(number);
            say(CLOSED, number);
        });
    }

    private void listens(long number) {
        var server = servers.get(number);
        if (server == null) return;
        try {
            var address = (InetSocketAddress) server.localAddress();
            say(LISTENS, number, address.getAddress().getHostAddress(), address.getPort());
        } catch (OsException gone) {
            throw new IllegalStateException("a server listens and has no address", gone);
        }
    }

    private boolean take(long number, SocketHandle handle) {
        var server = servers.get(number);
        if (server == null) return false;
        try {
            server.accept(handle);
            return true;
        } catch (OsException | IllegalStateException refused) {
            return false; // it closes, or is none of ours to serve: another worker may
        }
    }

    // The end.

    /// The process ends by itself, once its connections are closed and nothing else keeps it.
    private void finish() {
        channel.unref();
        loop.stop(() -> {});
        for (var server : List.copyOf(servers.values())) server.close();
    }
}
