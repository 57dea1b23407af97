package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads every body four ways, as [Heads] does with heads.
final class Bodies {
    private static final long CHUNKED = -1;
    private static final int ROOM = 64 * 1024;
    private static final long MEMORY = Memory.allocate(ROOM, 8);
    private static final String BEHIND = "GET /next HTTP/1.1\r\nHost: x\r\n\r\n";

    /// What a reader said of a body: the last event, how many bytes it took up to there, and what it found.
    record Outcome(int event, int consumed, String data, List<Heads.Header> trailers, int status, String reason) {}

    /// One for all bodies, as on a connection.
    private final BodyReader reader;

    Bodies() {
        this(WireLimits.DEFAULT);
    }

    Bodies(WireLimits limits) {
        reader = new BodyReader(limits);
    }

    /// A chunked body that ends where the text ends.
    Outcome accepted(String body) {
        var outcome = read(body, CHUNKED);
        assertEquals("", outcome.reason(), body);
        assertEquals(BodyReader.END, outcome.event(), body);
        assertEquals(body.length(), outcome.consumed(), body);
        return outcome;
    }

    void rejected(int status, String reason, String body) {
        var outcome = read(body, CHUNKED);
        assertEquals(BodyReader.BAD, outcome.event(), () -> "accepted: " + body);
        assertEquals(status, outcome.status(), outcome.reason());
        assertTrue(outcome.reason().contains(reason), () -> outcome.reason() + " does not say: " + reason);
    }

    void unfinished(String body) {
        assertEquals(BodyReader.NEED_MORE, read(body, CHUNKED).event(), body);
    }

    Outcome fixed(long length, String body) {
        return read(body, length);
    }

    private Outcome read(String body, long contentLength) {
        var whole = read(contentLength, body);
        assertEquals(whole, read(contentLength, body.split("")), () -> "byte by byte: " + body);
        for (var split = 0; split <= body.length(); split++) {
            var at = split;
            assertEquals(whole, read(contentLength, body.substring(0, split), body.substring(split)),
                    () -> "split at " + at + ": " + body);
        }
        if (whole.event() != BodyReader.NEED_MORE) {
            assertEquals(whole, read(contentLength, body + BEHIND), () -> "bytes behind: " + body);
        }
        return whole;
    }

    /// Does as a connection does: keeps what was not consumed, and adds what arrives next.
    private Outcome read(long contentLength, String... parts) {
        if (contentLength == CHUNKED) reader.startChunked();
        else reader.startFixed(contentLength);
        var data = new StringBuilder();
        var pending = "";
        var consumed = 0;
        var event = BodyReader.NEED_MORE;
        for (var part : parts) {
            pending += part;
            do {
                event = step(pending);
                data.append(pending, reader.dataAt(), reader.dataAt() + reader.dataLength());
                if (event == BodyReader.END) return outcome(event, consumed + reader.consumed(), data, pending);
                if (event == BodyReader.BAD) return outcome(event, 0, data, pending);
                consumed += reader.consumed();
                pending = pending.substring(reader.consumed());
            } while (event == BodyReader.DATA);
        }
        return outcome(event, consumed, data, pending);
    }

    private int step(String bytes) {
        var at = MEMORY + ROOM / 2;
        Memory.copy(bytes.getBytes(StandardCharsets.ISO_8859_1), 0, at, bytes.length());
        var event = new int[1];
        Memory.within(at, at + bytes.length(), () -> event[0] = reader.read(at, bytes.length()));
        assertEquals(bytes, Latin1.string(at, bytes.length()), "the reader has written");
        return event[0];
    }

    private Outcome outcome(int event, int consumed, StringBuilder data, String last) {
        var trailers = new ArrayList<Heads.Header>();
        for (var i = 0; i < reader.trailerCount(); i++) {
            var nameAt = reader.trailerNameAt(i);
            var valueAt = reader.trailerValueAt(i);
            trailers.add(new Heads.Header(last.substring(nameAt, nameAt + reader.trailerNameLength(i)),
                    last.substring(valueAt, valueAt + reader.trailerValueLength(i))));
        }
        return new Outcome(event, consumed, data.toString(), trailers, reader.status(), reader.reason());
    }
}
