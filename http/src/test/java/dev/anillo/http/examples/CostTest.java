package dev.anillo.http.examples;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// What a request costs the loop in heap and in system calls, in a process that the launcher starts. These figures do not
/// depend on the machine's speed; `programs/Cost.java` tells how they are made.
class CostTest {
    /// One compiler, which looks at everything once it is hot: with two, and on a busy machine, it may take many rounds
    /// until the JDK's own slice of the errno segment at each system call is compiled away. The counters of the driver
    /// are inside the loop's module.
    private static final Map<String, String> OPTIONS = Map.of("ANILLO_JAVA_OPTS",
            "-XX:-TieredCompilation --add-exports dev.anillo.loop/dev.anillo.loop.driver=ALL-UNNAMED");

    /// Below this nothing is allocated for a request: an object has at least 8 bytes, and what a round allocates beside its
    /// requests (a Date line each second, tasks of the client) spreads over thousands of them.
    private static final double NOTHING = 1;

    /// What the JDK's selector makes for an event of a descriptor above 127: an Integer.
    private static final double SELECTED_BYTES = 16;

    /// The text that the handler makes for an answer.
    private static final double JSON_BYTES = 200;

    /// The answer with a file (144): what answers, the file's part on its way out, and the queues that it stands in and before.
    private static final double FILE_BYTES = 160;

    /// What the JDK makes at a system call where its compiler, in this process, did not see through: a slice of the segment
    /// for errno. In most processes it is compiled away, in one of four or so it stays.
    private static final double ERRNO_BYTES = 32;

    private static final int DEPTH = 16;

    @TempDir
    Path directory;

    /// What a workload came to, of a busy loop: each turn finds a request on each of 64 connections.
    ///
    /// @param bytes on the heap, of a request
    /// @param systemCalls of a request
    /// @param submissions of a system call
    record Cost(String workload, double bytes, double systemCalls, double submissions, String rounds) {
        static Cost of(String line) {
            var words = line.split(" ", 5);
            return new Cost(words[0], Double.parseDouble(words[1]), Double.parseDouble(words[2]),
                    Double.parseDouble(words[3]), words[4]);
        }

        Executable bytesAtMost(double max) {
            return () -> assertTrue(bytes <= max + ERRNO_BYTES * systemCalls,
                    () -> "bytes per request above " + max + ": " + this);
        }

        Executable systemCallsAtMost(double max) {
            return () -> assertTrue(systemCalls <= max, () -> "system calls per request above " + max + ": " + this);
        }

        Executable submissionsAtLeast(double min) {
            return () -> assertTrue(submissions >= min, () -> "submissions per system call below " + min + ": " + this);
        }
    }

    /// An enter takes all sends of a turn along.
    @Test
    void aRequestOnIoUringCostsNoHeapAndATenthOfASystemCall() throws Exception {
        var costs = measure("io_uring", NOTHING);
        assertAll(Stream.concat(heap(costs, NOTHING), Stream.of(
                costs.get("get").systemCallsAtMost(0.10),
                costs.get("get").submissionsAtLeast(10),
                costs.get("pipelined").systemCallsAtMost(0.10 / DEPTH),
                costs.get("turns").systemCallsAtMost(2.1))));
    }

    /// One receive, one send, and a share of the wait.
    @Test
    void aRequestOnEpollCostsNoHeapAndTwoSystemCalls() throws Exception {
        var costs = measure("epoll", NOTHING);
        assertAll(Stream.concat(heap(costs, NOTHING), twoSystemCalls(costs)));
    }

    @Test
    void aRequestOnNioCostsNoHeapButTheSelectorsAndTwoSystemCalls() throws Exception {
        var costs = measure("nio", SELECTED_BYTES);
        assertAll(Stream.concat(heap(costs, SELECTED_BYTES), twoSystemCalls(costs)));
    }

    private static Stream<Executable> heap(Map<String, Cost> costs, double getBytesMax) {
        return Stream.of(
                costs.get("turns").bytesAtMost(NOTHING),
                costs.get("get").bytesAtMost(getBytesMax),
                costs.get("pipelined").bytesAtMost(NOTHING),
                costs.get("json").bytesAtMost(JSON_BYTES),
                costs.get("form").bytesAtMost(getBytesMax),
                costs.get("file").bytesAtMost(FILE_BYTES + getBytesMax),
                costs.get("echo").bytesAtMost(NOTHING));
    }

    private static Stream<Executable> twoSystemCalls(Map<String, Cost> costs) {
        return Stream.of(
                costs.get("get").systemCallsAtMost(2.1),
                costs.get("pipelined").systemCallsAtMost(2.1 / DEPTH),
                costs.get("turns").systemCallsAtMost(3.1));
    }

    private Map<String, Cost> measure(String transport, double getBytesMax) throws Exception {
        var program = Path.of("src", "test", "programs", "Cost.java").toAbsolutePath().toString();
        try (var launched = Launched.start(directory, OPTIONS, Launched.PROJECT.resolve("anillo"),
                "--transport=" + transport, program,
                "turns", Double.toString(NOTHING),
                "get", Double.toString(getBytesMax),
                "pipelined", Double.toString(NOTHING),
                "json", Double.toString(JSON_BYTES),
                "form", Double.toString(getBytesMax),
                "file", Double.toString(FILE_BYTES + getBytesMax),
                "echo", Double.toString(NOTHING))) {
            var outcome = launched.await();
            assertEquals(0, outcome.status(), outcome::errors);
            return outcome.output().lines().map(Cost::of).collect(Collectors.toMap(Cost::workload, cost -> cost));
        }
    }
}
