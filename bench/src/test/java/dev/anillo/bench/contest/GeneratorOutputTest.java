package dev.anillo.bench.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GeneratorOutputTest {
    private static final String WRK = """
            Running 1s test @ http://127.0.0.1:18432/plaintext
              1 threads and 64 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency     2.05ms    3.49ms  44.99ms   93.17%%
              98290 requests in 2.00s, 12.28MB read
            Requests/sec:  49061.35

            anillo-load requests=98290 micros=2000000 bytes=12876121 connect=%d read=0 write=0 status=%d timeout=0 p50=576 p99=17450
            """;

    @Test
    void findsTheFiguresAmongWhatWrkPrints() {
        var load = GeneratorOutput.parse(WRK.formatted(0, 0));
        assertEquals(new Load(98_290, 2, 12_876_121, 576, 17_450, Double.NaN, ""), load);
        assertEquals(49_145, load.requestsPerSecond());
    }

    @Test
    void tellsEachKindOfError() {
        assertEquals("connect 3, status 7", GeneratorOutput.parse(WRK.formatted(3, 7)).errors());
    }

    @Test
    void readsLatenciesWithFractions() {
        var load = GeneratorOutput.parse("anillo-load requests=1 micros=1 bytes=1 connect=0 read=0 write=0 status=0 timeout=0 "
                + "p50=39.9 p99=113.2 p999=200.0 max=300.5 late99=1.0");
        assertEquals(113.2, load.p99Micros());
        assertEquals(1.0, load.lateMicros());
    }

    @Test
    void refusesOutputWithoutFigures() {
        var refused = assertThrows(IllegalArgumentException.class, () -> GeneratorOutput.parse("unable to connect\n"));
        assertEquals("the generator printed no figures: unable to connect", refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> GeneratorOutput.parse("anillo-load requests=1\n"));
    }

    @Test
    void receivedBytesHaveToFitTheAnswersButForThoseUnderWay() {
        var load = new Load(1000, 1, 125_000, 0, 0, 0, "");
        assertTrue(load.fits(125, 64, 0));
        assertTrue(load.fits(120, 64, 0), "64 more may have come in part");
        assertFalse(load.fits(100, 64, 0));
        assertFalse(load.fits(150, 64, 0));
        assertFalse(new Load(0, 1, 0, 0, 0, 0, "").fits(125, 64, 0), "no answer at all");
        assertTrue(load.fits(126, 0, 0.02));
    }
}
