package dev.anillo.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairTest {
    private static final Plan PLAN = new Plan("/", List.of(), 4, 1, 1, 10, 6, 2, "1", 0, 1);

    private static Half notStarted(int number, Side side) throws InterruptedException {
        return Half.of(number, side, () -> {
            throw new IOException("does not answer on port 7");
        });
    }

    @Test
    void turnsAreShortButForServersThatAreSlow() {
        assertEquals(0.1, Pair.turnSeconds(PLAN, 100_000));
        assertEquals(0.4, Pair.turnSeconds(PLAN, 100), 1e-9); // 40 ms an answer, on each of four connections
        assertEquals(1, Pair.turnSeconds(PLAN, 2));
    }

    @Test
    void processesThatDoNotStartGetNoTurnsAndSayWhy() throws Exception {
        try (var base = notStarted(4, Side.BASE); var head = notStarted(5, Side.HEAD)) {
            var pair = new Pair(base, head, PLAN, 100_000);
            pair.measure(LoadPoint.peak(4));
            pair.measure(LoadPoint.one());
            var fork = head.fork(2);
            assertEquals("does not answer on port 7", fork.problem());
            assertFalse(fork.isSound());
            assertEquals(List.of(), fork.measurements());
            assertEquals(5, fork.number());
            assertEquals(2, fork.pair());
        }
    }
}
