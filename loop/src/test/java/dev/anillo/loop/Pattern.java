package dev.anillo.loop;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assertions;

/// A stream of bytes in which every position is known, so that a loss, a repetition or a wrong order shows at once.
final class Pattern {
    /// For all tests of a run; `-Danillo.seed` replays one.
    static final long SEED = Long.getLong("anillo.seed", System.nanoTime());

    /// A prime: no chunk size, buffer size or window is a multiple of it.
    private static final byte[] BLOCK = new byte[65_521];

    static {
        IO.println("contract tests: replay with -Danillo.seed=" + SEED);
        random().nextBytes(BLOCK);
    }

    private Pattern() {}

    static Random random() {
        return new Random(SEED);
    }

    /// The bytes from `position` on.
    static byte[] bytes(long position, int length) {
        var bytes = new byte[length];
        for (var done = 0; done < length; ) {
            var from = (int) ((position + done) % BLOCK.length);
            var part = Math.min(length - done, BLOCK.length - from);
            System.arraycopy(BLOCK, from, bytes, done, part);
            done += part;
        }
        return bytes;
    }

    /// Fails unless the first `length` bytes of `got` are those that belong at `position`.
    static void check(byte[] got, int length, long position) {
        var mismatch = Arrays.mismatch(bytes(position, length), 0, length, got, 0, length);
        if (mismatch >= 0) {
            Assertions.fail("the byte at " + (position + mismatch) + " is not the one that was sent (seed " + SEED + ")");
        }
    }
}
