package dev.anillo.bench.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class H2loadOutputTest {
    private static final String OUTPUT = """
            starting benchmark...
            Stopped all clients for thread #0

            finished in %s, 49113.00 req/s, 6.14MB/s
            requests: 98226 total, 98290 started, 98226 done, 98219 succeeded, %d failed, 0 errored, 0 timeout
            status codes: 98219 2xx, 0 3xx, 0 4xx, %d 5xx
            traffic: 12.28MB (12876121) total, 8.05MB (8441236) headers (space savings 0.00%%), 1.22MB (1276938) data
            """;

    @Test
    void findsTheFiguresAmongWhatH2loadPrints() {
        assertEquals(new Load(98_226, 2, 12_876_121, Double.NaN, Double.NaN, Double.NaN, ""),
                H2loadOutput.parse(OUTPUT.formatted("2.00s", 0, 0)));
        assertEquals(0.5, H2loadOutput.parse(OUTPUT.formatted("500.00ms", 0, 0)).seconds());
    }

    @Test
    void tellsEachKindOfError() {
        assertEquals("failed 7, 5xx 7", H2loadOutput.parse(OUTPUT.formatted("2.00s", 7, 7)).errors());
    }

    @Test
    void refusesOutputWithoutFigures() {
        var refusal = assertThrows(IllegalArgumentException.class, () -> H2loadOutput.parse("no server\nthere"));
        assertTrue(refusal.getMessage().contains("h2load told no done: no server there"), refusal.getMessage());
    }
}
