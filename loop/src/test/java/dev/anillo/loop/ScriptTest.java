package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anillo.loop.Script.Act;
import dev.anillo.loop.Script.Opening;
import dev.anillo.loop.Script.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptTest {
    private static final Step RESET = new Step(true, Act.RESETS, 0);

    private static Step send(int bytes) {
        return new Step(false, Act.SENDS, bytes);
    }

    @Test
    void theSmallestScriptHasOnlyTheStepsThatMatterAndFewBytes() {
        var script = new Script(Opening.ACCEPTED, List.of(send(7), send(90_000), new Step(true, Act.RESTS, 0), RESET, send(5)));
        var smallest = script.smallest(one -> one.steps().contains(RESET)
                && one.steps().stream().anyMatch(step -> step.act() == Act.SENDS && step.bytes() > 1_000));
        assertEquals(List.of(send(90_000 / 64), RESET), smallest.steps());
    }

    @Test
    void aScriptOfWhichNothingCanBeLeftOutStaysAsItIs() {
        var script = new Script(Opening.ACCEPTED, List.of(send(1), RESET));
        assertEquals(script, script.smallest(script::equals));
    }
}
