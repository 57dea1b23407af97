package dev.anillo.http.server;

import dev.anillo.http.wire.Latin1;
import dev.anillo.loop.memory.Memory;

/// The strings that a loop's clients ask for again and again, paths above all: made once, so that a handler which looks
/// at the path costs no garbage, and a `switch` over it no second pass for the hash.
///
/// A text is kept when it comes a second time while nothing else has fallen on its place: what is sent but once, or made
/// up to fill the table, leaves no more than a hash.
final class FrequentTexts {
    /// A power of two. With the longest texts a table takes 40 KiB.
    private static final int PLACES = 256;

    /// Bytes of a text that is looked up; longer ones hardly come again.
    private static final int LENGTH_MAX = 64;
    private static final int WORDS = LENGTH_MAX / Long.BYTES;

    /// 2^64 by the golden ratio: neighbouring words fall far apart.
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final long[] seen = new long[PLACES];
    private final String[] texts = new String[PLACES];

    /// The text in each place, its bytes as words.
    private final long[] words = new long[PLACES * WORDS];

    /// One character for each byte.
    String text(long address, int length) {
        if (length > LENGTH_MAX) return Latin1.string(address, length);
        var hash = hash(address, length);
        var place = (int) (hash >>> 40) & PLACES - 1;
        var text = texts[place];
        if (text != null && text.length() == length && isAt(place, address, length)) return text;
        var fresh = Latin1.string(address, length);
        if (seen[place] == hash) keep(place, address, fresh);
        else seen[place] = hash;
        return fresh;
    }

    private static long hash(long address, int length) {
        var hash = (long) length;
        for (var i = 0; i < length; i += Long.BYTES) hash = (hash ^ word(address, i, length)) * SPREAD;
        return hash ^ hash >>> 32;
    }

    private boolean isAt(int place, long address, int length) {
        var from = place * WORDS;
        for (var i = 0; i < length; i += Long.BYTES) {
            if (words[from++] != word(address, i, length)) return false;
        }
        return true;
    }

    private void keep(int place, long address, String text) {
        texts[place] = text;
        var to = place * WORDS;
        for (var i = 0; i < text.length(); i += Long.BYTES) words[to++] = word(address, i, text.length());
    }

    /// The eight bytes at `at`, or the last eight, of which some were in the word before; or all of a shorter text.
    private static long word(long address, int at, int length) {
        if (length >= Long.BYTES) return Memory.getLong(address + Math.min(at, length - Long.BYTES));
        var word = 0L;
        for (var i = 0; i < length; i++) word = word << 8 | Memory.getByte(address + i) & 0xFF;
        return word;
    }
}
