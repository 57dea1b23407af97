package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PulseTest {
    private final Pulse pulse = new Pulse();
    private final AtomicInteger answers = new AtomicInteger();

    @Test
    void aQuestionToALoopThatWorksIsAnsweredOnceBeforeItsNextWait() {
        pulse.beat();
        assertTrue(pulse.ask(answers::incrementAndGet));
        pulse.rest();
        pulse.answer();
        pulse.answer();
        assertEquals(1, answers.get());
    }

    /// Else its sleep would be taken for lag.
    @Test
    void aQuestionToALoopAtRestIsTakenBack() {
        pulse.beat();
        pulse.rest();
        assertFalse(pulse.ask(answers::incrementAndGet));
        pulse.answer();
        assertEquals(0, answers.get());
    }
}
