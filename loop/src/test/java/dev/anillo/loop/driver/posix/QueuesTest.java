package dev.anillo.loop.driver.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.Token;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueuesTest {
    private final Descriptors descriptors = new Descriptors();
    private final LocalCompletions local = new LocalCompletions(descriptors, new Counters());

    @Test
    void aQueueKeepsItsOrderWhileItWrapsAndGrows() {
        var queue = new IntQueue();
        var added = 0;
        var removed = 0;
        for (var round = 0; round < 10; round++) {
            for (var i = 0; i < 50; i++) queue.add(added++);
            for (var i = 0; i < 30; i++) assertEquals(removed++, queue.remove());
        }
        while (queue.size() > 0) assertEquals(removed++, queue.remove());
        assertEquals(added, removed);
        assertThrows(IllegalStateException.class, queue::remove);
    }

    @Test
    void localCompletionsKeepTheirOrderWhileTheyWrapAndGrow() {
        var expected = new ArrayList<Long>();
        var reported = new ArrayList<Long>();
        for (var round = 0; round < 10; round++) {
            for (var i = 0; i < 50; i++) {
                var token = Token.of(i, round, Token.CLOSE);
                expected.add(token);
                local.close(token, 0);
            }
            local.report(30, (token, _, _, _) -> reported.add(token));
        }
        local.report(local.size(), (token, _, _, _) -> reported.add(token));
        assertEquals(expected, reported);
    }

    @Test
    void anOperationIsUnderWayUntilItsLocalCompletionIsReported() {
        descriptors.opened(5);
        descriptors.beginOutward(5, Token.SEND, 77);
        local.outward(5, 12);
        assertThrows(IllegalStateException.class, () -> descriptors.beginOutward(5, Token.SEND, 78));
        assertThrows(IllegalStateException.class, () -> descriptors.closed(5));
        var tokens = new ArrayList<Long>();
        local.report(1, (token, result, _, _) -> {
            tokens.add(token);
            assertEquals(12, result);
            descriptors.beginOutward(5, Token.SEND, 78); // a callback may go on at once
        });
        assertEquals(List.of(77L), tokens);
    }

    @Test
    void descriptorsOfAnyNumberFindRoom() {
        descriptors.opened(70_000);
        descriptors.beginInward(70_000, Token.RECEIVE, 1);
        assertEquals(Token.RECEIVE, descriptors.inward(70_000));
        assertThrows(IllegalStateException.class, () -> descriptors.opened(70_000));
        assertThrows(IllegalStateException.class, () -> descriptors.requireOpen(-1));
        assertThrows(IllegalStateException.class, () -> descriptors.requireOpen(Integer.MAX_VALUE));
    }

    @Test
    void aNumbersNextTenantHasAnotherGenerationAndNoMarks() {
        descriptors.opened(9);
        var generation = descriptors.generation(9);
        descriptors.mark(9, 1);
        descriptors.closed(9);
        descriptors.opened(9);
        assertEquals(generation + 1, descriptors.generation(9));
        assertEquals(false, descriptors.isMarked(9, -1));
    }
}
