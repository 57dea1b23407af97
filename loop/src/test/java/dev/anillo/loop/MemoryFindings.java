package dev.anillo.loop;

import dev.anillo.loop.memory.Findings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Assertions;

/// What `-Danillo.checks=on` has found in the process of the tests. Those of http look too.
public final class MemoryFindings {
    private static final LinkedBlockingQueue<String> TOLD = new LinkedBlockingQueue<>();

    private MemoryFindings() {}

    /// From now on they are for tests to ask for.
    public static void collect() {
        Findings.tellTo(TOLD::add);
    }

    /// Those that a test expects, so that they are not held against it.
    public static List<String> take() {
        var taken = new ArrayList<String>();
        TOLD.drainTo(taken);
        return taken;
    }

    /// Fails when there is one. A buffer that nothing refers to is found by the collector, perhaps during a later test:
    /// the finding names the place.
    public static void requireNone() {
        var found = TOLD.poll();
        if (found != null) Assertions.fail(found);
    }
}
