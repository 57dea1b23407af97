package dev.anillo.bench.micro;

import dev.anillo.http.wire.DateField;
import dev.anillo.http.wire.ResponseWriter;
import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A response head from values to bytes.
@State(Scope.Thread)
public class ResponseHeadBenchmark extends Part {
    private static final int ROOM = 1024;
    private static final long EPOCH_SECONDS = 1_795_435_200; // 2026-11-23 12:00

    private final DateField date = new DateField();
    private final long at = Memory.allocate(ROOM, Long.BYTES);

    @Setup
    public void headsAreRight() {
        require(shortHead().equals("""
                HTTP/1.1 200 OK
                Content-Type: text/plain
                Date: Mon, 23 Nov 2026 12:00:00 GMT
                Content-Length: 10

                """.replace("\n", "\r\n")), "the short head");
        var bytes = sixFields();
        require(text(bytes).endsWith("X-Content-Type-Options: nosniff\r\nContent-Length: 1234567\r\n\r\n"), "six fields");
    }

    private String shortHead() {
        return text(oneField());
    }

    private String text(int length) {
        var bytes = new byte[length];
        Memory.copy(at, bytes, 0, length);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /// As examples/Hola.java answers.
    @Benchmark
    public int oneField() {
        var to = ResponseWriter.statusLine(at, ROOM, 200);
        to += ResponseWriter.header(at + to, ROOM - to, "Content-Type", "text/plain");
        to += date.write(at + to, ROOM - to, EPOCH_SECONDS);
        to += ResponseWriter.contentLength(at + to, ROOM - to, 10);
        return to + ResponseWriter.emptyLine(at + to, ROOM - to);
    }

    /// As an application answers.
    @Benchmark
    public int sixFields() {
        var to = ResponseWriter.statusLine(at, ROOM, 200);
        to += ResponseWriter.header(at + to, ROOM - to, "Content-Type", "application/json; charset=utf-8");
        to += ResponseWriter.header(at + to, ROOM - to, "Cache-Control", "private, max-age=60, must-revalidate");
        to += ResponseWriter.header(at + to, ROOM - to, "ETag", "\"8f14e45fceea167a5a36dedd4bea2543\"");
        to += ResponseWriter.header(at + to, ROOM - to, "Vary", "Accept-Encoding");
        to += ResponseWriter.header(at + to, ROOM - to, "Set-Cookie", "theme=dark; Path=/; Secure; HttpOnly; SameSite=Lax");
        to += date.write(at + to, ROOM - to, EPOCH_SECONDS);
        to += ResponseWriter.header(at + to, ROOM - to, "X-Content-Type-Options", "nosniff");
        to += ResponseWriter.contentLength(at + to, ROOM - to, 1_234_567);
        return to + ResponseWriter.emptyLine(at + to, ROOM - to);
    }
}
