package dev.anillo.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// What a loop lets others see of itself: a number that is even while it waits and odd while it works, and another odd one
/// with each callback. A store for each callback, and no look at the clock.
///
/// Threads: the loop's, but for what says otherwise.
final class Pulse {
    private static final VarHandle COUNT;
    private static final VarHandle ASKED;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(Pulse.class, "count", long.class);
            ASKED = MethodHandles.lookup().findVarHandle(Pulse.class, "asked", Question.class);
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// When will the loop be ready for something new?
    interface Question {
        void ready();
    }

    private long count;
    private Question asked;

    /// A callback begins.
    void beat() {
        COUNT.setOpaque(this, (count | 1) + 2);
    }

    /// All callbacks of a turn have run.
    void rest() {
        COUNT.setOpaque(this, (count | 1) + 1);
    }

    /// After [#rest] and a volatile store, before the wait: whoever asks later sees the loop at rest, and takes it back.
    void answer() {
        if ((Question) ASKED.getVolatile(this) == null) return;
        var question = (Question) ASKED.getAndSet(this, null);
        if (question != null) question.ready();
    }

    /// Any thread.
    long count() {
        return (long) COUNT.getOpaque(this);
    }

    static boolean isWorking(long count) {
        return (count & 1) == 1;
    }

    /// Answered on the loop's thread before its next wait. One thread only; not again before the answer.
    ///
    /// @return false when the loop is at rest already: then no answer comes
    boolean ask(Question question) {
        ASKED.setVolatile(this, question);
        return isWorking((long) COUNT.getVolatile(this)) || !ASKED.compareAndSet(this, question, null);
    }
}
