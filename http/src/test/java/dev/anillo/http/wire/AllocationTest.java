package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.anillo.loop.memory.Memory;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Nothing is allocated on the heap for a request. The thread's own count of allocated bytes is the witness.
@Tag("unchecked")
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 100_000;
    private static final int ROOM = 4096;

    private static final String REQUEST = """
            POST /some/path?with=query HTTP/1.1
            Host: example.org:8080
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
            Connection: keep-alive, te
            Transfer-Encoding: chunked
            Expect: 100-continue

            5;name=value
            hello
            0
            Digest: abc

            """.replace("\n", "\r\n");

    private static final String BAD_REQUEST = "GET / HTTP/1.1\r\nHost: a b\r\n\r\n";

    private final RequestParser parser = new RequestParser(WireLimits.DEFAULT);
    private final BodyReader body = new BodyReader(WireLimits.DEFAULT);
    private final DateField date = new DateField();

    private static long memoryOf(String text) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        var at = Memory.allocate(bytes.length, 8);
        Memory.copy(bytes, 0, at, bytes.length);
        return at;
    }

    private static void assertAllocatesNothing(Runnable round) {
        for (var i = 0; i < ROUNDS; i++) round.run(); // links what is linked at first use
        var before = THREADS.getCurrentThreadAllocatedBytes();
        for (var i = 0; i < ROUNDS; i++) round.run();
        assertEquals(0, THREADS.getCurrentThreadAllocatedBytes() - before, "bytes in " + ROUNDS + " rounds");
    }

    @Test
    void parsingRequestsAndBodiesAllocatesNothing() {
        var at = memoryOf(REQUEST);
        var length = REQUEST.length();
        assertAllocatesNothing(() -> {
            parser.reset();
            var offset = parser.parse(at, length);
            if (offset <= 0 || parser.find(at,
                    "user-agent") != 1 || parser.method() != Method.POST) throw new AssertionError();
            body.start(parser);
            int event;
            while ((event = body.read(at + offset, length - offset)) == BodyReader.DATA) offset += body.consumed();
            if (event != BodyReader.END) throw new AssertionError(body.reason());
        });
    }

    @Test
    void refusingRequestsAllocatesNothing() {
        var at = memoryOf(BAD_REQUEST);
        assertAllocatesNothing(() -> {
            parser.reset();
            if (parser.parse(at, 10) != 0 || parser.parse(at, BAD_REQUEST.length()) >= 0) throw new AssertionError();
            if (parser.reason().isEmpty()) throw new AssertionError();
        });
    }

    @Test
    void writingResponsesAllocatesNothing() {
        var at = Memory.allocate(ROOM, 8);
        var second = new long[] {1_000_000_000};
        assertAllocatesNothing(() -> {
            var to = ResponseWriter.statusLine(at, ROOM, 200);
            to += ResponseWriter.header(at + to, ROOM - to, "Content-Type", "text/plain; charset=utf-8");
            to += ResponseWriter.contentLength(at + to, ROOM - to, 1234);
            to += date.write(at + to, ROOM - to, second[0]++);
            to += ResponseWriter.emptyLine(at + to, ROOM - to);
            to += ResponseWriter.chunkHeader(at + to, ROOM - to, 77);
            to += ResponseWriter.lastChunk(at + to, ROOM - to);
            if (to < 100) throw new AssertionError(to);
        });
    }
}
