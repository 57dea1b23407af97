package dev.anillo.http.wire;

import dev.anillo.loop.memory.Memory;

/// Looks at eight bytes at a time. A word holds the byte that comes first in its lowest eight bits; a stop mask has bit
/// 7 set in exactly those bytes that end a run. (Sums are made of seven bits and a constant of seven: none carries into
/// its neighbour. `sum & 0x80` then says whether a byte reaches a bound.)
///
/// Where less than eight bytes are left a word is filled up with zeros. Zero ends every run, so a run that reaches the
/// end of the memory stops exactly there: `at == end` tells "no more bytes" from a byte that stops.
final class Scan {
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long LOWS = ~HIGHS;

    /// Turns upper-case ASCII letters into lower-case ones. Also alters other bytes: only for comparing validated
    /// tokens with words of letters, digits and hyphens, where no other token character is mistaken for one of these.
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

    /// The first offset from `at` on that [#nameStops] stops at, or `end`.
    static int nameEnd(long base, int at, int end) {
        while (true) {
            var stops = nameStops(word(base, at, end));
            if (stops != 0) return at + first(stops);
            at += 8;
        }
    }

    /// The first offset from `at` on that [#hostStops] stops at, or `end`.
    static int hostEnd(long base, int at, int end) {
        while (true) {
            var stops = hostStops(word(base, at, end));
            if (stops != 0) return at + first(stops);
            at += 8;
        }
    }

    /// The first offset from `at` on that [#valueStops] stops at, or `end`.
    static int valueEnd(long base, int at, int end) {
        // Values are the bulk of a head: two words a turn measured 10 % faster.
        while (at + 16 <= end) {
            var stops = valueStops(Memory.getLongLittleEndian(base + at));
            if (stops != 0) return at + first(stops);
            stops = valueStops(Memory.getLongLittleEndian(base + at + 8));
            if (stops != 0) return at + 8 + first(stops);
            at += 16;
        }
        while (true) {
            var stops = valueStops(word(base, at, end));
            if (stops != 0) return at + first(stops);
            at += 8;
        }
    }

    /// The first offset from `at` on that [#targetStops] stops at, or `end`.
    static int targetEnd(long base, int at, int end) {
        while (true) {
            var stops = targetStops(word(base, at, end));
            if (stops != 0) return at + first(stops);
            at += 8;
        }
    }

    /// How many bytes come before the first stop of a mask that has one.
    static int first(long stops) {
        return Long.numberOfTrailingZeros(stops) >>> 3;
    }

    /// Stops at all but ASCII letters and hyphen: what nearly all field names and methods consist of. Digits are left
    /// to a second look, since each range costs four operations per word.
    static long nameStops(long word) {
        var low = word & LOWS;
        var folded = low | FOLD;
        var letter = folded + ONES * (0x80 - 'a') & ~(folded + ONES * (0x7F - 'z'));
        var notHyphen = (low ^ ONES * '-') + LOWS;
        return ~((letter | ~notHyphen) & ~word) & HIGHS;
    }

    /// Stops at all but ASCII letters, digits, hyphen and dot: what nearly all hosts consist of.
    static long hostStops(long word) {
        var low = word & LOWS;
        var folded = low | FOLD;
        var letter = folded + ONES * (0x80 - 'a') & ~(folded + ONES * (0x7F - 'z'));
        var hyphenToNine = low + ONES * (0x80 - '-') & ~(low + ONES * (0x7F - '9'));
        var notSlash = (low ^ ONES * '/') + LOWS;
        return ~((letter | hyphenToNine & notSlash) & ~word) & HIGHS;
    }

    /// Stops at control characters (HTAB too) and DEL: what a field value does not contain, but for HTAB.
    static long valueStops(long word) {
        var low = word & LOWS;
        var good = low + ONES * (0x80 - ' ') & ~(low + ONES);
        return ~(good | word) & HIGHS;
    }

    /// Stops at control characters, space, `#`, DEL and all that is not ASCII: what a request target does not contain.
    static long targetStops(long word) {
        var low = word & LOWS;
        var good = low + ONES * (0x80 - '!') & ~(low + ONES) & (low ^ ONES * '#') + LOWS & ~word;
        return ~good & HIGHS;
    }
}
