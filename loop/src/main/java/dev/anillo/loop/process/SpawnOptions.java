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
    public static final SpawnOptions DEFAULT = new SpawnOptions(null, Map.of(),
            List.of(Stdio.PIPE, Stdio.PIPE, Stdio.PIPE), 0, List.of(), MessageChannel.MESSAGE_BYTES_MAX);

    /// As [#DEFAULT], with this process's streams.
    public static final SpawnOptions INHERITING = DEFAULT.stdio(Stdio.INHERIT, Stdio.INHERIT, Stdio.INHERIT);

    private final Path directory;
    private final Map<String, String> environment;
    private final List<Stdio> stdio;
    private final long timeoutMillis;
    private final List<String> jvmOptions;
    private final int messageBytesMax;

    private SpawnOptions(Path directory, Map<String, String> environment, List<Stdio> stdio, long timeoutMillis,
            List<String> jvmOptions, int messageBytesMax) {
        this.directory = directory;
        this.environment = environment;
        this.stdio = stdio;
        this.timeoutMillis = timeoutMillis;
        this.jvmOptions = jvmOptions;
        this.messageBytesMax = messageBytesMax;
    }

    /// Where the child starts.
    public SpawnOptions directory(Path directory) {
        return new SpawnOptions(Objects.requireNonNull(directory), environment, stdio, timeoutMillis, jvmOptions, messageBytesMax);
    }

    /// A variable of the child's, beside or instead of one of this process's.
    ///
    /// @param value null: the child does not have it
    public SpawnOptions environment(String name, String value) {
        var changed = new HashMap<>(environment);
        changed.put(Objects.requireNonNull(name), value);
        return new SpawnOptions(directory, changed, stdio, timeoutMillis, jvmOptions, messageBytesMax);
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
        return new SpawnOptions(directory, environment, List.of(stdin, stdout, stderr), timeoutMillis, jvmOptions, messageBytesMax);
    }

    /// After which the child gets SIGTERM, and [ChildProcess#KILL_GRACE_MILLIS] later SIGKILL.
    ///
    /// @param millis 0: never
    public SpawnOptions timeoutMillis(long millis) {
        if (millis < 0) throw new IllegalArgumentException("timeoutMillis " + millis);
        return new SpawnOptions(directory, environment, stdio, millis, jvmOptions, messageBytesMax);
    }

    /// For a fork: options of java, behind those of this virtual machine, so that they win.
    public SpawnOptions jvmOptions(String... options) {
        return new SpawnOptions(directory, environment, stdio, timeoutMillis, List.of(options), messageBytesMax);
    }

    /// For a fork: the longest message, both ways.
    ///
    /// @param bytes at the most 1 GiB
    public SpawnOptions messageBytesMax(int bytes) {
        if (bytes < 1 || bytes > 1 << 30) throw new IllegalArgumentException("messageBytesMax " + bytes);
        return new SpawnOptions(directory, environment, stdio, timeoutMillis, jvmOptions, bytes);
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

    List<String> jvmOptions() {
        return jvmOptions;
    }

    int messageBytesMax() {
        return messageBytesMax;
    }

    /// This process's variables with the changes. The channel to our own parent is not the child's, nor our place in its
    /// cluster.
    Map<String, String> environment() {
        var all = new HashMap<>(System.getenv());
        all.remove(Rendezvous.VARIABLE);
        all.remove(Cluster.VARIABLE);
        environment.forEach((name, value) -> {
            if (value == null) all.remove(name);
            else all.put(name, value);
        });
        return all;
    }
}
