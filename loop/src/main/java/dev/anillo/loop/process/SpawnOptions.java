package dev.anillo.loop.process;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// How a child is started. Immutable: each method returns changed options.
///
///     SpawnOptions.DEFAULT.directory(Path.of("/srv")).stdin(Stdio.IGNORE).timeoutMillis(10_000)
public final class SpawnOptions {
    /// Three pipes, this process's directory and environment, no time-out.
    public static final SpawnOptions DEFAULT = new SpawnOptions(null, Map.of(), List.of(Stdio.PIPE, Stdio.PIPE, Stdio.PIPE), 0);

    private final Path directory;
    private final Map<String, String> environment;
    private final List<Stdio> stdio;
    private final long timeoutMillis;

    private SpawnOptions(Path directory, Map<String, String> environment, List<Stdio> stdio, long timeoutMillis) {
        this.directory = directory;
        this.environment = environment;
        this.stdio = stdio;
        this.timeoutMillis = timeoutMillis;
    }

    /// Where the child starts.
    public SpawnOptions directory(Path directory) {
        return new SpawnOptions(Objects.requireNonNull(directory), environment, stdio, timeoutMillis);
    }

    /// A variable of the child's, beside or instead of one of this process's.
    ///
    /// @param value null: the child does not have it
    public SpawnOptions environment(String name, String value) {
        var changed = new HashMap<>(environment);
        changed.put(Objects.requireNonNull(name), value);
        return new SpawnOptions(directory, changed, stdio, timeoutMillis);
    }

    public SpawnOptions stdin(Stdio how) {
        return stdio(how, stdio.get(1), stdio.get(2));
    }

    public SpawnOptions stdout(Stdio how) {
        return stdio(stdio.get(0), how, stdio.get(2));
    }

    public SpawnOptions stderr(Stdio how) {
        return stdio(stdio.get(0), stdio.get(1), how);
    }

    /// All three.
    public SpawnOptions stdio(Stdio stdin, Stdio stdout, Stdio stderr) {
        return new SpawnOptions(directory, environment, List.of(stdin, stdout, stderr), timeoutMillis);
    }

    /// After which the child gets SIGTERM, and [ChildProcess#KILL_GRACE_MILLIS] later SIGKILL.
    ///
    /// @param millis 0: never
    public SpawnOptions timeoutMillis(long millis) {
        if (millis < 0) throw new IllegalArgumentException("timeoutMillis " + millis);
        return new SpawnOptions(directory, environment, stdio, millis);
    }

    Path directory() {
        return directory;
    }

    List<Stdio> stdio() {
        return stdio;
    }

    long timeoutMillis() {
        return timeoutMillis;
    }

    /// This process's variables with the changes.
    Map<String, String> environment() {
        var all = new HashMap<>(System.getenv());
        environment.forEach((name, value) -> {
            if (value == null) all.remove(name);
            else all.put(name, value);
        });
        return all;
    }
}
