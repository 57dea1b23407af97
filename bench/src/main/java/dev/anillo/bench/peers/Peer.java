package dev.anillo.bench.peers;

import dev.anillo.bench.Control;
import io.vertx.core.transport.Transport;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// `Peer NAME PORT DIRECTORY`: runs one server of the JVM on 127.0.0.1, and prints where it listens.
public final class Peer {
    /// By the names of [Contenders]; made when asked for, so that no class of another one is loaded.
    static final Map<String, Supplier<PeerServer>> ALL = new TreeMap<>(Map.ofEntries(
            Map.entry("netty nio", () -> new NettyPeer(NettyTransport.NIO)),
            Map.entry("netty epoll", () -> new NettyPeer(NettyTransport.EPOLL)),
            Map.entry("netty io_uring", () -> new NettyPeer(NettyTransport.IO_URING)),
            Map.entry("netty io_uring ring", () -> new NettyPeer(NettyTransport.IO_URING_BUFFER_RING)),
            Map.entry("vertx nio", () -> new VertxPeer(Transport.NIO)),
            Map.entry("vertx epoll", () -> new VertxPeer(Transport.EPOLL)),
            Map.entry("vertx io_uring", () -> new VertxPeer(Transport.IO_URING)),
            Map.entry("undertow", UndertowPeer::new),
            Map.entry("jetty", JettyPeer::new),
            Map.entry("helidon", HelidonPeer::new),
            Map.entry("robaho", SunHttpPeer::robaho),
            Map.entry("jdk httpserver", SunHttpPeer::jdk),
            Map.entry("microhttp", MicrohttpPeer::new)));

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
