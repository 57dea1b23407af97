package dev.anillo.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A task against a loop that ends: it runs or is refused, never neither.
public final class EndStress {
    private EndStress() {}

    abstract static class Meeting {
        final Reactor reactor = new Reactor(new NativeSleep().driver(), null, problem -> {
            throw new AssertionError(problem);
        });
        private int runs;

        final int put() {
            return reactor.put(() -> runs++) ? 1 : 0;
        }

        /// Nobody may be let in any more.
        final int runs() {
            return reactor.put(() -> {}) ? -1 : runs;
        }
    }

    /// The default loop ends when nothing is left to do.
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "accepted, and ran")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "neither, or both")
    @State
    public static class ByItself extends Meeting {
        @Actor
        public void poster(II_Result result) {
            result.r1 = put();
        }

        @Actor
        public void loop() {
            reactor.runToTheEnd();
        }

        @Arbiter
        public void end(II_Result result) {
            result.r2 = runs();
        }
    }

    /// An explicit loop ends when it is closed, with what is under way.
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "accepted, and ran")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "neither, or both")
    @State
    public static class Closed extends Meeting {
        @Actor
        public void poster(II_Result result) {
            result.r1 = put();
        }

        @Actor
        public void loop() {
            reactor.end();
        }

        @Arbiter
        public void end(II_Result result) {
            result.r2 = runs();
        }
    }
}
