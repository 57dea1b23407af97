package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLineTest {
    private static final String HOST = "Host: a\r\n\r\n";

    private final Heads heads = new Heads();

    private Heads.Outcome line(String line) {
        return heads.accepted(line + "\r\n" + HOST);
    }

    private void rejectedLine(int status, String reason, String line) {
        heads.rejected(status, reason, line + "\r\n" + HOST);
    }

    @Test
    void takesTheLineApart() {
        var head = line("GET /path?query=1 HTTP/1.1");
        assertEquals(Method.GET, head.method());
        assertEquals(TargetForm.ORIGIN, head.form());
        assertEquals("/path?query=1", head.target());
        assertEquals("/path?query=1", head.path());
        assertEquals("a", head.authority());
        assertEquals(1, head.minor());
    }

    @Test
    void nothingAtAllIsUnfinished() {
        heads.unfinished("");
    }

    @Test
    void anUnfinishedLineIsUnfinishedWhereverItStops() {
        var head = "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
        for (var length = 1; length < head.length(); length++) heads.unfinished(head.substring(0, length));
    }

    @ParameterizedTest
    @EnumSource(value = Method.class, mode = EnumSource.Mode.EXCLUDE, names = {"OTHER", "CONNECT"})
    void knowsTheMethod(Method method) {
        var head = line(method + " /" + " HTTP/1.1");
        assertEquals(method, head.method());
        assertEquals(method.name(), head.methodText());
    }

    /// RFC 9110 §9.1: methods are case-sensitive tokens, and there may be others.
    @ParameterizedTest
    @ValueSource(strings = {"get", "Get", "GETS", "GE", "PROPFIND", "BASELINE-CONTROL", "M-SEARCH",
        "!#$%&'*+-.^_`|~09azAZ"})
    void anyOtherTokenIsAMethodOfItsOwn(String method) {
        var head = line(method + " / HTTP/1.1");
        assertEquals(Method.OTHER, head.method());
        assertEquals(method, head.methodText());
    }

    /// RFC 9112 §2.2: a server should ignore at least one empty line before the request line.
    @Test
    void skipsOneEmptyLineBeforeTheRequest() {
        var head = heads.accepted("\r\nGET /x HTTP/1.1\r\n" + HOST);
        assertEquals(Method.GET, head.method());
        assertEquals("/x", head.target());
    }

    @Test
    void rejectsASecondEmptyLineBeforeTheRequest_9112_2_2() {
        heads.rejected(400, "method is expected", "\r\n\r\nGET / HTTP/1.1\r\n" + HOST);
    }

    @Test
    void rejectsABareLfBeforeTheRequest_9112_2_2() {
        heads.rejected(400, "method is expected", "\nGET / HTTP/1.1\r\n" + HOST);
    }

    @Test
    void rejectsABareCrBeforeTheRequest_9112_2_2() {
        heads.rejected(400, "method is expected", "\rGET / HTTP/1.1\r\n" + HOST);
    }

    @Test
    void rejectsALeadingSpace_9112_3() {
        rejectedLine(400, "begins with a space", " GET / HTTP/1.1");
    }

    /// What a TLS client hello looks like on a plain-text port, among others.
    @ParameterizedTest
    @ValueSource(strings = {"\u0016\u0003\u0001", "G\0T", "G\tT", "GET\t", "(GET)", "G/T", "G\u00c9T", "GET,",
        "\"GET\"", "G:T", "G@T"})
    void rejectsAMethodThatIsNoToken_9110_9_1(String method) {
        rejectedLine(400, "method is not a token", method + " / HTTP/1.1");
    }

    @Test
    void rejectsALineWithTheMethodAlone_9112_3() {
        rejectedLine(400, "method is expected", "GET");
    }

    @Test
    void rejectsALineWithoutAVersion_9112_3() {
        rejectedLine(400, "without a version", "GET /");
        rejectedLine(400, "malformed HTTP version", "GET / ");
    }

    @Test
    void rejectsTwoSpacesBeforeTheTarget_9112_3() {
        rejectedLine(400, "more than one space", "GET  / HTTP/1.1");
    }

    @Test
    void rejectsTwoSpacesBeforeTheVersion_9112_3() {
        rejectedLine(400, "more than two spaces", "GET /  HTTP/1.1");
    }

    @Test
    void rejectsASpaceAfterTheVersion_9112_3() {
        rejectedLine(400, "more than two spaces", "GET / HTTP/1.1 ");
    }

    @Test
    void rejectsASpaceInTheTarget_9112_3_2() {
        rejectedLine(400, "malformed HTTP version", "GET /a b HTTP/1.1");
    }

    @Test
    void rejectsATabForASpace_9112_3() {
        rejectedLine(400, "method is not a token", "GET\t/ HTTP/1.1");
        rejectedLine(400, "no URI contains", "GET /\tHTTP/1.1");
    }

    @Test
    void rejectsALineThatEndsWithABareLf_9112_2_2() {
        heads.rejected(400, "LF without CR", "GET / HTTP/1.1\n" + HOST);
    }

    @Test
    void rejectsALineThatEndsWithABareCr_9112_2_2() {
        heads.rejected(400, "CR without LF", "GET / HTTP/1.1\r" + HOST);
    }

    @ParameterizedTest
    @ValueSource(chars = {0, 1, 8, 9, 0x0B, 0x1F, 0x7F})
    void rejectsAControlCharacterInTheTarget_3986_2(char c) {
        rejectedLine(400, "no URI contains", "GET /1234" + c + "67890 HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(chars = {0x80, 0xA0, 0xE9, 0xFF})
    void rejectsWhatIsNotAsciiInTheTarget_3986_2(char c) {
        rejectedLine(400, "no URI contains", "GET /1234567890" + c + " HTTP/1.1");
    }

    @Test
    void rejectsAFragmentInTheTarget_9112_3_2() {
        rejectedLine(400, "fragment", "GET /page#part HTTP/1.1");
    }

    @Test
    void takesEveryOtherVisibleCharacterInTheTarget() {
        for (var c = '!'; c < 0x7F; c++) {
            if (c != '#') assertEquals("/abcd" + c + "fg", line("GET /abcd" + c + "fg HTTP/1.1").target());
        }
    }

    /// RFC 9110 §2.5: a later minor version is to be treated as the highest one that is implemented.
    @Test
    void treatsLaterMinorVersionsAs11() {
        assertEquals(0, line("GET / HTTP/1.0").minor());
        assertEquals(1, line("GET / HTTP/1.1").minor());
        assertEquals(1, line("GET / HTTP/1.2").minor());
        assertEquals(1, line("GET / HTTP/1.9").minor());
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/9.9"})
    void rejectsOtherMajorVersions_9110_15_6_6(String version) {
        rejectedLine(505, "major version", "GET / " + version);
    }

    /// RFC 9113 §3.4: the preface of a client that speaks HTTP/2 right away.
    @Test
    void rejectsTheHttp2PrefaceByItsVersion_9110_15_6_6() {
        heads.rejected(505, "major version", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "HTTP/1", "HTTP/1.", "HTTP/11", "HTTP/1.10", "HTTP/01.1", "HTTP/1,1",
        "HTTP 1.1", "HTTP/a.1", "HTTP/1.a", "HTTP/1.\u00b9", "HTTPS/1.1", "HTTP/-1.1", "ICY/1.1", "/1.1"})
    void rejectsAMalformedVersion_9112_2_3(String version) {
        var outcome = heads.parsed("GET / " + version + "\r\n" + HOST);
        assertEquals(400, outcome.status(), outcome.reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"path", "?query", "a:80", "ftp://a/", "http:/a", "http:a", "http://", "http:///x",
        "http://?x", "http://a b/", "http://u@a/", "http://a:x/", "http://a:99999/", "http://[::1/", "http://:80/",
        "https//a/", "**", "*/"})
    void rejectsATargetOfNoForm_9112_3_2(String target) {
        assertEquals(400, heads.parsed("GET " + target + " HTTP/1.1\r\n" + HOST).status());
    }

    /// A path may begin with an empty segment; it does not make the next one an authority.
    @Test
    void takesTwoSlashesForAPath() {
        var head = line("GET //b/c HTTP/1.1");
        assertEquals(TargetForm.ORIGIN, head.form());
        assertEquals("//b/c", head.path());
    }

    /// RFC 9112 §3.2.2: a server accepts the absolute form, and then its authority replaces Host.
    @Test
    void takesTheAuthorityOfAnAbsoluteTargetForTheHost() {
        var head = line("GET http://example.org:81/p?q HTTP/1.1");
        assertEquals(TargetForm.ABSOLUTE, head.form());
        assertEquals("example.org:81", head.authority());
        assertEquals("/p?q", head.path());
        assertEquals(0, head.hostIndex());
    }

    @Test
    void takesAbsoluteTargetsOfAllShapes() {
        assertEquals("", line("GET http://b HTTP/1.1").path());
        assertEquals("?q", line("GET HTTPS://b?q HTTP/1.1").path());
        assertEquals("/http://x", line("GET hTTp://[::1]:8/http://x HTTP/1.1").path());
        assertEquals("[::1]:8", line("GET https://[::1]:8/ HTTP/1.1").authority());
    }

    @Test
    void takesHostAndPortWithConnect() {
        var head = line("CONNECT example.org:443 HTTP/1.1");
        assertEquals(Method.CONNECT, head.method());
        assertEquals(TargetForm.AUTHORITY, head.form());
        assertEquals("example.org:443", head.authority());
        assertEquals("", head.path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "example.org", "example.org:", ":443", "http://a:80/", "*", "a:b", "a:443/x",
        "u@a:443"})
    void rejectsConnectWithoutHostAndPort_9112_3_2_3(String target) {
        rejectedLine(400, "CONNECT without host:port", "CONNECT " + target + " HTTP/1.1");
    }

    @Test
    void takesTheAsteriskWithOptions() {
        var head = line("OPTIONS * HTTP/1.1");
        assertEquals(TargetForm.ASTERISK, head.form());
        assertEquals("*", head.path());
    }

    @Test
    void rejectsTheAsteriskWithoutOptions_9112_3_2_4() {
        rejectedLine(400, "without OPTIONS", "GET * HTTP/1.1");
    }

    @Test
    void hasNoAuthorityWhereHttp10LeavesItOut() {
        assertNull(heads.accepted("GET / HTTP/1.0\r\n\r\n").authority());
    }

    @Test
    void sharesNothingBetweenTwoRequests() {
        line("GET http://b/ HTTP/1.1");
        assertEquals("a", line("GET / HTTP/1.1").authority());
    }
}
