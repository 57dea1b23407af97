package dev.anillo.loop.driver.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        var child = ChildJvm.run(List.of(), List.of("--enable-native-access=ALL-UNNAMED"), EchoProgram.class, directory);
        assertEquals("echoed well with native access\n", child.output());
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
