package dev.anillo.loop.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.process.Messages.Malformed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private static final int MUCH = 1 << 20;

    private static Object thereAndBack(Object value) throws Malformed {
        return Messages.decode(Messages.encode(value, MUCH));
    }

    @Test
    void valuesArriveAsTheyWere() throws Malformed {
        for (var value : Arrays.asList(null, true, false, 0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, 0.5, Double.NaN,
                Double.NEGATIVE_INFINITY, "", "hola, ñ €, 🐍", List.of(), Map.of(), List.of(List.of(), Map.of("", List.of(1L))))) {
            assertEquals(value, thereAndBack(value));
        }
        assertArrayEquals(new byte[] {1, -2, 3}, (byte[]) thereAndBack(new byte[] {1, -2, 3}));
    }

    @Test
    void smallerNumbersArriveAsLongAndDouble() throws Malformed {
        assertEquals(Arrays.asList(1L, 2L, 3L, 4.5, null), thereAndBack(Arrays.asList((byte) 1, (short) 2, 3, 4.5f, null)));
    }

    @Test
    void aMapKeepsItsOrder() throws Malformed {
        var map = new LinkedHashMap<String, Object>();
        IntStream.range(0, 100).forEach(i -> map.put("key " + (i * 37 % 100), (long) i));
        assertEquals(List.copyOf(map.keySet()), List.copyOf(((Map<?, ?>) thereAndBack(map)).keySet()));
    }

    @Test
    void whatIsNoMessageIsRefused() {
        for (var value : List.of('c', new int[0], Map.of(1, 2), List.of(new Object()), "half a pair \ud83d")) {
            assertThrows(IllegalArgumentException.class, () -> Messages.encode(value, MUCH), value::toString);
        }
    }

    @Test
    void whatIsTooLongOrTooDeepIsRefused() {
        assertEquals(10 + Messages.HEADER_BYTES, Messages.encode("x".repeat(10), 10 + Messages.HEADER_BYTES).length);
        assertThrows(IllegalArgumentException.class, () -> Messages.encode("x".repeat(10), 9 + Messages.HEADER_BYTES));
        var loop = new ArrayList<>();
        loop.add(loop);
        assertThrows(IllegalArgumentException.class, () -> Messages.encode(loop, MUCH));
        var deep = new byte[(Messages.DEPTH_MAX + 2) * Messages.HEADER_BYTES];
        for (var i = 0; i < deep.length; i += Messages.HEADER_BYTES) {
            deep[i] = 7;
            deep[i + Messages.HEADER_BYTES - 1] = 1;
        }
        assertThrows(Malformed.class, () -> Messages.decode(deep));
    }

    /// Whatever arrives is a value or malformed; nothing else is thrown, and no length is believed.
    @Test
    void whateverArrivesIsAValueOrMalformed() {
        var random = new Random(20251124);
        var whole = Messages.encode(Map.of("a", List.of(1, 2.5, "text", new byte[3], true), "b", Map.of("c", "d")), MUCH);
        for (var length = 0; length < whole.length; length++) {
            var part = Arrays.copyOf(whole, length);
            assertThrows(Malformed.class, () -> Messages.decode(part));
        }
        assertThrows(Malformed.class, () -> Messages.decode(Arrays.copyOf(whole, whole.length + 1)));
        var malformed = 0;
        for (var round = 0; round < 20_000; round++) {
            var bytes = whole.clone();
            for (var changes = 1 + random.nextInt(3); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Messages.decode(bytes);
            } catch (Malformed told) {
                malformed++;
            }
        }
        assertTrue(malformed > 1000, () -> "hardly anything was malformed");
    }
}
