package dev.anillo.bench.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Another JVM that is known to spend its time in one method, recorded and drawn.
@Timeout(120)
class RecorderTest {
    @TempDir
    Path directory;

    private static Stream<Frame> all(Frame frame) {
        return Stream.concat(Stream.of(frame), frame.callees().stream().flatMap(RecorderTest::all));
    }

    private static Frame hottest(FlameGraph graph) {
        return all(graph.root()).max(Comparator.comparingLong(Frame::ownSamples)).orElseThrow();
    }

    @Test
    void theMethodThatBurnsHasMostOfTheSamplesOfARunningJvm() throws Exception {
        var file = directory.resolve("a recording.jfr");
        try (var jvm = new BurningJvm()) {
            var recorder = Recorder.start(jvm.pid());
            jvm.burn();
            recorder.stop(file);
        }
        var graph = FlameGraph.of(file, "Burner");
        var hottest = hottest(graph);
        assertEquals(Burner.class.getName() + ".burn", hottest.name().full());
        assertTrue(graph.samples() > 20, () -> graph.samples() + " samples");
        assertTrue(hottest.ownSamples() > graph.samples() / 2, () -> hottest.ownSamples() + " of " + graph.samples());
        var svg = graph.svg(1000);
        assertTrue(Xml.elements(Xml.parse(svg), "g", "frame").stream()
                .anyMatch(frame -> frame.getAttribute("data-name").equals("Burner.burn")), svg);
        assertTrue(svg.contains(String.format(">%,d samples", graph.samples())), svg);
    }

    /// As JDKs before 25 have them, and other systems than Linux.
    @Test
    void samplesOfTimeAreTakenWhereThereAreNoneOfProcessorTime() throws Exception {
        var file = directory.resolve("own.jfr");
        try (var recording = new Recording()) {
            recording.enable(Stacks.OF_JAVA).with("period", "10 ms");
            recording.enable(Stacks.OF_NATIVE).with("period", "20 ms");
            recording.start();
            var heat = 0.0;
            for (var end = System.nanoTime() + 1_000_000_000L; System.nanoTime() < end; ) heat = Burner.burn(heat);
            assertTrue(heat > 0);
            recording.stop();
            recording.dump(file);
        }
        var graph = FlameGraph.of(file, "own");
        assertTrue(all(graph.root()).anyMatch(frame -> frame.name().full().equals(Burner.class.getName() + ".burn")
                && frame.ownSamples() > 10), () -> graph.svg(1000));
        assertTrue(graph.svg(1000).contains("waits included"));
    }

    @Test
    void aSecondRecordingOfTheSameJvmIsAnotherOne() throws Exception {
        try (var jvm = new BurningJvm()) {
            var first = Recorder.start(jvm.pid());
            var second = Recorder.start(jvm.pid());
            jvm.burn();
            for (var recorder : new Recorder[] {first, second}) {
                var file = directory.resolve("recording.jfr");
                recorder.stop(file);
                assertTrue(FlameGraph.of(file, "").samples() > 20);
            }
            var again = assertThrows(IOException.class, () -> first.stop(directory.resolve("again.jfr")));
            assertTrue(again.getMessage().startsWith("JFR.stop of process " + jvm.pid() + ": Could not"), again.getMessage());
        }
    }

    @Test
    void aFileThatTheJvmCanNotWriteIsToldInOneLine() throws Exception {
        try (var jvm = new BurningJvm()) {
            var recorder = Recorder.start(jvm.pid());
            var refused = assertThrows(IOException.class, () -> recorder.stop(directory.resolve("nowhere").resolve("recording.jfr")));
            assertTrue(refused.getMessage().startsWith("JFR.stop of process " + jvm.pid() + ": "), refused.getMessage());
            assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
        }
    }

    @Test
    void aProcessThatIsNotThereIsToldInOneLine() throws Exception {
        var jvm = new BurningJvm();
        jvm.close();
        var refused = assertThrows(IOException.class, () -> Recorder.start(jvm.pid()));
        assertEquals("no process " + jvm.pid(), refused.getMessage());
    }

    @Test
    void aJvmThatLetsNobodyInIsToldInOneLine() throws Exception {
        try (var jvm = new BurningJvm("-XX:+DisableAttachMechanism")) {
            var refused = assertThrows(IOException.class, () -> Recorder.start(jvm.pid()));
            assertTrue(refused.getMessage().startsWith("process " + jvm.pid() + " does not let jcmd in"), refused.getMessage());
            assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anOlderJdkIsToldInOneLine() throws Exception {
        var jcmd = Files.writeString(directory.resolve("jcmd"), """
                #!/bin/sh
                printf '%s:\\nOpenJDK 64-Bit Server VM version 25.402-b06\\nJDK 8.0_402\\n' "$1"
                """);
        assertTrue(jcmd.toFile().setExecutable(true));
        var own = ProcessHandle.current().pid();
        var refused = assertThrows(IOException.class, () -> Recorder.start(own, jcmd));
        assertEquals("process " + own + " runs JDK 8: profiles need 17 or later", refused.getMessage());
    }

    @Test
    void aRuntimeWithoutJcmdIsToldInOneLine() {
        var missing = assertThrows(IOException.class, () -> Jcmd.find(directory, directory.toString()));
        assertEquals("no jcmd in " + directory.resolve("bin") + " nor on PATH: profiles need a JDK, a JRE is not enough",
                missing.getMessage());
    }
}
