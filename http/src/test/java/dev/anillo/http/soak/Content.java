package dev.anillo.http.soak;

import java.util.Random;

/// The bytes that belong to a number. Those of a file are the numbers' own at its offsets: what stands at `offset` of number 0
/// begins number `offset`.
final class Content {
    /// A prime: no chunk, buffer or window is a multiple of it.
    private static final byte[] BLOCK = new byte[65_521];

    static {
        new Random(65_521).nextBytes(BLOCK);
    }

    private Content() {}

    static byte at(long number, long position) {
        return BLOCK[(int) Math.floorMod(number + position, (long) BLOCK.length)];
    }

    static byte[] bytes(long number, long position, int length) {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = at(number, position + i);
        return bytes;
    }
}
