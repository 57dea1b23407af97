package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.HttpServer;
import dev.anillo.http.app.ETag;
import dev.anillo.http.app.EventStream;
import dev.anillo.http.app.MultipartReader;
import dev.anillo.http.app.Redirect;
import dev.anillo.http.app.SetCookie;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What a program passes on of what a peer gave it can't break out of its place: each door of a response is tried with
/// the characters that would end a line, refused in one clear line, and leaves no byte behind.
class InjectionTest extends ServerTest {
    private static final List<String> BREAKS = List.of("\r\n", "\n", "\r", "\0", "\r\n\r\n");
    private static final String EVIL = "Evil: yes";

    /// Every way into a response's head, by what is put in.
    private static Map<String, Executable> doors(HttpResponse response, String text) {
        var doors = new LinkedHashMap<String, Executable>();
        doors.put("the name of header", () -> response.header(text, "v"));
        doors.put("the value of header", () -> response.header("A", text));
        doors.put("the name of addHeader", () -> response.addHeader(text, "v"));
        doors.put("the value of addHeader", () -> response.addHeader("A", text));
        doors.put("a name of writeHead", () -> response.writeHead(200, text, "v"));
        doors.put("a value of writeHead", () -> response.writeHead(200, "A", text));
        doors.put("the name of a trailer", () -> response.trailer(text, "v"));
        doors.put("the value of a trailer", () -> response.trailer("A", text));
        doors.put("a value of informational", () -> response.informational(103, "Link", text));
        doors.put("a link of earlyHints", () -> response.earlyHints(text));
        doors.put("Content-Length", () -> response.header("Content-Length", "1" + text));
        doors.put("Connection", () -> response.header("Connection", "close" + text));
        doors.put("a redirect", () -> Redirect.SEE_OTHER.to(response, "/" + text));
        doors.put("an entity tag", () -> ETag.strong(text));
        doors.put("a cookie's name", () -> SetCookie.of(text, "v"));
        doors.put("a cookie's value", () -> SetCookie.of("a", text));
        doors.put("a cookie's path", () -> SetCookie.of("a", "b").path("/" + text));
        doors.put("a cookie's domain", () -> SetCookie.of("a", "b").domain(text));
        return doors;
    }

    @Test
    void noDoorOfAResponseLetsALineEndIn() {
        var refusals = new LinkedBlockingQueue<String>();
        var client = clientOf((_, response) -> {
            for (var end : BREAKS) {
                doors(response, "good" + end + EVIL).forEach((door, put) -> refusals.add(door + ": "
                        + assertThrows(IllegalArgumentException.class, put, door).getMessage()));
            }
            response.header("Seen", "yes").end("body");
        });
        client.request("GET /").expectResponse("200 OK", "body", "Seen: yes");
        assertEquals(BREAKS.size() * 18, refusals.size());
        for (var refusal : refusals) {
            assertTrue(refusal.chars().noneMatch(Character::isISOControl), refusal.replace("\n", "\\n"));
            assertTrue(refusal.length() < 250, refusal);
        }
    }

    @Test
    void theServersNameIsOneLineToo() {
        for (var end : BREAKS) {
            onLoop(() -> assertThrows(IllegalArgumentException.class,
                    () -> HttpServer.create(loop, (_, _) -> {}).serverName("good" + end + EVIL)));
        }
    }

    @Test
    void anEventsNameAndIdentityAreOneLineAndItsDataStaysData() {
        var client = clientOf((request, response) -> {
            var stream = EventStream.open(request, response);
            for (var end : List.of("\r\n", "\n", "\r", "\0")) {
                assertThrows(IllegalArgumentException.class, () -> stream.send("a" + end + "data: x", "good"));
                assertThrows(IllegalArgumentException.class, () -> stream.send("a", "good", "1" + end + "data: x"));
            }
            stream.send("a\nevent: evil\r\n\rid: 1");
            stream.close();
        });
        var answer = client.request("GET /", "Connection: close").readToEnd();
        assertTrue(answer.contains("data: a\ndata: event: evil\ndata: \ndata: id: 1\n\n"), answer);
    }

    /// RFC 7578 §4.2, and how browsers escape: a file's name may hold a line end, as a text. Where it is shown it is one
    /// line, and where it is passed on it is refused.
    @Test
    void aFileNameOfAnUploadWithALineEndIsShownInOneLineAndPassedOnNowhere() {
        var shown = new LinkedBlockingQueue<String>();
        var reader = MultipartReader.create();
        var client = clientOf((request, response) -> reader.read(request, response, part -> {
            shown.add(part.fileName());
            shown.add(part.toString());
            var disposition = "attachment; filename=\"" + part.fileName() + "\"";
            shown.add(assertThrows(IllegalArgumentException.class,
                    () -> response.header("Content-Disposition", disposition)).getMessage());
            part.onData(_ -> {});
        }, response::end));
        var body = "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a%0D%0AEvil: yes.txt\"\r\n\r\n"
                + "x\r\n--B--\r\n";
        client.request("POST /", "Content-Type: multipart/form-data; boundary=B", "Content-Length: " + body.length())
                .send(body).expectResponse("200 OK", "");
        assertEquals("a\r\nEvil: yes.txt", Deadline.next(shown));
        assertEquals("Part[\"f\", file \"a\\u000d\\u000aEvil: yes.txt\"]", Deadline.next(shown));
        assertTrue(Deadline.next(shown).endsWith("(RFC 9110 §5.5): U+000D at 23"));
    }

    /// What a peer sends never has a line end once it is parsed, so that a line of a log that shows it is one line.
    @Test
    void whatARequestTellsOfItselfIsOneLine() {
        var texts = new LinkedBlockingQueue<String>();
        var server = serve((request, response) -> {
            texts.add(request.method() + request.target() + request + List.copyOf(all(request)));
            response.end();
        });
        connect(server).request("GET /a%0d%0aEvil:%20yes?b=%0a", "A: \u00e9\t \u0085").expectResponse("200 OK", "");
        assertTrue(Deadline.next(texts).chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0));
        for (var end : List.of("\n", "\r", "\0")) {
            for (var sent : List.of("GET /" + end + " HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a\r\nA: b" + end + "c\r\n\r\n")) {
                assertTrue(connect(server).send(sent).readToEnd().startsWith("HTTP/1.1 400 Bad Request\r\n"));
            }
        }
        assertTrue(texts.isEmpty());
    }

    private static List<String> all(HttpRequest request) {
        return IntStream.range(0, request.headerCount())
                .mapToObj(i -> request.headerName(i) + request.headerValue(i)).toList();
    }
}
