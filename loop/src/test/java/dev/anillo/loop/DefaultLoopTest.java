package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.Child.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The environment as in Node.js: the default loop's life, and the process's with it.
class DefaultLoopTest {
    private static void assertRan(String expectedOutput, Outcome outcome) {
        assertEquals(new Outcome(0, expectedOutput, ""), outcome);
    }

    @Test
    void dispatchesOnlyAfterTheScriptHasEnded() throws Exception {
        assertRan("""
                script ends
                tick
                listening
                immediate
                timer
                tick of the timer
                closed
                """, Child.run("order"));
    }

    /// Node's next-tick-ordering2 and timers-immediate-queue.
    @Test
    void runsTicksBeforeImmediatesAndImmediatesOfImmediatesInTheNextTurn() throws Exception {
        var outcome = Child.run("immediates");
        var lines = outcome.output().lines().filter(line -> !line.equals("timer")).toList();
        assertEquals(List.of("tick before all", "immediate 1", "tick", "immediate 2", "immediate of the next turn"), lines);
        assertEquals(0, outcome.status());
    }

    @ParameterizedTest
    @FieldSource("dev.anillo.loop.EachTransport#NAMES")
    void endsWithTheLastHandle(String transport) throws Exception {
        TransportTest.open(transport).shutDown();
        var outcome = Child.run(Child.nativeAccessAnd("-Danillo.transport=" + transport), "conversation");
        assertRan("echoed hello\nserver side closed\n", outcome);
    }

    @Test
    void isNotKeptAliveByWhatIsUnreferenced() throws Exception {
        assertRan("listening\n", Child.run("unrefedHandles"));
    }

    @Test
    void doesNotEndBeforeItsBlockingWork() throws Exception {
        assertRan("worked\n", Child.run("blockingWork"));
    }

    @Test
    void endsAtOnceWithNothingToDo() throws Exception {
        assertRan("", Child.run("nothing"));
    }

    @Test
    void dispatchesNothingWhenTheScriptThrows() throws Exception {
        var outcome = Child.run("scriptThrows");
        assertEquals("", outcome.output());
        assertEquals(1, outcome.status());
        assertTrue(outcome.errors().contains("IllegalArgumentException: the script's mistake"), outcome.errors());
        assertTrue(outcome.errors().contains("\tat "), outcome.errors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"timer", "immediate", "tick", "task"})
    void printsAnExceptionThatNobodyHandlesAndEndsWithStatus1(String kind) throws Exception {
        var outcome = Child.run("callbackThrows", kind);
        assertEquals("", outcome.output());
        assertEquals(1, outcome.status());
        assertTrue(outcome.errors().contains("IllegalArgumentException: a callback's mistake"), outcome.errors());
        assertTrue(outcome.errors().contains("\tat "), outcome.errors());
    }

    @Test
    void goesOnWhenTheExceptionIsHandled() throws Exception {
        assertRan("handled: a callback's mistake\nwent on\n", Child.run("uncaughtIsHandled"));
    }

    @Test
    void tellsARefusalOfTheSystemInOneLine() throws Exception {
        var outcome = Child.run("portInUse");
        var port = outcome.output().strip();
        assertTrue(outcome.errors().matches("anillo: (bind|listen) 127\\.0\\.0\\.1:" + port + ": EADDRINUSE, address already in use"
                + " \\(stop the other program or choose another port\\) \\(errno 98\\)\n"), outcome.errors());
        assertEquals(1, outcome.status());
    }

    @Test
    void tellsWhereARefusalComesFromWhenAsked() throws Exception {
        var outcome = Child.run(Child.nativeAccessAnd("-Danillo.stacktrace=true"), "portInUse");
        assertTrue(outcome.errors().contains("EADDRINUSE") && outcome.errors().contains("\tat "), outcome.errors());
        assertEquals(1, outcome.status());
    }

    @Test
    void tellsAnUnknownHostInOneLine() throws Exception {
        assertEquals(new Outcome(1, "", "anillo: listen no-such-host.invalid:3000: unknown host (check the name, or give an"
                + " address)\n"), Child.run("unknownHost"));
    }

    @Test
    void tellsARefusedConnectInOneLine() throws Exception {
        var outcome = Child.run("connectRefused");
        assertEquals("anillo: connect 127.0.0.1:" + outcome.output().strip() + ": ECONNREFUSED, connection refused (errno 111)\n",
                outcome.errors());
        assertEquals(1, outcome.status());
    }

    @Test
    void takesTasksFromOtherThreadsUntilItHasEnded() throws Exception {
        assertRan("""
                script ends
                task from before the script's end
                a task
                the last task
                loop anillo has ended
                """, Child.run("tasksFromAnotherThread"));
    }

    @Test
    void isNotForeignThreadsToUse() throws Exception {
        assertRan("the default loop belongs to thread main and the callbacks that follow it; use EventLoop.start() here, or hand"
                + " work over with execute\n", Child.run("foreignThread"));
    }

    @Test
    void leavesTheExitStatusToTheProgram() throws Exception {
        assertEquals(new Outcome(7, "", ""), Child.run("exitStatus"));
    }
}
