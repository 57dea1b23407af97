package dev.anillo.loop.driver.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anillo.loop.memory.Slabs;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What only a process of its own can show.
class NioProcessTest {
    @TempDir
    private Path directory;

    @Test
    void runsWhereNativeAccessIsDenied() throws Exception {
        var child = ChildJvm.run(List.of(), List.of("--illegal-native-access=deny"), EchoProgram.class, directory);
        assertEquals("echoed well without native access\n", child.output());
        assertEquals(0, child.exitCode());
    }

    @Test
    void runsWithNativeAccessWithoutTheBindings() throws Exception {
        var allowed = List.of("--enable-native-access=ALL-UNNAMED");
        var child = ChildJvm.run(List.of(), allowed, EchoProgram.class, directory);
        assertEquals("echoed well with native access\n", child.output());
        assertEquals(0, child.exitCode());
    }

    @Test
    void runsOutOfBuffersAndGetsOverIt() throws Exception {
        var memoryForOneSlab = List.of("--illegal-native-access=deny", "-Danillo.memory=" + (Slabs.SLAB_BYTES + 8192));
        var child = ChildJvm.run(List.of(), memoryForOneSlab, ShortageProgram.class, directory);
        assertEquals("""
                16 buffers, then ENOBUFS, shortages counted: 1
                and then: 1
                """, child.output());
        assertEquals(0, child.exitCode());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no limit of descriptors to set")
    void runsOutOfDescriptorsAndGetsOverIt() throws Exception {
        var fewDescriptors = List.of("/bin/sh", "-c", "ulimit -n 64; exec \"$0\" \"$@\"");
        var child = ChildJvm.run(fewDescriptors, List.of("-Danillo.transport=nio"), ExhaustionProgram.class, directory);
        assertEquals("""
                listening again: bind EADDRINUSE
                opening one more: socket EMFILE
                accepting: EMFILE, ended
                accepting with one to spare: accepted
                """, child.output());
        assertEquals(0, child.exitCode());
    }
}
