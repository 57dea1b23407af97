package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.app.RangeRequest.Parts;
import dev.anillo.http.app.RangeRequest.Unsatisfiable;
import dev.anillo.http.app.RangeRequest.Whole;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeRequestTest {
    private static String told(String field, long length) {
        return switch (RangeRequest.parse(field, length)) {
            case Whole _ -> "200";
            case Unsatisfiable _ -> "416";
            case Parts(var ranges) -> ranges.stream()
                    .map(range -> range.first() + "-" + range.last()).collect(Collectors.joining(" "));
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "bytes=0-499|0-499",
        "bytes=500-999|500-999",
        "bytes=9500-|9500-9999",
        "bytes=-500|9500-9999",
        "bytes=-10001|0-9999",
        "bytes=0-0,-1|0-0 9999-9999",
        "bytes= 0-0 ,\t-1,|0-0 9999-9999",
        "bytes=,0-0|0-0",
        "BYTES=0-0|0-0",
        "bytes=9999-|9999-9999",
        "bytes=0-99999999999999999999999|0-9999",
        "bytes=5-,99999-|5-9999",
        "bytes=-99999999999999999999999|0-9999",
        "bytes=500-600,601-999|500-600 601-999",
        "bytes=500-700,601-999|500-700 601-999",
        "bytes=600-699,0-99|600-699 0-99",
        "bytes=000-001|0-1",
    })
    void readsRanges_9110_14_1_2(String field, String ranges) {
        assertEquals(ranges, told(field, 10_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes", "bytes=", "bytes=,", "bytes =0-1", "bytes=1", "bytes=-", "bytes=2-1",
        "bytes=0-1,2-1", "bytes=a-b", "bytes=0x1-2", "bytes=+1-2", "bytes=--1", "bytes=0--1", "bytes=0 - 1",
        "bytes=0-1 2-3", "bytes=0-1;2-3", "bytes=0-1, bytes=2-3", "lines=0-1", "=0-1"})
    void ignoresWhatIsMalformedOrUnknown_9110_14_2(String field) {
        assertEquals("200", told(field, 10_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10000-", "bytes=10000-10001", "bytes=-0", "bytes=99999999999999999999-",
        "bytes=10000-,-0", "bytes=9223372036854775807-9223372036854775807"})
    void isUnsatisfiableBehindTheEnd_9110_15_5_17(String field) {
        assertEquals("416", told(field, 10_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-,0-", "bytes=0-9999,0-0", "bytes=0-10,5-15,12-20", "bytes=0-99,0-0,1-1",
        "bytes=-1,-1,-1"})
    void refusesOverlapsAndMoreThanTheWhole_9110_14_2(String field) {
        assertEquals("416", told(field, 10_000));
    }

    @Test
    void boundsTheCountOfRanges() {
        var ranges = IntStream.range(0,
                RangeRequest.COUNT_MAX).mapToObj(i -> 2 * i + "-" + 2 * i).collect(Collectors.joining(","));
        assertTrue(RangeRequest.parse("bytes=" + ranges, 10_000) instanceof Parts);
        assertEquals("416", told("bytes=" + ranges + ",90-90", 10_000));
        assertEquals("416", told("bytes=" + ranges + ",10000-", 10_000));
    }

    /// RFC 9110 §14.1.2: a suffix is satisfiable although there is nothing; it has no Content-Range.
    @Test
    void nothingHasNoRanges() {
        assertEquals("416", told("bytes=0-", 0));
        assertEquals("416", told("bytes=0-0", 0));
        assertEquals("200", told("bytes=-1", 0));
        assertEquals("200", told(null, 0));
    }

    @Test
    void tellsWhatIsSent_9110_14_4() {
        var range = new ByteRange(42, 1233);
        assertEquals("bytes 42-1233/1234", range.contentRange(1234));
        assertEquals(1192, range.length());
        assertEquals("bytes */1234", ByteRange.unsatisfied(1234));
        assertThrows(IllegalArgumentException.class, () -> new ByteRange(2, 1));
        assertThrows(IllegalArgumentException.class, () -> new ByteRange(-1, 1));
    }

    @Test
    void partsLieWithinTheWholeWhateverIsAskedFor() {
        var random = new Random(3);
        var alphabet = "0123456789--,, ";
        for (var i = 0; i < 200_000; i++) {
            var field = new StringBuilder("bytes=");
            for (var n = random.nextInt(24); n > 0; n--) {
                field.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            var length = random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(1000);
            if (!(RangeRequest.parse(field.toString(), length) instanceof Parts(var ranges))) continue;
            var sum = 0L;
            for (var range : ranges) {
                sum += range.length();
                assertTrue(range.last() < length, field.toString());
            }
            assertTrue(!ranges.isEmpty() && sum <= length, field.toString());
        }
    }
}
