package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.HttpServer;
import dev.anillo.http.app.SetCookie.SameSite;
import dev.anillo.loop.EventLoop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A small application on a real server, asked by the JDK's client.
@Timeout(60)
class AppTest {
    private static final String TEXT = "0123456789";
    private static final MediaType PLAIN = MediaType.of("text/plain");
    private static final MediaType JSON = MediaType.of("application/json");
    private static final Conditional STATE = Conditional.on(ETag.strong("v1"), Instant.parse("1994-11-06T08:49:37Z"));

    private static EventLoop loop;
    private static HttpClient client;
    private static int port;

    @BeforeAll
    static void start() {
        var routes = new Router()
                .get("/users/{id}", (_, response, parameters) -> response.end("user " + parameters.get("id")))
                .get("/search", AppTest::search)
                .get("/hello", AppTest::hello)
                .get("/text", AppTest::text)
                .post("/login", AppTest::login);
        loop = EventLoop.start();
        var listening = new CompletableFuture<Integer>();
        loop.execute(() -> {
            var server = HttpServer.create(new Router().include("/app", routes));
            server.listen(0, "127.0.0.1", () -> {
                try {
                    listening.complete(server.port());
                } catch (Exception refused) {
                    listening.completeExceptionally(refused);
                }
            });
        });
        port = listening.join();
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        loop.close();
    }

    private static void search(HttpRequest request, HttpResponse response, Parameters none) {
        Query.of(request).ifPresentOrElse(query -> response.end(String.join(" ", query.all("word"))),
                () -> response.status(400).end());
    }

    private static void hello(HttpRequest request, HttpResponse response, Parameters none) {
        response.header("Vary", "Accept");
        var type = Negotiation.mediaType(request.header("Accept"), List.of(PLAIN, JSON));
        if (type == null) response.status(406).end();
        else response.header("Content-Type", type.toString()).end(type == JSON ? "\"Hola\"" : "Hola");
    }

    private static void login(HttpRequest request, HttpResponse response, Parameters none) {
        SetCookie.of("__Host-user", Percent.encode("Ana López"))
                .path("/").secure().httpOnly().sameSite(SameSite.LAX).addTo(response);
        SetCookie.of("seen", String.valueOf(Cookies.of(request).get("seen"))).addTo(response);
        Redirect.SEE_OTHER.to(response, "/app/users/1");
    }

    private static void text(HttpRequest request, HttpResponse response, Parameters none) {
        STATE.describe(response);
        switch (STATE.evaluate(request)) {
            case NOT_MODIFIED -> response.status(304).end();
            case PRECONDITION_FAILED -> response.status(412).end();
            case PROCEED -> {
                var field = STATE.rangeApplies(request) ? request.header("Range") : null;
                switch (RangeRequest.parse(field, TEXT.length())) {
                    case RangeRequest.Whole _ -> response.end(TEXT);
                    case RangeRequest.Parts(var ranges) -> {
                        var range = ranges.getFirst();
                        response.status(206).header("Content-Range", range.contentRange(TEXT.length()))
                                .end(TEXT.substring((int) range.first(), (int) range.last() + 1));
                    }
                    case RangeRequest.Unsatisfiable _ ->
                            response.status(416).header("Content-Range", ByteRange.unsatisfied(TEXT.length())).end();
                }
            }
        }
    }

    private static Response ask(String method, String target, String... headers) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + port + target);
        var request = java.net.http.HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody());
        if (headers.length > 0) request.headers(headers);
        var response = client.send(request.build(), BodyHandlers.ofString());
        return new Response(response.statusCode(), response.headers(), response.body());
    }

    private record Response(int status, HttpHeaders headers, String body) {
        String header(String name) {
            return headers.firstValue(name).orElse(null);
        }
    }

    @Test
    void routesByPathAndMethod() throws Exception {
        assertEquals("user Ana López", ask("GET", "/app/users/Ana%20L%C3%B3pez").body());
        assertEquals(404, ask("GET", "/users/1").status());
        assertEquals(400, ask("GET", "/app/users/%FF").status());
        var refused = ask("DELETE", "/app/users/1");
        assertEquals(405, refused.status());
        assertEquals("GET, HEAD, OPTIONS", refused.header("Allow"));
        assertEquals(204, ask("OPTIONS", "/app/users/1").status());
        var head = ask("HEAD", "/app/users/1");
        assertEquals(200, head.status());
        assertEquals("6", head.header("Content-Length"));
    }

    @Test
    void readsQueries() throws Exception {
        assertEquals("a b c", ask("GET", "/app/search?word=a+b&x=1&word=c").body());
    }

    @Test
    void negotiates() throws Exception {
        assertEquals("\"Hola\"", ask("GET", "/app/hello", "Accept", "text/*;q=0.5, application/json").body());
        assertEquals("Hola", ask("GET", "/app/hello").body());
        assertEquals(406, ask("GET", "/app/hello", "Accept", "image/*").status());
    }

    @Test
    void setsCookiesAndRedirects() throws Exception {
        var answer = ask("POST", "/app/login", "Cookie", "other=1; seen=yes");
        assertEquals(303, answer.status());
        assertEquals("/app/users/1", answer.header("Location"));
        assertEquals(List.of("__Host-user=Ana%20L%C3%B3pez; Path=/; Secure; HttpOnly; SameSite=Lax", "seen=yes"),
                answer.headers().allValues("Set-Cookie"));
    }

    @Test
    void answersConditionsAndRanges() throws Exception {
        var whole = ask("GET", "/app/text");
        assertEquals(TEXT, whole.body());
        var tag = whole.header("ETag");
        assertEquals(304, ask("GET", "/app/text", "If-None-Match", tag).status());
        assertEquals(304, ask("GET", "/app/text", "If-Modified-Since", whole.header("Last-Modified")).status());
        assertEquals(412, ask("GET", "/app/text", "If-Match", "\"other\"").status());
        var part = ask("GET", "/app/text", "Range", "bytes=-3", "If-Range", tag);
        assertEquals(206, part.status());
        assertEquals("789", part.body());
        assertEquals("bytes 7-9/10", part.header("Content-Range"));
        assertEquals(TEXT, ask("GET", "/app/text", "Range", "bytes=-3", "If-Range", "\"other\"").body());
        var beyond = ask("GET", "/app/text", "Range", "bytes=10-");
        assertEquals(416, beyond.status());
        assertEquals("bytes */10", beyond.header("Content-Range"));
        assertTrue(beyond.body().isEmpty());
    }
}
