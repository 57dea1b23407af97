package dev.anillo.loop;

import dev.anillo.loop.process.MessageChannel;
import java.util.List;
import java.util.Map;

/// What [ForkContractTest] forks.
final class ForkedPrograms {
    private ForkedPrograms() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "echo" -> MessageChannel.toParent().onMessage(message -> send(message));
            case "tellAndExit" -> {
                var parent = MessageChannel.toParent();
                for (var i = 0; i < 1000; i++) parent.send(i);
                parent.send("last", received -> System.exit(received ? 42 : 1));
                parent.onMessage(_ -> {});
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
            case "sendMuch" -> {
                var parent = MessageChannel.toParent();
                parent.send("ready");
                parent.send(new byte[60 << 20]);
            }
            case "noChannel" -> System.exit(MessageChannel.hasParent() ? 3 : 4);
            case "hang" -> MessageChannel.toParent();
            default -> throw new AssertionError(arguments[0]);
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
