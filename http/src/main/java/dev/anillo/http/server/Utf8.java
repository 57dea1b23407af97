package dev.anillo.http.server;

import java.nio.charset.StandardCharsets;

/// Texts as UTF-8, without garbage while they are short.
final class Utf8 {
    /// Bytes of the scratch.
    private static final int SCRATCH_BYTES = 16 * 1024;
    /// Of one `char`; a pair of surrogates has four for both.
    private static final int BYTES_PER_CHAR_MAX = 3;

    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private byte[] bytes = scratch;

    /// Encodes; the result is in [#bytes] until the next call. Unpaired surrogates become `?`, as Java does.
    ///
    /// @return the count of bytes
    int encode(String text) {
        bytes = scratch;
        var at = 0;
        for (var end = Math.min(text.length(), SCRATCH_BYTES); at < end; at++) {
            var c = text.charAt(at);
            if (c >= 0x80) break;
            scratch[at] = (byte) c;
        }
        if (at == text.length()) return at;
        if (at + (text.length() - at) * BYTES_PER_CHAR_MAX <= SCRATCH_BYTES) return encodeFrom(text, at);
        bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length;
    }

    /// @param from what is before is encoded already, a byte for each character
    private int encodeFrom(String text, int from) {
        var to = from;
        for (var at = from; at < text.length(); at++) {
            var c = text.charAt(at);
            if (c < 0x80) {
                scratch[to++] = (byte) c;
            } else if (c < 0x800) {
                scratch[to++] = (byte) (0xC0 | c >> 6);
                scratch[to++] = continuation(c);
            } else if (!Character.isSurrogate(c)) {
                scratch[to++] = (byte) (0xE0 | c >> 12);
                scratch[to++] = continuation(c >> 6);
                scratch[to++] = continuation(c);
            } else if (at + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(at + 1))) {
                var point = Character.toCodePoint(c, text.charAt(++at));
                scratch[to++] = (byte) (0xF0 | point >> 18);
                scratch[to++] = continuation(point >> 12);
                scratch[to++] = continuation(point >> 6);
                scratch[to++] = continuation(point);
            } else {
                scratch[to++] = '?';
            }
        }
        return to;
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | bits & 0x3F);
    }

    byte[] bytes() {
        return bytes;
    }
}
