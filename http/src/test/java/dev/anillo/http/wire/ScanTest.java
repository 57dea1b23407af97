package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anillo.loop.memory.Memory;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/// Eight bytes at a time must say the same as byte by byte: for every byte, at every place, among all kinds of
/// neighbours.
class ScanTest {
    private static final Random RANDOM = new Random(42);

    @Test
    void nameStopsAreAllButLettersAndHyphen() {
        agree(Scan::nameStops, c -> c < 0x80 && Character.isLetter(c) || c == '-');
    }

    @Test
    void hostStopsAreAllButLettersDigitsHyphenAndDot() {
        agree(Scan::hostStops, c -> c < 0x80 && Character.isLetterOrDigit(c) || c == '-' || c == '.');
    }

    @Test
    void valueStopsAreTheControlCharacters() {
        agree(Scan::valueStops, c -> c >= ' ' && c != 0x7F);
    }

    @Test
    void targetStopsAreWhatNoTargetContains() {
        agree(Scan::targetStops, c -> c > ' ' && c < 0x7F && c != '#');
    }

    private static void agree(LongUnaryOperator stops, IntPredicate goesOn) {
        for (var c = 0; c < 256; c++) {
            for (var place = 0; place < 8; place++) {
                for (var round = 0; round < 200; round++) {
                    var word = RANDOM.nextLong() & ~(0xFFL << 8 * place) | (long) c << 8 * place;
                    assertEquals(Long.toHexString(expected(word, goesOn)), Long.toHexString(stops.applyAsLong(word)),
                            () -> Long.toHexString(word));
                }
            }
        }
    }

    private static long expected(long word, IntPredicate goesOn) {
        var stops = 0L;
        for (var i = 0; i < 8; i++) {
            if (!goesOn.test((int) (word >>> 8 * i) & 0xFF)) stops |= 0x80L << 8 * i;
        }
        return stops;
    }

    @Test
    void fillsTheLastWordWithZerosAndReadsNothingOutside() {
        var at = Memory.allocate(32, 8);
        for (var i = 0; i < 32; i++) Memory.putByte(at + i, (byte) (i + 1));
        for (var end = 0; end <= 24; end++) {
            for (var from = 0; from <= end; from++) {
                var expected = 0L;
                for (var i = Math.min(end, from + 8) - 1; i >= from; i--) expected = expected << 8 | i + 1;
                var to = end;
                var start = from;
                var wanted = expected;
                Memory.within(at, at + end, () -> assertEquals(wanted, Scan.word(at, start, to)));
            }
        }
    }
}
