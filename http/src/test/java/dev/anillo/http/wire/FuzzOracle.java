package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What must hold for any bytes: they are parsed or refused, nothing else; the outcome is the same however they are
/// cut; and what was taken for a head is one by the grammar of the RFC, written down once more as a regular expression.
final class FuzzOracle {
    /// Bytes of an input.
    static final int BYTES_MAX = 1024;

    private static final String TCHAR = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
    private static final Pattern HEAD = Pattern.compile("(\r\n)?" + TCHAR + "+ [!-~&&[^#]]+ HTTP/1\\.[0-9]\r\n"
            + "(" + TCHAR + "+:[\t -~\u0080-\u00ff]*\r\n)*\r\n");
    private static final Pattern FRAMING = Pattern.compile("\r\n(?i:content-length|transfer-encoding|host):");

    /// Small enough for mutants to reach.
    private static final WireLimits LIMITS = new WireLimits(160, 600, 12, 12, 40);

    /// Sets all that a parser has to forget.
    private static final String BEFORE = "PUT http://a:1/b HTTP/1.0\r\nConnection: close, upgrade, keep-alive\r\n"
            + "Content-Length: 3\r\nExpect: x\r\nHost: c\r\n\r\n";

    private final long here = Memory.allocate(BYTES_MAX, 8);
    private final long there = Memory.allocate(BYTES_MAX + 1, 8) + 1;
    private final long before = Memory.allocate(BYTES_MAX, 8);
    private final RequestParser whole = new RequestParser(LIMITS);
    private final RequestParser cut = new RequestParser(LIMITS);
    private final BodyReader wholeBody = new BodyReader(LIMITS);
    private final BodyReader cutBody = new BodyReader(LIMITS);

    private byte[] input;
    private int length;
    private SplittableRandom random;

    FuzzOracle() {
        Memory.copy(BEFORE.getBytes(StandardCharsets.ISO_8859_1), 0, before, BEFORE.length());
    }

    /// Fails unless the first bytes of the input are parsed or refused, and the same however they are cut.
    ///
    /// @param random says where it is cut
    /// @return whether they begin with a complete head
    boolean compare(byte[] input, int length, SplittableRandom random) {
        this.input = input;
        this.length = length;
        this.random = random;
        Memory.copy(input, 0, here, length);
        whole.reset();
        Memory.within(here, here + length, () -> whole.parse(here, length));
        var consumed = whole.parse(here, length);
        assertEquals(consumed, parseCut(), "consumed");
        assertEquals(whole.status(), cut.status());
        assertEquals(whole.reason(), cut.reason());
        if (consumed == RequestParser.BAD) {
            assertTrue(whole.status() >= 400 && !whole.reason().isEmpty());
        } else if (consumed > 0) {
            compareHeads();
            checkGrammar(consumed);
            compareBodies(consumed);
        }
        return consumed > 0;
    }

    /// In one to four calls, at two addresses, with nothing behind the bytes that have arrived, after another request.
    private int parseCut() {
        cut.reset();
        cut.parse(before, BEFORE.length());
        cut.reset();
        var at = 0;
        for (var calls = random.nextInt(4); calls > 0 && at < length; calls--) {
            at += random.nextInt(length - at + 1);
            if (calls == 1 && random.nextInt(8) == 0) at = length - 1;
            var consumed = parseCut(at, calls % 2 == 0 ? here : there);
            if (consumed != RequestParser.NEED_MORE) return consumed;
        }
        return parseCut(length, there);
    }

    private int parseCut(int bytes, long address) {
        Memory.copy(input, 0, address, bytes);
        var consumed = new int[1];
        Memory.within(address, address + bytes, () -> consumed[0] = cut.parse(address, bytes));
        return consumed[0];
    }

    private void compareHeads() {
        assertEquals(whole.method(), cut.method());
        assertEquals(whole.methodAt(), cut.methodAt());
        assertEquals(whole.methodLength(), cut.methodLength());
        assertEquals(whole.targetForm(), cut.targetForm());
        assertEquals(whole.targetAt(), cut.targetAt());
        assertEquals(whole.targetLength(), cut.targetLength());
        assertEquals(whole.pathAt(), cut.pathAt());
        assertEquals(whole.authorityAt(), cut.authorityAt());
        assertEquals(whole.authorityLength(), cut.authorityLength());
        assertEquals(whole.minorVersion(), cut.minorVersion());
        assertEquals(whole.contentLength(), cut.contentLength());
        assertEquals(whole.chunked(), cut.chunked());
        assertEquals(whole.keepAlive(), cut.keepAlive());
        assertEquals(whole.connectionUpgrade(), cut.connectionUpgrade());
        assertEquals(whole.expectContinue(), cut.expectContinue());
        assertEquals(whole.expectOther(), cut.expectOther());
        assertEquals(whole.hostIndex(), cut.hostIndex());
        assertEquals(whole.headerCount(), cut.headerCount());
        for (var i = 0; i < whole.headerCount(); i++) {
            assertEquals(whole.nameAt(i), cut.nameAt(i));
            assertEquals(whole.nameLength(i), cut.nameLength(i));
            assertEquals(whole.valueAt(i), cut.valueAt(i));
            assertEquals(whole.valueLength(i), cut.valueLength(i));
        }
    }

    private void checkGrammar(int consumed) {
        var head = new String(input, 0, consumed, StandardCharsets.ISO_8859_1);
        assertTrue(HEAD.matcher(head).matches(), "accepted against the grammar");
        var framing = FRAMING.matcher(head).results().count();
        var understood = Stream.of(whole.contentLength() >= 0, whole.chunked(), whole.hostIndex() >= 0)
                .filter(found -> found).count();
        assertEquals(understood, framing, "a framing field was overlooked, or counted twice");
    }

    private void compareBodies(int at) {
        wholeBody.start(whole);
        cutBody.start(cut);
        var wholeEnd = readBody(wholeBody, at, false);
        var cutEnd = readBody(cutBody, at, true);
        assertEquals(wholeEnd, cutEnd, "body");
        assertEquals(wholeBody.status(), cutBody.status());
        assertEquals(wholeBody.reason(), cutBody.reason());
        assertEquals(wholeBody.trailerCount(), cutBody.trailerCount());
    }

    private record BodyEnd(int event, int at, long dataBytes, int dataHash) {}

    private BodyEnd readBody(BodyReader reader, int from, boolean inPieces) {
        var at = from;
        var to = inPieces ? from + random.nextInt(length - from + 1) : length;
        var dataBytes = 0L;
        var dataHash = 1;
        while (true) {
            var start = here + at;
            var bytes = to - at;
            var event = new int[1];
            Memory.within(start, start + bytes, () -> event[0] = reader.read(start, bytes));
            for (var i = 0; i < reader.dataLength(); i++) dataHash = 31 * dataHash + input[at + reader.dataAt() + i];
            dataBytes += reader.dataLength();
            at += reader.consumed();
            switch (event[0]) {
                case BodyReader.DATA -> assertTrue(reader.dataLength() > 0);
                case BodyReader.END -> { return new BodyEnd(event[0], at, dataBytes, dataHash); }
                case BodyReader.BAD -> { return new BodyEnd(event[0], -1, dataBytes, dataHash); }
                default -> {
                    if (to == length) return new BodyEnd(event[0], at, dataBytes, dataHash);
                    to = random.nextInt(4) == 0 ? length : Math.min(length, to + 1 + random.nextInt(9));
                }
            }
        }
    }
}
