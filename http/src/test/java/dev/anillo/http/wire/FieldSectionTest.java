package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSectionTest {
    private final Heads heads = new Heads();

    @Test
    void findsNamesAndValues() {
        var head = heads.acceptedWith("Accept: text/html, */*", "X: y",
                "Longer-Name-Than-Eight: and a longer value, too");
        assertEquals(4, head.headers().size());
        assertEquals("text/html, */*", head.value("Accept"));
        assertEquals("y", head.value("X"));
        assertEquals("and a longer value, too", head.value("Longer-Name-Than-Eight"));
    }

    @Test
    void keepsRepeatedFieldsInTheirOrder() {
        var head = heads.acceptedWith("A: 1", "B: 2", "a: 3", "A: 1");
        assertEquals("[Host=a, A=1, B=2, a=3, A=1]",
                head.headers().stream().map(header -> header.name() + "=" + header.value()).toList().toString());
    }

    /// RFC 9112 §5.1: white space around a value is not part of it.
    @ParameterizedTest
    @ValueSource(strings = {"X:v", "X: v", "X:  v", "X:\tv", "X: \t v", "X:v ", "X:v\t", "X: v \t ",
        "X:          v          "})
    void leavesOutTheWhiteSpaceAroundAValue(String line) {
        assertEquals("v", heads.acceptedWith(line).value("X"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X:", "X: ", "X:\t", "X: \t \t  \t      "})
    void takesAnEmptyValue(String line) {
        assertEquals("", heads.acceptedWith(line).value("X"));
    }

    /// RFC 9110 §5.5: VCHAR, obs-text, and SP and HTAB in between.
    @Test
    void takesEveryCharacterThatAValueMayHave() {
        for (var c = 0; c < 256; c++) {
            var isControl = c < ' ' && c != '\t' || c == 0x7F;
            if (isControl) continue;
            var value = "abc" + (char) c + "defgh";
            assertEquals(value, heads.acceptedWith("X: " + value).value("X"));
        }
    }

    @Test
    void takesEveryCharacterThatANameMayHave() {
        var name = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        assertEquals("v", heads.acceptedWith(name + ": v").value(name));
    }

    @Test
    void rejectsEveryOtherControlCharacterInAValue_9110_5_5() {
        for (var c = 0; c < 0x20; c++) {
            if (c == '\t' || c == '\r' || c == '\n') continue;
            heads.rejectedWith(400, "control character", "X: abc" + (char) c + "def");
        }
        heads.rejectedWith(400, "control character", "X: \u007f");
    }

    @Test
    void rejectsABareLfInAValue_9112_2_2() {
        heads.rejectedWith(400, "LF without CR", "X: a\nY: b");
    }

    @Test
    void rejectsABareLfBeforeAValue_9112_2_2() {
        heads.rejectedWith(400, "LF without CR", "X:\nY: b");
    }

    @Test
    void rejectsABareCrInAValue_9112_2_2() {
        heads.rejectedWith(400, "CR without LF", "X: a\rY: b");
        heads.rejectedWith(400, "CR without LF", "X: a\r\r\nY: b");
    }

    @Test
    void rejectsAHeadThatEndsWithABareLf_9112_2_2() {
        heads.rejected(400, "not a token", "GET / HTTP/1.1\r\nHost: a\r\n\n");
    }

    @Test
    void rejectsAHeadThatEndsWithABareCr_9112_2_2() {
        heads.rejected(400, "CR without LF", "GET / HTTP/1.1\r\nHost: a\r\n\rX");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", "  \t"})
    void rejectsAFoldedLine_9112_5_2(String white) {
        heads.rejectedWith(400, "folding", "X: a", white + "b");
    }

    @Test
    void rejectsWhiteSpaceBeforeTheFirstField_9112_2_2() {
        heads.rejected(400, "before the first", "GET / HTTP/1.1\r\n Host: a\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X : v", "X\t: v", "X Y: v", "Content-Length : 3", "X  : v"})
    void rejectsWhiteSpaceInANameOrBeforeItsColon_9112_5_1(String line) {
        heads.rejectedWith(400, "white space in a field name", line);
    }

    @Test
    void rejectsAnEmptyName_9112_5() {
        heads.rejectedWith(400, "empty field name", ": v");
    }

    @Test
    void rejectsALineWithoutAColon_9112_5() {
        heads.rejectedWith(400, "not a token", "nothing");
    }

    @Test
    void rejectsEveryOtherCharacterInAName_9110_5_1() {
        for (var c = 0; c < 256; c++) {
            if (Chars.isToken(c) || c == ':' || Chars.isOws(c)) continue;
            heads.rejectedWith(400, "not a token", "ab" + (char) c + "cdefghij: v");
        }
    }

    @Test
    void findsAHeaderWhateverTheCaseOfItsLetters() {
        var text = "GET / HTTP/1.1\r\nhOST: a\r\nX-One: 1\r\nx-two: 2\r\nX-ONE: 3\r\nX_^ne: 4\r\n\r\n";
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        var at = Memory.allocate(bytes.length, 8);
        Memory.copy(bytes, 0, at, bytes.length);
        var parser = new RequestParser(WireLimits.DEFAULT);
        assertEquals(bytes.length, parser.parse(at, bytes.length));
        Memory.within(at, at + bytes.length, () -> {
            assertEquals(0, parser.find(at, "host"));
            assertEquals(1, parser.find(at, "x-one"));
            assertEquals(3, parser.find(at, "x-one", 2));
            assertEquals(-1, parser.find(at, "x-one", 4));
            assertEquals(2, parser.find(at, "x-two"));
            assertEquals(4, parser.find(at, "x_^ne"));
            assertEquals(-1, parser.find(at, "x_~ne"), "folding letters must not fold ^ into ~");
            assertEquals(-1, parser.find(at, "x-on"));
            assertEquals(-1, parser.find(at, ""));
        });
    }

    /// Each byte is looked at once or twice however the head is cut, so that a slow sender costs no more than a fast
    /// one.
    @Test
    void resumesWhereTheBytesRanOut() {
        var head = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "v".repeat(12_000) + "\r\n\r\n";
        var bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        var at = Memory.allocate(bytes.length, 8);
        Memory.copy(bytes, 0, at, bytes.length);
        var parser = new RequestParser(WireLimits.DEFAULT);
        for (var length = 0; length < bytes.length - 2; length++) { // a line's end looks back at its beginning, once
            var there = length;
            var from = Math.max(0, length - 64);
            if (from > 8) {
                Memory.within(at + from, at + length, () -> assertEquals(0, parser.parse(at, there)));
            } else {
                assertEquals(0, parser.parse(at, there));
            }
        }
        assertTrue(parser.parse(at, bytes.length) > 0);
    }
}
