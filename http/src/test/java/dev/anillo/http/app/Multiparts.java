package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.wire.Latin1;
import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads every body four ways (whole, byte by byte, in every split in two, with bytes behind it) and demands one
/// outcome. Each piece lies where a look outside of it throws. Characters stand for bytes (latin-1).
final class Multiparts {
    static final String BOUNDARY = "XbX";

    private static final int ROOM = 64 * 1024;
    private static final long MEMORY = Memory.allocate(ROOM, 8);
    private static final String BEHIND = "\r\nepilogue\r\n--XbX\r\n";

    record Found(String name, String fileName, String contentType, String data, boolean complete) {}

    record Outcome(List<Found> parts, Refusal refusal) {}

    private final MultipartReader limits;
    private final String boundary;

    private List<Found> parts;
    private Found head;
    private StringBuilder data;

    Multiparts() {
        this(MultipartReader.create(), BOUNDARY);
    }

    Multiparts(MultipartReader limits, String boundary) {
        this.limits = limits;
        this.boundary = boundary;
    }

    List<Found> accepted(String body) {
        var outcome = parsed(body);
        assertEquals(null, outcome.refusal(), body);
        return outcome.parts();
    }

    void rejected(int status, String reason, String body) {
        var refusal = parsed(body).refusal();
        assertNotNull(refusal, () -> "accepted: " + body);
        assertEquals(status, refusal.status(), refusal.reason());
        assertTrue(refusal.reason().contains(reason), () -> refusal.reason() + " does not say: " + reason);
    }

    /// The data of a part with these headers, a line each.
    List<Found> acceptedWith(String... lines) {
        return accepted(withLines(lines));
    }

    void rejectedWith(int status, String reason, String... lines) {
        rejected(status, reason, withLines(lines));
    }

    static String withLines(String... lines) {
        return "--XbX\r\n" + String.join("\r\n", lines) + "\r\n\r\ndata\r\n--XbX--\r\n";
    }

    Outcome parsed(String body) {
        var whole = read(body);
        assertEquals(whole, read(body.split("")), () -> "byte by byte: " + body);
        for (var split = 0; split <= body.length(); split++) {
            var at = split;
            var inTwo = read(body.substring(0, split), body.substring(split));
            assertEquals(whole, inTwo, () -> "split at " + at + ": " + body);
        }
        if (whole.refusal() == null) {
            assertEquals(whole, read(body + BEHIND), () -> "bytes behind: " + body);
        } else if (!whole.refusal().reason().startsWith("body ends")) {
            assertEquals(whole, read(body + "x" + BEHIND), () -> "bytes behind: " + body);
        }
        return whole;
    }

    Outcome read(String... pieces) {
        var parser = new MultipartParser(limits, boundary);
        parts = new ArrayList<>();
        head = null;
        for (var piece : pieces) {
            if (!readPiece(parser, piece)) break;
        }
        if (parser.finish() == MultipartParser.END) {
            assertEquals(null, parser.refusal());
        } else {
            assertNotNull(parser.refusal());
            if (head != null) close(false);
        }
        assertEquals(parser.finish(), parser.finish(), "asked again");
        return new Outcome(parts, parser.refusal());
    }

    private boolean readPiece(MultipartParser parser, String piece) {
        var at = MEMORY + ROOM / 2;
        var left = piece.length();
        Memory.copy(piece.getBytes(StandardCharsets.ISO_8859_1), 0, at, left);
        while (true) {
            var event = step(parser, at, left);
            switch (event) {
                case MultipartParser.NEED_MORE -> {
                    assertEquals(left, parser.consumed(), "all is consumed");
                    return true;
                }
                case MultipartParser.BAD -> {
                    return false;
                }
                case MultipartParser.PART -> {
                    var found = parser.head();
                    head = new Found(found.name(), found.fileName(), found.contentType(), "", false);
                    data = new StringBuilder();
                }
                case MultipartParser.DATA -> {
                    assertTrue(parser.dataLength() > 0 && parser.dataAt() + parser.dataLength() == parser.consumed());
                    data.append(Latin1.string(at + parser.dataAt(), parser.dataLength()));
                }
                case MultipartParser.HELD -> {
                    assertTrue(parser.heldLength() > 0);
                    data.append(new String(parser.delimiter(), parser.heldAt(), parser.heldLength(),
                            StandardCharsets.ISO_8859_1));
                }
                case MultipartParser.PART_END -> close(true);
                default -> throw new AssertionError(event);
            }
            at += parser.consumed();
            left -= parser.consumed();
        }
    }

    private static int step(MultipartParser parser, long at, int length) {
        var event = new int[1];
        Memory.within(at, at + length, () -> event[0] = parser.read(at, length));
        return event[0];
    }

    private void close(boolean complete) {
        parts.add(new Found(head.name(), head.fileName(), head.contentType(), data.toString(), complete));
        head = null;
    }
}
