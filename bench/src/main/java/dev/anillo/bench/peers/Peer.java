package dev.anillo.bench.peers;

import dev.anillo.bench.Control;
import io.vertx.core.transport.Transport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// `Peer NAME PORT DIRECTORY`: runs one server of the JVM on 127.0.0.1, and prints where it listens.
public final class Peer {
    /// By the names of [Contenders]; made when asked for, so that no class of another one is loaded.
    static final SequencedMap<String, Supplier<PeerServer>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("netty io_uring ring", () -> new NettyPeer(NettyTransport.IO_URING_BUFFER_RING));
        ALL.put("netty io_uring", () -> new NettyPeer(NettyTransport.IO_URING));
        ALL.put("netty epoll", () -> new NettyPeer(NettyTransport.EPOLL));
        ALL.put("netty nio", () -> new NettyPeer(NettyTransport.NIO));
        ALL.put("vertx io_uring", () -> new VertxPeer(Transport.IO_URING));
        ALL.put("vertx epoll", () -> new VertxPeer(Transport.EPOLL));
        ALL.put("vertx nio", () -> new VertxPeer(Transport.NIO));
        ALL.put("undertow", UndertowPeer::new);
        ALL.put("jetty", JettyPeer::new);
        ALL.put("helidon", HelidonPeer::new);
        ALL.put("robaho", SunHttpPeer::robaho);
        ALL.put("jdk httpserver", SunHttpPeer::jdk);
        ALL.put("microhttp", MicrohttpPeer::new);
    }

    private static final int WRONG_COMMAND_LINE = 2;

    private Peer() {}

    public static void main(String[] arguments) throws Exception {
        var server = arguments.length == 3 ? ALL.get(arguments[0]) : null;
        if (server == null) {
            System.err.println("usage: Peer NAME PORT DIRECTORY, with a name of " + ALL.keySet());
            System.exit(WRONG_COMMAND_LINE);
        }
        Control.start();
        var port = server.get().listen(Integer.parseInt(arguments[1]), Path.of(arguments[2]));
        System.out.println("http://" + PeerServer.HOST + ":" + port + "/ by " + arguments[0]);
    }
}
