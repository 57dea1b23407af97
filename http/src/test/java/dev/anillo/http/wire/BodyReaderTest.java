package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {
    private static final WireLimits SMALL = new WireLimits(64, 256, 4, 16, 64);
    private static final String END = "0\r\n\r\n";

    private final Bodies bodies = new Bodies();
    private final Bodies smallBodies = new Bodies(SMALL);

    @Test
    void aBodyOfNoLengthEndsAtOnce() {
        var body = bodies.fixed(0, "");
        assertEquals(BodyReader.END, body.event());
        assertEquals(0, body.consumed());
    }

    @Test
    void aBodyOfKnownLengthEndsThere() {
        var body = bodies.fixed(5, "hello, and what does not belong to it");
        assertEquals(BodyReader.END, body.event());
        assertEquals(5, body.consumed());
        assertEquals("hello", body.data());
    }

    @Test
    void aBodyOfKnownLengthWaitsForAllOfIt() {
        assertEquals(BodyReader.NEED_MORE, bodies.fixed(6, "hello").event());
        assertEquals(BodyReader.NEED_MORE, bodies.fixed(Long.MAX_VALUE, "hello").event());
    }

    @Test
    void beginsTheBodyThatAHeadAnnounces() {
        assertEquals("3:abc", announced("Content-Length: 3", "abcdef"));
        assertEquals("0:", announced("X: y", "abcdef"));
        assertEquals("13:abc", announced("Transfer-Encoding: chunked", "3\r\nabc\r\n" + END + "GET"));
    }

    private static String announced(String line, String body) {
        var bytes = (Heads.withLines(line) + body).getBytes(StandardCharsets.ISO_8859_1);
        var at = Memory.allocate(bytes.length, 8);
        Memory.copy(bytes, 0, at, bytes.length);
        var head = new RequestParser(WireLimits.DEFAULT);
        var offset = head.parse(at, bytes.length);
        var start = offset;
        var reader = new BodyReader(WireLimits.DEFAULT);
        reader.start(head);
        var data = "";
        while (reader.read(at + offset, bytes.length - offset) == BodyReader.DATA) {
            data += Latin1.string(at + offset + reader.dataAt(), reader.dataLength());
            offset += reader.consumed();
        }
        return offset + reader.consumed() - start + ":" + data;
    }

    @Test
    void joinsTheDataOfTheChunks() {
        assertEquals("hello, world", bodies.accepted("5\r\nhello\r\n7\r\n, world\r\n" + END).data());
    }

    @Test
    void anEmptyChunkedBodyIsItsLastChunk() {
        assertEquals("", bodies.accepted(END).data());
    }

    @Test
    void anUnfinishedChunkedBodyIsUnfinishedWhereverItStops() {
        var body = "5;a=\"b\\\"c\"\r\nhello\r\n0\r\nX: y\r\n\r\n";
        for (var length = 0; length < body.length(); length++) bodies.unfinished(body.substring(0, length));
    }

    @ParameterizedTest
    @CsvSource({"a,10", "A,10", "0a,10", "00000000000000f,15", "000000000000000F,15", "1F,31"})
    void readsHexadecimalSizesOfEitherCase(String size, int bytes) {
        assertEquals("x".repeat(bytes), bodies.accepted(size + "\r\n" + "x".repeat(bytes) + "\r\n" + END).data());
    }

    @Test
    void takesAnyNumberOfZerosForTheLastChunk() {
        bodies.accepted("000\r\n\r\n");
    }

    @Test
    void takesDataThatLooksLikeFraming() {
        assertEquals("0\r\n\r\n\0\n", bodies.accepted("7\r\n0\r\n\r\n\0\n\r\n" + END).data());
    }

    @ParameterizedTest
    @ValueSource(strings = {"+5", "-5"})
    void rejectsASignedChunkSize_9112_7_1(String size) {
        bodies.rejected(400, "chunk size is not", size + "\r\nhello\r\n" + END);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x5", "0X5", "5h", "g", "5_", "h5", "\u00b2", "5.", "five", "5,5", "5:", "\0"})
    void rejectsAChunkSizeThatIsNoNumber_9112_7_1(String size) {
        bodies.rejected(400, "chunk size is not", size + "\r\nhello\r\n" + END);
    }

    @ParameterizedTest
    @ValueSource(strings = {" 5", "5 ", "5\t", "\t5", "5 5", "5 ;a"})
    void rejectsWhiteSpaceAroundAChunkSize_9112_7_1(String size) {
        bodies.rejected(400, "chunk size is not", size + "\r\nhello\r\n" + END);
    }

    @Test
    void rejectsAnEmptyChunkSize_9112_7_1() {
        bodies.rejected(400, "chunk size is not", "\r\nhello\r\n" + END);
        bodies.rejected(400, "chunk size is not", ";a=b\r\nhello\r\n" + END);
        bodies.rejected(400, "chunk size is not", "5\r\nhello\r\n\r\n" + END);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000000000000000", "FFFFFFFFFFFFFFFF", "10000000000000000", "10000000000000005",
        "00000000000000005"})
    void rejectsAChunkSizeThatOverflows_9112_7_1(String size) {
        bodies.rejected(400, "chunk size above", size + "\r\nhello\r\n" + END);
    }

    @Test
    void takesTheLargestChunkSize() {
        bodies.unfinished("7fffffffffffffff\r\nhello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello0\r\n\r\n", "hello!\r\n", "hello\n0\r\n\r\n", "hello\r0\r\n\r\n", "hello\rX",
        "hellos\r\n", "hello \r\n"})
    void rejectsChunkDataWithoutItsCrlf_9112_7_1(String data) {
        bodies.rejected(400, "not followed by CRLF", "5\r\n" + data);
    }

    @Test
    void rejectsAChunkLineThatEndsWithABareLf_9112_2_2() {
        bodies.rejected(400, "LF without CR", "5\nhello\r\n" + END);
        bodies.rejected(400, "LF without CR", "0\n\r\n");
        bodies.rejected(400, "LF without CR", "5;a\nhello\r\n" + END);
        bodies.rejected(400, "LF without CR", "5;a=b\nhello\r\n" + END);
        bodies.rejected(400, "LF without CR", "5;a=\"b\"\nhello\r\n" + END);
    }

    @Test
    void rejectsAChunkLineWithABareCr_9112_2_2() {
        bodies.rejected(400, "CR without LF", "5\rhello\r\n" + END);
        bodies.rejected(400, "CR without LF", "5;a\r\r\nhello\r\n" + END);
    }

    @ParameterizedTest
    @ValueSource(strings = {";a", ";a=b", ";a=\"b\"", ";a;b;c", ";a=b;c=\"d;e\\\"f\";g", ";a=\"\"", ";a=\"\t \u00e9\"",
        ";!#$=%&'*"})
    void skipsExtensions(String extension) {
        assertEquals("hello", bodies.accepted("5" + extension + "\r\nhello\r\n0" + extension + "\r\n\r\n").data());
    }

    @ParameterizedTest
    @ValueSource(strings = {";", ";;a", ";a;", ";=b", ";a=", ";a=;b", ";a=b=c", "; a", ";a =b", ";a= b", ";a=b ",
        ";a\0", ";a=\"b", ";a=\"b\"c", ";a=\"\u0001\"", ";a=\"\\\u0001\"", ";a=\"\r\n\"", ";a=(b)", ";\u00e9",
        ";a=\"b\" "})
    void rejectsAMalformedExtension_9112_7_1_1(String extension) {
        bodies.rejected(400, "malformed chunk extension", "5" + extension + "\r\nhello\r\n" + END);
    }

    @Test
    void takesExtensionsUpToTheLimitOfTheWholeBody() {
        smallBodies.accepted("1;1234567\r\nx\r\n1;1234567\r\nx\r\n" + END);
    }

    @Test
    void rejectsMoreExtensionsThanTheLimitOfTheWholeBody_9112_7_1_1() {
        smallBodies.rejected(413, "chunk extensions longer", "1;" + "a".repeat(20));
        smallBodies.rejected(413, "chunk extensions longer", "1;1234567\r\nx\r\n1;1234567\r\nx\r\n1;1\r\nx\r\n" + END);
    }

    @Test
    void keepsTrailersApart() {
        var body = bodies.accepted("1\r\nx\r\n0\r\nDigest: abc\r\nX-Y:\t z \r\n\r\n");
        assertEquals("x", body.data());
        assertEquals(List.of(new Heads.Header("Digest", "abc"), new Heads.Header("X-Y", "z")), body.trailers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "transfer-encoding: chunked", "HOST: b", "Connection: close",
        "Expect: 100-continue", "Host:"})
    void rejectsATrailerThatBelongsIntoTheHead_9110_6_5_1(String line) {
        bodies.rejected(400, "belongs into the head", "0\r\nX: y\r\n" + line + "\r\n\r\n");
    }

    @Test
    void rejectsTrailersByTheRulesOfFields_9112_5() {
        bodies.rejected(400, "white space before the first", "0\r\n X: y\r\n\r\n");
        bodies.rejected(400, "folding", "0\r\nX: y\r\n z\r\n\r\n");
        bodies.rejected(400, "white space in a field name", "0\r\nX : y\r\n\r\n");
        bodies.rejected(400, "not a token", "0\r\nX\r\n\r\n");
        bodies.rejected(400, "LF without CR", "0\r\nX: y\n\r\n");
        bodies.rejected(400, "CR without LF", "0\r\n\rX");
        bodies.rejected(400, "control character", "0\r\nX: \0\r\n\r\n");
        bodies.rejected(400, "not a token", "0\r\n\n");
    }

    @Test
    void takesTrailersUpToTheLimit() {
        smallBodies.accepted("0\r\nX: " + "v".repeat(57) + "\r\n\r\n");
        smallBodies.accepted("0\r\n" + "X: y\r\n".repeat(4) + "\r\n");
    }

    @Test
    void rejectsLongerTrailersThanTheLimit_6585_5() {
        smallBodies.rejected(431, "longer than the limit", "0\r\nX: " + "v".repeat(58) + "\r\n\r\n");
        smallBodies.rejected(431, "longer than the limit", "0\r\nX: " + "v".repeat(1000));
    }

    @Test
    void rejectsMoreTrailersThanTheLimit_6585_5() {
        smallBodies.rejected(431, "more header fields", "0\r\n" + "X: y\r\n".repeat(5) + "\r\n");
    }

    @Test
    void saysTheSameAgainAfterTheEndAndAfterBad() {
        var at = Memory.allocate(16, 8);
        Memory.copy("0\r\n\r\n5\nabc".getBytes(StandardCharsets.ISO_8859_1), 0, at, 10);
        var reader = new BodyReader(WireLimits.DEFAULT);
        reader.startChunked();
        assertEquals(BodyReader.END, reader.read(at, 10));
        assertEquals(5, reader.consumed());
        assertEquals(BodyReader.END, reader.read(at + 5, 5));
        assertEquals(0, reader.consumed());
        reader.startChunked();
        assertEquals(BodyReader.BAD, reader.read(at + 5, 5));
        assertEquals(BodyReader.BAD, reader.read(at, 5));
        reader.startChunked();
        assertEquals(0, reader.status());
        assertEquals(BodyReader.END, reader.read(at, 5));
    }
}
