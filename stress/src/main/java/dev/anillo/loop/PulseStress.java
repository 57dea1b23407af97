package dev.anillo.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// Whoever asks a loop that is about to sleep gets an answer, or is told that none will come.
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "answered before the wait")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "at rest: taken back")
@Outcome(expect = FORBIDDEN, desc = "an answer that never comes, or one that was taken back")
@State
public class PulseStress {
    private final Reactor reactor = new Reactor(new NativeSleep().driver(), null, problem -> {
        throw new AssertionError(problem);
    });
    private int answers;

    public PulseStress() {
        reactor.pulse().beat();
    }

    @Actor
    public void watch(II_Result result) {
        result.r1 = reactor.pulse().ask(() -> answers++) ? 1 : 0;
    }

    @Actor
    public void loop() {
        try {
            reactor.turn(true);
        } catch (SleepingDriver.Asleep _) {
            // where a thread would wait
        }
    }

    @Arbiter
    public void answered(II_Result result) {
        result.r2 = answers;
    }
}
