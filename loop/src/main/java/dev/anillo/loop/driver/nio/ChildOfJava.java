package dev.anillo.loop.driver.nio;

import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Spawn;
import dev.anillo.loop.driver.Spawned;
import dev.anillo.loop.process.Stdio;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;

/// A child process by [ProcessBuilder]. Its pipes are Java's blocking streams, so that a [StreamCopy] stands between each
/// of them and the loop.
final class ChildOfJava extends Descriptor {
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    /// Where the exit codes end that Java makes of signals, as shells do: 128 and the signal.
    private static final int SHELL_SIGNALS = 128;
    private static final int SIGNAL_MAX = 31;

    private static final boolean IS_WINDOWS = File.separatorChar == '\\';
    private static final Redirect NO_INPUT = Redirect.from(new File(IS_WINDOWS ? "NUL" : "/dev/null"));

    private final Process process;
    /// Nobody has been told yet.
    private boolean awaited;

    private ChildOfJava(Poller poller, Process process) {
        super(poller, null);
        this.process = process;
    }

    static Spawned spawn(Poller poller, Spawn how) throws OsException {
        var directory = how.directory();
        if (directory != null && !Files.isDirectory(directory)) {
            throw new OsException("chdir", directory.toString(), Files.exists(directory) ? Errno.ENOTDIR : Errno.ENOENT);
        }
        var pairs = new SocketPair[how.stdio().size()];
        try {
            for (var i = 0; i < pairs.length; i++) {
                if (how.stdio().get(i) == Stdio.PIPE) pairs[i] = SocketPair.open();
            }
            var process = builder(how).start();
            return connect(poller, process, pairs);
        } catch (IOException refused) {
            for (var pair : pairs) {
                if (pair != null) pair.close(refused);
            }
            throw JavaErrors.refusal("spawn", how.program(), refused);
        }
    }

    private static ProcessBuilder builder(Spawn how) {
        var builder = new ProcessBuilder(how.command());
        if (how.directory() != null) builder.directory(how.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(how.environment());
        return builder.redirectInput(redirect(how.stdio().get(0), NO_INPUT))
                .redirectOutput(redirect(how.stdio().get(1), Redirect.DISCARD))
                .redirectError(redirect(how.stdio().get(2), Redirect.DISCARD));
    }

    private static Redirect redirect(Stdio stdio, Redirect ignored) {
        return switch (stdio) {
            case PIPE -> Redirect.PIPE;
            case INHERIT -> Redirect.INHERIT;
            case IGNORE -> ignored;
        };
    }

    private static Spawned connect(Poller poller, Process process, SocketPair[] pairs) {
        var streams = new int[pairs.length];
        for (var i = 0; i < pairs.length; i++) {
            streams[i] = pairs[i] == null ? Spawned.NONE : new Connection(poller, pairs[i].ours()).number();
            if (pairs[i] != null) copy(i, process, pairs[i].theirs());
        }
        return new Spawned(process.pid(), new ChildOfJava(poller, process).number(), streams);
    }

    private static void copy(int stream, Process process, SocketChannel channel) {
        switch (stream) {
            case 0 -> StreamCopy.toChild(process, channel);
            case 1 -> StreamCopy.fromChild(process, process.getInputStream(), channel);
            default -> StreamCopy.fromChild(process, process.getErrorStream(), channel);
        }
    }

    void awaitExit(long token) {
        incoming.begin(token);
        awaited = true;
        process.onExit().thenRun(() -> poller.handOver(() -> decide(token, status())));
    }

    private void decide(long token, int result) {
        if (!awaited || incoming.token() != token) return; // was cancelled
        awaited = false;
        incoming.decide(result);
    }

    private int status() {
        var code = process.exitValue();
        var signal = code - SHELL_SIGNALS;
        return signal > 0 && signal <= SIGNAL_MAX ? Driver.KILLED + signal : code;
    }

    void kill(int signal) throws OsException {
        var target = "process " + process.pid();
        if (!process.isAlive()) throw new OsException("kill", target, Errno.ESRCH);
        switch (signal) {
            case SIGTERM -> process.destroy();
            case SIGKILL -> process.destroyForcibly();
            default -> throw new OsException("kill", target + " by signal " + signal
                    + " (needs native access, which nio does without)", Errno.EOPNOTSUPP);
        }
    }

    @Override
    void cancel(long token) {
        decide(token, -Errno.ECANCELED);
    }

    /// Java waits for its children itself.
    @Override
    int closeChannel() {
        return 0;
    }

    @Override
    NetworkChannel channel() {
        throw new IllegalArgumentException("descriptor " + number() + " is a process");
    }

    // Nothing here is waited for by the selector.

    @Override
    void incomingReady() {}

    @Override
    void outgoingReady() {}
}
