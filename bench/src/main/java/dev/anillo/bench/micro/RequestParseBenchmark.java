package dev.anillo.bench.micro;

import dev.anillo.http.wire.Method;
import dev.anillo.http.wire.RequestParser;
import dev.anillo.http.wire.WireLimits;
import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A request head from bytes to meaning, in place.
@State(Scope.Thread)
public class RequestParseBenchmark extends Part {
    private static final int DEPTH = 16;

    /// What load generators send.
    private static final String SHORT = """
            GET / HTTP/1.1
            Host: 127.0.0.1:3000

            """.replace("\n", "\r\n");

    /// What a browser sends for an image of a page.
    private static final String BROWSER = """
            GET /static/images/logo.png?version=20261123 HTTP/1.1
            Host: www.example.org:8080
            Connection: keep-alive
            sec-ch-ua-platform: "Linux"
            User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36
            sec-ch-ua: "Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"
            sec-ch-ua-mobile: ?0
            Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8
            Sec-Fetch-Site: same-origin
            Sec-Fetch-Mode: no-cors
            Sec-Fetch-Dest: image
            Referer: https://www.example.org:8080/articles/how-event-loops-turn
            Accept-Encoding: gzip, deflate, br, zstd
            Accept-Language: en-GB,en;q=0.9,es;q=0.8
            Cookie: session=8f14e45fceea167a5a36dedd4bea2543; theme=dark; consent=yes

            """.replace("\n", "\r\n");

    private final RequestParser parser = new RequestParser(WireLimits.DEFAULT);
    private final long shortHead = inMemory(SHORT);
    private final long browserHead = inMemory(BROWSER);
    private final long pipeline = inMemory(SHORT.repeat(DEPTH));

    private static long inMemory(String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        var at = Memory.allocate(bytes.length, Long.BYTES);
        Memory.copy(bytes, 0, at, bytes.length);
        return at;
    }

    @Setup
    public void headsAreUnderstood() {
        require(shortHead() == SHORT.length() && parser.headerCount() == 1, "the short head");
        require(browserHead() == BROWSER.length() && parser.headerCount() == 14, "the browser's head");
        require(parser.method() == Method.GET && parser.keepAlive() && parser.hostIndex() == 0, "its meaning");
        require(pipelined() == SHORT.length() * DEPTH, "the pipeline");
    }

    @Benchmark
    public int shortHead() {
        parser.reset();
        return parser.parse(shortHead, SHORT.length());
    }

    @Benchmark
    public int browserHead() {
        parser.reset();
        return parser.parse(browserHead, BROWSER.length());
    }

    /// Of each of 16 that have arrived together.
    @Benchmark
    @OperationsPerInvocation(DEPTH)
    public int pipelined() {
        var at = 0;
        for (var i = 0; i < DEPTH; i++) {
            parser.reset();
            at += parser.parse(pipeline + at, SHORT.length() * DEPTH - at);
        }
        return at;
    }
}
