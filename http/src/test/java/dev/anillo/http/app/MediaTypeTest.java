package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '^', value = {
        "text/html~text/html",
        "Text/HTML~text/html",
        " text/html ~text/html",
        "text/html;charset=utf-8~text/html; charset=utf-8",
        "text/html ;\tCharset=UTF-8~text/html; charset=UTF-8",
        "text/html; charset=\"utf-8\"~text/html; charset=utf-8",
        "text/html;~text/html",
        "text/html; ; a=1;;~text/html; a=1",
        "multipart/form-data; boundary=\"a b;,\\\"\\\\c\"~multipart/form-data; boundary=\"a b;,\\\"\\\\c\"",
        "a/b; x=\"\"~a/b; x=\"\"",
        "application/vnd.api+json~application/vnd.api+json",
        "*/*~*/*",
    })
    void isRead_9110_8_3_1(String sent, String meant) {
        assertEquals(meant, MediaType.parse(sent).orElseThrow().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text", "text/", "/html", "text /html", "text/ html", "text/html/x", "text/html x",
        "text/html, text/plain", "text/html; a", "text/html; a=", "text/html; a =1", "text/html; a= 1",
        "text/html; =1", "text/html; a=b c", "text/html; a=\"b", "text/html; a=\"b\\", "text/html; a=\"b\"c",
        "text/html; a=\"\u0001\"", "text/html; a=1; A=2", "tëxt/html"})
    void isEmptyWhenMalformed_9110_8_3_1(String sent) {
        assertEquals(Optional.empty(), MediaType.parse(sent));
        assertThrows(IllegalArgumentException.class, () -> MediaType.of(sent));
    }

    @Test
    void isEmptyForAnAbsentField() {
        assertEquals(Optional.empty(), MediaType.parse(null));
    }

    @Test
    void isBounded() {
        var type = new StringBuilder("a/b");
        for (var i = 0; i < Cursor.PARAMETERS_MAX; i++) type.append(";p").append(i).append("=1");
        assertTrue(MediaType.parse(type.toString()).isPresent());
        assertTrue(MediaType.parse(type + ";x=1").isEmpty());
    }

    @Test
    void tellsItsCharset() {
        assertEquals(Optional.of(StandardCharsets.UTF_8), MediaType.of("a/b; charset=\"UTF-8\"").charset());
        for (var without : List.of("a/b", "a/b; charset=klingon", "a/b; charset=\"\"", "a/b; charset=\"a b\"")) {
            assertEquals(Optional.empty(), MediaType.of(without).charset(), without);
        }
    }

    @Test
    void tellsItsPartsInLowerCase() {
        var type = MediaType.of("Text/Plain; Format=Flowed");
        assertTrue(type.is("text", "plain"));
        assertEquals("Flowed", type.parameter("format"));
        assertNull(type.parameter("charset"));
    }
}
