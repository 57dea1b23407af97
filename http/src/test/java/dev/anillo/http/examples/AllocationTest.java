package dev.anillo.http.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Serving a request allocates nothing on the heap, in a process that the launcher starts.
class AllocationTest {
    /// One compiler, which looks at everything once it is hot: with two, and on a busy machine, it may take many rounds
    /// until the JDK's own slice of the errno segment at each system call is compiled away.
    private static final Map<String, String> ONE_COMPILER = Map.of("ANILLO_JAVA_OPTS", "-XX:-TieredCompilation");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void keepAliveRequestsAllocateNothing(String transport) throws Exception {
        assertAllocatesNothing(transport, "get", 100_000, 100);
    }

    /// Each request costs the loop a turn: a wait, a receive and a send.
    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void turnsOfTheLoopAllocateNothing(String transport) throws Exception {
        assertAllocatesNothing(transport, "get", 20_000, 1);
    }

    /// Bodies that go back to the client, most of them in buffers in which the next request begins.
    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void pipedBodiesAllocateNothing(String transport) throws Exception {
        assertAllocatesNothing(transport, "pipe", 100_000, 10);
    }

    private void assertAllocatesNothing(String transport, String kind, int requests, int batch) throws Exception {
        var program = Path.of("src", "test", "programs", "Allocation.java").toAbsolutePath().toString();
        try (var launched = Launched.start(directory, ONE_COMPILER, Launched.PROJECT.resolve("anillo"),
                "--transport=" + transport, program, kind, Integer.toString(requests), Integer.toString(batch))) {
            var first = launched.awaitLine();
            var outcome = launched.await();
            assertEquals(0, outcome.status(), outcome::errors);
            var rounds = (first + "\n" + outcome.output()).strip();
            var last = rounds.substring(rounds.lastIndexOf('\n') + 1);
            assertTrue(Double.parseDouble(last) < 1, () -> "bytes per request in each round:\n" + rounds);
        }
    }
}
