package dev.anillo.http.server;

import java.nio.charset.StandardCharsets;

/// Texts as UTF-8, without garbage while they are short and ASCII.
final class Utf8 {
    /// Bytes of the scratch: the longest ASCII text that costs no array.
    private static final int SCRATCH_BYTES = 16 * 1024;

    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private byte[] bytes = scratch;
    private int length;

    /// Encodes; the result is in [#bytes] until the next call. Unpaired surrogates become `?`, as Java does.
    ///
    /// @return the count of bytes
    int encode(String text) {
        if (text.length() > SCRATCH_BYTES || !encodeAscii(text)) {
            bytes = text.getBytes(StandardCharsets.UTF_8);
            length = bytes.length;
        }
        return length;
    }

    private boolean encodeAscii(String text) {
        var count = text.length();
        for (var i = 0; i < count; i++) {
            var c = text.charAt(i);
            if (c >= 0x80) return false;
            scratch[i] = (byte) c;
        }
        bytes = scratch;
        length = count;
        return true;
    }

    byte[] bytes() {
        return bytes;
    }
}
