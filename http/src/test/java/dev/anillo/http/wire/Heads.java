package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Parses every head four ways (whole, byte by byte, in every split in two, with bytes behind it that must stay
/// untouched) and demands one outcome. The bytes move between calls, and a look outside of what has arrived throws.
final class Heads {
    static final int NEED_MORE = RequestParser.NEED_MORE;
    static final int BAD = RequestParser.BAD;

    private static final int ROOM = 64 * 1024;
    private static final long HERE = Memory.allocate(ROOM, 8);
    private static final long THERE = Memory.allocate(ROOM, 8);
    private static final String BEHIND = "GET /next HTTP/1.1\r\nHost: x\r\n\r\n";

    record Header(String name, String value) {}

    /// What a parser said of a head.
    record Outcome(int consumed, int status, String reason, Method method, String methodText, TargetForm form,
                   String target, String path, String authority, int minor, List<Header> headers, int hostIndex,
                   long contentLength, boolean chunked, boolean keepAlive, boolean connectionUpgrade,
                   boolean expectContinue, boolean expectOther) {
        String value(String name) {
            return headers.stream().filter(header -> header.name().equals(name)).findFirst().orElseThrow().value();
        }
    }

    /// One for all heads, as on a connection, so that whatever it fails to forget shows in the next one.
    private final RequestParser parser;

    Heads() {
        this(WireLimits.DEFAULT);
    }

    Heads(WireLimits limits) {
        parser = new RequestParser(limits);
    }

    /// A complete head, which ends where the text ends.
    Outcome accepted(String head) {
        var outcome = parsed(head);
        assertEquals("", outcome.reason(), head);
        assertEquals(head.length(), outcome.consumed(), head);
        return outcome;
    }

    /// A GET with a Host and these further lines.
    Outcome acceptedWith(String... lines) {
        return accepted(withLines(lines));
    }

    /// A head that is refused with this status and for a reason that contains this text.
    void rejected(int status, String reason, String head) {
        var outcome = parsed(head);
        assertEquals(BAD, outcome.consumed(), () -> "accepted: " + head);
        assertEquals(status, outcome.status(), outcome.reason());
        assertTrue(outcome.reason().contains(reason), () -> outcome.reason() + " does not say: " + reason);
    }

    void rejectedWith(int status, String reason, String... lines) {
        rejected(status, reason, withLines(lines));
    }

    void unfinished(String head) {
        assertEquals(NEED_MORE, parsed(head).consumed(), head);
    }

    static String withLines(String... lines) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    Outcome parsed(String head) {
        var bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        parser.reset();
        var whole = step(bytes, bytes.length, HERE);
        assertEquals(whole, byteByByte(bytes), () -> "byte by byte: " + head);
        for (var split = 0; split < bytes.length; split++) {
            var at = split;
            assertEquals(whole, inTwo(bytes, split), () -> "split at " + at + ": " + head);
        }
        if (whole.consumed() != NEED_MORE) {
            assertEquals(whole, withBytesBehind(head), () -> "bytes behind: " + head);
        }
        return whole;
    }

    private Outcome byteByByte(byte[] bytes) {
        parser.reset();
        var outcome = step(bytes, 0, HERE);
        for (var length = 1; length <= bytes.length && outcome.consumed() == NEED_MORE; length++) {
            outcome = step(bytes, length, length % 2 == 0 ? HERE : THERE);
        }
        return outcome;
    }

    private Outcome inTwo(byte[] bytes, int split) {
        parser.reset();
        var first = step(bytes, split, HERE);
        return first.consumed() == NEED_MORE ? step(bytes, bytes.length, THERE) : first;
    }

    private Outcome withBytesBehind(String head) {
        parser.reset();
        var bytes = (head + BEHIND).getBytes(StandardCharsets.ISO_8859_1);
        var outcome = step(bytes, bytes.length, HERE);
        assertEquals(head + BEHIND, Latin1.string(HERE, bytes.length), "the parser has written");
        return outcome;
    }

    /// Parses the first `length` bytes at an address where nothing else may be read.
    private Outcome step(byte[] bytes, int length, long at) {
        Memory.copy(bytes, 0, at, length);
        var consumed = new int[1];
        Memory.within(at, at + length, () -> consumed[0] = parser.parse(at, length));
        assertEquals(consumed[0], parser.parse(at, length), "asked again with the same bytes");
        return outcome(at, consumed[0]);
    }

    private Outcome outcome(long at, int consumed) {
        if (consumed <= 0) {
            return new Outcome(consumed, parser.status(), parser.reason(), null, "", null, "", "",
                    "", 0, List.of(), -1, -1, false, false, false, false, false);
        }
        var headers = new ArrayList<Header>();
        for (var i = 0; i < parser.headerCount(); i++) {
            headers.add(new Header(Latin1.string(at + parser.nameAt(i), parser.nameLength(i)),
                    Latin1.string(at + parser.valueAt(i), parser.valueLength(i))));
        }
        var authority = parser.authorityLength() < 0 ? null
                : Latin1.string(at + parser.authorityAt(), parser.authorityLength());
        return new Outcome(consumed, parser.status(), parser.reason(), parser.method(),
                Latin1.string(at + parser.methodAt(), parser.methodLength()), parser.targetForm(),
                Latin1.string(at + parser.targetAt(), parser.targetLength()),
                Latin1.string(at + parser.pathAt(), parser.pathLength()), authority, parser.minorVersion(), headers,
                parser.hostIndex(), parser.contentLength(), parser.chunked(), parser.keepAlive(),
                parser.connectionUpgrade(), parser.expectContinue(), parser.expectOther());
    }
}
