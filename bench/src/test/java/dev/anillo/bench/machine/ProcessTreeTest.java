package dev.anillo.bench.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
}
