package dev.anillo.loop.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// As [MutationTest], of the native drivers' protections against what kernels may do: each is removed, and the kernel
/// in memory has a minute to notice.
class KernelMutationTest {
    private static final int SECONDS = 60;
    private static final Path CLASSES = Path.of("target", "classes");
    private static final String ALL_CLASSES = String.join(":", CLASSES.toString(),
            Path.of("target", "test-classes").toString(),
            Path.of("..", "native-bindings", "target", "classes").toString());

    @TempDir
    Path directory;

    private static List<Mutant> ioUring() {
        var ring = "driver/uring/Ring";
        var driver = "driver/uring/UringDriver";
        return List.of(
                new Mutant("positions wrap", ring, "reap", Mutant.DIFFERENCE, 0),
                new Mutant("no entry is written before the one that was there is taken", ring, "nextEntry",
                        "makeRoom", 0),
                new Mutant("an overflow is fetched", ring, "hasHiddenCompletions", "IORING_SQ_CQ_OVERFLOW", 0),
                new Mutant("what was not taken is submitted in the next turn", driver, "turn", "hasSubmissions", 0),
                new Mutant("a receive that ended early is begun again", driver, "received", "submitReceive", 0),
                new Mutant("an accept that ended early is begun again", driver, "accepted", "accept", 0),
                new Mutant("a connection that is gone ends no accept", driver, "accepted", "isConnectionsFault", 0),
                new Mutant("a receive without buffers waits for one", driver, "outOfBuffers", "add", 0),
                new Mutant("a receive that waited for a buffer is begun again", driver, "resumeParked",
                        "submitReceive", 0),
                new Mutant("buffers that are back are shown to the kernel", driver, "turn", "publish", 0),
                new Mutant("a buffer that comes with the end goes back", driver, "received", "release", 0),
                new Mutant("a cancelled receive that brings bytes is not begun again", driver, "received",
                        "isMarked", 0),
                new Mutant("a cancelled receive that finds no buffer ends", driver, "outOfBuffers", "isMarked", 0),
                new Mutant("a receive that waits for a buffer is cancelled without the kernel", driver, "cancelInward",
                        "inward", 0),
                new Mutant("a cancelled accept ends", driver, "accepted", "isMarked", 0),
                new Mutant("a cancelled accept looks once more", driver, "endAccepting", "acceptWaiting", 0),
                new Mutant("room that comes after the cancel of a file is not used", driver, "roomForFile",
                        "isMarked", 0),
                new Mutant("a connection that is accepted at the end is closed", driver, "discardReaped", "opened", 0),
                new Mutant("a buffer that is filled at the end comes home", driver, "discardReaped", "release", 0),
                new Mutant("the end waits for what is under way", driver, "shutDown", "awaitCompletions", 0),
                new Mutant("the end cancels what is under way", driver, "shutDown", "cancelAll", 0));
    }

    private static List<Mutant> epoll() {
        var driver = "driver/epoll/EpollDriver";
        return List.of(
                new Mutant("an event is that of the number's owner", driver, "ready", "generation", 0),
                new Mutant("an edge is remembered until somebody receives", driver, "beginInward", "goOnNextTurn", 0),
                new Mutant("what is left after a turn's reads is read in the next", driver, "receiveFrom",
                        "goOnNextTurn", 0),
                new Mutant("a short read is not the last one when the peer has ended", driver, "receiveFrom",
                        "isMarked", 0),
                new Mutant("an event may have nothing behind it", driver, "mayGoInward", "isMarked", 1),
                new Mutant("a send that finds no room waits", driver, "send", "waitToSend", 0),
                new Mutant("a connection that is gone ends no accept", driver, "acceptFrom", "isConnectionsFault", 0),
                new Mutant("a connection that can't be registered is closed", driver, "acceptOne", "closeNow", 0),
                new Mutant("a connection's edges are asked for", driver, "acceptOne", "register", 0),
                new Mutant("how a connect has ended is asked for", driver, "goOutward", "connectResult", 0),
                new Mutant("a cancelled send waits no longer", driver, "cancel", "unmark", 0),
                new Mutant("the end closes what is open", driver, "shutDown", "closeDescriptors", 0));
    }

    @Test
    void theKernelWithARingNoticesEachMissingProtection() throws Exception {
        assertAllNoticed(KernelSimulation.IO_URING, ioUring());
    }

    @Test
    void theKernelThatTellsOfEdgesNoticesEachMissingProtection() throws Exception {
        assertAllNoticed(KernelSimulation.EPOLL, epoll());
    }

    private void assertAllNoticed(KernelSimulation kernel, List<Mutant> mutants) throws Exception {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Danillo.checks=on",
                "--enable-native-access=ALL-UNNAMED", "-cp", ALL_CLASSES.replace(":", File.pathSeparator),
                MutantRuns.class.getName(), kernel.toString(), Double.toString(SECONDS / 60.0), ALL_CLASSES));
        for (var mutant : mutants) {
            var changed = directory.resolve(Integer.toString(command.size()));
            mutant.write(CLASSES, changed);
            command.add(changed.toString());
        }
        var output = directory.resolve("output").toFile();
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
        try {
            var isOver = process.waitFor((long) mutants.size() * SECONDS, TimeUnit.SECONDS);
            assertTrue(isOver, () -> "not over: " + read(output));
            assertEquals(0, process.exitValue(), () -> read(output));
        } finally {
            process.destroyForcibly();
        }
        assertNoticed(kernel, mutants, output);
    }

    private static String read(File output) {
        try (var lines = Files.lines(output.toPath())) {
            return String.join("\n", lines.toList());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void assertNoticed(KernelSimulation kernel, List<Mutant> mutants, File output) {
        var told = read(output).lines()
                .filter(line -> line.startsWith(MutantRuns.NOTICED) || line.equals(MutantRuns.NOT_NOTICED)).toList();
        assertEquals(mutants.size(), told.size(), () -> read(output));
        var unnoticed = new ArrayList<Mutant>();
        for (var i = 0; i < told.size(); i++) {
            IO.println("  " + kernel + " without \"" + mutants.get(i) + "\": " + told.get(i));
            if (!told.get(i).contains("AssertionError: seed ")) unnoticed.add(mutants.get(i));
        }
        assertEquals(List.of(), unnoticed);
    }
}
