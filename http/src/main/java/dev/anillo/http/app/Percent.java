package dev.anillo.http.app;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// Percent-coding (RFC 3986 §2.1) of UTF-8 text (§2.5).
///
/// Decoding is strict: an escape is `%` and two hexadecimal digits, all that was sent is ASCII, and the bytes are valid
/// UTF-8 (no overlong form of a slash). Decode after splitting: `%2F` in a path segment is no separator (§2.4).
public final class Percent {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final char REPLACEMENT = '\uFFFD';

    private Percent() {}

    /// A path segment, or a query component that no form wrote: `+` is a plus (RFC 3986 §3.3, §3.4). It may hold any
    /// character after decoding, `/` and NUL too.
    ///
    /// @return empty when malformed
    public static Optional<String> decode(String text) {
        return Optional.ofNullable(decode(text, false));
    }

    /// A name or value of a form or of a query as forms write it: `+` is a space (application/x-www-form-urlencoded).
    ///
    /// @return empty when malformed
    public static Optional<String> decodeForm(String text) {
        return Optional.ofNullable(decode(text, true));
    }

    /// Null when malformed. Without escapes it is the text itself, and nothing is made.
    static String decode(String text, boolean plusIsSpace) {
        var plain = true;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c > 0x7F) return null;
            plain &= c != '%' && (c != '+' || !plusIsSpace);
        }
        return plain ? text : decodeEscapes(text, plusIsSpace);
    }

    private static String decodeEscapes(String text, boolean plusIsSpace) {
        var bytes = new byte[text.length()];
        var count = 0;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '%') {
                if (!isEscape(text, i)) return null;
                c = (char) HexFormat.fromHexDigits(text, i + 1, i + 3);
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                c = ' ';
            }
            bytes[count++] = (byte) c;
        }
        return utf8(bytes, count);
    }

    /// Whether an escape begins at this place.
    static boolean isEscape(String text, int at) {
        return at + 2 < text.length() && HexFormat.isHexDigit(text.charAt(at + 1))
                && HexFormat.isHexDigit(text.charAt(at + 2));
    }

    /// Java puts U+FFFD in the place of malformed bytes; one that was sent encodes to the same bytes again.
    private static String utf8(byte[] bytes, int count) {
        var text = new String(bytes, 0, count, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) return text;
        var again = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(again, 0, again.length, bytes, 0, count) ? text : null;
    }

    /// Escapes all but the unreserved characters (RFC 3986 §2.3): fit for a path segment and for a query component.
    /// Unpaired surrogates become `?`, as Java does.
    public static String encode(String text) {
        return encode(text, "%20");
    }

    /// As [#encode], with `+` for a space.
    public static String encodeForm(String text) {
        return encode(text, "+");
    }

    private static String encode(String text, String space) {
        var encoded = new StringBuilder(text.length() + 16);
        for (var b : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(b)) encoded.append((char) b);
            else if (b == ' ') encoded.append(space);
            else HEX.toHexDigits(encoded.append('%'), b);
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c == '-' || c == '.' || c == '_' || c == '~';
    }
}
