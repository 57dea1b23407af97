package dev.anillo.loop.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// How a cluster's workers are started, get their connections, and end. Immutable: each method returns changed options.
///
///     ClusterOptions.DEFAULT.distribution(Distribution.roundRobin()).spawn(SpawnOptions.INHERITING.jvmOptions("-Xmx64m"))
public final class ClusterOptions {
    /// How long a worker may take to end when it was asked to, in milliseconds: more than a server's connections get
    /// (`HttpServer.CLOSE_MILLIS_MAX`, 10,000), so that they are what decides.
    public static final long DISCONNECT_MILLIS = 15_000;

    /// The kernel spreads connections; workers run this process's own command, and are restarted when they fail.
    public static final ClusterOptions DEFAULT = new ClusterOptions(null, SpawnOptions.INHERITING, null, true, DISCONNECT_MILLIS);

    /// What a worker runs, with these options of java.
    @FunctionalInterface
    interface Program {
        List<String> command(List<String> jvmOptions);
    }

    private final Distribution distribution;
    private final SpawnOptions spawn;
    private final Program program;
    private final boolean restarts;
    private final long disconnectMillis;

    private ClusterOptions(Distribution distribution, SpawnOptions spawn, Program program, boolean restarts,
            long disconnectMillis) {
        this.distribution = distribution;
        this.spawn = spawn;
        this.program = program;
        this.restarts = restarts;
        this.disconnectMillis = disconnectMillis;
    }

    /// The primary accepts and gives each connection to the worker that is chosen, in place of the kernel. That costs some
    /// 50 µs of the primary's for each connection, and makes the shares even, or keeps a client with one worker. Native
    /// transports only.
    public ClusterOptions distribution(Distribution distribution) {
        return new ClusterOptions(Objects.requireNonNull(distribution), spawn, program, restarts, disconnectMillis);
    }

    /// Directory, environment, streams and the like of each worker.
    public ClusterOptions spawn(SpawnOptions options) {
        return new ClusterOptions(distribution, Objects.requireNonNull(options), program, restarts, disconnectMillis);
    }

    /// Workers run another program than this process.
    public ClusterOptions main(Class<?> main, String... arguments) {
        return program(options -> JavaCommand.of(main, options, arguments));
    }

    /// Workers run another program than this process, in one file of Java.
    public ClusterOptions main(Path file, String... arguments) {
        return program(options -> JavaCommand.of(file, options, arguments));
    }

    private ClusterOptions program(Program program) {
        return new ClusterOptions(distribution, spawn, program, restarts, disconnectMillis);
    }

    /// Whether a worker that has failed is replaced. Default true.
    public ClusterOptions restarts(boolean on) {
        return new ClusterOptions(distribution, spawn, program, on, disconnectMillis);
    }

    /// How long a worker may take to end when it was asked to, in milliseconds; then it is killed. Default
    /// [#DISCONNECT_MILLIS].
    public ClusterOptions disconnectMillis(long millis) {
        if (millis < 1) throw new IllegalArgumentException("disconnectMillis " + millis);
        return new ClusterOptions(distribution, spawn, program, restarts, millis);
    }

    /// Null: the kernel's.
    Distribution distribution() {
        return distribution;
    }

    SpawnOptions spawn() {
        return spawn;
    }

    List<String> command() {
        return program == null ? JavaCommand.again(spawn.jvmOptions()) : program.command(spawn.jvmOptions());
    }

    boolean restarts() {
        return restarts;
    }

    long disconnectMillis() {
        return disconnectMillis;
    }
}
