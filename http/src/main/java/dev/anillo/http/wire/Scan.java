package dev.anillo.http.wire;

import dev.anillo.loop.memory.Memory;

/// Looks at eight bytes at a time. A word holds the byte that comes first in its lowest eight bits; a stop mask has bit 7
/// set in each byte that ends a run. Only the lowest stop of a mask is exact (borrows and carries run upward), and
/// only that one is ever asked for.
///
/// Where less than eight bytes are left a word is filled up with zeros. Zero ends every run, so a run that reaches the end of
/// the memory stops exactly there: `at == end` tells "no more bytes" from a byte that stops.
final class Scan {
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long LOWS = ~HIGHS;

    /// Turns upper-case ASCII letters into lower-case ones. Also alters other bytes: only for comparing validated tokens with words of
    /// letters, digits and hyphens, where no other token character is mistaken for one of these.
    static final long FOLD = 0x2020202020202020L;

    private Scan() {}

    /// The eight bytes at `base + at`, those at `end` and later as zeros. Reads nothing outside [base, base + end).
    static long word(long base, int at, int end) {
        return at + 8 <= end ? Memory.getLongLittleEndian(base + at) : lastWord(base, at, end);
    }

    private static long lastWord(long base, int at, int end) {
        var left = end - at;
        if (left <= 0) return 0;
        if (end >= 8) return Memory.getLongLittleEndian(base + end - 8) >>> 64 - 8 * left;
        var word = 0L;
        for (var i = left - 1; i >= 0; i--) word = word << 8 | Memory.getByte(base + at + i) & 0xFF;
        return word;
    }

    /// Up to eight characters as a word, to compare with.
    static long ascii(String text) {
        var word = 0L;
        for (var i = text.length() - 1; i >= 0; i--) word = word << 8 | text.charAt(i);
        return word;
    }

    /// How many bytes come before the first stop of a mask that has one.
    static int first(long stops) {
        return Long.numberOfTrailingZeros(stops) >>> 3;
    }

    static int byteAt(long word, int index) {
        return (int) (word >>> 8 * index) & 0xFF;
    }

    /// Stops at all but ASCII letters, digits, hyphen and dot: what nearly all field names and hosts consist of.
    static long plainStops(long word) {
        var low = word & LOWS;
        var folded = low | FOLD;
        var letter = folded + ONES * (0x80 - 'a') & ~(folded + ONES * (0x7F - 'z'));
        var hyphenToNine = low + ONES * (0x80 - '-') & ~(low + ONES * (0x7F - '9'));
        var notSlash = (low ^ ONES * '/') + LOWS;
        return ~((letter | hyphenToNine & notSlash) & ~word) & HIGHS;
    }

    /// Stops at control characters (HTAB too) and DEL: what a field value does not contain, but for HTAB.
    static long valueStops(long word) {
        return (below(word, ' ') | equal(word, 0x7F)) & HIGHS;
    }

    /// Stops at control characters, space, `#`, DEL and all that is not ASCII: what a request target does not contain.
    static long targetStops(long word) {
        return (below(word, '!') | equal(word, '#') | word | word + ONES) & HIGHS;
    }

    private static long below(long word, int bound) {
        return word - ONES * bound & ~word;
    }

    private static long equal(long word, int value) {
        var difference = word ^ ONES * value;
        return difference - ONES & ~difference;
    }
}
