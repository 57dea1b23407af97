package dev.anillo.loop.process;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.Signal;
import dev.anillo.loop.Timer;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Endpoint;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.Spawn;
import dev.anillo.loop.driver.Spawned;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.net.PipeStream;
import dev.anillo.loop.stream.CloseCallbacks;
import dev.anillo.loop.stream.Readable;
import dev.anillo.loop.stream.Writable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// A process that this one has started.
///
/// The order is: data of its streams while it runs, [#onExit] once when it has ended, [#onClose] once when its streams
/// have ended too, which may be later (what it wrote last is still read, and its own children may have the streams open).
/// Output that nobody reads ([Readable#onData]) fills the pipe and stops the child, as pipes do; what is left of it when
/// the child ends is dropped.
///
/// Between a forked child and this process is a [MessageChannel]: its last message comes first, its disconnect next,
/// then the exit.
///
/// A child keeps its loop running until [#unref]. It outlives its loop and this process, unless it is killed. No zombie
/// stays while this process lives, whether anybody listens or not.
///
/// Threads: the loop's.
public final class ChildProcess {
    /// Between the SIGTERM of a time-out and the SIGKILL, in milliseconds: time to write something down and go.
    public static final long KILL_GRACE_MILLIS = 2_000;

    private static final List<String> STREAMS = List.of("stdin", "stdout", "stderr");

    private final EventLoop loop;
    private final LoopInternals internals;
    private final Process process = new Process();
    private final String program;
    private final long pid;
    private final int descriptor;
    private final int slot;
    private final PipeStream[] streams = new PipeStream[STREAMS.size()];

    /// Both null unless forked.
    private MessageChannel channel;
    private Rendezvous rendezvous;
    private Timer timeout;
    private boolean timedOut;
    private boolean ended;
    private boolean referenced = true;
    private int open;
    private ExitStatus status;
    private Consumer<ExitStatus> onExit;
    private Runnable onClose;

    /// What the loop tells of the process itself.
    private final class Process implements Endpoint {
        @Override
        public void completed(int operation, int result, boolean more, Buffer data) {
            if (operation == Token.EXIT) {
                exited(result);
            } else {
                internals.detach(slot);
                closed();
            }
        }

        /// The child lives on.
        @Override
        public void closeNow() {
            if (ended) return;
            if (timeout != null) timeout.cancel();
            internals.driver().cancel(descriptor, internals.token(slot, Token.EXIT));
        }
    }

    private ChildProcess(EventLoop loop, LoopInternals internals, String program, Spawned spawned) {
        this.loop = loop;
        this.internals = internals;
        this.program = program;
        pid = spawned.pid();
        descriptor = spawned.process();
        slot = internals.attach(process);
        open = 1;
        for (var i = 0; i < streams.length; i++) {
            if (spawned.streams()[i] == Spawned.NONE) continue;
            var name = STREAMS.get(i) + " of process " + pid + " (" + program + ")";
            streams[i] = i == 0 ? PipeStream.toWrite(loop, internals, spawned.streams()[i], name)
                    : PipeStream.toRead(loop, internals, spawned.streams()[i], name);
            streams[i].onClose(this::closed);
            open++;
        }
        internals.retain();
        internals.driver().awaitExit(descriptor, internals.token(slot, Token.EXIT));
    }

    /// Starts a program with three pipes, on this thread's loop.
    ///
    /// @param command the program, looked for in PATH unless it has a slash, and its arguments. No shell is between
    /// @throws OsException naming `spawn` and the program: `ENOENT`, `EACCES`, …
    public static ChildProcess spawn(String... command) throws OsException {
        return spawn(SpawnOptions.DEFAULT, command);
    }

    /// As [#spawn(String...)], in another directory, with other streams, and so on. The loop waits while the program is
    /// loaded: about a millisecond.
    ///
    /// @throws OsException also naming `chdir` and the directory
    public static ChildProcess spawn(SpawnOptions options, String... command) throws OsException {
        var how = new Spawn(List.of(command), options.directory(), options.environment(), options.stdio());
        var loop = EventLoop.current();
        var internals = LoopInternals.of(loop);
        internals.checkThread();
        var child = new ChildProcess(loop, internals, how.program(), internals.driver().spawn(how));
        if (options.timeoutMillis() > 0) child.startTimeout(options.timeoutMillis());
        return child;
    }

    /// Starts a virtual machine like this one, with another main class and a [#channel] between the two. Its streams are
    /// this process's own.
    ///
    /// @param main on the class path or in a module
    /// @throws IOException as [#spawn(String...)], or when there is no temporary directory
    public static ChildProcess fork(Class<?> main, String... arguments) throws IOException {
        return fork(SpawnOptions.INHERITING, main, arguments);
    }

    /// As [#fork(Class, String...)], with options.
    public static ChildProcess fork(SpawnOptions options, Class<?> main, String... arguments) throws IOException {
        return fork(options, JavaCommand.of(main, options.jvmOptions(), arguments));
    }

    /// As [#fork(Class, String...)], of a program in one file of Java: by the launcher, where this process was started by it.
    public static ChildProcess fork(Path file, String... arguments) throws IOException {
        return fork(SpawnOptions.INHERITING, file, arguments);
    }

    /// As [#fork(Path, String...)], with options.
    public static ChildProcess fork(SpawnOptions options, Path file, String... arguments) throws IOException {
        return fork(options.environment("ANILLO_JAVA_HOME", System.getProperty("java.home")), // for the launcher
                JavaCommand.of(file, options.jvmOptions(), arguments));
    }

    static ChildProcess fork(SpawnOptions options, List<String> command) throws IOException {
        var loop = EventLoop.current();
        LoopInternals.of(loop).checkThread();
        var channel = new MessageChannel(loop, "the forked process", options.messageBytesMax());
        var rendezvous = Rendezvous.open(loop, channel::connected);
        try {
            var child = spawn(options.environment(Rendezvous.VARIABLE, rendezvous.inEnvironment(options.messageBytesMax())),
                    command.toArray(String[]::new));
            child.channel = channel;
            child.rendezvous = rendezvous;
            return child;
        } catch (IOException refused) {
            rendezvous.close();
            throw refused;
        }
    }

    // Its end.

    private void startTimeout(long millis) {
        timeout = loop.setTimeout(() -> {
            timedOut = true;
            killQuietly(Signal.SIGTERM);
            timeout = loop.setTimeout(() -> killQuietly(Signal.SIGKILL), KILL_GRACE_MILLIS).unref();
        }, millis).unref();
    }

    private void killQuietly(Signal signal) {
        try {
            kill(signal);
        } catch (OsException refused) {
            internals.uncaught(refused); // it has become another user's process, say
        }
    }

    private void exited(int result) {
        ended = true;
        if (timeout != null) timeout.cancel();
        internals.driver().close(descriptor, internals.token(slot, Token.CLOSE));
        if (result == -Errno.ECANCELED) return; // the loop has ended
        status = result < 0 ? ExitStatus.UNKNOWN
                : result < Driver.KILLED ? ExitStatus.exited(result) : ExitStatus.killed(result - Driver.KILLED);
        if (result < 0) internals.uncaught(new OsException("waitpid", program, -result));
        if (channel == null) {
            tellExit();
        } else {
            open++;
            if (channel.hasBegun()) endChannel();
            else rendezvous.knock(this::endChannel); // it may have connected just before its end
        }
    }

    private void endChannel() {
        channel.peerEnded(this::tellExit);
    }

    private void tellExit() {
        try {
            if (onExit != null) onExit.accept(status);
        } finally {
            if (channel != null) loop.nextTick(this::closed);
            for (var stream : streams) {
                if (stream != null && !stream.isRead()) stream.destroy();
            }
        }
    }

    private void closed() {
        if (--open > 0) return;
        if (referenced) internals.release();
        if (status != null && onClose != null) onClose.run();
    }

    /// Called once, when the process has ended.
    public ChildProcess onExit(Consumer<ExitStatus> callback) {
        internals.checkThread();
        onExit = Objects.requireNonNull(callback);
        return this;
    }

    /// Called once, after [#onExit] and when the pipes have ended too. Several callbacks may be set, all are called.
    public ChildProcess onClose(Runnable callback) {
        internals.checkThread();
        onClose = CloseCallbacks.add(onClose, callback);
        return this;
    }

    /// Asks it to end: SIGTERM.
    ///
    /// @return as [#kill(Signal)]
    public boolean kill() throws OsException {
        return kill(Signal.SIGTERM);
    }

    /// Sends a signal to the process; its own children don't get it.
    ///
    /// @return false when it has ended already
    /// @throws OsException naming `kill`: `EPERM`; `EOPNOTSUPP` for what the nio transport can't send
    public boolean kill(Signal signal) throws OsException {
        internals.checkThread();
        if (ended) return false;
        try {
            internals.driver().kill(descriptor, signal.number());
            return true;
        } catch (OsException refused) {
            if (refused.errno() == Errno.ESRCH) return false;
            throw refused;
        }
    }

    // Its streams.

    /// What it reads. It stays open until [Writable#end], so that a child which reads to the end waits for that.
    ///
    /// @throws IllegalStateException when it is no pipe
    public Writable stdin() {
        return stream(0);
    }

    /// @throws IllegalStateException when it is no pipe
    public Readable stdout() {
        return stream(1);
    }

    /// @throws IllegalStateException when it is no pipe
    public Readable stderr() {
        return stream(2);
    }

    private PipeStream stream(int number) {
        if (streams[number] != null) return streams[number];
        throw new IllegalStateException(STREAMS.get(number) + " of " + program + " is no pipe: see SpawnOptions");
    }

    /// Messages to and from a forked process.
    ///
    /// @throws IllegalStateException when it was spawned
    public MessageChannel channel() {
        if (channel == null) throw new IllegalStateException(program + " was spawned, not forked: there is no channel");
        return channel;
    }

    // About it.

    public long pid() {
        return pid;
    }

    /// How it has ended; null while it runs.
    public ExitStatus status() {
        return status;
    }

    /// Whether [SpawnOptions#timeoutMillis] has passed before its end.
    public boolean isTimedOut() {
        return timedOut;
    }

    /// Keeps the loop running until [#onClose] (as it does from the start).
    public ChildProcess ref() {
        internals.checkThread();
        if (!referenced && open > 0) internals.retain();
        referenced = true;
        for (var stream : streams) {
            if (stream != null) stream.ref();
        }
        return this;
    }

    /// Lets the loop end without waiting for this child and its streams; a [#channel] has its own.
    public ChildProcess unref() {
        internals.checkThread();
        if (referenced && open > 0) internals.release();
        referenced = false;
        for (var stream : streams) {
            if (stream != null) stream.unref();
        }
        return this;
    }

    public EventLoop loop() {
        return loop;
    }

    @Override
    public String toString() {
        return "ChildProcess[" + program + ", " + pid + (status == null ? "" : ", " + status) + "]";
    }
}
