package dev.anillo.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/// The queue with many producers.
public final class InboxStress {
    private InboxStress() {}

    static void run(Inbox.Note note) {
        for (; note != null; note = note.next) note.task.run();
    }

    /// Whoever runs a task sees what its poster wrote before.
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "there, and whole")
    @Outcome(expect = FORBIDDEN, desc = "a task without its fields")
    @State
    public static class Publication {
        private final Inbox inbox = new Inbox();
        private int seen;

        private final class Task implements Runnable {
            private int field;

            @Override
            public void run() {
                seen = field == 0 ? -1 : field;
            }
        }

        @Actor
        public void poster() {
            var task = new Task();
            task.field = 7;
            inbox.put(task);
        }

        @Actor
        public void loop(I_Result result) {
            run(inbox.takeAll());
            result.r1 = seen;
        }
    }

    /// Posters, a loop that takes, and what has run.
    abstract static class Meeting {
        private final Inbox inbox = new Inbox();
        private final List<Integer> ran = new ArrayList<>();

        final void put(int number) {
            inbox.put(() -> ran.add(number));
        }

        final void take() {
            run(inbox.takeAll());
        }

        /// Whether 1 and 2 have run, and 11 and 12, each pair in its order and nothing twice.
        final boolean isInOrder() {
            return ran.size() == 4 && ran.indexOf(1) >= 0 && ran.indexOf(1) < ran.indexOf(2)
                    && ran.indexOf(11) >= 0 && ran.indexOf(11) < ran.indexOf(12);
        }
    }

    /// Two posters and a loop that takes, and which is one of them: nothing is lost or comes twice, and each poster's tasks
    /// come in its order.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "all, in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, twice or out of order")
    @State
    public static class OrderOfTwoPosters extends Meeting {
        @Actor
        public void poster() {
            put(1);
            put(2);
        }

        @Actor
        public void loop() {
            put(11);
            take();
            put(12);
            take();
        }

        @Arbiter
        public void rest(Z_Result result) {
            take();
            result.r1 = isInOrder();
        }
    }

    /// As before, with three threads: where there are three processors.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "all, in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, twice or out of order")
    @State
    public static class OrderOfTwoPostersAndALoop extends Meeting {
        @Actor
        public void first() {
            put(1);
            put(2);
        }

        @Actor
        public void second() {
            put(11);
            put(12);
        }

        @Actor
        public void loop() {
            take();
            take();
        }

        @Arbiter
        public void rest(Z_Result result) {
            take();
            result.r1 = isInOrder();
        }
    }

    /// What was accepted runs, what was refused does not.
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "accepted, and ran")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "neither, or both")
    @State
    public static class PutAgainstShut {
        private final Inbox inbox = new Inbox();
        private int runs;

        @Actor
        public void poster(II_Result result) {
            result.r1 = inbox.put(() -> runs++) ? 1 : 0;
        }

        @Actor
        public void loop() {
            run(inbox.shut());
        }

        @Arbiter
        public void ran(II_Result result) {
            result.r2 = inbox.put(() -> {}) ? -1 : runs;
        }
    }
}
