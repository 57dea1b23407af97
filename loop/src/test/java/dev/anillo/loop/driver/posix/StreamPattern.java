package dev.anillo.loop.driver.posix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/// What belongs at each position of each stream, always the same bytes; and a file that holds it.
final class StreamPattern {
    /// A prime: no size is a multiple of it.
    private static final byte[] BYTES = new byte[65_521];
    /// How far apart two streams begin.
    private static final long APART = 7919;

    static {
        new SplittableRandom(0).nextBytes(BYTES);
    }

    private StreamPattern() {}

    static byte[] bytes(int stream, long position, int length) {
        var bytes = new byte[length];
        var from = start(stream, position);
        for (var done = 0; done < length; from = 0) {
            var part = Math.min(length - done, BYTES.length - from);
            System.arraycopy(BYTES, from, bytes, done, part);
            done += part;
        }
        return bytes;
    }

    static void check(byte[] bytes, int stream, long position, String what) {
        var wrong = Arrays.mismatch(bytes, bytes(stream, position, bytes.length));
        if (wrong < 0) return;
        throw new AssertionError("the byte at " + (position + wrong) + " that was " + what + " is another one");
    }

    /// Where in the file the bytes of a position begin.
    static int start(int stream, long position) {
        return Math.floorMod(stream * APART + position, BYTES.length);
    }

    static int fileBytes() {
        return BYTES.length;
    }

    static Path file() {
        return OnDisk.PATH;
    }

    private static final class OnDisk {
        static final Path PATH = write();

        private static Path write() {
            try {
                var path = Files.write(Files.createTempFile("anillo-pattern", null), BYTES);
                path.toFile().deleteOnExit();
                return path;
            } catch (IOException refused) {
                throw new UncheckedIOException(refused);
            }
        }
    }
}
