package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anillo.loop.memory.Memory;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/// Eight bytes at a time must say the same as byte by byte: for every byte, at every place, among all kinds of neighbours.
class ScanTest {
    private static final Random RANDOM = new Random(42);

    @Test
    void plainStopsAreAllButLettersDigitsHyphenAndDot() {
        agree(Scan::plainStops, c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '-' || c == '.'));
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
                    for (var i = 0; i < place; i++) word = withPlain(word, i, goesOn);
                    var expected = firstStop(word, goesOn);
                    var found = stops.applyAsLong(word);
                    assertEquals(expected, found == 0 ? 8 : Scan.first(found), Long.toHexString(word));
                }
            }
        }
    }

    /// So that the byte in question is the first one that may stop.
    private static long withPlain(long word, int place, IntPredicate goesOn) {
        var c = RANDOM.ints(0, 256).filter(goesOn).findFirst().orElseThrow();
        return word & ~(0xFFL << 8 * place) | (long) c << 8 * place;
    }

    private static int firstStop(long word, IntPredicate goesOn) {
        var i = 0;
        while (i < 8 && goesOn.test(Scan.byteAt(word, i))) i++;
        return i;
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
