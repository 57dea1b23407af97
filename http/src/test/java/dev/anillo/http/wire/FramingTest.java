package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where the body ends: RFC 9112 §6, and what its §11.2 says of request smuggling.
class FramingTest {
    private final Heads heads = new Heads();

    @Test
    void hasNoLengthWithoutAField() {
        var head = heads.acceptedWith("X: y");
        assertEquals(-1, head.contentLength());
        assertFalse(head.chunked());
    }

    @ParameterizedTest
    @CsvSource({"0,0", "5,5", "1234567890,1234567890", "0005,5", "9223372036854775807,9223372036854775807",
        "0000000000000000000000000000007,7"})
    void takesAContentLength(String text, long length) {
        assertEquals(length, heads.acceptedWith("Content-Length: " + text).contentLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length", "CONTENT-LENGTH", "cOnTeNt-LeNgTh"})
    void findsContentLengthInAnyCase(String name) {
        assertEquals(7, heads.acceptedWith(name + ":7").contentLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Lengths", "Content-Lengt", "Content_Length", "Kontent-Length", "Content-Lenght",
        "ContentLength-"})
    void takesNoOtherFieldForContentLength(String name) {
        assertEquals(-1, heads.acceptedWith(name + ": 7").contentLength());
    }

    @Test
    void rejectsAnEmptyContentLength_9110_8_6() {
        heads.rejectedWith(400, "Content-Length is not a number", "Content-Length:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+5", "-5", "-0"})
    void rejectsASignedContentLength_9110_8_6(String value) {
        heads.rejectedWith(400, "Content-Length is not a number", "Content-Length: " + value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5, 5", "5,5", "5,", ",5", "5, 6"})
    void rejectsAListOfContentLengths_9110_8_6(String value) {
        heads.rejectedWith(400, "Content-Length is not a number", "Content-Length: " + value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x5", "5.0", "1e3", "5 5", "five", "5;", "\"5\"", "5_0", "\u00b2", "5\t5"})
    void rejectsAContentLengthThatIsNoNumber_9110_8_6(String value) {
        heads.rejectedWith(400, "Content-Length is not a number", "Content-Length: " + value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "18446744073709551616", "18446744073709551621",
        "99999999999999999999999999"})
    void rejectsAContentLengthThatOverflows_9110_8_6(String value) {
        heads.rejectedWith(400, "above 2^63-1", "Content-Length: " + value);
    }

    @Test
    void rejectsDifferingContentLengths_9112_6_3() {
        heads.rejectedWith(400, "more than one Content-Length", "Content-Length: 5", "Content-Length: 6");
    }

    @Test
    void rejectsTheSameContentLengthTwice_9110_8_6() {
        heads.rejectedWith(400, "more than one Content-Length", "Content-Length: 5", "content-length: 5");
        heads.rejectedWith(400, "more than one Content-Length", "Content-Length: 0", "Content-Length: 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", "CHUNKED", "chunked ", "\tchunked\t"})
    void takesChunked(String value) {
        var head = heads.acceptedWith("Transfer-Encoding:" + value);
        assertTrue(head.chunked());
        assertEquals(-1, head.contentLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {"transfer-encoding", "TRANSFER-ENCODING", "tRaNsFeR-eNcOdInG"})
    void findsTransferEncodingInAnyCase(String name) {
        assertTrue(heads.acceptedWith(name + ": chunked").chunked());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer_Encoding", "Transfer.Encoding", "Transfer-Encodinh", "Transfer-Encodings",
        "XTransfer-Encoding"})
    void takesNoOtherFieldForTransferEncoding(String name) {
        assertFalse(heads.acceptedWith(name + ": chunked").chunked());
    }

    /// RFC 9112 §6.3: both framings together may be request smuggling.
    @Test
    void rejectsContentLengthTogetherWithChunked_9112_6_3() {
        heads.rejectedWith(400, "together", "Content-Length: 3", "Transfer-Encoding: chunked");
        heads.rejectedWith(400, "together", "Transfer-Encoding: chunked", "Content-Length: 3");
        heads.rejectedWith(400, "together", "Transfer-Encoding: chunked", "Content-Length: 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity", "gzip, chunked", "deflate,chunked", "xchunked", "chunkedx",
        "chunked;q=1", "\"chunked\"", "chunke", "x,y", "chunked chunked", "\u00e7hunked"})
    void rejectsACodingThatIsNotKnown_9112_6_1(String value) {
        heads.rejectedWith(501, "transfer coding other than chunked", "Transfer-Encoding: " + value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked, gzip", "chunked,identity", "chunked, x, chunked"})
    void rejectsChunkedThatIsNotFinal_9112_6_3(String value) {
        heads.rejectedWith(400, "not the final", "Transfer-Encoding: " + value);
    }

    @Test
    void rejectsChunkedThatIsNotFinalOverTwoLines_9112_6_3() {
        heads.rejectedWith(400, "not the final", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked, chunked", "chunked,chunked", "chunked , CHUNKED"})
    void rejectsChunkedTwice_9112_6_1(String value) {
        heads.rejectedWith(400, "more than once", "Transfer-Encoding: " + value);
    }

    @Test
    void rejectsChunkedTwiceOverTwoLines_9112_6_1() {
        heads.rejectedWith(400, "more than once", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "chunked,", ",chunked", "chunked, ,", " , chunked"})
    void rejectsAnEmptyCoding_9112_6_1(String value) {
        heads.rejectedWith(400, "empty transfer coding", "Transfer-Encoding:" + value);
    }

    @Test
    void rejectsTransferEncodingInHttp10_9112_6_1() {
        heads.rejected(400, "in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    @Test
    void rejectsAFoldedTransferEncoding_9112_5_2() {
        heads.rejectedWith(400, "folding", "Transfer-Encoding:", " chunked");
    }

    @Test
    void rejectsTransferEncodingWithASpaceBeforeItsColon_9112_5_1() {
        heads.rejectedWith(400, "white space in a field name", "Transfer-Encoding : chunked");
    }

    @Test
    void rejectsTransferEncodingWithAVerticalTab_9110_5_5() {
        heads.rejectedWith(400, "control character", "Transfer-Encoding: \u000bchunked");
    }
}
