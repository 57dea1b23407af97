package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrequentFieldsTest {
    private final FrequentFields fields = new FrequentFields();

    private void set(String name, String value) {
        if (fields.find(name, value) == null) fields.add(name, value);
    }

    @Test
    void aPairHasItsLineFromTheSecondTimeOn() {
        assertNull(fields.find("Server", "anillo"));
        assertNull(fields.add("Server", "anillo"));
        assertNull(fields.find("Server", "anillo"));
        var line = fields.add("Server", "anillo");
        assertEquals("Server: anillo\r\n".length(), line.length());
        assertSame(line, fields.find("Server", "anillo"));
    }

    @Test
    void equalStringsThatAreNotTheSameAreOthers() {
        var copy = new String("anillo");
        set("Server", "anillo");
        set("Server", "anillo");
        assertNull(fields.find("Server", copy));
        assertNull(fields.find(new String("Server"), "anillo"));
    }

    @Test
    void valuesMadeForOneResponseDoNotPushOutALine() {
        set("Content-Type", "text/plain");
        set("Content-Type", "text/plain");
        var line = fields.find("Content-Type", "text/plain");
        for (var i = 0; i < 10_000; i++) set("ETag", "\"" + i + "\"");
        assertSame(line, fields.find("Content-Type", "text/plain"));
    }

    @Test
    void moreConstantsThanThereArePlacesFindTheirsAgainWhenTheyComeOften() {
        var values = IntStream.range(0, 2_000).mapToObj(Integer::toString).toArray(String[]::new);
        for (var value : values) {
            set("X", value);
            set("X", value);
        }
        for (var turn = 0; turn < 1_000 && fields.find("X", values[1_999]) == null; turn++) set("X", values[1_999]);
        assertNotNull(fields.find("X", values[1_999]));
    }

    @Test
    void longValuesAreNotLookedUp() {
        var value = "v".repeat(129);
        set("X", value);
        set("X", value);
        set("X", value);
        assertNull(fields.find("X", value));
    }
}
