package dev.anillo.loop;

import dev.anillo.loop.net.SocketHandle;
import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import dev.anillo.loop.process.MessageChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;

/// What [ForkContractTest] forks.
final class ForkedPrograms {
    private ForkedPrograms() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "echo" -> MessageChannel.toParent().onMessage(message -> send(message));
            case "swallow" -> MessageChannel.toParent().onMessage(_ -> {});
            case "tellAndExit" -> {
                var parent = MessageChannel.toParent();
                for (var i = 0; i < 1000; i++) parent.send(i);
                parent.send("last", received -> System.exit(received ? 42 : 1));
                parent.onMessage(_ -> {});
            }
            case "lastWords" -> {
                var parent = MessageChannel.toParent();
                parent.send("last words");
                EventLoop.current().setInterval(() -> {
                    if (parent.waitingBytes() == 0) System.exit(0);
                }, 1);
            }
            case "disconnect" -> {
                var parent = MessageChannel.toParent();
                parent.send(Map.of("pid", ProcessHandle.current().pid(), "list", List.of(1, "two", 3.5)));
                parent.disconnect();
            }
            case "waitForDisconnect" -> {
                var parent = MessageChannel.toParent();
                parent.send("ready");
                parent.onDisconnect(() -> IO.println("disconnected"));
            }
            case "neverRead" -> {
                var parent = MessageChannel.toParent();
                parent.send("ready");
                parent.pause();
            }
            case "serve" -> {
                var server = TcpServer.create(socket -> greet(socket, "a server"));
                MessageChannel.toParent().onDisconnect(server::close).onMessage((what, socket) -> serve(server, what, socket));
            }
            // | length u32 | kind u8 | content |
            case "halfMessage" -> raw(0, 0, 0, 6, 1, 5, 0, 0, 0, 1, 'a', 0, 0, 0, 100, 1, 5);
            case "malformedValue" -> raw(0, 0, 0, 6, 1, 5, 0, 0, 0, 1, 'a', 0, 0, 0, 1, 1, 99, 0, 0, 0, 1, 1, 0);
            case "malformedFrame" -> raw(255, 255, 255, 255, 1);
            case "unknownKind" -> raw(0, 0, 0, 0, 77);
            case "noChannel" -> System.exit(MessageChannel.hasParent() ? 3 : 4);
            case "hang" -> MessageChannel.toParent();
            default -> throw new AssertionError(arguments[0]);
        }
    }

    private static void serve(TcpServer server, Object what, SocketHandle socket) {
        try {
            if (what.equals("a server")) server.listen(socket, () -> send("serving"));
            else greet(TcpSocket.open(socket), what.toString());
        } catch (OsException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static void greet(TcpSocket socket, String text) {
        socket.onData(_ -> {}).write(text);
        socket.end();
    }

    /// Says what no channel would say, and ends.
    private static void raw(int... bytes) throws IOException {
        var place = System.getenv("ANILLO_CHANNEL");
        try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(place.substring(place.indexOf(':') + 1)))) {
            var buffer = ByteBuffer.allocate(bytes.length);
            for (var one : bytes) buffer.put((byte) one);
            socket.write(buffer.flip());
        }
    }

    private static void send(Object message) {
        try {
            MessageChannel.toParent().send(message);
        } catch (OsException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
