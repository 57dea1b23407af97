package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.app.Multiparts.Found;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartParserTest {
    private static final String A = "Content-Disposition: form-data; name=\"a\"";
    private static final String HEAD = "--XbX\r\n" + A + "\r\n\r\n";
    private static final String END = "\r\n--XbX--";

    private final Multiparts multiparts = new Multiparts();

    private static Found field(String name, String value) {
        return new Found(name, null, null, value, true);
    }

    private String data(String data) {
        var parts = multiparts.accepted(HEAD + data + END);
        assertEquals(1, parts.size());
        return parts.getFirst().data();
    }

    /// Latin-1 characters that stand for the UTF-8 bytes of the text.
    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    // Parts.

    @Test
    void findsFieldsAndFilesInOrder() {
        var body = HEAD + "1" + "\r\n--XbX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.png\"\r\n"
                + "Content-Type: image/png\r\n\r\n\u0089PNG\r\n\u001a\n\0" + END + "\r\n";
        assertEquals(List.of(field("a", "1"), new Found("f", "x.png", "image/png", "\u0089PNG\r\n\u001a\n\0", true)),
                multiparts.accepted(body));
    }

    @Test
    void aFormWithoutPartsIsOneSinceBrowsersSendIt() {
        assertEquals(List.of(), multiparts.accepted("--XbX--\r\n"));
        assertEquals(List.of(), multiparts.accepted("--XbX--"));
        assertEquals(List.of(), multiparts.accepted("\r\n--XbX--"));
    }

    @Test
    void skipsWhatStandsBeforeTheFirstBoundaryAndBehindTheLastOne_2046_5_1_1() {
        var body = "This is a preamble\r\n--Xb\r\n-\r\n" + HEAD + "1" + END + "  \t\r\nan epilogue\r\n" + HEAD + "2"
                + END;
        assertEquals(List.of(field("a", "1")), multiparts.accepted(body));
    }

    @Test
    void aBoundaryWithinALineOfThePreambleIsNone() {
        assertEquals(List.of(field("a", "1")), multiparts.accepted("x--XbX\r\n" + HEAD + "1" + END));
    }

    @Test
    void whiteSpaceMayFollowABoundary_2046_5_1_1() {
        assertEquals(List.of(field("a", "1")), multiparts.accepted("--XbX \t\r\n" + A + "\r\n\r\n1\r\n--XbX-- \t"));
    }

    @Test
    void aPartMayBeEmpty() {
        assertEquals("", data(""));
        assertEquals("\r\n", data("\r\n"));
    }

    @Test
    void aPartMayEndWithItsHeaders_2046_5_1_1() {
        assertEquals(List.of(field("a", ""), field("a", "2")),
                multiparts.accepted("--XbX\r\n" + A + "\r\n\r\n" + HEAD + "2" + END));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "--", "--X", "--Xb", "--Xb\r\n", "--XbY", "-\r\n--Xb"})
    void aPartMayBeginAlmostAsADelimiterDoes(String data) {
        assertEquals(data, data(data));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\r\r", "\r\n", "\r\n-", "\r\n--", "\r\n--X", "\r\n--Xb", "\r\n--Xb\r",
        "\r\n--Xb\r\n--Xb",
        "\r\n\r\n--Xb-", "\r\r\n--XbY", "\n--XbX", "\r--XbX", " --XbX\r\n", "\r\n --XbX", "\r\n-XbX", "\r\n---XbX",
        "\r\n--xBx",
        "XbX\r\n--", "\r\n--X\r\n--Xb\r\n--X\r"})
    void whatLooksAlmostLikeADelimiterIsData(String data) {
        assertEquals(data, data(data));
        assertEquals("x" + data + "y", data("x" + data + "y"));
    }

    @Test
    void dataOfEveryByteComesAsItIs() {
        var all = new StringBuilder();
        for (var c = 0; c < 256; c++) all.append((char) c);
        assertEquals(all.toString(), data(all.toString()));
    }

    @Test
    void aBoundaryOfOneCharacterAndOneOfSeventyAreFound() {
        for (var boundary : List.of("a", "a".repeat(70), "ab".repeat(35), "=_-'()+,./:? x")) {
            var body = "--" + boundary + "\r\n" + A + "\r\n\r\n" + "a".repeat(80) + "\r\n--" + boundary.substring(1)
                    + "\r\n--"
                    + boundary + "--";
            assertEquals(List.of(field("a", "a".repeat(80) + "\r\n--" + boundary.substring(1))),
                    new Multiparts(MultipartReader.create(), boundary).accepted(body), boundary);
        }
    }

    @Test
    void aBoundaryIsOneToSeventyOfItsCharacters_2046_5_1_1() {
        for (var good : List.of("a", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "a b", "x".repeat(70), "'()+_,-./:=?")) {
            assertTrue(Delimiter.isBoundary(good), good);
        }
        for (var bad : List.of("", " ", "a ", "x".repeat(71), "a\r", "a\nb", "a*b", "a\"", "\u00e9", "a;b", "a\0")) {
            assertFalse(Delimiter.isBoundary(bad), bad);
        }
    }

    // What is refused.

    @ParameterizedTest
    @ValueSource(strings = {"--XbXY\r\n", "--XbX-\r\n", "--XbX\n", "--XbX\rX", "--XbX x\r\n", "--XbX--x", "--XbX-- x",
        "--XbX--\n", "--XbX--\rX",
        "--XbX- -"})
    void rejectsABoundaryWithSomethingBehindIt_2046_5_1_1(String line) {
        multiparts.rejected(400, "boundary followed by", line);
        multiparts.rejected(400, "boundary followed by", HEAD + "1\r\n" + line);
    }

    @Test
    void rejectsABodyWithoutItsLastBoundaryWhereverItStops_2046_5_1_1() {
        var body = HEAD + "1" + END;
        for (var length = 0; length < body.length(); length++) {
            multiparts.rejected(400, "body ends before", body.substring(0, length));
        }
        multiparts.rejected(400, "body ends before", "--XbX--\r");
        multiparts.rejected(400, "body ends before", "--other\r\n\r\n--other--");
    }

    @Test
    void aPartWhoseBodyIsRefusedStaysIncomplete() {
        var outcome = multiparts.parsed(HEAD + "12\r\n--Xb");
        assertEquals(List.of(new Found("a", null, null, "12", false)), outcome.parts());
    }

    // Headers.

    @Test
    void takesHeadersInAnyOrderAndCaseAndIgnoresOthers_7578_4_8() {
        assertEquals(List.of(new Found("a", null, "text/plain;charset=UTF-8", "data", true)), multiparts.acceptedWith(
                "X-Other: y", "CONTENT-TYPE:text/plain;charset=UTF-8", "Content-Length: 17",
                "content-disposition:\tFORM-DATA;NAME=a \t",
                "Content-Transfer-Encoding: BINARY"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "name=a|a", "name=\"a\"|a", "name=\"\"|``", "NAME=\"a;b=c\" ;x=y|a;b=c", "; ;name=\"a\";|a",
        "x=\"name=b\"; name=a|a",
        "name=\"a\\\"b\\\\c\"|a\"b\\c", "name=\"a\\b\\c\"|a\\b\\c", "name=\"%22%41%%2\"|\"%41%%2",
        "name=\"%0d%0a\"|%0d%0a", "name=\"a\";name*=utf-8''b|a", "name=\"=?utf-8?B?eA==?=\"|=?utf-8?B?eA==?="})
    void readsTheNameAsClientsWriteIt(String parameters, String name) {
        assertEquals(name, multiparts.acceptedWith("Content-Disposition: form-data;" + parameters).getFirst().name());
    }

    @Test
    void readsTheEscapesOfBrowsersAndNoOthers_HTML_4_10_21_8() {
        var part = multiparts.acceptedWith(A + "; filename=\"%22%0D%0A%0d%41%25\"").getFirst();
        assertEquals("\"\r\n%0d%41%25", part.fileName());
    }

    @Test
    void namesAreUtf8_7578_5_1() {
        var part = multiparts.acceptedWith("Content-Disposition: form-data; name=\"" + utf8("¿qué?") + "\"; filename=\""
                + utf8("日本語 🙂.txt") + "\"").getFirst();
        assertEquals("¿qué?", part.name());
        assertEquals("日本語 🙂.txt", part.fileName());
    }

    @Test
    void theNameOfAFileComesAsTheClientLikesIt() {
        for (var name : List.of("../../etc/passwd", "C:\\temp\\x", "", " ", "a;b", "..", "a'b")) {
            assertEquals(name, multiparts.acceptedWith(A + "; filename=\"" + name + "\"").getFirst().fileName());
        }
    }

    @Test
    void ignoresTheExtendedNameOfAFile_7578_4_2() {
        assertEquals("x", multiparts.acceptedWith(A + "; filename=x; filename*=utf-8''y").getFirst().fileName());
        assertEquals(null, multiparts.acceptedWith(A + "; filename*=utf-8''y").getFirst().fileName());
    }

    @Test
    void rejectsAPartWithoutContentDisposition_7578_4_2() {
        multiparts.rejectedWith(400, "without Content-Disposition", "Content-Type: text/plain");
        multiparts.rejected(400, "without Content-Disposition", "--XbX\r\n\r\ndata" + END);
    }

    @Test
    void rejectsAPartWithoutAName_7578_4_2() {
        multiparts.rejectedWith(400, "without a name", "Content-Disposition: form-data");
        multiparts.rejectedWith(400, "without a name",
                "Content-Disposition: form-data; filename=\"x\"; name*=utf-8''a");
    }

    @Test
    void rejectsWhatTwoReadersCouldReadDifferently() {
        multiparts.rejectedWith(400, "two Content-Dispositions", A, A);
        multiparts.rejectedWith(400, "two Content-Types", A, "Content-Type: text/plain", "content-type: text/html");
        multiparts.rejectedWith(400, "well-formed", A + "; name=\"b\"");
        multiparts.rejectedWith(400, "well-formed", A + "; filename=x; FILENAME=y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"attachment; name=a", "form-data; name", "form-data; name=", "form-data; name=\"a",
        "form-data; name=\"a\\\"",
        "form-data; name=\"a\"b", "form-data; name=\"a\" b", "form-data; name =a", "form-data; name= a",
        "form-data name=a", "form-data, name=a",
        "form-data; name=a b", "form-data; =a", "form-data; name=a[0]", "", ";name=a", "form data; name=a"})
    void rejectsAMalformedContentDisposition_7578_4_2(String value) {
        multiparts.rejectedWith(400, "well-formed form-data", "Content-Disposition: " + value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X : y", " X: y", "\tX: y", "X", ": y", "X\u0001: y", "(X): y"})
    void rejectsAMalformedHeader_7578_4_8(String line) {
        multiparts.rejectedWith(400, "folded or has no name", A, line);
    }

    @Test
    void rejectsControlCharactersInAHeader() {
        for (var c : List.of("\0", "\u0001", "\u001f", "\u007f")) {
            multiparts.rejectedWith(400, "control character", A + c);
            multiparts.rejectedWith(400, "control character", A, "X: y" + c + "z");
        }
    }

    @Test
    void rejectsABareLfAndABareCrInHeaders() {
        multiparts.rejectedWith(400, "LF without CR", A + "\nX: y");
        multiparts.rejectedWith(400, "CR without LF", A + "\rX: y");
        multiparts.rejectedWith(400, "CR without LF", A + "\r");
        multiparts.rejected(400, "LF without CR", "--XbX\r\n" + A + "\r\n\ndata" + END);
    }

    @Test
    void rejectsHeadersThatAreNotUtf8() {
        for (var bad : List.of("\u00e9", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00e2\u0082", "\u00f8")) {
            multiparts.rejectedWith(400, "not UTF-8", A + "; filename=\"" + bad + "\"");
        }
    }

    @Test
    void rejectsPartsWithinAPart_7578_4_3() {
        multiparts.rejectedWith(415, "parts within a part", A, "Content-Type: Multipart/mixed; boundary=y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base64", "Quoted-Printable", "x", ""})
    void rejectsATransferEncodingThatWouldHaveToBeDecoded_7578_4_7(String encoding) {
        multiparts.rejectedWith(415, "Content-Transfer-Encoding", A, "Content-Transfer-Encoding: " + encoding);
    }

    // Limits.

    @Test
    void takesABodyUpToTheLimit() {
        var body = HEAD + "12345" + END;
        assertEquals(null, new Multiparts(MultipartReader.create().bytesMax(body.length()), "XbX").read(body)
                .refusal());
        for (var bytes = 0; bytes < body.length(); bytes++) {
            new Multiparts(MultipartReader.create().bytesMax(bytes), "XbX").rejected(413, "body longer", body);
        }
    }

    @Test
    void takesPartsUpToTheLimit() {
        var limited = new Multiparts(MultipartReader.create().partsMax(2), "XbX");
        assertEquals(2, limited.accepted(HEAD + "1\r\n" + HEAD + "2" + END).size());
        limited.rejected(413, "more parts", HEAD + "1\r\n" + HEAD + "2\r\n" + HEAD + "3" + END);
    }

    @Test
    void takesHeadersOfAPartUpToTheLimit() {
        var headBytes = HEAD.length() - "--XbX\r\n".length();
        new Multiparts(MultipartReader.create().headBytesMax(headBytes), "XbX")
                .accepted(HEAD + "1\r\n" + HEAD + "2" + END);
        var limited = new Multiparts(MultipartReader.create().headBytesMax(headBytes - 1), "XbX");
        limited.rejected(413, "headers of a part", HEAD + "1" + END);
        limited.rejected(413, "headers of a part", "--XbX" + " ".repeat(200) + "\r\n");
        limited.rejected(413, "headers of a part", "--XbX\r\n" + "x".repeat(200));
    }

    @Test
    void takesNamesUpToTheLimit() {
        var limited = new Multiparts(MultipartReader.create().nameBytesMax(4).fileNameBytesMax(6), "XbX");
        var head = "Content-Disposition: form-data; name=\"%s\"; filename=\"%s\"";
        limited.acceptedWith(head.formatted("1234", "123456"));
        limited.acceptedWith(head.formatted(utf8("éé"), utf8("ééé")));
        limited.rejectedWith(413, "name of a part", head.formatted("12345", "x"));
        limited.rejectedWith(413, "name of a part", head.formatted(utf8("ééx"), "x"));
        limited.rejectedWith(413, "file name of a part", head.formatted("x", "1234567"));
    }

    @Test
    void aLongTextOfLinesComesBackWhole() {
        var text = "line\r\n".repeat(900).chars().mapToObj(Character::toString).collect(Collectors.joining());
        var parts = multiparts.read(HEAD + text.substring(0, 2000), text.substring(2000) + END).parts();
        assertEquals(List.of(field("a", text)), parts);
    }
}
