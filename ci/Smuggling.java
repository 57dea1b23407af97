import module java.base;

import java.util.zip.CRC32;

/// Sends requests that two readers could take for different ones, and compares what was forwarded with what was seen.
///
///     ./anillo ci/Smuggling.java direct SERVER_PORT
///     ./anillo ci/Smuggling.java proxy SERVER_PORT PROXY_PORT LOG
///
/// The server is ci/SmugglingServer.java. To it directly: what is ambiguous is answered 4xx or 501, the connection ends,
/// and no handler sees it nor anything behind it; what is not ambiguous is seen exactly as it was meant. Through a proxy,
/// whose log has a line `STATUS SERVER_STATUS METHOD TARGET BODY` for each request (SERVER_STATUS `-` where it was not
/// forwarded; BODY as nginx writes it, `crc:` and a number, or `-`): the requests that the proxy has forwarded and that were
/// answered 200 are those that the handler has seen, in number, order, target and body; the client's answers are those to
/// its requests, in order; and a request on a new connection behind each case gets its own answer.
///
/// In a case `|` is CRLF, `@` the case's own path, `#S` the length of what is to be smuggled.
static final String SMUGGLED = "GET @smuggled HTTP/1.1|Host: h||";
static final String FOLLOWING = "GET @follow HTTP/1.1|Host: h|Connection: close||";
static final int QUIET_MILLIS = 400;
static final int END_MILLIS = 5_000;

/// @param reference who was affected by the like
/// @param seen what the handler is to see, or null when the server has to refuse it
/// @param isLast the connection is to end behind it
record Case(String name, String reference, String text, List<String> seen, boolean isLast) {}

final List<Case> cases = new ArrayList<>();
final List<String> faults = new ArrayList<>();
int serverPort;
boolean direct;

void main(String[] arguments) throws Exception {
    direct = arguments[0].equals("direct");
    serverPort = Integer.parseInt(arguments[1]);
    framings();
    lengths();
    lines();
    chunks();
    hostsAndVersions();
    connections();
    var port = direct ? serverPort : Integer.parseInt(arguments[2]);
    var log = direct ? null : new ProxyLog(Path.of(arguments[3]));
    ask(serverPort, "/seen");
    if (log != null) log.take(Integer.MAX_VALUE); // what the start has left
    var answered = 0;
    for (var id = 0; id < cases.size(); id++) answered += new Trial(cases.get(id), "/c" + id + "/").run(port, log);
    faults.forEach(IO::println);
    IO.println(cases.size() + " cases, " + answered + " requests answered, " + faults.size() + " faults");
    System.exit(faults.isEmpty() ? 0 : 1);
}

// The cases.

void refused(String name, String reference, String text) {
    cases.add(new Case(name, reference, text, null, true));
}

/// @param seen of each request `METHOD TARGET`, a blank and its body
void accepted(String name, String reference, String text, String... seen) {
    cases.add(new Case(name, reference, text, List.of(seen), false));
}

void last(String name, String reference, String text, String... seen) {
    cases.add(new Case(name, reference, text, List.of(seen), true));
}

void framings() {
    var both = "POST @a HTTP/1.1|Host: h|Content-Length: #5S|%s||0||" + SMUGGLED;
    refused("CL.TE", "CVE-2019-20445 Netty", both.formatted("Transfer-Encoding: chunked"));
    refused("TE before CL", "RFC 9112 §6.3",
            "POST @a HTTP/1.1|Host: h|Transfer-Encoding: chunked|Content-Length: #5S||0||" + SMUGGLED);
    refused("TE.CL", "CVE-2024-6827 Gunicorn",
            "POST @a HTTP/1.1|Host: h|Content-Length: 4|Transfer-Encoding: chunked||#xS|" + SMUGGLED + "|0||");
    accepted("a name that only looks like it", "CVE-2020-8201 Node", both.formatted("Transfer_Encoding: chunked"),
            "POST @a 0||" + SMUGGLED);
    var obfuscated = new LinkedHashMap<String, String>();
    obfuscated.put("Transfer-Encoding : chunked", "CVE-2019-16869 Netty, CVE-2021-22959 Node");
    obfuscated.put("Transfer-Encoding\t: chunked", "CVE-2019-16869 Netty");
    obfuscated.put("Transfer-Encoding: xchunked", "CVE-2022-32213 Node");
    obfuscated.put("Transfer-Encoding: chunked, xchunked", "CVE-2026-89044 Netty");
    obfuscated.put("Transfer-Encoding: chunked, identity", "CVE-2021-33037 Tomcat");
    obfuscated.put("Transfer-Encoding: x|Transfer-Encoding: chunked", "CVE-2020-8287 Node");
    obfuscated.put("Transfer-Encoding: chunked|Transfer-Encoding: x", "CVE-2020-8287 Node");
    obfuscated.put("Transfer-Encoding: chunked|Transfer-Encoding: chunked", "RFC 9112 §6.1");
    obfuscated.put("Transfer-Encoding: \u000bchunked", "CVE-2019-18277 HAProxy");
    obfuscated.put("Transfer-Encoding: \fchunked", "CVE-2019-18277 HAProxy");
    obfuscated.put("Transfer-Encoding: \u00a0chunked", "CVE-2022-32213 Node");
    obfuscated.put("Transfer-Encoding: \"chunked\"", "CVE-2022-32213 Node");
    obfuscated.put("Transfer-Encoding: chunked;a=b", "CVE-2022-32213 Node");
    obfuscated.put("Transfer-Encoding: chunked\0", "CVE-2022-32213 Node");
    obfuscated.put("Transfer-Encoding: chunked,", "CVE-2022-32213 Node");
    obfuscated.put("Transfer-Encoding: ,chunked", "CVE-2022-32213 Node");
    obfuscated.put("Transfer-Encoding:", "CVE-2020-1935 Tomcat");
    obfuscated.put("Transfer-Encoding: identity", "CVE-2021-33037 Tomcat");
    obfuscated.put("Transfer-Encoding: gzip, chunked", "RFC 9112 §6.1");
    obfuscated.put("Transfer-Encoding: cow", "CVE-2020-10687 Undertow");
    obfuscated.put("Transfer-Encoding:|\tchunked", "CVE-2022-32215 Node");
    obfuscated.put("X: y| Transfer-Encoding: chunked", "CVE-2022-32213 Node, by folding");
    obfuscated.put("Transfer-Encoding: chunked,| xchunked", "CVE-2026-89044 Netty");
    obfuscated.put("X: y\nTransfer-Encoding: chunked", "CVE-2022-32214 Node");
    obfuscated.put("X: y\rTransfer-Encoding: chunked", "CVE-2023-30589 Node");
    obfuscated.put("Transfer\rEncoding: chunked", "CVE-2020-8201 Node");
    obfuscated.put("\0Transfer-Encoding: chunked", "CVE-2021-43797 Netty");
    obfuscated.put("Transfer-Encoding\0: chunked", "CVE-2021-43797 Netty");
    obfuscated.put("Transfer-Encoding chunked", "CVE-2019-20444 Netty");
    obfuscated.put(":|Transfer-Encoding: chunked", "CVE-2023-25725 HAProxy");
    obfuscated.forEach((fields, reference) -> {
        refused("TE.TE with CL: " + fields, reference, both.formatted(fields));
        refused("TE.TE: " + fields, reference, "POST @a HTTP/1.1|Host: h|" + fields + "||0||" + SMUGGLED);
    });
    accepted("TE with a tab before it, in capitals", "RFC 9110 §5.6.3",
            "POST @a HTTP/1.1|Host: h|Transfer-Encoding:\tCHUNKED||0||", "POST @a ");
}

void lengths() {
    var post = "POST @a HTTP/1.1|Host: h|%s||" + SMUGGLED;
    var wrong = new LinkedHashMap<String, String>();
    wrong.put("Content-Length: +#S", "CVE-2023-40167 Jetty");
    wrong.put("Content-Length: -1", "CVE-2023-40167 Jetty");
    wrong.put("Content-Length: 1 #S", "CVE-2022-42252 Tomcat");
    wrong.put("Content-Length: #S, #S", "RFC 9110 §8.6");
    wrong.put("Content-Length: #S,0", "CVE-2026-23941 inets");
    wrong.put("Content-Length: #S|Content-Length: #S", "RFC 9110 §8.6");
    wrong.put("Content-Length: 0|Content-Length: #S", "CVE-2026-23941 inets");
    wrong.put("Content-Length: #S|Content-Length: 0", "CVE-2026-23941 inets");
    wrong.put("Content-Length:|Content-Length: #S", "CVE-2023-40225 HAProxy");
    wrong.put("Content-Length:", "CVE-2023-40225 HAProxy");
    wrong.put("Content-Length: 0x#xS", "CVE-2023-38697 protocol-http1");
    wrong.put("Content-Length: #S.0", "CVE-2022-42252 Tomcat");
    wrong.put("Content-Length: 1_0", "CVE-2022-42252 Tomcat");
    wrong.put("Content-Length: \"#S\"", "CVE-2022-42252 Tomcat");
    wrong.put("Content-Length: #S;", "CVE-2022-42252 Tomcat");
    wrong.put("Content-Length: #S\0", "CVE-2022-42252 Tomcat");
    wrong.put("Content-Length: \u000b#S", "CVE-2019-18277 HAProxy");
    wrong.put("Content-Length: \u00b2", "CVE-2022-42252 Tomcat");
    wrong.put("Content-Length: 9223372036854775808", "CVE-2021-32714 hyper");
    wrong.put("Content-Length: 18446744073709551616", "CVE-2021-32714 hyper");
    wrong.put("Content-Length: 184467440737095516160000", "CVE-2021-32714 hyper");
    wrong.put("Content-Length : #S", "CVE-2024-27982 Node");
    wrong.put(" Content-Length: #S", "CVE-2024-27982 Node");
    wrong.put("X: y\n Content-Length: #S", "CVE-2024-27982 Node");
    wrong.put("Content-Length:| #S", "CVE-2022-32215 Node");
    wrong.put("Content-Length\r: #S", "CVE-2020-8201 Node");
    wrong.forEach((fields, reference) -> refused("CL: " + fields, reference, post.formatted(fields)));
    accepted("zeros in front", "RFC 9110 §8.6", post.formatted("Content-Length: 000#S"), "POST @a " + SMUGGLED);
    accepted("a name of 270 bytes", "CVE-2021-40346 HAProxy",
            post.formatted("Content-Length0" + "a".repeat(255) + ":|Content-Length: #S"), "POST @a " + SMUGGLED);
    refused("behind a good one", "RFC 9112 §9.3", "GET @one HTTP/1.1|Host: h||" + post.formatted("Content-Length: +1"));
}

void lines() {
    var rest = "||" + SMUGGLED;
    refused("request line ends with LF", "CVE-2021-41136 Puma", "GET @a HTTP/1.1\nHost: h" + rest);
    refused("field ends with LF", "CVE-2022-35256 Node", "GET @a HTTP/1.1|Host: h\nX: y" + rest);
    refused("head ends with LF", "CVE-2022-35256 Node", "GET @a HTTP/1.1|Host: h|\n" + SMUGGLED);
    refused("head ends with CR LF CR", "CVE-2025-23167 Node", "GET @a HTTP/1.1|Host: h|\rX: y" + rest);
    refused("head ends with CR CR CR", "CVE-2026-28367 Undertow", "GET @a HTTP/1.1|Host: h\r\r\r" + SMUGGLED);
    refused("CR CR LF", "CVE-2026-28368 Undertow", "GET @a HTTP/1.1|Host: h\r|" + rest);
    refused("a blank before the first field", "CVE-2026-28369 Undertow", "GET @a HTTP/1.1| Host: h|Host: h" + rest);
    refused("a line of blanks", "RFC 9112 §2.2", "GET @a HTTP/1.1|Host: h| " + rest);
    refused("a line without a colon", "CVE-2019-20444 Netty", "GET @a HTTP/1.1|Host: h|nothing" + rest);
    refused("an empty name", "CVE-2023-25725 HAProxy", "GET @a HTTP/1.1|Host: h|: v" + rest);
    for (var c : List.of('\0', '\u0001', '\u007f', '\u001b', '\u000b')) {
        var code = "%02x".formatted((int) c);
        refused("control " + code + " in a name", "CVE-2021-43797 Netty", "GET @a HTTP/1.1|Host: h|X" + c + ": y" + rest);
        refused("control " + code + " in a value", "CVE-2020-10719 Undertow", "GET @a HTTP/1.1|Host: h|X: a" + c + "b" + rest);
        refused("control " + code + " in the target", "CVE-2017-7656 Jetty", "GET @a" + c + " HTTP/1.1|Host: h" + rest);
    }
    refused("a letter beyond ASCII in a name", "RFC 9110 §5.1", "GET @a HTTP/1.1|Host: h|X\u00e9: y" + rest);
    refused("a letter beyond ASCII in the target", "RFC 9112 §3.2", "GET @\u00e9 HTTP/1.1|Host: h" + rest);
    refused("a fragment", "CVE-2023-45539 HAProxy", "GET @a#b HTTP/1.1|Host: h" + rest);
    refused("two blanks", "RFC 9112 §3", "GET  @a HTTP/1.1|Host: h" + rest);
    refused("a tab for a blank", "RFC 9112 §3", "GET\t@a HTTP/1.1|Host: h" + rest);
    refused("a blank in the target", "RFC 9112 §3", "GET @a b HTTP/1.1|Host: h" + rest);
    refused("a blank behind the version", "RFC 9112 §3", "GET @a HTTP/1.1 |Host: h" + rest);
    refused("a version in small letters", "RFC 9112 §2.3", "GET @a http/1.1|Host: h" + rest);
    refused("HTTP/1.10", "RFC 9112 §2.3", "GET @a HTTP/1.10|Host: h" + rest);
    refused("HTTP/2.0", "RFC 9112 §2.3", "GET @a HTTP/2.0|Host: h" + rest);
    refused("HTTP/0.9", "CVE-2017-7656 Jetty", "GET @a|" + SMUGGLED);
    refused("two empty lines in front", "RFC 9112 §2.2", "||GET @a HTTP/1.1|Host: h" + rest);
    accepted("an empty line in front", "RFC 9112 §2.2", "|GET @a HTTP/1.1|Host: h||", "GET @a ");
}

void chunks() {
    var head = "POST @a HTTP/1.1|Host: h|Transfer-Encoding: chunked||";
    var wrong = new LinkedHashMap<String, String>();
    wrong.put("0x5|hello|0||", "CVE-2023-38697 protocol-http1");
    wrong.put("+5|hello|0||", "CVE-2023-38697 protocol-http1");
    wrong.put("-5|hello|0||", "CVE-2021-32714 hyper");
    wrong.put(" 5|hello|0||", "RFC 9112 §7.1");
    wrong.put("5 |hello|0||", "RFC 9112 §7.1");
    wrong.put("5\t|hello|0||", "RFC 9112 §7.1");
    wrong.put("0_5|hello|0||", "RFC 9112 §7.1");
    wrong.put("|hello|0||", "RFC 9112 §7.1");
    wrong.put("g|hello|0||", "RFC 9112 §7.1");
    wrong.put("10000000000000005|hello|0||", "CVE-2021-32714 hyper");
    wrong.put("FFFFFFFFFFFFFFFF|hello|0||", "CVE-2021-32714 hyper");
    wrong.put("00000000000000005|hello|0||", "CVE-2021-32714 hyper");
    wrong.put("5\nhello|0||", "CVE-2025-22871 Go");
    wrong.put("5\rhello|0||", "CVE-2025-55315 Kestrel");
    wrong.put("5;\nhello|0||", "CVE-2025-58056 Netty, CVE-2025-55315 Kestrel");
    wrong.put("5;a\rb|hello|0||", "CVE-2025-55315 Kestrel");
    wrong.put("5;a=\"|hello|0||", "CVE-2026-2332 Jetty, CVE-2026-33870 Netty");
    wrong.put("1;a=\"v|X|0||" + SMUGGLED + "\"|", "CVE-2026-2332 Jetty, CVE-2026-33870 Netty");
    wrong.put("5;a=\"\\\"|hello|0||", "CVE-2026-33870 Netty");
    wrong.put("5;a=\"b\"c|hello|0||", "CVE-2026-33870 Netty");
    wrong.put("5;|hello|0||", "CVE-2021-22960 Node");
    wrong.put("5;=b|hello|0||", "CVE-2021-22960 Node");
    wrong.put("5; a=b|hello|0||", "RFC 9112 §7.1.1");
    wrong.put("5;a=\0|hello|0||", "CVE-2023-38697 protocol-http1");
    wrong.put("5;a=" + "b".repeat(20_000) + "|hello|0||", "CVE-2024-22019 Node");
    wrong.put("5|helloXX0||", "CVE-2025-43859 h11");
    wrong.put("5|hello\n0||", "CVE-2025-43859 h11");
    wrong.put("5|hello\rX0||", "CVE-2025-43859 h11");
    wrong.put("5|hello world|0||", "CVE-2026-19203 Jetty");
    wrong.put("5|hello|0\n\n", "CVE-2025-22871 Go");
    wrong.put("5|hello|0|\n", "CVE-2025-22871 Go");
    wrong.put("5|hello|0|X: y\n|", "CVE-2022-35256 Node");
    wrong.put("5|hello|0|X: y| folded||", "CVE-2022-32215 Node");
    wrong.put("5|hello|0|X : y||", "CVE-2021-22959 Node");
    wrong.put("5|hello|0|Content-Length: #S||", "RFC 9110 §6.5.1");
    wrong.put("5|hello|0|Transfer-Encoding: chunked||", "RFC 9110 §6.5.1");
    wrong.put("5|hello|0|Host: other||", "RFC 9110 §6.5.1");
    wrong.put("5|hello|0|" + SMUGGLED, "CVE-2023-45648 Tomcat");
    wrong.put("5|hello|0|X: " + "y".repeat(20_000) + "||", "CVE-2023-46589 Tomcat");
    wrong.forEach((body, reference) -> refused("chunks: " + brief(body), reference, head + body));
    accepted("extensions", "RFC 9112 §7.1.1", head + "5;a=b;c=\"d;e\"|hello|0;f||", "POST @a hello");
    accepted("zeros and a trailer", "RFC 9112 §7.1.2", head + "0005|hello|000|X-T: y||", "POST @a hello");
    accepted("a chunk of what is to be smuggled", "RFC 9112 §7.1", head + "#xS|" + SMUGGLED + "|0||", "POST @a " + SMUGGLED);
}

void hostsAndVersions() {
    refused("no Host", "RFC 9112 §3.2", "GET @a HTTP/1.1|X: y||");
    refused("two Hosts", "CVE-2020-10687 Undertow", "GET @a HTTP/1.1|Host: h|Host: other||");
    refused("Host twice the same", "RFC 9112 §3.2", "GET @a HTTP/1.1|Host: h|Host: h||");
    for (var host : List.of("h, other", "h other", "u@h", "h/a", "h:80:90", "h\\other", "h#a", "[::1", "h:a")) {
        refused("Host: " + host, "RFC 9112 §3.2", "GET @a HTTP/1.1|Host: " + host + "||");
    }
    accepted("a target that names another host", "RFC 9112 §3.2.2", "GET http://other@a HTTP/1.1|Host: h||",
            "GET http://other@a ");
    refused("user information in the target", "RFC 9110 §4.2.4", "GET http://u@other/ HTTP/1.1|Host: h||");
    refused("TE in HTTP/1.0", "CVE-2021-33037 Tomcat",
            "POST @a HTTP/1.0|Host: h|Transfer-Encoding: chunked|Connection: keep-alive||0||" + SMUGGLED);
    accepted("a length in HTTP/1.0", "RFC 9112 §9.3",
            "POST @a HTTP/1.0|Host: h|Content-Length: #S|Connection: keep-alive||" + SMUGGLED, "POST @a " + SMUGGLED);
    last("HTTP/1.0 closes", "RFC 9112 §9.3", "GET @a HTTP/1.0|Host: h||" + SMUGGLED, "GET @a ");
}

void connections() {
    var body = "|Content-Length: #S||" + SMUGGLED;
    for (var options : List.of("Content-Length", "close, Content-Length", "Host", "Transfer-Encoding")) {
        var text = "POST @a HTTP/1.1|Host: h|Connection: " + options + body;
        if (options.startsWith("close")) last("Connection: " + options, "CVE-2022-26377 Apache", text, "POST @a " + SMUGGLED);
        else accepted("Connection: " + options, "CVE-2022-26377 Apache", text, "POST @a " + SMUGGLED);
    }
    accepted("chunks named in Connection", "CVE-2022-26377 Apache",
            "POST @a HTTP/1.1|Host: h|Connection: Transfer-Encoding|Transfer-Encoding: chunked||#xS|" + SMUGGLED + "|0||",
            "POST @a " + SMUGGLED);
    for (var method : List.of("GET", "DELETE", "OPTIONS", "PURGE")) {
        accepted(method + " with a body", "CL.0; CVE-2022-22720 Apache", method + " @a HTTP/1.1|Host: h" + body,
                method + " @a " + SMUGGLED);
    }
    accepted("GET with chunks", "CL.0", "GET @a HTTP/1.1|Host: h|Transfer-Encoding: chunked||#xS|" + SMUGGLED + "|0||",
            "GET @a " + SMUGGLED);
    accepted("Upgrade with a body", "CVE-2026-58055 nghttpx",
            "POST @a HTTP/1.1|Host: h|Connection: Upgrade|Upgrade: websocket" + body, "POST @a " + SMUGGLED);
    accepted("Upgrade with chunks", "CVE-2026-58055 nghttpx", "POST @a HTTP/1.1|Host: h|Connection: Upgrade|Upgrade: x"
            + "|Transfer-Encoding: chunked||#xS|" + SMUGGLED + "|0||", "POST @a " + SMUGGLED);
    accepted("Upgrade to HTTP/2", "h2c", "GET @a HTTP/1.1|Host: h|Connection: Upgrade, HTTP2-Settings|Upgrade: h2c"
            + "|HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA||", "GET @a ");
    last("CONNECT with a body", "RFC 9110 §9.3.6", "CONNECT h:443 HTTP/1.1|Host: h:443" + body, "CONNECT h:443 " + SMUGGLED);
    last("CONNECT", "RFC 9110 §9.3.6", "CONNECT h:443 HTTP/1.1|Host: h:443||" + SMUGGLED, "CONNECT h:443 ");
    accepted("answered before the body", "0.CL; CVE-2022-22720 Apache", "POST @early HTTP/1.1|Host: h" + body, "POST @early");
    accepted("answered before the chunks", "0.CL", "POST @early HTTP/1.1|Host: h|Transfer-Encoding: chunked||#xS|" + SMUGGLED
            + "|0||", "POST @early");
    accepted("100-continue, not waited for", "desync by Expect; CVE-2022-32213 Node",
            "POST @a HTTP/1.1|Host: h|Expect: 100-continue" + body, "POST @a " + SMUGGLED);
    last("100-continue, answered before", "0.CL by Expect", "POST @early HTTP/1.1|Host: h|Expect: 100-continue" + body,
            "POST @early");
    accepted("100-continue without a body", "0.CL by Expect", "GET @a HTTP/1.1|Host: h|Expect: 100-continue||", "GET @a ");
    for (var expectation : List.of("100-continue, 100-continue", "x 100-continue", "y", "100-continue|Expect: y")) {
        refused("Expect: " + expectation, "desync by Expect", "POST @a HTTP/1.1|Host: h|Expect: " + expectation + body);
    }
}

static String brief(String text) {
    return text.length() <= 60 ? text : text.substring(0, 30) + "..." + text.substring(text.length() - 20);
}

static String quoted(String text) {
    return text.chars().mapToObj(c -> c >= ' ' && c < 0x7f ? Character.toString(c) : "\\x%02x".formatted(c))
            .collect(Collectors.joining());
}

// One case.

final class Trial {
    private final Case what;
    private final String path;
    private boolean ended;
    private boolean failed;

    Trial(Case what, String path) {
        this.what = what;
        this.path = path;
    }

    /// @return the count of answers
    int run(int port, ProxyLog log) throws Exception {
        var answers = answers(send(port));
        var seen = ask(serverPort, "/seen").lines().toList();
        if (direct) checkDirect(answers, seen);
        else checkForwarded(answers, seen, log);
        var own = path + "own";
        check(saw("GET " + own, "").equals(ask(port, own).strip()), "a request behind it did not get its own answer");
        ask(serverPort, "/seen");
        if (log != null) {
            var late = log.take(1).stream().filter(Forwarded::isAnswered).toList();
            check(late.size() == 1 && late.getFirst().isSeen(saw("GET " + own, "")), "forwarded late: " + late);
        }
        return answers.size();
    }

    private String expand(String text) {
        var length = SMUGGLED.replace("@", path).replace("|", "\r\n").length();
        return text.replace("#5S", Integer.toString(length + 5)).replace("#xS", Integer.toHexString(length))
                .replace("#S", Integer.toString(length)).replace("|", "\r\n")
                .replaceAll("(?<![a-z])@", path).replace("other@", "other" + path);
    }

    private String saw(String what, String body) {
        var bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        var crc = new CRC32();
        crc.update(bytes);
        return what + " " + bytes.length + " " + crc.getValue();
    }

    private List<String> expected() {
        var lines = new ArrayList<String>();
        for (var text : what.seen) {
            var parts = text.split(" ", 3);
            var target = parts[0] + " " + expand(parts[1]);
            lines.add(parts.length == 2 ? target + " early" : saw(target, expand(parts[2])));
        }
        if (!what.isLast) lines.add(saw("GET " + path + "follow", ""));
        return lines;
    }

    private void checkDirect(List<Answer> answers, List<String> seen) {
        check(ended, "the connection did not end");
        check(sawOf(answers).equals(seen), "answered " + sawOf(answers) + ", seen " + seen);
        if (what.seen != null) {
            check(seen.equals(expected()), "seen " + seen + " instead of " + expected());
            return;
        }
        var before = what.text.startsWith("GET @one ") ? List.of(saw("GET " + path + "one", "")) : List.<String>of();
        check(seen.equals(before), "the handler saw " + seen);
        check(!answers.isEmpty() && answers.getLast().status >= 400 && answers.getLast().status != 500, "it was not refused");
    }

    private void checkForwarded(List<Answer> answers, List<String> seen, ProxyLog log) throws Exception {
        var forwarded = log.take(seen.size()).stream().filter(Forwarded::isAnswered).toList();
        check(sawOf(answers).equals(seen), "answered " + sawOf(answers) + ", seen " + seen);
        check(forwarded.size() == seen.size(), "forwarded " + forwarded + ", seen " + seen);
        for (var i = 0; i < Math.min(forwarded.size(), seen.size()); i++) {
            check(forwarded.get(i).isSeen(seen.get(i)), "forwarded " + forwarded.get(i) + ", seen " + seen.get(i));
        }
    }

    private static List<String> sawOf(List<Answer> answers) {
        return answers.stream().map(Answer::saw).filter(Objects::nonNull).toList();
    }

    private void check(boolean condition, String fault) {
        if (condition || failed) return;
        failed = true; // what follows from it is no news
        faults.add("FAULT " + quoted(what.name) + " (" + what.reference + "): " + quoted(brief200(fault)));
    }

    private static String brief200(String text) {
        return text.length() <= 400 ? text : text.substring(0, 400) + "...";
    }

    /// All that comes back until the connection ends, or nothing has come for a while.
    private byte[] send(int port) throws IOException {
        var received = new ByteArrayOutputStream();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(QUIET_MILLIS);
            try {
                socket.getOutputStream().write(expand(what.text + FOLLOWING).getBytes(StandardCharsets.ISO_8859_1));
                if (read(socket, received)) return received.toByteArray();
                // It waits for more. To the server itself the end is told, which must not make a request of what there is.
                if (!direct) return received.toByteArray();
                socket.shutdownOutput();
                socket.setSoTimeout(END_MILLIS);
                read(socket, received);
            } catch (SocketException reset) {
                ended = true;
            }
        }
        return received.toByteArray();
    }

    /// @return whether the end has come
    private boolean read(Socket socket, ByteArrayOutputStream into) throws IOException {
        try {
            socket.getInputStream().transferTo(into);
            return ended = true;
        } catch (SocketTimeoutException quiet) {
            return false;
        }
    }
}

// Answers.

record Answer(int status, String saw) {}

static List<Answer> answers(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    var answers = new ArrayList<Answer>();
    for (var at = 0; at < text.length(); ) {
        var end = text.indexOf("\r\n\r\n", at);
        if (!text.startsWith("HTTP/1.", at) || end < 0) { // HTTP/0.9 has no head
            answers.add(new Answer(0, text.substring(at).strip()));
            return answers;
        }
        var head = text.substring(at, end + 2);
        at = end + 4;
        var status = Integer.parseInt(head.substring(9, 12));
        if (status < 200) continue;
        answers.add(new Answer(status, field(head, "X-Saw")));
        var length = field(head, "Content-Length");
        at = length != null ? at + Integer.parseInt(length)
                : field(head, "Transfer-Encoding") != null ? text.indexOf("0\r\n\r\n", at) + 5 : text.length();
    }
    return answers;
}

static String field(String head, String name) {
    var matcher = Pattern.compile("\r\n" + name + ": *([^\r]*)", Pattern.CASE_INSENSITIVE).matcher(head);
    return matcher.find() ? matcher.group(1) : null;
}

/// The body of what this target answers, on a connection of its own.
static String ask(int port, String target) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(END_MILLIS);
        socket.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").getBytes());
        var text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        var end = text.indexOf("\r\n\r\n");
        return end < 0 ? "no answer" : text.substring(end + 4);
    }
}

// The proxy's log.

/// @param body `-` where the proxy does not tell, `crc:` and a number, or as nginx writes it
record Forwarded(String serverStatus, String methodAndTarget, String body) {
    /// Of one that the server has refused, the handler knows nothing.
    boolean isAnswered() {
        return serverStatus.equals("200") || serverStatus.equals("405");
    }

    boolean isSeen(String line) {
        if (!line.startsWith(methodAndTarget + " ")) return false;
        return body.equals("-") || line.endsWith(" early") || line.endsWith(" " + crc());
    }

    private String crc() {
        if (body.startsWith("crc:")) return body.substring(4);
        var bytes = new ByteArrayOutputStream();
        for (var i = 0; i < body.length(); i++) {
            if (body.startsWith("\\x", i)) {
                bytes.write(HexFormat.fromHexDigits(body, i + 2, i + 4));
                i += 3;
            } else {
                bytes.write(body.charAt(i));
            }
        }
        var crc = new CRC32();
        crc.update(bytes.toByteArray());
        return Long.toString(crc.getValue());
    }
}

/// Written when a request is over, which is a moment after its answer.
static final class ProxyLog {
    private final Path file;
    private int taken;

    ProxyLog(Path file) {
        this.file = file;
    }

    /// What is new. Waits for so many that were answered; what may come late is told with the next.
    List<Forwarded> take(int answered) throws Exception {
        var deadline = System.nanoTime() + QUIET_MILLIS * 1_000_000L;
        List<Forwarded> all;
        do {
            all = Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.matches("\\d{3} .*")).map(ProxyLog::read).toList();
            if (all.subList(taken, all.size()).stream().filter(Forwarded::isAnswered).count() >= answered) break;
            Thread.onSpinWait();
        } while (System.nanoTime() < deadline);
        var fresh = all.subList(taken, all.size());
        taken = all.size();
        return fresh;
    }

    private static Forwarded read(String line) {
        var parts = line.split(" ", 5);
        return new Forwarded(parts[1], parts[2] + " " + parts[3], parts[4]);
    }
}
