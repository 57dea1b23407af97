package dev.anillo.bench.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class JvmTest {
    @Test
    void pausesAreReadFromTheLogsOfAllCollectors() {
        assertEquals(new Jvm.Pause(1764525600123L, 1.234, "Pause Young (Allocation Failure)"),
                Jvm.pause("[1764525600123ms] GC(7) Pause Young (Allocation Failure) 18M->2M(61M) 1.234ms"));
        assertEquals(new Jvm.Pause(5, 0.004, "Pause Mark Start"), Jvm.pause("[5ms] GC(0) Y: Pause Mark Start 0.004ms"));
        assertEquals(new Jvm.Pause(5, 0.2, "Pause Init Mark (unload classes)"),
                Jvm.pause("[5ms] GC(3) Pause Init Mark (unload classes) 0.200ms"));
    }

    @Test
    void whatIsNoPauseIsNone() {
        assertNull(Jvm.pause("[5ms] GC(7) Pause Young (Normal) (G1 Evacuation Pause)"));
        assertNull(Jvm.pause("[5ms] GC(7) Concurrent Mark Cycle 12.3ms"));
        assertNull(Jvm.pause("[5ms] GC(7) Eden regions: 3->0(4)"));
    }
}
