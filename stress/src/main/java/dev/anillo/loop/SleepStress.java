package dev.anillo.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.anillo.loop.driver.nio.NioSleep;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/// A task against a loop that is about to sleep: it runs, or a wake-up is on its way; with all of [Reactor] and of how the
/// transports are woken.
public final class SleepStress {
    private SleepStress() {}

    /// Two threads that can meet: posters on the one side, and the loop until it sleeps on the other.
    abstract static class Meeting {
        private final SleepingDriver sleep;
        private final Reactor reactor;
        private final int tasks;
        private int runs;

        Meeting(SleepingDriver sleep, int tasks) {
            this.sleep = sleep;
            this.tasks = tasks;
            reactor = new Reactor(sleep.driver(), null, problem -> {
                throw new AssertionError(problem);
            });
        }

        final void put() {
            if (!reactor.put(() -> runs++)) throw new AssertionError("refused");
        }

        final void turnUntilAsleep() {
            try {
                while (true) reactor.turn(true);
            } catch (SleepingDriver.Asleep _) {
                // where a thread would wait
            }
        }

        final String end() {
            if (runs == tasks) return "ran";
            return sleep.isWoken() ? "woken" : "asleep with " + (tasks - runs) + " to run";
        }
    }

    /// One task, one loop, io_uring's and epoll's wake-up.
    @JCStressTest
    @Outcome(id = "ran", expect = ACCEPTABLE, desc = "the loop has seen the task")
    @Outcome(id = "woken", expect = ACCEPTABLE, desc = "a wake-up is on its way")
    @Outcome(expect = FORBIDDEN, desc = "the task is lost until something else wakes the loop")
    @State
    public static class OneTask extends Meeting {
        public OneTask() {
            super(new NativeSleep(), 1);
        }

        @Actor
        public void poster() {
            put();
        }

        @Actor
        public void loop() {
            turnUntilAsleep();
        }

        @Arbiter
        public void end(L_Result result) {
            result.r1 = end();
        }
    }

    /// A second task while the loop is being woken for the first: the last wake-up counts.
    @JCStressTest
    @Outcome(id = "ran", expect = ACCEPTABLE, desc = "the loop has seen both")
    @Outcome(id = "woken", expect = ACCEPTABLE, desc = "a wake-up is on its way")
    @Outcome(expect = FORBIDDEN, desc = "a task is lost until something else wakes the loop")
    @State
    public static class ThreeTasks extends Meeting {
        public ThreeTasks() {
            super(new NativeSleep(), 3);
        }

        @Actor
        public void poster() {
            put();
            put();
            put();
        }

        @Actor
        public void loop() {
            turnUntilAsleep();
        }

        @Arbiter
        public void end(L_Result result) {
            result.r1 = end();
        }
    }

    /// Two posters and a loop that sleeps: who finds the flag taken leaves the waking to the other.
    @JCStressTest
    @Outcome(id = "woken", expect = ACCEPTABLE, desc = "a wake-up is on its way")
    @Outcome(expect = FORBIDDEN, desc = "nobody has woken the loop")
    @State
    public static class TwoPosters extends Meeting {
        public TwoPosters() {
            super(new NativeSleep(), 2);
            turnUntilAsleep();
        }

        @Actor
        public void first() {
            put();
        }

        @Actor
        public void second() {
            put();
        }

        @Arbiter
        public void end(L_Result result) {
            result.r1 = end();
        }
    }

    /// As [ThreeTasks], with NIO's wake-up: a flag and a selector.
    @JCStressTest
    @Outcome(id = "ran", expect = ACCEPTABLE, desc = "the loop has seen both")
    @Outcome(id = "woken", expect = ACCEPTABLE, desc = "a wake-up is on its way")
    @Outcome(expect = FORBIDDEN, desc = "a task is lost until something else wakes the loop")
    @State
    public static class ThreeTasksOnNio extends Meeting {
        public ThreeTasksOnNio() {
            super(new NioSleeping(), 3);
        }

        @Actor
        public void poster() {
            put();
            put();
            put();
        }

        @Actor
        public void loop() {
            turnUntilAsleep();
        }

        @Arbiter
        public void end(L_Result result) {
            result.r1 = end();
        }
    }

    private static final class NioSleeping extends SleepingDriver {
        private final NioSleep poller = new NioSleep(Asleep.ASLEEP);

        @Override
        void wake() {
            poller.wake();
        }

        @Override
        void poll(long timeoutNanos) {
            poller.poll(timeoutNanos);
        }

        @Override
        boolean isWoken() {
            return poller.isWoken();
        }
    }
}
