package dev.anillo.bench.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessTreeTest {
    @Test
    void aNameWithSpacesAndParenthesesDoesNotShiftTheFields() {
        var fields = ProcessTree.statFields("42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 614 165 0 0");
        assertEquals("614", fields[11]);
        assertEquals("165", fields[12]);
    }

    @Test
    void listsOfProcessorsHaveRanges() {
        assertEquals(List.of(0, 1, 2, 3, 8), Cpus.list("0-3,8"));
    }

    @Test
    void waitingForADiskIsIdleTooAndStolenTimeIsNot() {
        var before = Cpus.parse("cpu1 100 0 100 700 100 0 0 0 0 0");
        var after = Cpus.parse("cpu1 130 0 110 740 110 0 5 5 0 0");
        assertEquals(0.5, after.since(before), 1e-9);
        assertEquals(0.05, after.stolenSince(before), 1e-9);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc")
    void thisProcessHasMemoryTimeAndFiles() throws Exception {
        var tree = new ProcessTree(ProcessHandle.current());
        assertTrue(tree.residentBytes() > 1 << 20);
        assertTrue(tree.cpuTime().userMicros() > 0);
        assertTrue(tree.filesMax() > 0);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "SIGSTOP")
    void childrenAreStoppedAndProceedToo() throws Exception {
        var shell = new ProcessBuilder("sh", "-c", "sleep 60 & wait").start();
        try {
            var child = awaitChild(shell);
            var tree = new ProcessTree(shell.toHandle()).asItIs();
            assertEquals(List.of(shell.pid(), child), tree.pids());
            tree.stop();
            awaitState(child, "T");
            tree.proceed();
            awaitState(child, "S");
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly().waitFor();
        }
        var ended = assertThrows(IOException.class, () -> Signals.send(shell.pid(), 0));
        assertEquals("kill -0 " + shell.pid() + ": it has ended, or is another user's", ended.getMessage());
    }

    private static long awaitChild(Process shell) {
        return await(() -> shell.children().map(ProcessHandle::pid).findFirst(), "a child");
    }

    private static void awaitState(long pid, String state) {
        await(() -> {
            var now = ProcessTree.statFields(Files.readString(Path.of("/proc/" + pid + "/stat")))[0];
            return now.equals(state) ? Optional.of(now) : Optional.empty();
        }, "state " + state);
    }

    private static <T> T await(Callable<Optional<T>> look, String what) {
        return assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            while (true) {
                var seen = look.call();
                if (seen.isPresent()) return seen.get();
                Thread.onSpinWait();
            }
        }, what);
    }
}
