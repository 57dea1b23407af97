package dev.anillo.http.app;

import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What stands between the parts of a multipart body (RFC 2046 §5.1.1), and how it is found:
///
///     CR LF "--" boundary
///
/// Horspool's search: looks at the last byte of the place where the delimiter may be, and mostly jumps over all of
/// it. A boundary has no CR, so CR is nowhere but at the delimiter's beginning. Two things follow: a beginning that
/// turned out to be none holds no other beginning; and as candidates are compared only where a CR is, no data makes
/// the search slower than linear.
final class Delimiter {
    /// RFC 2046 §5.1.1.
    static final int BOUNDARY_BYTES_MAX = 70;

    /// CR and LF, which the first delimiter of a body does without.
    static final int LINE_END_BYTES = 2;

    private static final String BOUNDARY_MARKS = "'()+_,-./:=? ";

    private final byte[] bytes;
    private final byte[] shifts = new byte[256];

    Delimiter(String boundary) {
        bytes = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(shifts, (byte) bytes.length);
        var last = bytes.length - 1;
        for (var i = 0; i < last; i++) shifts[bytes[i]] = (byte) (last - i);
    }

    /// RFC 2046 §5.1.1: one to seventy of `bchars`, the last one not a space.
    static boolean isBoundary(String text) {
        return !text.isEmpty() && text.length() <= BOUNDARY_BYTES_MAX && !text.endsWith(" ")
                && text.chars().allMatch(Delimiter::isBoundaryCharacter);
    }

    private static boolean isBoundaryCharacter(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || BOUNDARY_MARKS.indexOf(c) >= 0;
    }

    int length() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes;
    }

    /// @return the first offset in [from, to) where the delimiter begins, or the beginning of one that reaches `to`;
    ///     `to` where there is none
    int find(long base, int from, int to) {
        var last = bytes.length - 1;
        var lastByte = bytes[last];
        var at = from;
        while (at + last < to) {
            var c = Memory.getByte(base + at + last);
            if (c == lastByte && Memory.getByte(base + at) == '\r' && match(base, at, to, 0) == bytes.length) return at;
            at += shifts[c & 0xFF];
        }
        for (var i = to - 1; i >= at; i--) {
            if (Memory.getByte(base + i) == '\r') return match(base, i, to, 0) == to - i ? i : to;
        }
        return to;
    }

    /// @param matched bytes of the delimiter that came before `from`
    /// @return bytes of the delimiter up to where `to`, or a byte that is not the delimiter's, comes
    int match(long base, int from, int to, int matched) {
        var at = from;
        while (matched < bytes.length && at < to && Memory.getByte(base + at) == bytes[matched]) {
            matched++;
            at++;
        }
        return matched;
    }
}
