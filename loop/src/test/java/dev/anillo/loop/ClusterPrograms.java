package dev.anillo.loop;

import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import dev.anillo.loop.process.Cluster;
import dev.anillo.loop.process.MessageChannel;

/// What the workers of [ClusterContractTest] run.
final class ClusterPrograms {
    private ClusterPrograms() {}

    public static void main(String[] arguments) throws Exception {
        if (Cluster.isPrimary()) throw new AssertionError("forked, and yet the primary");
        var parent = MessageChannel.toParent();
        var port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        switch (arguments[0]) {
            case "greet" -> TcpServer.create(socket -> {
                socket.onData(_ -> {}).write(Cluster.workerId() + "\n");
                socket.end();
            }).listen(port, "127.0.0.1");
            case "echo" -> TcpServer.create(ClusterPrograms::echo).listen(port, "127.0.0.1");
            case "exitAsTold" -> {
                TcpServer.create(ClusterPrograms::echo).listen(port, "127.0.0.1");
                parent.onMessage(status -> System.exit(Math.toIntExact((long) status)));
            }
            case "closeAndReopen" -> {
                var server = TcpServer.create(ClusterPrograms::echo);
                server.unref().ref();
                server.listen(port, "127.0.0.1");
                parent.onMessage(_ -> server.onClose(() -> { // not at the worker's end too, which it would put off
                    parent.send("closed");
                    TcpServer.create(ClusterPrograms::echo).listen(port, "127.0.0.1");
                }).close());
            }
            case "tellRefusal" -> {
                parent.ref();
                TcpServer.create(_ -> {}).onError(refused -> {
                    parent.send(refused.getMessage());
                    parent.disconnect();
                }).listen(port, "127.0.0.1");
            }
            case "fail" -> System.exit(1);
            case "nothing" -> {}
            case "wait" -> parent.ref();
            default -> throw new AssertionError(arguments[0]);
        }
    }

    private static void echo(TcpSocket socket) {
        socket.onData(data -> socket.write(Cluster.workerId() + ":" + data));
    }
}
