package dev.anillo.http.wire;

import static dev.anillo.http.wire.Verdict.NEED_MORE;

import dev.anillo.loop.memory.Memory;

/// The line before the data of each chunk (RFC 9112 §7.1), taken byte by byte as it arrives.
///
///     1*HEXDIG *( ";" token [ "=" ( token / quoted-string ) ] ) CRLF
///
/// Two things are narrower than the RFC: white space in it is refused (the grammar's BWS, which no current sender makes
/// and readers are known to take differently), and a size has at most 16 digits.
final class ChunkLine {
    private static final int SIZE = 0;
    private static final int NAME_START = 1;
    private static final int NAME = 2;
    private static final int VALUE_START = 3;
    private static final int VALUE = 4;
    private static final int QUOTED = 5;
    private static final int ESCAPED = 6;
    private static final int QUOTED_END = 7;
    private static final int LINE_END = 8;
    private static final int DONE = 9;

    private static final int DIGITS_MAX = 16;

    private final Verdict verdict;
    private final int extensionBytesMax;

    private int phase;
    private int digits;
    private int extensionBytes;
    private long size;

    ChunkLine(Verdict verdict, int extensionBytesMax) {
        this.verdict = verdict;
        this.extensionBytesMax = extensionBytesMax;
    }

    /// Begins a body. The count of extension bytes runs over all of its chunks.
    void startBody() {
        extensionBytes = 0;
        startLine();
    }

    private void startLine() {
        phase = SIZE;
        digits = 0;
        size = 0;
    }

    /// The size that the last complete line states.
    long size() {
        return size;
    }

    /// The offset behind the line's CRLF, or NEED_MORE when all bytes were taken, or BAD.
    int parse(long base, int at, int end) {
        if (phase == DONE) startLine();
        while (at < end) {
            phase = next(Memory.getByte(base + at++) & 0xFF);
            if (phase == DONE) return at;
            if (phase < 0) return Verdict.BAD;
        }
        return NEED_MORE;
    }

    private int next(int c) {
        if (phase == SIZE) {
            var digit = Chars.hex(c);
            if (digit >= 0) return takeDigit(digit);
            if (digits == 0) return verdict.reject(400, "chunk size is not a hexadecimal number (RFC 9112 §7.1)");
            return endOfPart(c);
        }
        if (phase == LINE_END) return c == Chars.LF ? DONE : verdict.reject(400, "CR without LF (RFC 9112 §2.2)");
        if (++extensionBytes > extensionBytesMax) {
            return verdict.reject(413, "chunk extensions longer than the limit (RFC 9112 §7.1.1)");
        }
        return switch (phase) {
            case NAME_START -> Chars.isToken(c) ? NAME : rejectExtension();
            case NAME -> Chars.isToken(c) ? NAME : c == '=' ? VALUE_START : endOfPart(c);
            case VALUE_START -> c == '"' ? QUOTED : Chars.isToken(c) ? VALUE : rejectExtension();
            case VALUE -> Chars.isToken(c) ? VALUE : endOfPart(c);
            case QUOTED -> c == '"' ? QUOTED_END : c == '\\' ? ESCAPED : Chars.isValue(c) ? QUOTED : rejectExtension();
            case ESCAPED -> Chars.isValue(c) ? QUOTED : rejectExtension();
            case QUOTED_END -> endOfPart(c);
            default -> throw new AssertionError(phase);
        };
    }

    private int takeDigit(int digit) {
        if (++digits > DIGITS_MAX || size > Long.MAX_VALUE >>> 4) {
            return verdict.reject(400, "chunk size above 2^63-1 (RFC 9112 §7.1)");
        }
        size = size << 4 | digit;
        return SIZE;
    }

    /// What may follow a size, an extension's name and its value alike.
    private int endOfPart(int c) {
        return switch (c) {
            case ';' -> NAME_START;
            case Chars.CR -> LINE_END;
            case Chars.LF -> verdict.reject(400, "LF without CR (RFC 9112 §2.2)");
            default -> phase == SIZE
                    ? verdict.reject(400, "chunk size is not a hexadecimal number (RFC 9112 §7.1)")
                    : rejectExtension();
        };
    }

    private int rejectExtension() {
        return verdict.reject(400, "malformed chunk extension (RFC 9112 §7.1.1)");
    }
}
