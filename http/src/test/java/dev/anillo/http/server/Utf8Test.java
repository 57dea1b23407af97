package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The same bytes as Java's own encoder gives.
class Utf8Test {
    private final Utf8 utf8 = new Utf8();

    private void assertAsJava(String text) {
        var length = utf8.encode(text);
        assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), Arrays.copyOf(utf8.bytes(), length), text);
    }

    @Test
    void everyCharacterIsEncodedAsJavaDoes() {
        for (var point = 0; point <= Character.MAX_CODE_POINT; point += point < 0x3000 ? 1 : 97) {
            assertAsJava("a" + Character.toString(point) + "b");
        }
    }

    @Test
    void unpairedSurrogatesBecomeQuestionMarks() {
        for (var text : new String[] {"\uD83D", "\uDE00", "\uD83Da", "\uDE00\uD83D", "\uD83D\uD83D\uDE00"}) assertAsJava(text);
    }

    @Test
    void textsOfAnyLengthAreEncoded() {
        for (var length : new int[] {0, 1, 5_461, 5_462, 16_383, 16_384, 16_385, 100_000}) {
            assertAsJava("a".repeat(length));
            assertAsJava("ñ".repeat(length));
            assertAsJava("a".repeat(length) + "€");
        }
    }

    @Test
    void mixedTextsAreEncodedAsJavaDoes() {
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++) {
            var text = new StringBuilder();
            for (var left = random.nextInt(40); left > 0; left--) text.append((char) random.nextInt(0x10000));
            assertAsJava(text.toString());
        }
    }
}
