package dev.anillo.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.Page;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// What LATENCY-GATE.md says of the number of pairs.
class DocumentedPairsTest {
    @Test
    void theSmallestVisibleChangesAreThoseOfTheFormula() throws Exception {
        var rows = Page.latencyGate().rows("pairs");
        assertTrue(rows.size() > 5, rows::toString);
        for (var row : rows) {
            var smallest = Statistics.smallestVisible(1, Integer.parseInt(row.getFirst()), Comparison.CONFIDENCE);
            assertEquals(String.format(Locale.ROOT, "%.2f s", smallest), row.get(1), row.getFirst() + " pairs");
        }
    }
}
