package dev.anillo.loop.driver;

import dev.anillo.loop.process.Stdio;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What a driver is to start.
///
/// @param command the program, looked for in PATH unless it has a slash, and its arguments
/// @param directory to start in; null for this process's own
/// @param environment all of it
/// @param stdio of the child's descriptors 0, 1 and 2
public record Spawn(List<String> command, Path directory, Map<String, String> environment, List<Stdio> stdio) {
    public Spawn {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        stdio = List.copyOf(stdio);
        if (command.isEmpty()) throw new IllegalArgumentException("no command");
        command.forEach(Spawn::requireText);
        environment.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=', 1) >= 0) throw new IllegalArgumentException("environment: " + name);
            requireText(name);
            requireText(value);
        });
    }

    private static void requireText(String text) {
        if (text.indexOf('\0') >= 0) throw new IllegalArgumentException("a NUL in an argument or in the environment");
    }

    public String program() {
        return command.getFirst();
    }
}
