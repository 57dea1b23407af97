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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private final StringWriter told = new StringWriter();

    private int run(String... arguments) {
        return Main.commandLine().setErr(new PrintWriter(told, true)).setOut(new PrintWriter(told, true)).execute(arguments);
    }

    static int serve(EventLoop loop, int status) throws Exception {
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

    /// A line of numbers: the value in milliseconds, the percentile as a part of 1, the count so far, and 1/(1-percentile),
    /// which the last line lacks.
    private record PercentileLine(double millis, double part, long count) {
        private static final Pattern LINE = Pattern.compile("\\s*([0-9.]+)\\s+([0-9.]+)\\s+([0-9]+)(\\s+[0-9.]+)?");

        static List<PercentileLine> all(String text) {
            return text.lines().map(LINE::matcher).filter(Matcher::matches).map(line -> new PercentileLine(
                    Double.parseDouble(line.group(1)), Double.parseDouble(line.group(2)), Long.parseLong(line.group(3)))).toList();
        }
    }

    @Test
    void theDistributionOfLatenciesSaysWhatTheResultForProgramsSays(@TempDir Path directory) throws Exception {
        var file = directory.resolve("result.json");
        var hdr = directory.resolve("latencies.hdr");
        try (var loop = EventLoop.start("server")) {
            var url = "http://127.0.0.1:" + serve(loop, 200) + "/";
            assertEquals(0, run("load", url, "-q", "-d", "0.3", "--warm-up", "0.1", "-c", "2", "--json", file.toString(),
                    "--hdr", hdr.toString()), told::toString);
        }
        var json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        var latencies = json.getAsJsonObject("latencyMicros");
        var text = Files.readString(hdr);
        assertEquals("       Value     Percentile TotalCount 1/(1-Percentile)", text.lines().findFirst().orElseThrow());
        var lines = PercentileLine.all(text);
        assertEquals(json.get("answered").getAsLong(), lines.getLast().count());
        assertEquals(latencies.get("max").getAsDouble(), 1000 * lines.getLast().millis(), 1);
        for (var percentile : List.of(50.0, 90.0)) {
            var line = lines.stream().filter(some -> some.part() == percentile / 100).findFirst().orElseThrow();
            assertEquals(latencies.get("p" + percentile.intValue()).getAsDouble(), 1000 * line.millis(), 1);
        }
        assertTrue(text.contains("#[Mean    =") && text.contains("#[Max     ="), text);
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
