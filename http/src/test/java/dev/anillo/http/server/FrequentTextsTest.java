package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrequentTextsTest {
    private static final int ROOM = 256;
    private static final long MEMORY = Memory.allocate(ROOM, 8);

    private final FrequentTexts texts = new FrequentTexts();

    private String asked(String text) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Memory.copy(bytes, 0, MEMORY + 3, bytes.length);
        return texts.text(MEMORY + 3, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/json", "/seven7", "/eight88", "/plaintext", "/caf\u00e9/\u00ff", "/sixteen/bytes/1",
        "/a/path/that/is/as/long/as/those/that/are/kept/are/at/the/most/6"})
    void theThirdTimeItIsTheStringOfTheSecond(String text) {
        var first = asked(text);
        var second = asked(text);
        assertEquals(text, first);
        assertNotSame(first, second);
        assertSame(second, asked(text));
    }

    @Test
    void longTextsAreNotKept() {
        var text = "/".repeat(65);
        asked(text);
        assertNotSame(asked(text), asked(text));
        assertEquals(text, asked(text));
    }

    @Test
    void textsThatComeOnceLeaveThoseThatComeOften() {
        asked("/often");
        var often = asked("/often");
        for (var i = 0; i < 10_000; i++) asked("/once/" + i);
        assertSame(often, asked("/often"));
    }

    @Test
    void whateverComesIsWhatWasAskedFor() {
        var seed = Long.getLong("anillo.seed", System.nanoTime());
        var random = new Random(seed);
        for (var i = 0; i < 200_000; i++) {
            var text = new StringBuilder();
            for (var length = random.nextInt(20); length > 0; length--) text.append((char) ('a' + random.nextInt(2)));
            assertEquals(text.toString(), asked(text.toString()), () -> "-Danillo.seed=" + seed);
        }
    }
}
