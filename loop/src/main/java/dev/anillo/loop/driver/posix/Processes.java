package dev.anillo.loop.driver.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.PosixSpawn;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Spawn;
import dev.anillo.loop.driver.Spawned;
import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.process.Stdio;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/// Child processes: posix_spawn(3), a pidfd that becomes readable when the process has ended, and waitpid(2) for that
/// process alone. Java's own children are waited for by their numbers too, so that neither takes the other's.
///
/// A pid stays its process's until it was waited for, and that happens on the loop's thread: a signal can't reach a
/// stranger.
public final class Processes {
    private static final Charset TEXTS = Charset.forName(System.getProperty("sun.jnu.encoding"));
    private static final String NOTHING = "/dev/null";
    static final int SIGKILL = 9;

    /// The child's descriptors below this are its standard streams.
    private static final int STREAMS = 3;

    // How waitpid tells an end, wait(2).
    private static final int SIGNAL_MASK = 0x7F;
    private static final int CODE_SHIFT = 8;
    private static final int CODE_MASK = 0xFF;

    static {
        // Java's own class sets SIGCHLD to its default: a parent that ignored it would have the kernel throw statuses away.
        ProcessHandle.current();
    }

    private final Syscalls calls;
    private final Counters counters;
    private final long status;

    /// Those that have not ended, by their pidfds.
    private final Map<Integer, Integer> running = new HashMap<>();

    Processes(Syscalls calls, Counters counters, Scratch scratch) {
        this.calls = calls;
        this.counters = counters;
        status = scratch.take(Integer.BYTES, Integer.BYTES);
    }

    /// @return descriptors that are close-on-exec; ours of the pipes are blocking
    Spawned spawn(Spawn how) throws OsException {
        var directory = how.directory();
        if (directory != null && !Files.isDirectory(directory)) {
            throw new OsException("chdir", directory.toString(), Files.exists(directory) ? Errno.ENOTDIR : Errno.ENOENT);
        }
        var ours = new int[] {Spawned.NONE, Spawned.NONE, Spawned.NONE};
        var childs = ours.clone();
        try (var arena = Arena.ofConfined()) {
            for (var i = 0; i < STREAMS; i++) {
                if (how.stdio().get(i) == Stdio.PIPE) openPipe(i, ours, childs, how.program(), arena);
            }
            var pid = start(how, childs, arena);
            return new Spawned(pid, follow(pid, how.program()), ours);
        } catch (OsException refused) {
            closeAll(ours);
            throw refused;
        } finally {
            closeAll(childs);
        }
    }

    private void openPipe(int stream, int[] ours, int[] childs, String program, Arena arena) throws OsException {
        var ends = arena.allocate(JAVA_INT, 2);
        counters.systemCalls++;
        require("pipe2", program, calls.pipe2(ends.address(), Linux.O_CLOEXEC()));
        var readable = ends.getAtIndex(JAVA_INT, 0);
        var writable = ends.getAtIndex(JAVA_INT, 1);
        ours[stream] = stream == 0 ? writable : readable;
        childs[stream] = stream == 0 ? readable : writable;
        if (childs[stream] < STREAMS) childs[stream] = raise(childs[stream], program);
    }

    /// Where this process itself was started without a standard stream: the child's are put in their places one by one,
    /// and must not overwrite one that has yet to move.
    private int raise(int fd, String program) throws OsException {
        counters.systemCalls++;
        var raised = calls.fcntl(fd, Linux.F_DUPFD_CLOEXEC(), STREAMS);
        calls.close(fd);
        require("fcntl", program, raised);
        return raised;
    }

    private int start(Spawn how, int[] childs, Arena arena) throws OsException {
        try (var spawn = new PosixSpawn(calls, arena)) {
            for (var i = 0; i < STREAMS; i++) {
                if (childs[i] != Spawned.NONE) spawn.dup2(childs[i], i);
                else if (how.stdio().get(i) == Stdio.IGNORE) spawn.open(i, NOTHING, Linux.O_RDWR());
            }
            if (how.directory() != null) {
                if (!PosixSpawn.knowsDirectory()) throw new OsException("chdir", how.directory().toString(), Errno.ENOSYS);
                spawn.directory(arena.allocateFrom(how.directory().toString(), TEXTS));
            }
            // Of what the virtual machine has open, sockets of its own among it, not all is close-on-exec.
            if (!PosixSpawn.knowsCloseFrom()) {
                throw new OsException("spawn", how.program() + " (libc has no posix_spawn_file_actions_addclosefrom_np)",
                        Errno.ENOSYS);
            }
            spawn.closeFrom(STREAMS);
            counters.systemCalls++;
            var command = how.command().stream();
            var environment = how.environment().entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue());
            var result = spawn.start(segments(command, arena), segments(environment, arena));
            require("spawn", how.program(), result);
            return result;
        }
    }

    private static MemorySegment[] segments(Stream<String> texts, Arena arena) {
        return texts.map(text -> arena.allocateFrom(text, TEXTS)).toArray(MemorySegment[]::new);
    }

    private int follow(int pid, String program) throws OsException {
        counters.systemCalls++;
        var pidfd = calls.pidfdOpen(pid);
        if (pidfd < 0) {
            calls.kill(pid, SIGKILL);
            calls.waitpid(pid, status, 0);
            throw new OsException("pidfd_open", program, -pidfd);
        }
        running.put(pidfd, pid);
        return pidfd;
    }

    /// @return as [Driver#awaitExit], or `-EAGAIN` while it runs
    public int exitOf(int pidfd) {
        var pid = running.get(pidfd);
        if (pid == null) return -Errno.ECHILD;
        counters.systemCalls++;
        var result = calls.waitpid(pid, status, Linux.WNOHANG());
        if (result == 0) return -Errno.EAGAIN;
        running.remove(pidfd);
        if (result < 0) return result;
        var told = Memory.getInt(status);
        var signal = told & SIGNAL_MASK;
        return signal == 0 ? told >> CODE_SHIFT & CODE_MASK : Driver.KILLED + signal;
    }

    void kill(int pidfd, int signal) throws OsException {
        var pid = running.get(pidfd);
        if (pid == null) throw new OsException("kill", "a process that has ended", Errno.ESRCH);
        counters.systemCalls++;
        require("kill", "process " + pid, calls.kill(pid, signal));
    }

    /// A descriptor is about to be closed. A process that lives on is waited for by Java's own threads.
    public void closing(int fd) {
        if (running.isEmpty()) return; // one look for each connection that closes
        var pid = running.remove(fd);
        if (pid == null) return;
        ProcessHandle.of(pid).orElseThrow().onExit().thenRun(() -> reap(pid));
    }

    /// Java has only looked: a process that it has not started is left as it is.
    private static void reap(int pid) {
        try (var arena = Arena.ofConfined()) {
            new Syscalls(arena).waitpid(pid, 0, 0);
        }
    }

    private void closeAll(int[] descriptors) {
        Arrays.stream(descriptors).filter(fd -> fd != Spawned.NONE).forEach(calls::close);
    }

    private static void require(String operation, String target, int result) throws OsException {
        if (result < 0) throw new OsException(operation, target, -result);
    }
}
