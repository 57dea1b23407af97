package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTextTest {
    private static String data(String data) {
        return EventText.of(null, data, null, EventStream.RETRY_UNCHANGED);
    }

    @Test
    void anEventIsItsFieldsAndAnEmptyLine_HTML_9_2_5() {
        assertEquals("event: tick\nid: 7\nretry: 0\ndata: x\n\n", EventText.of("tick", "x", "7", 0));
        assertEquals("data: x\n\n", data("x"));
    }

    @Test
    void eachLineOfTheDataIsAField() {
        assertEquals("data: a\ndata: b\ndata: c\ndata: d\n\n", data("a\nb\rc\r\nd"));
        assertEquals("data: a\ndata: \ndata: b\n\n", data("a\n\rb"));
        assertEquals("data: a\ndata: \ndata: b\n\n", data("a\r\rb"));
    }

    @Test
    void lineEndsAtTheEndsOfTheDataCount() {
        assertEquals("data: \ndata: a\ndata: \n\n", data("\na\r\n"));
        assertEquals("data: \ndata: \n\n", data("\r"));
    }

    /// Without a data field the client would not dispatch it (WHATWG HTML §9.2.6).
    @Test
    void emptyDataIsStillAnEvent() {
        assertEquals("data: \n\n", data(""));
    }

    @Test
    void spacesAndColonsComeAsTheyAre() {
        assertEquals("data:  :a: b\n\n", data(" :a: b"));
    }

    @Test
    void anEmptyIdClearsTheClients() {
        assertEquals("id: \ndata: x\n\n", EventText.of(null, "x", "", EventStream.RETRY_UNCHANGED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "\r\n", "a\0"})
    void aTypeOrAnIdThatWouldForgeAnEventIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> EventText.of(text, "", null, EventStream.RETRY_UNCHANGED));
        assertThrows(IllegalArgumentException.class, () -> EventText.of(null, "", text, EventStream.RETRY_UNCHANGED));
    }
}
