package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.anillo.http.app.Fakes.Answer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 100_000;

    private static Answer ask(Router router, String method, String target) throws Exception {
        var answer = new Answer();
        router.handle(Fakes.request(method, target), answer.response());
        return answer;
    }

    /// Answers its pattern and the parameters that it names.
    private static RouteHandler tell(String pattern, String... names) {
        return (_, response, parameters) -> {
            var text = new StringBuilder(pattern);
            for (var name : names) text.append(' ').append(name).append('=').append(parameters.get(name));
            response.end(text.toString());
        };
    }

    private static Router router(String... routes) {
        var router = new Router();
        for (var route : routes) {
            var method = route.substring(0, route.indexOf(' '));
            var pattern = route.substring(method.length() + 1);
            var names = new ArrayList<String>();
            for (var at = pattern.indexOf('{'); at >= 0; at = pattern.indexOf('{', at + 1)) {
                names.add(pattern.substring(at + 1, pattern.indexOf('}', at)).replace("...", ""));
            }
            router.add(method, pattern, tell(route, names.toArray(String[]::new)));
        }
        return router;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/|GET /",
        "/users|GET /users",
        "/users/|GET /users/",
        "/users/me|GET /users/me",
        "/users/you|GET /users/{id} id=you",
        "/users/mee|GET /users/{id} id=mee",
        "/users/m|GET /users/{id} id=m",
        "/users/me/posts|GET /users/{user}/posts user=me",
        "/users/a%20b|GET /users/{id} id=a b",
        "/users/a+b|GET /users/{id} id=a+b",
        "/users/a%2Fb|GET /users/{id} id=a/b",
        "/users/caf%C3%A9|GET /users/{id} id=café",
        "/files/|GET /files/{path...} path=",
        "/files/a|GET /files/{path...} path=a",
        "/files/a/b/|GET /files/{path...} path=a/b/",
        "/files//a|GET /files/{path...} path=/a",
        "/users/me?x=/posts|GET /users/me",
    })
    void picksTheMostSpecificRoute(String target, String told) throws Exception {
        var router = router("GET /", "GET /users", "GET /users/", "GET /users/{id}", "GET /users/me",
                "GET /users/{user}/posts", "GET /files/{path...}");
        assertEquals(told, ask(router, "GET", target).body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x", "//", "/users", "/users//posts", "/users/1/post", "/users/1/posts/", "/files",
        "/Users/1/posts", "*", "", "x"})
    void answers404WhereNoRouteMatches(String target) throws Exception {
        var answer = ask(router("GET /users/{id}/posts", "GET /files/{path...}"), "GET", target);
        assertEquals(404, answer.status);
        assertEquals("Not Found\n", answer.body);
    }

    /// RFC 9110 §4.2.3: escapes of what needs none make no other resource; RFC 3986 §2.2: those of reserved characters
    /// do.
    @Test
    void readsSpellingsOfOneSegmentAlikeButNeverSplitsAtAnEscapedSlash() throws Exception {
        var router = router("GET /users/me", "GET /users/{id}", "GET /café", "GET /a b/c");
        assertEquals("GET /users/me", ask(router, "GET", "/%75sers/%6De").body);
        assertEquals("GET /café", ask(router, "GET", "/caf%C3%A9").body);
        assertEquals("GET /a b/c", ask(router, "GET", "/a%20b/c").body);
        assertEquals(404, ask(router, "GET", "/users%2Fme").status);
        assertEquals("GET /users/{id} id=me/x", ask(router, "GET", "/users/me%2Fx").body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/files/%", "/files/%zz", "/files/%C0%AF", "/files/..", "/files/../x", "/./files/x",
        "/files/%2e%2E/x", "/files/.%2e", "/files/%2E", "/..", "/%", "/files/é"})
    void answers400ToPathsThatCouldBeReadInTwoWays(String target) throws Exception {
        assertEquals(400, ask(router("GET /files/{path...}"), "GET", target).status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/files/...", "/files/.a", "/files/..a", "/files/a..", "/files/%252e%252e",
        "/files/a/.b/c"})
    void takesDotsThatAreNoDotSegment_3986_5_2_4(String target) throws Exception {
        assertEquals(200, ask(router("GET /files/{path...}"), "GET", target).status);
    }

    @Test
    void handsOutTheRestBySegments() throws Exception {
        var router = new Router().get("/files/{path...}", (_, response, parameters) -> {
            assertEquals("a%2Fb/c%20d/", parameters.raw("path"));
            assertEquals("a/b/c d/", parameters.get("path"));
            response.end(String.join("|", parameters.segments("path")));
        });
        assertEquals("a/b|c d|", ask(router, "GET", "/files/a%2Fb/c%20d/").body);
    }

    @Test
    void makesNoParametersForRoutesWithoutAny() throws Exception {
        var seen = new ArrayList<Parameters>();
        var router = new Router().get("/x", (_, response, parameters) -> {
            seen.add(parameters);
            response.end();
        });
        ask(router, "GET", "/x");
        ask(router, "GET", "/x");
        assertSame(seen.get(0), seen.get(1));
    }

    @Test
    @Tag("unchecked")
    void findingARouteWithoutParametersAllocatesNothing() {
        var tree = new RouteTree();
        for (var pattern : List.of("/", "/users", "/users/{id}", "/users/me/posts", "/{rest...}")) {
            tree.add(new Route("GET", pattern, tell(pattern)));
        }
        Runnable round = () -> {
            var found = PathText.isUnambiguous("/users/me/posts") ? tree.find("HEAD", "/users/me/posts") : null;
            if (found == null || tree.find("PUT", "/users/me/posts") != null) throw new AssertionError();
        };
        for (var i = 0; i < ROUNDS; i++) round.run(); // links what is linked at first use
        var before = THREADS.getCurrentThreadAllocatedBytes();
        for (var i = 0; i < ROUNDS; i++) round.run();
        // The JVM itself may allocate a little on this thread, once; a single object in each round would be 16 bytes.
        var bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(bytes < ROUNDS, bytes + " bytes in " + ROUNDS + " rounds");
    }

    @Test
    void parametersMayBeKept() throws Exception {
        var seen = new ArrayList<Parameters>();
        var router = new Router().get("/{a}/{b}", (_, response, parameters) -> {
            seen.add(parameters);
            response.end();
        });
        ask(router, "GET", "/1/2");
        ask(router, "GET", "/3/4");
        assertEquals("12", seen.get(0).get("a") + seen.get(0).get("b"));
        assertEquals("34", seen.get(1).get("a") + seen.get(1).get("b"));
        assertThrows(IllegalArgumentException.class, () -> seen.get(0).get("c"));
    }

    /// RFC 9110 §15.5.6: a 405 lists in Allow what the resource takes.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "DELETE|/users|GET, HEAD, OPTIONS, POST",
        "POST|/users/1|GET, HEAD, PUT, OPTIONS",
        "TRACE|/users/me|DELETE, GET, HEAD, PUT, OPTIONS",
        "PURGE|/users/1|GET, HEAD, PUT, OPTIONS",
    })
    void answers405WithAllow(String method, String target, String allow) throws Exception {
        var router = router("GET /users", "POST /users", "OPTIONS /users", "GET /users/{id}", "PUT /users/{name}",
                "DELETE /users/me", "PURGE /cache");
        var answer = ask(router, method, target);
        assertEquals(405, answer.status);
        assertTrue(answer.fields.contains("Allow: " + allow), answer.fields.toString());
    }

    /// RFC 9110 §9.1: 501 for what nobody here has heard of; method names are case-sensitive.
    @ParameterizedTest
    @ValueSource(strings = {"BREW", "get", "CONNECT"})
    void answers501ToUnknownMethods(String method) throws Exception {
        assertEquals(501, ask(router("GET /"), method, "/").status);
    }

    @Test
    void takesTheRouteThatHasTheMethodAlthoughAnotherIsMoreSpecific() throws Exception {
        var router = router("GET /users/me", "PUT /users/{id}", "GET /{any...}");
        assertEquals("PUT /users/{id} id=me", ask(router, "PUT", "/users/me").body);
        assertEquals("GET /{any...} any=users/you", ask(router, "GET", "/users/you").body);
    }

    /// RFC 9110 §9.3.2.
    @Test
    void answersHeadThroughGetUnlessItHasItsOwnRoute() throws Exception {
        var router = router("GET /a", "GET /b", "HEAD /b", "POST /c");
        assertEquals("GET /a", ask(router, "HEAD", "/a").body);
        assertEquals("HEAD /b", ask(router, "HEAD", "/b").body);
        assertEquals(405, ask(router, "HEAD", "/c").status);
    }

    /// RFC 9110 §9.3.7.
    @Test
    void answersOptionsByItself() throws Exception {
        var router = router("GET /a", "PUT /b", "OPTIONS /b");
        var answer = ask(router, "OPTIONS", "/a");
        assertEquals(204, answer.status);
        assertEquals(List.of("Allow: GET, HEAD, OPTIONS"), answer.fields);
        assertEquals("OPTIONS /b", ask(router, "OPTIONS", "/b").body);
        assertEquals(404, ask(router, "OPTIONS", "/c").status);
        answer = ask(router, "OPTIONS", "*");
        assertEquals(204, answer.status);
        assertEquals(List.of("Allow: GET, HEAD, OPTIONS, PUT"), answer.fields);
    }

    @Test
    void leavesOtherPathsToWhoeverIsNamed() throws Exception {
        var router = router("GET /a").otherwise((request, response) -> response.status(418).end(request.path()));
        assertEquals("/b", ask(router, "GET", "/b").body);
        assertEquals(405, ask(router, "PUT", "/a").status);
    }

    @Test
    void includesAnotherRouterBehindAPrefix() throws Exception {
        var router = router("GET /").include("/api/{version}", router("GET /", "PUT /users/{id}"));
        assertEquals("GET /", ask(router, "GET", "/api/1/").body);
        var inner = new Router().put("/users/{id}", tell("put", "version", "id"));
        assertEquals("put version=2 id=7", ask(new Router().include("/api/{version}", inner), "PUT",
                "/api/2/users/7").body);
        assertThrows(IllegalArgumentException.class, () -> router.include("/api/", inner));
        assertThrows(IllegalArgumentException.class, () -> router.include("api", inner));
        assertThrows(IllegalArgumentException.class, () -> router.include("/{id}", inner));
    }

    @ParameterizedTest
    @CsvSource({"/users/{id},/users/{name}", "/,/", "/{a...},/{b...}", "/x/{a}/y/{b...},/x/{b}/y/{a...}"})
    void refusesASecondRouteForTheSameRequests(String first, String second) {
        var router = router("GET " + first, "PUT " + second);
        var thrown = assertThrows(IllegalArgumentException.class, () -> router.get(second, tell("x")));
        assertEquals("GET " + second + " takes the requests that GET " + first + " takes already", thrown.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "/a?b", "/a#b", "/%20", "/{}", "/{...}", "/{a}b", "/b{a}", "/{a", "/a}",
        "/{a...}/b", "/{a}/{a}", "/{a}/{a...}", "/{{a}}", "/{a.b}", "/a/../b", "/."})
    void refusesMalformedPatterns(String pattern) {
        assertThrows(IllegalArgumentException.class, () -> new Router().get(pattern, tell("x")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A B", "CONNECT"})
    void refusesMethodsThatNoRouteCanHave(String method) {
        assertThrows(IllegalArgumentException.class, () -> new Router().add(method, "/", tell("x")));
    }

    @Test
    void findsEachOfManyRoutes() throws Exception {
        var names = new Random(7).ints(500, 0, 1 << 30).mapToObj(Integer::toHexString).distinct().toList();
        var router = new Router();
        for (var name : names) router.get("/" + name + "/" + name, tell(name)).get("/" + name + "/{x}",
                tell("x" + name));
        for (var name : names) {
            assertEquals(name, ask(router, "GET", "/" + name + "/" + name).body);
            assertEquals("x" + name, ask(router, "GET", "/" + name + "/-").body);
            assertEquals(404, ask(router, "GET", "/" + name + "/").status);
        }
    }

    @Test
    void answersOrRefusesAnyPath() throws Exception {
        var router = router("GET /", "GET /a/{x}", "GET /a/b/{y...}", "GET /{z}/b/é");
        var alphabet = "/ab.%2eEFfC3A9é{}*?".split("");
        var random = new Random(11);
        for (var i = 0; i < 100_000; i++) {
            var target = new StringBuilder(random.nextInt(10) > 0 ? "/" : "");
            for (var length = random.nextInt(12); length > 0; length--) {
                target.append(alphabet[random.nextInt(alphabet.length)]);
            }
            var status = ask(router, "GET", target.toString()).status;
            assertTrue(status == 200 || status == 400 || status == 404, target.toString());
        }
    }
}
