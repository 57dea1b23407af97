package dev.anillo.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each text is read whole, byte by byte, and cut in two at each place.
class ResponseReaderTest {
    private static final byte[] ANY = null;

    /// @param closes whether it was the last one
    private record Seen(int status, long bodyBytes, boolean closes, boolean differs) {}

    private static List<Seen> read(String text, byte[] expectedBody, boolean toHead, int... cuts) throws BadResponse {
        var reader = new ResponseReader(toHead, expectedBody);
        var seen = new ArrayList<Seen>();
        var from = 0;
        for (var i = 0; i <= cuts.length; i++) {
            var to = i < cuts.length ? cuts[i] : text.length();
            feed(reader, text.substring(from, to), seen);
            from = to;
        }
        if (reader.ended()) seen.add(seen(reader));
        return seen;
    }

    private static void feed(ResponseReader reader, String text, List<Seen> seen) throws BadResponse {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(Math.max(1, text.length()));
            MemorySegment.copy(text.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, ValueLayout.JAVA_BYTE, 0, text.length());
            for (var at = 0; at < text.length(); ) {
                at += reader.read(bytes.address() + at, text.length() - at);
                if (reader.isComplete()) seen.add(seen(reader));
            }
        }
    }

    private static Seen seen(ResponseReader reader) {
        return new Seen(reader.status(), reader.bodyBytes(), reader.closes(), reader.bodyDiffers());
    }

    private static void expect(String text, Seen... expected) throws BadResponse {
        expect(text, ANY, false, expected);
    }

    private static void expect(String text, byte[] body, boolean toHead, Seen... expected) throws BadResponse {
        assertEquals(List.of(expected), read(text, body, toHead));
        for (var cut = 1; cut < text.length(); cut++) assertEquals(List.of(expected), read(text, body, toHead, cut), "cut at " + cut);
        var all = new int[text.length() - 1];
        for (var i = 0; i < all.length; i++) all[i] = i + 1;
        assertEquals(List.of(expected), read(text, body, toHead, all), "byte by byte");
    }

    private static Seen good(long bytes) {
        return new Seen(200, bytes, false, false);
    }

    @Test
    void aBodyByItsLength() throws BadResponse {
        expect("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 5\r\n\r\nhello", good(5));
    }

    @Test
    void severalOneBehindTheOther() throws BadResponse {
        var one = "HTTP/1.1 200 OK\r\ncontent-length:5\r\n\r\nhello";
        expect(one + "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" + one, good(5), new Seen(404, 0, false, false), good(5));
    }

    @Test
    void chunksWithExtensionsAndTrailers() throws BadResponse {
        expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", good(15), good(1));
    }

    @Test
    void interimResponsesAreNone() throws BadResponse {
        expect("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
                new Seen(204, 0, false, false));
    }

    @Test
    void aBodyThatEndsWithItsConnection() throws BadResponse {
        expect("HTTP/1.1 200 OK\r\n\r\nhello", new Seen(200, 5, true, false));
        expect("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", new Seen(200, 2, true, false));
        expect("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nhi", new Seen(200, 2, true, false));
    }

    @Test
    void anAnswerToHeadHasNoBody() throws BadResponse {
        expect("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", ANY, true, good(0));
    }

    @Test
    void aBodyIsComparedToTheOneThatIsExpected() throws BadResponse {
        var hello = "hello".getBytes(StandardCharsets.US_ASCII);
        var head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
        expect(head + "hello" + head + "hellO", hello, false, good(5), new Seen(200, 5, false, true));
        expect("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhell", hello, false, new Seen(200, 4, false, true));
        expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n4\r\nllox\r\n0\r\n\r\n", hello, false,
                new Seen(200, 6, false, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2 200\r\n\r\n\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ng\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"})
    void whatIsNoResponseIsToldSo(String text) {
        assertThrows(BadResponse.class, () -> read(text, ANY, false));
    }

    @Test
    void aHeadWithoutAnEndIsGivenUp() throws BadResponse {
        var seen = new ArrayList<Seen>();
        var reader = new ResponseReader(false, ANY);
        feed(reader, "HTTP/1.1 200 OK\r\nX: ", seen);
        assertThrows(BadResponse.class, () -> feed(reader, "x".repeat(70_000), seen));
        reader.restart();
        feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", seen);
        assertEquals(List.of(good(0)), seen);
    }
}
