package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.process.ChildProcess;
import dev.anillo.loop.process.ExitStatus;
import dev.anillo.loop.process.SpawnOptions;
import dev.anillo.loop.process.Stdio;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Children that are real processes: their streams, their end, and what they must not inherit or leave behind.
class ProcessContractTest extends TransportTest {
    private static final SpawnOptions SILENT = SpawnOptions.DEFAULT.stdio(Stdio.IGNORE, Stdio.IGNORE, Stdio.IGNORE);

    @TempDir
    Path directory;

    /// A child and what it told, in order: `[exit 0, close]`.
    private final class Told {
        final ChildProcess child;
        final ByteArrayOutputStream output = new ByteArrayOutputStream();
        final ByteArrayOutputStream errors = new ByteArrayOutputStream();
        final StringBuffer order = new StringBuffer();
        final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
        final CompletableFuture<Void> close = new CompletableFuture<>();

        Told(ChildProcess child) {
            this.child = child;
            child.onExit(status -> {
                order.append(status).append(", ");
                exit.complete(status);
            });
            child.onClose(() -> {
                order.append("close");
                close.complete(null);
            });
        }

        Told reading() {
            child.stdout().onData(data -> output.writeBytes(data.toByteArray()));
            child.stderr().onData(data -> errors.writeBytes(data.toByteArray()));
            return this;
        }
    }

    private Told spawn(SpawnOptions options, String... command) {
        return onLoop(() -> new Told(ChildProcess.spawn(options, command)));
    }

    private Told shell(String script) {
        return onLoop(() -> new Told(ChildProcess.spawn("sh", "-c", script)).reading());
    }

    private String outputOf(SpawnOptions options, String... command) {
        var told = onLoop(() -> new Told(ChildProcess.spawn(options, command)).reading());
        await(told.close);
        assertEquals("", told.errors.toString());
        return told.output.toString();
    }

    private static boolean isZombie(long pid) {
        return state(pid) == 'Z';
    }

    /// Of the process's line in proc(5); 0 when it is gone.
    private static char state(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException gone) {
            return 0;
        }
    }

    // Streams.

    @Test
    void whatIsWrittenToAChildComesBackThroughIt() {
        var told = spawn(SpawnOptions.DEFAULT, "cat");
        onLoop(() -> {
            told.reading().child.stdin().write("there and ");
            told.child.stdin().write("back");
            told.child.stdin().end();
        });
        await(told.close);
        assertEquals("there and back", told.output.toString());
        assertEquals("exit 0, close", told.order.toString());
    }

    @Test
    void outputAndErrorsAreApart() {
        var told = shell("echo good; echo bad >&2; exit 42");
        await(told.close);
        assertEquals("good\n", told.output.toString());
        assertEquals("bad\n", told.errors.toString());
        assertEquals("exit 42, close", told.order.toString());
    }

    @Test
    void muchIsCopiedBothWaysUnharmed() {
        var much = new byte[8 << 20];
        for (var i = 0; i < much.length; i++) much[i] = (byte) (i ^ i >>> 8 ^ i >>> 16);
        var told = spawn(SpawnOptions.DEFAULT, "cat");
        onLoop(() -> {
            told.reading().child.stdin().write(much);
            told.child.stdin().end();
        });
        await(told.close);
        assertEquals(-1, Arrays.mismatch(much, told.output.toByteArray()));
    }

    @Test
    void aChildThatNeverReadsLeavesTheRestHereAndSaysSo() {
        var told = spawn(SpawnOptions.DEFAULT.stdout(Stdio.IGNORE).stderr(Stdio.IGNORE), "sleep", "600");
        assertFalse(onLoop(() -> told.child.stdin().write(new byte[1 << 20])));
        onLoop(() -> assertTrue(told.child.kill(Signal.SIGKILL)));
        await(told.close);
        assertEquals("SIGKILL, close", told.order.toString());
    }

    @Test
    void outputThatIsPausedStopsTheChildAndNothingIsLost() {
        var told = shell("head -c 1000000 /dev/zero; echo done >&2");
        onLoop(() -> told.child.stdout().pause());
        onLoop(() -> told.child.stdout().resume());
        await(told.close);
        assertEquals(1_000_000, told.output.size());
    }

    /// Sockets in the place of pipes would refuse it: ENXIO.
    @Test
    void aProgramMayOpenItsOwnOutputByName() {
        assertEquals("hello\n", outputOf(SpawnOptions.DEFAULT, "sh", "-c", "echo hello > /dev/stdout"));
    }

    @Test
    void outputThatNobodyReadsDoesNotKeepTheCloseAway() {
        var told = spawn(SpawnOptions.DEFAULT, "echo", "unheard");
        await(told.close);
        assertEquals("exit 0, close", told.order.toString());
    }

    /// The shell ends, and what it has started still writes. It waits until its output is read: on NIO Java lets go of a pipe
    /// that nobody reads yet when the process ends.
    @Test
    void theCloseWaitsForWhoeverHasTheStreamsOpen() throws Exception {
        var fifo = directory.resolve("fifo");
        var told = shell("mkfifo " + fifo + "; (cat < " + fifo + ") & echo read; read line; exit 3");
        Deadline.until(() -> onLoop(() -> told.output.toString().equals("read\n")), told.output::toString);
        onLoop(() -> told.child.stdin().write("go\n"));
        assertEquals("exit 3", await(told.exit).toString());
        assertFalse(told.close.isDone());
        Files.writeString(fifo, "late");
        await(told.close);
        assertEquals("read\nlate", told.output.toString());
        assertEquals("exit 3, close", told.order.toString());
    }

    @Test
    void aWriteToAChildThatReadsNoMoreFailsOrIsDroppedAndTheStreamCloses() {
        var told = shell("exec 0<&-; echo closed; exec sleep 600");
        Deadline.until(() -> onLoop(() -> told.output.size() > 0), told.output::toString);
        var failed = new CompletableFuture<IOException>();
        onLoop(() -> {
            told.child.stdin().onError(failed::complete);
            told.child.stdin().write(new byte[1 << 20]);
        });
        assertEquals("EPIPE", ((OsException) await(failed)).code());
        onLoop(() -> told.child.kill(Signal.SIGKILL));
        await(told.close);
    }

    // Starting.

    @Test
    void aProgramThatIsNotThereIsToldInOneLine() {
        var refused = assertThrows(OsException.class, () -> onLoop(() -> ChildProcess.spawn("/no/such/program")));
        assertEquals("spawn /no/such/program: ENOENT, no such file or directory (errno 2)", refused.getMessage());
        assertEquals("spawn", assertThrows(OsException.class,
                () -> onLoop(() -> ChildProcess.spawn("no-such-program-anywhere"))).operation());
    }

    @Test
    void aFileThatIsNoProgramIsRefused() throws IOException {
        var file = Files.createFile(directory.resolve("text"));
        var refused = assertThrows(OsException.class, () -> onLoop(() -> ChildProcess.spawn(file.toString())));
        assertEquals("EACCES", refused.code());
    }

    @Test
    void aDirectoryThatIsNotThereIsToldApart() {
        var missing = directory.resolve("missing");
        var refused = assertThrows(OsException.class,
                () -> onLoop(() -> ChildProcess.spawn(SpawnOptions.DEFAULT.directory(missing), "pwd")));
        assertEquals("chdir", refused.operation());
        assertEquals(missing.toString(), refused.target());
        assertEquals("ENOENT", refused.code());
    }

    @Test
    void aChildStartsInItsDirectoryWithItsEnvironment() throws IOException {
        var options = SpawnOptions.DEFAULT.directory(directory).environment("GREETING", "hola, ñ").environment("HOME", null);
        assertEquals(directory.toRealPath() + " hola, ñ none\n",
                outputOf(options, "sh", "-c", "echo $(pwd -P) \"$GREETING\" ${HOME:-none}"));
    }

    @Test
    void argumentsArriveAsTheyAre() {
        assertEquals("[a b][][$HOME][*]", outputOf(SpawnOptions.DEFAULT, "printf", "[%s]", "a b", "", "$HOME", "*"));
        assertThrows(IllegalArgumentException.class, () -> onLoop(() -> ChildProcess.spawn("printf", "a\0b")));
    }

    /// Whatever is open here: sockets, pipes to other children, jars, the loop itself.
    @Test
    void aChildInheritsItsThreeStreamsAndNothingElse() throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs proc(5)");
        var pair = accept();
        var other = spawn(SpawnOptions.DEFAULT, "cat");
        // 3 is the directory that ls reads.
        assertEquals("0\n1\n2\n3\n", outputOf(SpawnOptions.DEFAULT, "ls", "/proc/self/fd"));
        onLoop(() -> other.child.stdin().end());
        await(other.close);
        onLoop(() -> pair.accepted().socket.destroy());
        pair.peer().close();
    }

    @Test
    void aChildStartsWithNoSignalIgnoredOrBlocked() {
        Assumptions.assumeFalse(transport.equals("nio"), "ProcessBuilder passes on what the virtual machine has");
        var lines = outputOf(SpawnOptions.DEFAULT, "grep", "-E", "Sig(Blk|Ign)", "/proc/self/status");
        assertEquals("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", lines);
    }

    @Test
    void ignoredStreamsAreEmptyAndNoPipes() {
        var told = spawn(SILENT, "sh", "-c", "cat; echo unheard");
        await(told.close);
        assertEquals("exit 0, close", told.order.toString());
        onLoop(() -> assertThrows(IllegalStateException.class, told.child::stdout));
    }

    @Test
    void inheritedStreamsAreThisProcesssOwn() {
        var told = spawn(SpawnOptions.DEFAULT.stdout(Stdio.INHERIT), "sh", "-c",
                "[ /proc/$PPID/fd/1 -ef /proc/$$/fd/1 ]");
        await(told.close);
        if (!transport.equals("nio")) assertEquals("exit 0, close", told.order.toString());
    }

    // The end.

    @Test
    void aSignalThatEndsAChildIsTold() {
        var told = spawn(SpawnOptions.DEFAULT, "sleep", "600");
        onLoop(() -> assertTrue(told.child.kill()));
        assertTrue(await(told.exit).isKilledBy(Signal.SIGTERM));
        assertEquals(-1, told.exit.join().code());
        await(told.close);
        onLoop(() -> assertFalse(told.child.kill()));
    }

    @Test
    void aTimeOutEndsAChildThatTakesTooLong() {
        var told = spawn(SILENT.timeoutMillis(50), "sleep", "600");
        assertTrue(await(told.exit).isKilledBy(Signal.SIGTERM));
        assertTrue(onLoop(told.child::isTimedOut));
        await(told.close);
    }

    @Test
    void aTimeOutEndsAChildThatWillNotListen() {
        var told = spawn(SILENT.timeoutMillis(300), "sh", "-c", "trap '' TERM; while :; do sleep 0.2; done");
        assertTrue(await(told.exit).isKilledBy(Signal.SIGKILL));
        await(told.close);
    }

    @Test
    void aChildThatIsFasterThanItsTimeOutIsLeftAlone() {
        var told = spawn(SILENT.timeoutMillis(600_000), "true");
        await(told.close);
        assertEquals("exit 0, close", told.order.toString());
        assertFalse(onLoop(told.child::isTimedOut));
    }

    @Test
    void noZombieStaysWhenNobodyListens() {
        var child = onLoop(() -> ChildProcess.spawn(SILENT, "true"));
        Deadline.until(() -> state(child.pid()) == 0, () -> "state " + state(child.pid()));
    }

    @Test
    void aChildOutlivesItsLoopAndLeavesNoZombieThen() {
        var told = spawn(SpawnOptions.DEFAULT, "sleep", "600");
        closeLoop();
        assertFalse(told.exit.isDone());
        assertNotEquals(0, state(told.child.pid()));
        assertFalse(isZombie(told.child.pid()));
        assertTrue(ProcessHandle.of(told.child.pid()).orElseThrow().destroyForcibly());
        Deadline.until(() -> state(told.child.pid()) == 0, () -> "state " + state(told.child.pid()));
    }

    @Test
    void manyChildrenAtOnceAreEachToldOnce() {
        var children = onLoop(() -> {
            var all = new ArrayList<Told>();
            for (var i = 0; i < 100; i++) {
                all.add(new Told(ChildProcess.spawn("sh", "-c", "echo " + i + "; exit " + i)).reading());
            }
            return all;
        });
        for (var i = 0; i < children.size(); i++) {
            await(children.get(i).close);
            assertEquals(i + "\n", children.get(i).output.toString());
            assertEquals("exit " + i + ", close", children.get(i).order.toString());
        }
    }

    @Test
    void aRefusedSpawnLeavesNothingOpen() {
        for (var i = 0; i < 100; i++) {
            assertThrows(OsException.class, () -> onLoop(() -> ChildProcess.spawn("/no/such/program")));
        }
    }

    @Test
    void aChildThatIsUnreferencedDoesNotKeepTheLoop() {
        var told = spawn(SpawnOptions.DEFAULT, "cat");
        onLoop(() -> told.child.unref().ref().unref());
        onLoop(() -> told.child.stdin().end());
        await(told.close);
        onLoop(() -> told.child.ref());
    }

    @Test
    void javasOwnChildrenAreNotTakenAway() throws Exception {
        var others = List.of(new ProcessBuilder("sh", "-c", "exit 5").start(), new ProcessBuilder("sh", "-c", "exit 6").start());
        for (var i = 0; i < 20; i++) await(spawn(SILENT, "true").close);
        assertEquals(5, others.get(0).waitFor());
        assertEquals(6, others.get(1).waitFor());
        for (var other : others) {
            other.getInputStream().close();
            other.getErrorStream().close();
            other.getOutputStream().close();
        }
    }
}
