package dev.anillo.http.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Signals as events of the loop, in processes that get them.
@EnabledOnOs(value = OS.LINUX, disabledReason = "numbers and defaults are Linux'")
@Timeout(300)
class SignalsTest {
    private static final int HUNG_UP = 128 + 1;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path directory;

    /// Takes the signal that it is told, for as many times as it is told, and prints each; `ref` keeps the loop for it.
    @BeforeEach
    void writeProgram() throws Exception {
        Files.writeString(directory.resolve("Program.java"), """
                import module dev.anillo.loop;
                int left;
                SignalHandle handle;
                void main(String[] arguments) {
                    var loop = EventLoop.current();
                    left = Integer.parseInt(arguments[1]);
                    handle = loop.onSignal(Signal.valueOf("SIG" + arguments[0]), () -> {
                        IO.println("told in the loop: " + loop.inLoop());
                        if (--left == 0) {
                            handle.cancel();
                            IO.println("cancelled");
                        }
                    });
                    if (arguments[2].equals("ref")) handle.ref();
                    if (arguments[2].equals("timer")) loop.setTimeout(() -> {}, 1_000_000);
                    loop.setImmediate(() -> IO.println("running"));
                }
                """);
    }

    private Launched start(Map<String, String> environment, String... arguments) throws Exception {
        var command = new String[arguments.length + 1];
        command[0] = "Program.java";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        var launched = Launched.start(directory, environment, Launched.PROJECT.resolve("anillo"), command);
        return launched;
    }

    private static void tell(Launched program, String signal) throws Exception {
        program.signal(signal);
        assertEquals("told in the loop: true", program.awaitLine());
    }

    @Test
    void aSignalIsAnEventAndHasItsDefaultBackWhenTheLastCallbackIsCancelled() throws Exception {
        try (var program = start(Map.of(), "HUP", "2", "timer")) {
            assertEquals("running", program.awaitLine());
            tell(program, "HUP");
            tell(program, "HUP");
            assertEquals("cancelled", program.awaitLine());
            program.signal("HUP");
            assertEquals(HUNG_UP, program.await().status());
        }
    }

    @Test
    void whoTakesSigtermStopsInHisOwnWayAndTheGracefulStopHasItAgainAfterwards() throws Exception {
        try (var program = start(Map.of(), "TERM", "1", "timer")) {
            assertEquals("running", program.awaitLine());
            tell(program, "TERM");
            assertEquals("cancelled", program.awaitLine());
            program.signal("TERM");
            assertEquals(TERMINATED, program.await().status());
        }
    }

    @Test
    void sigusr2IsFreeForProgramsThatTheLauncherRuns() throws Exception {
        try (var program = start(Map.of(), "USR2", "1", "ref")) {
            assertEquals("running", program.awaitLine());
            tell(program, "USR2");
            assertEquals("cancelled", program.awaitLine());
            assertEquals(0, program.await().status(), "nothing keeps the loop any longer");
        }
    }

    @Test
    void sigusr2IsRefusedWhereItIsTheJvmsOwn() throws Exception {
        try (var program = start(Map.of("_JAVA_SR_SIGNUM", "12"), "USR2", "1", "ref")) {
            var outcome = program.await();
            assertEquals(1, outcome.status());
            assertEquals("Exception in thread \"main\" java.lang.UnsupportedOperationException: SIGUSR2 is the JVM's own (run by "
                    + "./anillo, or with _JAVA_SR_SIGNUM=40 in java's environment)", outcome.errorLines().getFirst());
        }
    }

    @Test
    void signalsThatAreNotForProgramsAreRefused() throws Exception {
        try (var program = start(Map.of(), "KILL", "1", "ref")) {
            var outcome = program.await();
            assertEquals(1, outcome.status());
            assertEquals("Exception in thread \"main\" java.lang.UnsupportedOperationException: SIGKILL is not for programs to "
                    + "take: [SIGHUP, SIGINT, SIGUSR2, SIGTERM] are", outcome.errorLines().getFirst());
        }
    }

    @Test
    void aSignalDoesNotKeepTheLoopRunning() throws Exception {
        try (var program = start(Map.of(), "HUP", "1", "unref")) {
            assertEquals("running", program.awaitLine());
            assertEquals(0, program.await().status());
        }
    }
}
