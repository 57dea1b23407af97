package dev.anillo.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.anillo.http.HttpServer;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private final StringWriter told = new StringWriter();

    private int run(String... arguments) {
        return Main.commandLine().setErr(new PrintWriter(told, true)).setOut(new PrintWriter(told, true)).execute(arguments);
    }

    private static int serve(EventLoop loop, int status) throws Exception {
        var port = new CompletableFuture<Integer>();
        loop.execute(() -> {
            var server = HttpServer.create(loop, (_, response) -> response.status(status).end("hello"));
            server.listen(0, "127.0.0.1", () -> {
                try {
                    port.complete(((InetSocketAddress) server.localAddress()).getPort());
                } catch (OsException impossible) {
                    port.completeExceptionally(impossible);
                }
            });
        });
        return port.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aLoadWritesItsResultForPrograms(@TempDir Path directory) throws Exception {
        var file = directory.resolve("result.json");
        try (var loop = EventLoop.start("server")) {
            var url = "http://127.0.0.1:" + serve(loop, 200) + "/";
            assertEquals(0, run("load", url, "-q", "-d", "0.3", "--warm-up", "0.1", "-c", "2", "--json", file.toString()), told::toString);
        }
        var json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        assertEquals("anillo.load/1", json.get("schema").getAsString());
        assertTrue(json.get("answered").getAsLong() > 0);
        assertNotNull(json.getAsJsonObject("latencyMicros").get("p99.9"));
    }

    @Test
    void answersThatAreNotAsExpectedMakeTheStatus1() throws Exception {
        try (var loop = EventLoop.start("server")) {
            var url = "http://127.0.0.1:" + serve(loop, 500) + "/";
            assertEquals(1, run("load", url, "-q", "-d", "0.1", "--warm-up", "0", "-c", "1"), told::toString);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ftp://a/                   | ftp://a/ is no URL to load: http://HOST[:PORT]/PATH is (no TLS yet)",
        "http://a/ -X BAD METHOD    | Unmatched argument at index 4: 'METHOD'",
        "http://a/ -H nonsense      | header 'nonsense': 'Name: value' is wanted (RFC 9112 §5)",
        "http://a/ --rate -1        | --rate: 0 or more requests a second",
        "http://a/ --threads 3 -c 2 | --threads: 1 or more, and no more than connections",
        "http://a/ --arrivals odd   | Invalid value for option '--arrivals': expected one of [POISSON, CONSTANT] (case-insensitive) but was 'odd'"})
    void aWrongCommandLineIsToldInItsFirstLine(String arguments, String line) {
        assertEquals(2, run(("load " + arguments).split(" ")));
        assertEquals(line, told.toString().lines().findFirst().orElseThrow());
    }
}
