package dev.anillo.bench.target;

import dev.anillo.loop.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/// JSON text (RFC 8259), appended to a buffer piece by piece.
final class JsonText {
    /// The longest that one character becomes: an escape of four digits.
    private static final int CHARACTER_BYTES_MAX = 6;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private JsonText() {}

    /// Room for a string, whatever it holds.
    static int stringBytesMax(String text) {
        return 2 + CHARACTER_BYTES_MAX * text.length();
    }

    static void appendString(Buffer out, String text) {
        out.append((byte) '"');
        for (var i = 0; i < text.length(); i++) {
            var character = text.charAt(i);
            if (character >= ' ' && character < 0x7F && character != '"' && character != '\\') {
                out.append((byte) character);
            } else {
                appendEscaped(out, character);
            }
        }
        out.append((byte) '"');
    }

    /// All escapes alike, and what is not ASCII too: surrogates then need no thought (§7).
    private static void appendEscaped(Buffer out, char character) {
        out.append((byte) '\\').append((byte) 'u');
        for (var shift = 12; shift >= 0; shift -= 4) out.append(HEX[character >> shift & 0xF]);
    }
}
