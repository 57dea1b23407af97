package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpResponse;
import dev.anillo.http.app.Cookies;
import dev.anillo.http.app.MultipartReader;
import dev.anillo.http.app.Query;
import dev.anillo.http.app.Redirect;
import dev.anillo.http.app.SetCookie;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A secret is sent at every place where clients send some, and looked for in what the server answers to what went wrong,
/// in the texts of its objects and in the messages of its exceptions. What a process writes is looked through by
/// `SecretsInLogsTest`.
class SecretsTest extends ServerTest {
    private static final String SECRET = "canary-7f3a9c";
    private static final String TARGET = "POST /login?token=" + SECRET;
    private static final String FORM = "--B\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n" + SECRET
            + "\r\n--B--\r\n";
    private static final String[] FIELDS = {"Authorization: Bearer " + SECRET, "Proxy-Authorization: Basic " + SECRET,
        "Cookie: session=" + SECRET, "Referer: https://a.example/?token=" + SECRET, "X-Api-Key: " + SECRET,
        "Content-Type: multipart/form-data; boundary=B", "Content-Length: " + FORM.length()};

    private static void expectNone(String text) {
        assertTrue(!text.contains(SECRET), text);
    }

    @Test
    void theRefusalOfAMalformedRequestHasNone() {
        var server = serve((_, response) -> response.end());
        for (var bad : List.of("GET /?" + SECRET + "\0 HTTP/1.1\r\nHost: a\r\n\r\n",
                SECRET + ": / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: " + SECRET + "/\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nAuthorization : " + SECRET + "\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nCookie: " + SECRET + "\0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: " + SECRET + "\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + SECRET + "\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nExpect: " + SECRET + "\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nCookie: " + SECRET.repeat(2000) + "\r\n\r\n",
                "GET /?" + SECRET.repeat(1000) + " HTTP/1.1\r\nHost: a\r\n\r\n")) {
            var client = connect(server).send(bad);
            var answer = client.readHead();
            assertTrue(answer.startsWith("HTTP/1.1 4") || answer.startsWith("HTTP/1.1 501 "), answer);
            expectNone(answer + client.readToEnd());
        }
    }

    @Test
    void textsOfObjectsHaveNone() {
        var texts = new ArrayList<String>();
        var reader = MultipartReader.create();
        var server = serve((request, response) -> {
            texts.add(request.toString());
            texts.add(Cookies.of(request).toString());
            texts.add(Cookies.of(request).cookies().toString());
            texts.add(Query.of(request).orElseThrow().parameters().toString());
            texts.add(SetCookie.of("session", SECRET).toString());
            texts.add(response.toString());
            texts.add(reader.toString());
            reader.read(request, response, part -> {
                texts.add(part.toString());
                part.onData(data -> assertEquals(SECRET, data.toString()));
            }, response::end);
        });
        connect(server).request(TARGET, FIELDS).send(FORM).expectResponse("200 OK", "");
        assertEquals("HttpRequest[POST /login]", texts.getFirst());
        assertEquals("Cookies[session]", texts.get(1));
        texts.forEach(SecretsTest::expectNone);
    }

    @Test
    void messagesOfExceptionsHaveNone() {
        var messages = new ArrayList<String>();
        var server = serve((_, response) -> {
            var bad = SECRET + "\n";
            for (var use : doors(response, bad)) {
                messages.add(assertThrows(IllegalArgumentException.class, use::run).getMessage());
            }
            response.end();
        });
        connect(server).request("GET /").expectResponse("200 OK", "");
        messages.forEach(SecretsTest::expectNone);
        assertEquals("value of header Authorization has a character that no field may have (RFC 9110 §5.5): U+000A at "
                + SECRET.length(), messages.getFirst());
    }

    private static List<Runnable> doors(HttpResponse response, String bad) {
        return List.of(() -> response.header("Authorization", bad), () -> response.addHeader("Set-Cookie", bad),
                () -> response.writeHead(200, "Set-Cookie", bad), () -> response.trailer("Set-Cookie", bad),
                () -> SetCookie.of("session", bad), () -> Redirect.SEE_OTHER.to(response, "/?token=" + bad));
    }
}
