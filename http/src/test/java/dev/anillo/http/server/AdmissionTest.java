package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpLimits;
import org.junit.jupiter.api.Test;

/// When a server is overloaded, and what becomes of requests and connections then. Nothing here depends on a clock.
class AdmissionTest {
    private static final long MILLI = 1_000_000;
    private static final int BOUND = 200;
    private static final int BACKLOG = 4_096;
    private static final int UNKNOWN = -1;

    private final Admission admission = with(new HttpLimits().queueMillisMax(BOUND));
    private long now = 7_000 * MILLI;
    private long turn = now;
    private int asked;

    private static Admission with(HttpLimits limits) {
        var admission = new Admission();
        admission.limits(limits);
        admission.backlogMax(BACKLOG);
        return admission;
    }

    private void pass(long millis) {
        now += millis * MILLI;
    }

    private void nextTurn() {
        now += 1;
        turn = now;
    }

    /// A request that came so long ago, in a turn of its own.
    ///
    /// @return whether it is shed
    private boolean isShed(int waitedMillis) {
        nextTurn();
        return isLate(waitedMillis, false);
    }

    /// @param waitedMillis what the system would answer
    private boolean isLate(int waitedMillis, boolean isNew) {
        if (admission.asks(turn, isNew)) {
            asked++;
            admission.told(now, waitedMillis, isNew);
        }
        return admission.isLate(now, turn, isNew);
    }

    /// Each request takes 10 ms, and all wait as long.
    ///
    /// @return how many were shed
    private int shedIn(int millis, int waitedMillis) {
        var shed = 0;
        for (var passed = 0; passed < millis; passed += 10) {
            pass(10);
            if (isShed(waitedMillis)) shed++;
        }
        return shed;
    }

    private void overload() {
        shedIn(Admission.STANDING_BOUNDS * BOUND, BOUND + 1);
        assertTrue(admission.isOverloaded());
    }

    @Test
    void aBurstThatIsOverBeforeTwoBoundsShedsNothing() {
        isShed(0);
        assertEquals(0, shedIn(2 * BOUND - 20, 2 * BOUND));
        assertEquals(0, shedIn(2 * BOUND, 0));
        assertFalse(admission.isOverloaded());
    }

    @Test
    void aLongPauseOfTheVirtualMachineShedsNothing() {
        shedIn(1_000, 0);
        pass(5_000);
        assertEquals(0, shedIn(BOUND, 5_000));
        assertEquals(0, shedIn(BOUND, 0));
    }

    @Test
    void burstsWithAsMuchTimeBetweenThemShedNothing() {
        isShed(0);
        for (var i = 0; i < 50; i++) assertEquals(0, shedIn(BOUND, 3 * BOUND) + shedIn(BOUND + 10, 0));
    }

    @Test
    void waitingThatStandsForTwoBoundsIsOverloadAndOnlyThoseThatAreLateAreShed() {
        isShed(0);
        assertEquals(1, shedIn(2 * BOUND, BOUND + 1));
        assertTrue(admission.isOverloaded());
        assertTrue(isShed(BOUND + 1));
        assertFalse(isShed(BOUND));
        assertFalse(isShed(0));
    }

    @Test
    void overloadIsOverWhenNoneHasBeenLateForTwoBounds() {
        overload();
        shedIn(2 * BOUND - 20, 0);
        admission.decide(now, turn);
        assertTrue(admission.isOverloaded());
        shedIn(20, 0);
        admission.decide(now, turn);
        assertFalse(admission.isOverloaded());
        assertFalse(isShed(2 * BOUND));
    }

    @Test
    void withoutABoundNobodyLooks() {
        var off = with(new HttpLimits().queueMillisMax(0));
        for (var i = 0; i < 1_000; i++) assertFalse(off.looks());
    }

    @Test
    void withoutOverloadOneInSixteenLooksAndTheSystemIsAskedSixteenTimesInABound() {
        var looks = 0;
        for (var i = 0; i < 16_000; i++) { // a second
            now += MILLI / 16;
            if (!admission.looks()) continue;
            looks++;
            if (!admission.isDue(now)) continue;
            nextTurn();
            isLate(0, false);
        }
        assertTrue(looks <= 16_000 / Admission.LOOK_EVERY + 100, looks + " looks");
        assertTrue(asked <= 1_000 / BOUND * Admission.LOOKS_PER_BOUND + 2, asked + " questions");
    }

    @Test
    void inOverloadEachRequestLooks() {
        overload();
        for (var i = 0; i < 100; i++) {
            assertTrue(admission.looks() && admission.isDue(now));
            isShed(i * 10);
        }
    }

    /// Turns of 250 requests, a 50th of the bound each.
    ///
    /// @return questions to the system in a bound
    private int askedInABound() {
        asked = 0;
        var turns = 50;
        for (var i = 0; i < turns; i++) {
            nextTurn();
            for (var j = 0; j < 250; j++) {
                now += BOUND * MILLI / turns / 250;
                isLate(BOUND + 1, false);
            }
            admission.decide(now, turn);
        }
        return asked;
    }

    @Test
    void inOverloadTheSystemIsAskedOncePerTurnAndSixtyFourTimesInABoundAtTheMost() {
        overload();
        for (var i = 0; i < 5; i++) askedInABound();
        var questions = askedInABound();
        assertTrue(questions > 50 && questions <= 50 + Admission.QUESTIONS_PER_BOUND, questions + " questions");
    }

    @Test
    void anAnswerCountsNeitherForAnotherTurnNorForAConnectionsFirstRequestNorFromThatOn() {
        overload();
        askedInABound();
        nextTurn();
        assertTrue(isLate(BOUND + 1, false));
        assertTrue(isLate(0, false), "counts for the turn");
        assertFalse(isLate(0, true));
        assertTrue(isLate(BOUND + 1, false));
        nextTurn();
        assertFalse(isLate(0, false));
        assertTrue(isLate(BOUND + 1, true));
        assertFalse(isLate(0, false));
    }

    @Test
    void whereFewRequestsComeEachIsAskedAbout() {
        overload();
        for (var i = 0; i < 50; i++) {
            nextTurn();
            for (var j = 0; j < 10; j++) {
                pass(4);
                var late = j % 2 == 0;
                assertEquals(late, isLate(late ? BOUND + 1 : 0, false));
            }
            admission.decide(now, turn);
        }
    }

    @Test
    void whatIsPipelinedBehindLongWorkWaitsForItAlthoughItsBytesAreNew() {
        overload();
        nextTurn();
        for (var i = 0; i <= BOUND / 10; i++) {
            assertFalse(isLate(0, false));
            pass(10);
        }
        assertTrue(isLate(0, false));
    }

    // Where the system does not tell since when a request has been there.

    @Test
    void withoutTheSystemsHelpARequestMayHaveWaitedSinceTheTurnBeforeBegan() {
        overload();
        nextTurn();
        for (var i = 0; i < 15; i++) {
            assertFalse(isLate(UNKNOWN, false));
            pass(10);
        }
        nextTurn();
        assertFalse(isLate(UNKNOWN, false));
        pass(60);
        assertTrue(isLate(UNKNOWN, false));
    }

    @Test
    void withoutTheSystemsHelpNothingHasWaitedWhenTheLoopHasRested() {
        overload();
        nextTurn();
        for (var i = 0; i < 15; i++) {
            isLate(UNKNOWN, false);
            pass(10);
        }
        pass(BOUND / 2);
        nextTurn();
        isLate(UNKNOWN, false);
        pass(60);
        assertFalse(isLate(UNKNOWN, false));
    }

    // New connections.

    /// Accepts until it is told to stop.
    private int accept(int waiting) {
        var accepted = 0;
        while (accepted < waiting && admission.isAccepting()) {
            admission.accepted(now, turn);
            accepted++;
        }
        return accepted;
    }

    @Test
    void withoutOverloadAllConnectionsAreAccepted() {
        assertEquals(BACKLOG, admission.backlog());
        assertEquals(100_000, accept(100_000));
    }

    @Test
    void overloadGoesThroughTheOldQueueFirstAndMakesTheNewOneShort() {
        overload();
        assertEquals(Admission.BACKLOG_MIN, admission.backlog());
        assertEquals(BACKLOG, accept(100_000));
        assertFalse(admission.isAccepting());
    }

    @Test
    void theOldQueueIsThroughWhenAConnectionsFirstRequestIsNotLate() {
        overload();
        accept(1_000);
        nextTurn();
        isLate(0, true);
        assertEquals(0, accept(1_000));
    }

    @Test
    void inOverloadAboutAsManyConnectionsAreAcceptedAsRequestsAreServed() {
        overload();
        accept(BACKLOG);
        var accepted = 0;
        for (var passed = 0; passed < 10_000; passed += 20) {
            pass(20); // two requests' time
            isShed(BOUND + 1);
            isShed(0);
            isShed(0);
            admission.decide(now, turn);
            accepted += accept(1_000);
        }
        assertTrue(accepted >= 1_000 && accepted <= 6_000, accepted + " for 1,000 served");
        assertTrue(admission.isOverloaded());
    }

    @Test
    void aLoopThatHasNothingToDoAcceptsWhoeverComes() {
        overload();
        accept(BACKLOG);
        pass(20);
        nextTurn();
        admission.decide(now, turn);
        assertEquals(1_000, accept(1_000));
    }

    @Test
    void asLongAsConnectionsAreHeldBackOverloadGoesOnThoughNoneIsLate() {
        overload();
        for (var i = 0; i < 100; i++) {
            pass(20);
            isShed(0);
            admission.decide(now, turn);
            accept(1_000);
        }
        assertTrue(admission.isOverloaded());
    }

    // Requests under way.

    @Test
    void requestsUnderWayAreCounted() {
        var two = with(new HttpLimits().requestsUnderWayMax(2));
        two.begun();
        assertFalse(two.isFull());
        two.begun();
        assertTrue(two.isFull());
        assertFalse(two.isHalfEmpty());
        two.ended();
        assertFalse(two.isFull());
        assertTrue(two.isHalfEmpty());
    }
}
