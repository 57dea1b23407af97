package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseWriterTest {
    private static final int ROOM = 1024;
    private static final long MEMORY = Memory.allocate(ROOM, 8);
    private static final long AT = MEMORY + 19; // no function may count on alignment
    private static final String UNTOUCHED = "?".repeat(ROOM);

    /// A function of [ResponseWriter] with its arguments but address and room.
    private interface Part {
        int write(long at, int room);
    }

    /// What is written into exactly the room that it needs. Any smaller room must be refused, and nothing be written
    /// around it.
    private static String written(Part part) {
        var length = part.write(AT, ROOM - 64);
        for (var room = 0; room < length; room++) {
            assertEquals(ResponseWriter.NO_ROOM, writtenInto(part, room));
        }
        assertEquals(length, writtenInto(part, length));
        return Latin1.string(AT, length);
    }

    private static int writtenInto(Part part, int room) {
        Memory.fill(MEMORY, ROOM, (byte) '?');
        var length = part.write(AT, room);
        var before = (int) (AT - MEMORY);
        var all = Latin1.string(MEMORY, ROOM);
        assertEquals(UNTOUCHED.substring(0, before), all.substring(0, before), "written before the room");
        assertEquals(UNTOUCHED.substring(before + room), all.substring(before + room), "written behind the room");
        return length;
    }

    private static String status(int status) {
        return written((at, room) -> ResponseWriter.statusLine(at, room, status));
    }

    private static String header(String name, String value) {
        return written((at, room) -> ResponseWriter.header(at, room, name, value));
    }

    @Test
    void encodedBytesOfAnyLengthAreWrittenAsTheyAre() {
        var text = "X: 0123456789\u00e9\u00ff-abcdefghijklmnopqrstuvwxyz";
        for (var length = 0; length <= text.length(); length++) {
            var part = text.substring(0, length);
            assertEquals(part, written(Encoded.of(part)::write));
        }
    }

    @ParameterizedTest
    @CsvSource({"100,Continue", "101,Switching Protocols", "103,Early Hints", "200,OK", "204,No Content",
        "206,Partial Content", "304,Not Modified", "308,Permanent Redirect", "400,Bad Request", "404,Not Found",
        "408,Request Timeout", "413,Content Too Large", "414,URI Too Long", "417,Expectation Failed",
        "421,Misdirected Request", "431,Request Header Fields Too Large", "500,Internal Server Error",
        "501,Not Implemented", "505,HTTP Version Not Supported", "511,Network Authentication Required"})
    void writesTheStatusWithItsPhrase(int status, String reason) {
        assertEquals("HTTP/1.1 " + status + " " + reason + "\r\n", status(status));
        assertEquals(reason, Status.reason(status));
    }

    /// RFC 9112 §4: the space before the phrase stays when there is none.
    @ParameterizedTest
    @ValueSource(ints = {199, 299, 418, 599, 600, 999})
    void writesAStatusWithoutAPhrase(int status) {
        assertEquals("HTTP/1.1 " + status + " \r\n", status(status));
    }

    @Test
    void writesAPhraseOfOnesOwn() {
        assertEquals("HTTP/1.1 200 Tr\u00e8s bien\r\n",
                written((at, room) -> ResponseWriter.statusLine(at, room, 200, "Tr\u00e8s bien")));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 99, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void refusesAStatusThatHasNotThreeDigits_9110_15(int status) {
        assertThrows(IllegalArgumentException.class, () -> ResponseWriter.statusLine(AT, ROOM - 64, status));
        assertThrows(IllegalArgumentException.class, () -> ResponseWriter.statusLine(AT, ROOM - 64, status, "x"));
        assertThrows(IllegalArgumentException.class, () -> Status.reason(status));
    }

    @Test
    void refusesAPhraseThatSplitsTheResponse_9112_4() {
        assertThrows(IllegalArgumentException.class, () -> ResponseWriter.statusLine(AT, ROOM - 64, 200, "OK\r\nX: y"));
    }

    @Test
    void writesAHeader() {
        assertEquals("Content-Type: text/plain; charset=utf-8\r\n",
                header("Content-Type", "text/plain; charset=utf-8"));
        assertEquals("X: \r\n", header("X", ""));
        assertEquals("X-\u0021: caf\u00e9\t\u00ff\r\n", header("X-!", "caf\u00e9\t\u00ff"));
    }

    @Test
    void acceptsExactlyTheTokensForNames_9110_5_1() {
        for (var c = 0; c < 0x300; c++) {
            var name = "X" + (char) c;
            if (c < 0x80 && Chars.isToken(c)) {
                assertTrue(FieldRules.isName(name));
                assertEquals(name + ": v\r\n", header(name, "v"));
            } else {
                assertFalse(FieldRules.isName(name), name);
                assertThrows(IllegalArgumentException.class, () -> ResponseWriter.header(AT, ROOM - 64, name, "v"));
                assertThrows(IllegalArgumentException.class, () -> ResponseWriter.header(AT, ROOM - 64, name, 1));
                assertThrows(IllegalArgumentException.class, () -> Encoded.header(name, "v"));
            }
        }
        assertFalse(FieldRules.isName(""));
        assertThrows(IllegalArgumentException.class, () -> ResponseWriter.header(AT, ROOM - 64, "", "v"));
    }

    /// CR, LF and NUL would split the response; beyond U+00FF a cast to a byte would make others of them (U+010A is
    /// 0x0A then).
    @Test
    void acceptsExactlyTheLatin1TextForValues_9110_5_5() {
        for (var c = 0; c < 0x300; c++) {
            var value = "v" + (char) c;
            if (c == '\t' || c >= ' ' && c <= 0xFF && c != 0x7F) {
                assertTrue(FieldRules.isValue(value));
                assertEquals("X: " + value + "\r\n", header("X", value));
            } else {
                assertFalse(FieldRules.isValue(value), value);
                assertThrows(IllegalArgumentException.class, () -> ResponseWriter.header(AT, ROOM - 64, "X", value));
                assertThrows(IllegalArgumentException.class, () -> Encoded.header("X", value));
            }
        }
        assertTrue(FieldRules.isValue(""));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9, 10, 99, 100, 12_345, 99_999_999, 999_999_999_999_999_999L,
        1_000_000_000_000_000_000L, Long.MAX_VALUE})
    void writesNumbers(long number) {
        assertEquals("Content-Length: " + number + "\r\n",
                written((at, room) -> ResponseWriter.contentLength(at, room, number)));
        assertEquals("Age: " + number + "\r\n", written((at, room) -> ResponseWriter.header(at, room, "Age", number)));
    }

    @Test
    void refusesNegativeNumbers() {
        assertThrows(IllegalArgumentException.class, () -> ResponseWriter.contentLength(AT, ROOM - 64, -1));
        assertThrows(IllegalArgumentException.class, () -> ResponseWriter.header(AT, ROOM - 64, "Age", -1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 15, 16, 255, 256, 0x12AB, Integer.MAX_VALUE, Long.MAX_VALUE})
    void writesChunkHeadersInHexadecimal(long size) {
        assertEquals(Long.toHexString(size) + "\r\n",
                written((at, room) -> ResponseWriter.chunkHeader(at, room, size)));
    }

    @Test
    void refusesAChunkThatWouldEndTheBody_9112_7_1() {
        assertThrows(IllegalArgumentException.class, () -> ResponseWriter.chunkHeader(AT, ROOM - 64, 0));
    }

    @Test
    void writesTheConstantLines() {
        assertEquals("\r\n", written(ResponseWriter::emptyLine));
        assertEquals("0\r\n\r\n", written(ResponseWriter::lastChunk));
        assertEquals("0\r\n", written(ResponseWriter::lastChunkBeforeTrailers));
        assertEquals("Transfer-Encoding: chunked\r\n", written(ResponseWriter::transferEncodingChunked));
        assertEquals("Connection: close\r\n", written(ResponseWriter::connectionClose));
        assertEquals("Connection: keep-alive\r\n", written(ResponseWriter::connectionKeepAlive));
    }

    @Test
    void writesAHeaderThatWasEncodedOnce() {
        assertEquals("Server: Anillo\r\n", written(Encoded.header("Server", "Anillo")::write));
        assertEquals("X: \r\n", written(Encoded.header("X", "")::write));
        assertEquals(6, Encoded.header("X", "y").length());
    }

    /// What is written is what the readers of this package take for it.
    @Test
    void writesTrailersAndChunksThatTheBodyReaderTakes() {
        var body = written((at, room) -> ResponseWriter.chunkHeader(at, room, 11)) + "hello world"
                + written(ResponseWriter::emptyLine)
                + written(ResponseWriter::lastChunkBeforeTrailers)
                + header("X", "y")
                + written(ResponseWriter::emptyLine);
        assertEquals("hello world", new Bodies().accepted(body).data());
    }
}
