package dev.anillo.bench.compare;

import java.nio.file.Path;
import java.util.Map;

/// A server that is compared, as it is started.
///
/// @param name in reports
/// @param command for sh(1); `{port}` stands for the port that it is to listen on, as $PORT does in its environment
/// @param directory in which it is started
/// @param environment besides this program's own
public record Contender(String name, String command, Path directory, Map<String, String> environment) {
    private static final String PORT = "{port}";

    public Contender(String name, String command) {
        this(name, command, Path.of("").toAbsolutePath(), Map.of());
    }

    String command(int port) {
        return command.replace(PORT, Integer.toString(port));
    }
}
