package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpServer;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What README.md says of rejections, compared with what a server answers to a sample of each, and with the reasons
/// that the code knows.
class DocumentedRejectionsTest extends ServerTest {
    private static final int STATUS = 1;
    private static final int REASON = 2;
    private static final Pattern IS_REASON = Pattern.compile(".* \\(RFC \\d+ §[\\d.]+\\)");

    private static final HttpLimits DEFAULTS = new HttpLimits();
    private static final String CHUNKED = RawClient.requestText("POST /", "Transfer-Encoding: chunked");

    /// @param ends whether the client ends its side then
    private record Sample(HttpLimits limits, String sent, boolean ends) {}

    private final Map<String, Sample> samples = new LinkedHashMap<>();

    private void sample(String reason, String sent) {
        sample(reason, DEFAULTS, sent, false);
    }

    private void fields(String reason, String... fields) {
        sample(reason, RawClient.requestText("POST /", fields));
    }

    private void sample(String reason, HttpLimits limits, String sent, boolean ends) {
        samples.put(reason, new Sample(limits, sent, ends));
    }

    /// One for each row, by its reason.
    private void allSamples() {
        sample("line ends where a method is expected (RFC 9112 §3)", "\r\n\r\nGET / HTTP/1.1\r\n");
        sample("request line begins with a space (RFC 9112 §3)", " GET / HTTP/1.1\r\n");
        sample("method is not a token (RFC 9110 §9.1)", "\u0016\u0003\u0001\u0002\u0000\u0001");
        sample("method longer than any that is implemented (RFC 9112 §3)", "X".repeat(9000));
        sample("more than one space in the request line (RFC 9112 §3)", "GET  / HTTP/1.1\r\n");
        sample("more than two spaces in the request line (RFC 9112 §3)", "GET /  HTTP/1.1\r\n");
        sample("request line without a version (RFC 9112 §3)", "GET /\r\n");
        sample("fragment in the request target (RFC 9112 §3.2)", "GET /a#b HTTP/1.1\r\n");
        sample("character that no URI contains in the request target (RFC 9112 §3.2)", "GET /\u0001 HTTP/1.1\r\n");
        sample("target is neither a path nor an http or https URI (RFC 9112 §3.2)", "GET ftp://a/ HTTP/1.1\r\n\r\n");
        sample("CONNECT without host:port (RFC 9112 §3.2.3)", "CONNECT / HTTP/1.1\r\n\r\n");
        sample("target * without OPTIONS (RFC 9112 §3.2.4)", "GET * HTTP/1.1\r\n\r\n");
        sample("request line longer than the limit (RFC 9112 §3)", "GET /" + "x".repeat(9000));
        sample("malformed HTTP version (RFC 9112 §2.3)", "GET / http/1.1\r\n");
        sample("HTTP major version is not 1 (RFC 9110 §15.6.6)", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        sample("LF without CR (RFC 9112 §2.2)", "GET / HTTP/1.1\n");
        sample("CR without LF (RFC 9112 §2.2)", "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n");
        sample("white space before the first header field (RFC 9112 §2.2)", "GET / HTTP/1.1\r\n Host: a\r\n\r\n");
        fields("obsolete line folding (RFC 9112 §5.2)", "X: y", " folded");
        fields("white space in a field name or before its colon (RFC 9112 §5.1)", "Content-Length : 3");
        fields("field name is not a token (RFC 9110 §5.1)", "nothing");
        fields("empty field name (RFC 9112 §5)", ": v");
        fields("control character in a field value (RFC 9110 §5.5)", "X: a\0b");
        sample("more header fields than the limit (RFC 6585 §5)",
                CHUNKED + "0\r\n" + "X: y\r\n".repeat(101) + "\r\n");
        fields("header fields longer than the limit (RFC 6585 §5)", "X: " + "x".repeat(20_000));
        sample("head or trailer section larger than a buffer (RFC 6585 §5)", new HttpLimits().trailerBytesMax(1 << 20),
                CHUNKED + "0\r\nX: " + "x".repeat(40_000), false);
        sample("no Host field (RFC 9112 §3.2)", "GET / HTTP/1.1\r\n\r\n");
        fields("more than one Host field (RFC 9112 §3.2)", "Host: localhost");
        sample("Host is not host[:port] (RFC 9112 §3.2)", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n");
        fields("more than one Content-Length field (RFC 9110 §8.6)", "Content-Length: 5", "Content-Length: 5");
        fields("Content-Length is not a number (RFC 9110 §8.6)", "Content-Length: +5");
        fields("Content-Length above 2^63-1 (RFC 9110 §8.6)", "Content-Length: 9223372036854775808");
        fields("Content-Length together with Transfer-Encoding (RFC 9112 §6.3)", "Content-Length: 5",
                "Transfer-Encoding: chunked");
        sample("Transfer-Encoding in HTTP/1.0 (RFC 9112 §6.1)",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
        fields("empty transfer coding (RFC 9112 §6.1)", "Transfer-Encoding: chunked,");
        fields("chunked more than once (RFC 9112 §6.1)", "Transfer-Encoding: chunked, chunked");
        fields("chunked is not the final transfer coding (RFC 9112 §6.3)", "Transfer-Encoding: chunked, gzip");
        fields("transfer coding other than chunked (RFC 9112 §6.1)", "Transfer-Encoding: gzip, chunked");
        fields("expectation other than 100-continue (RFC 9110 §10.1.1)", "Expect: a miracle");
        sample("chunk size is not a hexadecimal number (RFC 9112 §7.1)", CHUNKED + "0x5\r\n");
        sample("chunk size above 2^63-1 (RFC 9112 §7.1)", CHUNKED + "8000000000000000\r\n");
        sample("malformed chunk extension (RFC 9112 §7.1.1)", CHUNKED + "5;=\r\n");
        sample("chunk extensions longer than the limit (RFC 9112 §7.1.1)", CHUNKED + "5;" + "x".repeat(20_000));
        sample("chunk data is not followed by CRLF (RFC 9112 §7.1)", CHUNKED + "1\r\nxyz");
        sample("trailer field that belongs into the head (RFC 9110 §6.5.1)", CHUNKED + "0\r\nHost: b\r\n\r\n");
        fields("body longer than this server takes (RFC 9110 §15.5.14)", "Content-Length: 9000000000000000000");
        sample("the end of the connection within a body (RFC 9112 §8)", DEFAULTS,
                RawClient.requestText("POST /", "Content-Length: 5") + "abc", true);
        sample("the head took longer than this server waits (RFC 9110 §15.5.9)", new HttpLimits().headMillis(20),
                "GET ", false);
        sample("the body came slower than this server waits (RFC 9110 §15.5.9)",
                new HttpLimits().bodyGraceMillis(20).bodyBytesPerSecondMin(10_000),
                RawClient.requestText("POST /", "Content-Length: 1000") + "slow", false);
        sample("too many connections (RFC 9110 §15.6.4)", new HttpLimits().connectionsMax(1), "", false);
    }

    @Test
    void everyRowIsWhatTheServerAnswers() {
        allSamples();
        var servers = new IdentityHashMap<HttpLimits, HttpServer>();
        for (var row : Readme.rows("what the client sends")) {
            var sample = samples.remove(row.get(REASON));
            assertTrue(sample != null, () -> "no sample for: " + row);
            var answer = answer(servers.computeIfAbsent(sample.limits, this::serveWithin), sample);
            assertTrue(answer.startsWith("HTTP/1.1 " + row.get(STATUS) + " "), () -> row + " but " + answer);
            var end = "\r\nConnection: close\r\n\r\n" + row.get(REASON) + "\n";
            assertTrue(answer.endsWith(end), () -> row + " but " + answer);
        }
        assertEquals(Map.of(), samples, "without a row");
    }

    private HttpServer serveWithin(HttpLimits limits) {
        var server = serve(loop, (request, response) -> request.onData(_ -> {}).onEnd(() -> response.end("taken")),
                it -> it.limits(limits));
        connect(server); // a bystander, so that what follows is not the only connection
        return server;
    }

    private String answer(HttpServer server, Sample sample) {
        try (var client = connect(server).send(sample.sent)) {
            if (sample.ends) client.endSending();
            return new String(client.readToEnd().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }
    }

    @Test
    void everyReasonThatTheCodeKnowsHasARow() throws IOException {
        var files = new TreeSet<>(Readme.classFiles("dev.anillo.http.wire"));
        Readme.classFiles("dev.anillo.http.server").stream().filter(it -> it.endsWith("Connection.class"))
                .forEach(files::add);
        var known = new TreeSet<String>();
        for (Path file : files) {
            for (var entry : ClassFile.of().parse(file).constantPool()) {
                if (entry instanceof StringEntry string && IS_REASON.matcher(string.stringValue()).matches()) {
                    known.add(string.stringValue());
                }
            }
        }
        var documented = new TreeSet<String>();
        Readme.rows("what the client sends").forEach(row -> documented.add(row.get(REASON)));
        assertEquals(known, documented);
    }
}
