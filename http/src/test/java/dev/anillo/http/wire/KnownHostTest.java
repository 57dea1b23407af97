package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHostTest {
    private static final int LENGTH_MAX = 64;
    private static final long MEMORY = Memory.allocate(256, 8);

    private final KnownHost host = new KnownHost();

    private boolean is(String text) {
        put(text);
        return host.is(MEMORY, 3, 3 + text.length());
    }

    private void set(String text) {
        put(text);
        host.set(MEMORY, 3, 3 + text.length());
    }

    private static void put(String text) {
        var bytes = ("..." + text + "...").getBytes(StandardCharsets.ISO_8859_1);
        Memory.copy(bytes, 0, MEMORY, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a:80", "127.0.0.1", "localhost:8080", "www.example.org:8443"})
    void isTheOneThatWasSetAndNoOther(String text) {
        set(text);
        assertEquals(true, is(text));
        for (var i = 0; i < text.length(); i++) {
            assertEquals(false, is(text.substring(0, i)));
            assertEquals(false, is(text.substring(0, i) + "/" + text.substring(i + 1)), "another at " + i);
        }
        assertEquals(false, is(text + "."));
    }

    @ParameterizedTest
    @ValueSource(ints = {LENGTH_MAX - 1, LENGTH_MAX, LENGTH_MAX + 1, 2 * LENGTH_MAX})
    void longOnesAreNotKept(int length) {
        set("short");
        set("h".repeat(length));
        assertEquals(length <= LENGTH_MAX, is("h".repeat(length)));
        assertEquals(false, is("short"));
    }
}
