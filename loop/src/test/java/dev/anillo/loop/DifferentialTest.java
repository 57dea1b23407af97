package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.anillo.loop.simulation.SimulatedDriver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/// Seeded scripts of writes, pauses, ends, time-outs, resets, drops and connects in vain, run on each transport: what every
/// connection's two sides receive and tell must be the same everywhere, on the simulated system too, which is to be a model of
/// the real ones, and on a kernel that does all that its manual allows. A script that is not is cut down to what makes the
/// difference.
@ParameterizedClass(name = "{0}")
@FieldSource("ALSO")
class DifferentialTest extends TransportTest {
    /// Besides those that [TransportTest] brings.
    static final List<String> ALSO = List.of(SIMULATED, UNRELIABLE + "io_uring", UNRELIABLE + "epoll");

    private static final int SCRIPTS = 80;

    /// For each thing that has to happen while a script is cut down, in which it mostly doesn't.
    private static final int SHRINKING_SECONDS = 2;

    /// What each transport that ran so far came to, script by script.
    private static final Map<String, List<String>> OUTCOMES = new LinkedHashMap<>();

    private FullListener full;
    private InetSocketAddress refusing;

    @BeforeEach
    void findAddresses() throws Exception {
        full = new FullListener();
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            refusing = (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    @AfterEach
    void stopListening() throws Exception {
        full.close();
    }

    private static Script script(int number) {
        return Script.random(Pattern.SEED + number);
    }

    @Test
    void aSeededScriptComesToTheSameOnEachTransport() throws Exception {
        var player = player(loop, transport, Deadline.SECONDS);
        var outcomes = new ArrayList<String>();
        for (var number = 0; number < SCRIPTS; number++) {
            var outcome = player.outcome(script(number));
            outcomes.add(outcome);
            for (var other : OUTCOMES.entrySet()) {
                if (!other.getValue().get(number).equals(outcome)) fail(difference(other.getKey(), number, outcome));
            }
        }
        OUTCOMES.put(transport, outcomes);
    }

    private ScriptPlayer player(EventLoop loop, String transport, int seconds) throws Exception {
        var unanswering = transport.equals(SIMULATED) ? SimulatedDriver.UNANSWERING : full.address();
        return new ScriptPlayer(loop, refusing, unanswering, seconds);
    }

    private String difference(String other, int number, String outcome) {
        var smallest = script(number).smallest(candidate -> !outcome(other, candidate).equals(outcome(transport, candidate)));
        return "seed " + Pattern.SEED + ", script " + number + ", the least of it that differs: " + smallest
                + "\n  " + other + ": " + OUTCOMES.get(other).get(number) + ", of the least: " + outcome(other, smallest)
                + "\n  " + transport + ": " + outcome + ", of the least: " + outcome(transport, smallest);
    }

    /// On a new loop: what one script has spoiled must not be taken for the fault of the next.
    private String outcome(String transport, Script script) {
        try (var another = EventLoop.start("anillo-test-again", open(transport))) {
            return player(another, transport, SHRINKING_SECONDS).outcome(script);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /// As if resets were orderly ends: that is what must remain of the scripts in which they were not.
    @Test
    void aDifferenceIsCutDownToTheStepThatMakesIt() {
        for (var number = 0; number < SCRIPTS; number++) {
            var script = script(number);
            if (outcome(transport, script).equals(outcome(transport, withoutResets(script)))) continue;
            var smallest = script.smallest(fewer -> !outcome(transport, fewer).equals(outcome(transport, withoutResets(fewer))));
            assertEquals(List.of(Script.Act.RESETS), smallest.steps().stream().map(Script.Step::act).toList(),
                    () -> "seed " + Pattern.SEED + ": " + smallest);
            return;
        }
        fail("no script with a reset, seed " + Pattern.SEED);
    }

    private static Script withoutResets(Script script) {
        return script.replacing(step -> step.act() == Script.Act.RESETS
                ? new Script.Step(step.client(), Script.Act.ENDS, 0)
                : step);
    }
}
