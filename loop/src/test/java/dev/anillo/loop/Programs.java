package dev.anillo.loop;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import dev.anillo.loop.net.UdpSocket;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.RejectedExecutionException;

/// Scripts for the default loop, each run by [DefaultLoopTest] and its siblings in a process of its own. What they print
/// is what the tests look at.
final class Programs {
    private Programs() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "order" -> order();
            case "immediates" -> immediates();
            case "conversation" -> conversation();
            case "unrefedHandles" -> unrefedHandles();
            case "blockingWork" -> blockingWork();
            case "nothing" -> EventLoop.current();
            case "scriptThrows" -> scriptThrows();
            case "callbackThrows" -> callbackThrows(arguments[1]);
            case "uncaughtIsHandled" -> uncaughtIsHandled();
            case "portInUse" -> portInUse();
            case "unknownHost" -> TcpServer.create(_ -> {}).listen(3000, "no-such-host.invalid");
            case "connectRefused" -> connectRefused();
            case "tasksFromAnotherThread" -> tasksFromAnotherThread();
            case "foreignThread" -> foreignThread();
            case "exitStatus" -> EventLoop.current().setTimeout(() -> System.exit(7), 1);
            case "transport" -> transport();
            case "echoServer" -> echoServer();
            case "bufferOfTheScript" -> bufferOfTheScript();
            case "keepsBuffers" -> keepsBuffers();
            case "writesBesideABuffer" -> writesBesideABuffer();
            default -> throw new AssertionError(arguments[0]);
        }
    }

    /// Nothing else keeps the loop.
    private static void blockingWork() {
        var worker = EventLoop.current().blocking(() -> {
            Thread.sleep(100);
            return "worked";
        });
        worker.thenAccept(IO::println);
    }

    private static void order() {
        var loop = EventLoop.current();
        var server = new TcpServer[1];
        loop.setImmediate(() -> {
            IO.println("immediate");
            loop.setTimeout(() -> {
                IO.println("timer");
                loop.nextTick(() -> IO.println("tick of the timer"));
                server[0].close();
            }, 1);
        });
        loop.nextTick(() -> IO.println("tick"));
        server[0] = TcpServer.create(_ -> {})
                .onClose(() -> IO.println("closed"))
                .listen(0, "127.0.0.1", () -> IO.println("listening"));
        IO.println("script ends");
    }

    private static void immediates() {
        var loop = EventLoop.current();
        loop.setTimeout(() -> {
            loop.setTimeout(() -> IO.println("timer"), 1);
            loop.setImmediate(() -> {
                IO.println("immediate 1");
                loop.nextTick(() -> IO.println("tick"));
                loop.setImmediate(() -> IO.println("immediate of the next turn"));
            });
            loop.setImmediate(() -> IO.println("immediate 2"));
            loop.nextTick(() -> IO.println("tick before all"));
        }, 1);
    }

    private static void conversation() {
        var server = new TcpServer[1];
        server[0] = TcpServer.create(socket -> {
            server[0].close();
            Echo.on(socket);
            socket.onClose(() -> IO.println("server side closed"));
        });
        server[0].listen(0, "127.0.0.1", () -> {
            try {
                TcpSocket.connect(server[0].localAddress(), client -> {
                    client.write("hello");
                    client.onData(data -> {
                        IO.println("echoed " + data);
                        client.end();
                    });
                });
            } catch (OsException refused) {
                throw new AssertionError(refused);
            }
        });
    }

    private static void unrefedHandles() throws Exception {
        var loop = EventLoop.current();
        loop.setInterval(() -> IO.println("interval"), 3_600_000).unref();
        var server = TcpServer.create(_ -> {});
        server.listen(0, "127.0.0.1", () -> IO.println("listening")).unref();
        UdpSocket.bind(0).onMessage((_, _) -> IO.println("message")).unref();
    }

    private static void scriptThrows() {
        var loop = EventLoop.current();
        loop.nextTick(() -> IO.println("tick"));
        loop.setImmediate(() -> IO.println("immediate"));
        loop.setTimeout(() -> IO.println("timer"), 1);
        loop.execute(() -> IO.println("task"));
        TcpServer.create(_ -> {})
                .onClose(() -> IO.println("closed"))
                .listen(0, "127.0.0.1", () -> IO.println("listening"));
        throw new IllegalArgumentException("the script's mistake");
    }

    private static void callbackThrows(String kind) {
        var loop = EventLoop.current();
        Runnable callback = () -> {
            throw new IllegalArgumentException("a callback's mistake");
        };
        switch (kind) {
            case "timer" -> loop.setTimeout(callback, 1);
            case "immediate" -> loop.setImmediate(callback);
            case "tick" -> loop.nextTick(callback);
            case "task" -> loop.execute(callback);
            default -> throw new AssertionError(kind);
        }
        loop.setTimeout(() -> IO.println("still running"), 1000);
    }

    private static void uncaughtIsHandled() {
        var loop = EventLoop.current();
        loop.onUncaught(problem -> IO.println("handled: " + problem.getMessage()));
        loop.setTimeout(() -> {
            throw new IllegalArgumentException("a callback's mistake");
        }, 1);
        loop.setTimeout(() -> IO.println("went on"), 5);
    }

    private static void portInUse() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            IO.println(other.getLocalPort());
            TcpServer.create(_ -> {}).listen(other.getLocalPort(), "127.0.0.1", () -> IO.println("listening"));
        }
    }

    private static void connectRefused() throws Exception {
        InetSocketAddress address;
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            address = (InetSocketAddress) listener.getLocalSocketAddress();
        }
        IO.println(address.getPort());
        TcpSocket.connect(address, _ -> IO.println("connected"));
    }

    private static void tasksFromAnotherThread() throws Exception {
        var loop = EventLoop.current();
        var keepsRunning = loop.setTimeout(() -> {}, 3_600_000);
        var before = new Thread(() -> loop.execute(() -> IO.println("task from before the script's end")));
        before.start();
        before.join();
        new Thread(() -> {
            loop.execute(() -> IO.println("a task"));
            loop.execute(() -> {
                IO.println("the last task");
                keepsRunning.cancel();
            });
            loop.awaitEnd();
            try {
                loop.execute(() -> IO.println("never"));
            } catch (RejectedExecutionException ended) {
                IO.println(ended.getMessage());
            }
        }).start();
        IO.println("script ends");
    }

    private static void foreignThread() throws Exception {
        EventLoop.current();
        var foreign = new Thread(() -> {
            try {
                EventLoop.current();
            } catch (IllegalStateException problem) {
                IO.println(problem.getMessage());
            }
        });
        foreign.start();
        foreign.join();
    }

    private static void transport() {
        var loop = EventLoop.current();
        loop.setImmediate(() -> IO.println(loop.transport()));
    }

    /// Echoes until somebody says `quit`.
    private static void echoServer() {
        var server = TcpServer.create(socket -> socket.onData(data -> {
            if (data.toString().equals("quit")) System.exit(0);
            socket.write(data.keep());
        }));
        server.listen(0, "127.0.0.1", () -> {
            try {
                IO.println(server.port());
            } catch (OsException refused) {
                throw new AssertionError(refused);
            }
        });
    }

    private static void bufferOfTheScript() {
        var loop = EventLoop.current();
        var buffer = loop.takeBuffer(100).append("from the script".getBytes(StandardCharsets.UTF_8));
        loop.setImmediate(() -> {
            IO.println(buffer);
            buffer.release();
        });
    }

    /// Three that the script has taken, and what a connection brings.
    private static void keepsBuffers() {
        var kept = new ArrayList<Buffer>();
        var loop = EventLoop.current();
        for (var i = 0; i < 3; i++) kept.add(loop.takeBuffer(100));
        var server = new TcpServer[1];
        server[0] = TcpServer.create(socket -> {
            server[0].close();
            socket.onData(data -> kept.add(data.keep()));
        });
        server[0].listen(0, "127.0.0.1", () -> {
            try {
                TcpSocket.connect(server[0].localAddress(), client -> {
                    client.onData(_ -> {});
                    client.write("hello");
                    client.end();
                });
            } catch (OsException refused) {
                throw new AssertionError(refused);
            }
        });
        loop.onEnd(() -> IO.println(kept.size() + " buffers kept"));
    }

    /// As native code might, behind the back of [Memory].
    private static void writesBesideABuffer() {
        var buffer = EventLoop.current().takeBuffer(100);
        Memory.ALL.set(ValueLayout.JAVA_BYTE, buffer.address() + buffer.capacity(), (byte) 'A');
        buffer.release();
    }
}
