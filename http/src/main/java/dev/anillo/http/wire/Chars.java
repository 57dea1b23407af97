package dev.anillo.http.wire;

/// The character classes of HTTP, one byte of flags for each of the 256 byte values.
final class Chars {
    static final int HTAB = '\t';
    static final int LF = '\n';
    static final int CR = '\r';
    static final int SP = ' ';
    static final int DEL = 0x7F;

    /// CRLF as a little-endian 16-bit number.
    static final int CRLF = LF << 8 | CR;

    private static final int TOKEN = 1;
    private static final int VALUE = 2;
    private static final int REG_NAME = 4;
    private static final int DIGIT = 8;

    private static final byte[] CLASSES = new byte[256];
    private static final byte[] HEX = new byte[256];

    static {
        for (var c = 0; c < 256; c++) {
            var letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            var digit = c >= '0' && c <= '9';
            var flags = digit ? DIGIT : 0;
            if (letter || digit || isOneOf(c, "!#$%&'*+-.^_`|~")) flags |= TOKEN;
            if (letter || digit || isOneOf(c, "-._~!$&'()*+,;=")) flags |= REG_NAME;
            if (c >= SP && c != DEL || c == HTAB) flags |= VALUE;
            CLASSES[c] = (byte) flags;
            HEX[c] = (byte) Character.digit(c < 0x80 ? c : 0, 16);
        }
    }

    private Chars() {}

    private static boolean isOneOf(int c, String characters) {
        return characters.indexOf(c) >= 0;
    }

    /// RFC 9110 §5.6.2: tchar.
    static boolean isToken(int c) {
        return (CLASSES[c & 0xFF] & TOKEN) != 0;
    }

    /// RFC 9110 §5.5: what a field value consists of: VCHAR, obs-text, SP and HTAB.
    static boolean isValue(int c) {
        return (CLASSES[c & 0xFF] & VALUE) != 0;
    }

    /// RFC 3986 §3.2.2: unreserved or sub-delims, without the percent of an escape.
    static boolean isRegName(int c) {
        return (CLASSES[c & 0xFF] & REG_NAME) != 0;
    }

    static boolean isDigit(int c) {
        return (CLASSES[c & 0xFF] & DIGIT) != 0;
    }

    /// RFC 9110 §5.6.3: optional white space.
    static boolean isOws(int c) {
        return c == SP || c == HTAB;
    }

    /// ASCII letters in lower case, every other byte as it is.
    static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c & 0xFF;
    }

    /// 0 to 15, or -1.
    static int hex(int c) {
        return HEX[c & 0xFF];
    }
}
