package dev.anillo.loop.simulation;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A protection whose removal nothing notices is untested: so they are removed, one at a time, and the simulation has a
/// minute to notice. Without the checks of memory: they would slow it, and notice some in its place.
class MutationTest {
    private static final int SECONDS = 60;
    private static final Path CLASSES = Path.of("target", "classes");
    private static final List<Path> OTHERS =
            List.of(Path.of("target", "test-classes"), Path.of("..", "native-bindings", "target", "classes"));

    @TempDir
    Path mutated;

    static Stream<Mutant> mutants() {
        return Stream.of(
                new Mutant("a short send goes on", "net/Output", "sendOn", "send", 0),
                new Mutant("what is under way is cancelled before a close", "net/StreamSocket", "destroy", "cancelAll", 0),
                new Mutant("a close waits for what is under way", "net/StreamSocket", "closeWhenIdle", "isIdle", 1),
                new Mutant("a close is asked for once", "net/StreamSocket", "closeWhenIdle", "closed", 0),
                new Mutant("memory is the kernel's until its send has completed", "net/StreamSocket", "destroy",
                        "isSending", 0),
                new Mutant("what a destroyed socket had to send is released", "net/Output", "sendCompleted", "drop", 0),
                new Mutant("what a destroyed socket had received is released", "net/StreamSocket", "destroy", "drop", 0),
                new Mutant("one send at a time", "net/Output", "send", "isSending", 0),
                new Mutant("nothing is sent before the connection stands", "net/Output", "send", "isConnecting", 0),
                new Mutant("one shutdown", "net/StreamSocket", "allSent", "isUnderWay", 0),
                new Mutant("one receive at a time", "net/Input", "receive", "isUnderWay", 0),
                new Mutant("receiving is begun again", "net/Input", "receiveCompleted", "receive", 0),
                new Mutant("a paused socket is told nothing", "net/Input", "mayDeliver", "paused", 0),
                new Mutant("what came while paused is told", "net/Input", "receiveOrDeliver", "nextTick", 0),
                new Mutant("a buffer that was lent comes back", "net/Input", "deliver", "endLoan", 0),
                new Mutant("high-water mark", "net/StreamSocket", "belowHighWater", "belowHighWater", 1),
                new Mutant("a drained socket says so", "net/Output", "sendOn", "drained", 0),
                new Mutant("time-out of a connect", "net/Connecting", "timedOut", "cancel", 0),
                new Mutant("an error is told", "net/StreamSocket", "fail", "failed", 0),
                new Mutant("accepting is begun again after EMFILE", "net/StreamServer", "lambda$rest$0",
                        "goOnAccepting", 0),
                new Mutant("a server's accept is cancelled before its close", "net/StreamServer", "stopAccepting",
                        "cancelAccept", 0),
                new Mutant("a slot is given back", "net/Operations", "end", "detach", 0),
                new Mutant("the next address is tried when one is refused", "net/TcpConnector", "refused", "tryNext", 0),
                new Mutant("what lost the race is closed", "net/TcpConnector", "end", "destroy", 0),
                new Mutant("a race has an end", "net/TcpConnector", "timedOut", "fail", 0));
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void theSimulationNotices(Mutant mutant) throws Exception {
        mutant.write(CLASSES, mutated);
        var path = Stream.concat(Stream.of(mutated, CLASSES), OTHERS.stream()).map(Path::toString).toList();
        var output = mutated.resolve("output").toFile();
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "-cp", String.join(File.pathSeparator, path),
                Simulation.class.getName(), "--minutes", Double.toString(SECONDS / 60.0))
                .redirectErrorStream(true).redirectOutput(output).start();
        try {
            assertTrue(process.waitFor(2 * SECONDS, TimeUnit.SECONDS), "neither over nor noticed");
            var text = Files.readString(output.toPath());
            assertNotEquals(0, process.exitValue(), () -> "not noticed: " + mutant + "\n" + text);
            assertTrue(text.contains("AssertionError") && text.contains(" seed "), text);
        } finally {
            process.destroyForcibly();
        }
    }
}
