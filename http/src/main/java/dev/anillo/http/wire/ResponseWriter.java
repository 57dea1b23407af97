package dev.anillo.http.wire;

import dev.anillo.loop.memory.Memory;

/// Writes the parts of a response to an address: status line, header lines, chunk framing (RFC 9112 §4, §5, §7.1).
///
/// Every function takes the address and the room behind it, and returns the bytes written or [#NO_ROOM], after which
/// the room's content is undefined and the caller tries again with more. None allocates. None writes beyond the room.
public final class ResponseWriter {
    /// The part doesn't fit into the room.
    public static final int NO_ROOM = -1;

    /// Digits of 2^63-1.
    private static final int DECIMAL_DIGITS_MAX = 19;

    private static final String VERSION = "HTTP/1.1 ";
    private static final Encoded[] STATUS_LINES = new Encoded[Status.MAX + 1];
    private static final Encoded VERSION_BYTES = Encoded.of(VERSION);
    private static final Encoded CRLF = Encoded.of("\r\n");
    private static final Encoded LAST_CHUNK_LINE = Encoded.of("0\r\n");
    private static final Encoded LAST_CHUNK = Encoded.of("0\r\n\r\n");
    private static final Encoded CONTENT_LENGTH = Encoded.of("Content-Length: ");
    private static final Encoded CHUNKED = Encoded.header("Transfer-Encoding", "chunked");
    private static final Encoded CLOSE = Encoded.header("Connection", "close");
    private static final Encoded KEEP_ALIVE = Encoded.header("Connection", "keep-alive");

    static {
        for (var status = Status.MIN; status <= Status.MAX; status++) {
            var reason = Status.reason(status);
            if (!reason.isEmpty()) STATUS_LINES[status] = Encoded.of(VERSION + status + " " + reason + "\r\n");
        }
    }

    private ResponseWriter() {}

    /// The status line with the customary phrase. Always HTTP/1.1, whatever the request said (RFC 9110 §2.5).
    ///
    /// @throws IllegalArgumentException for a status outside 100 to 999
    public static int statusLine(long at, int room, int status) {
        Status.check(status);
        var line = STATUS_LINES[status];
        return line != null ? line.write(at, room) : statusLine(at, room, status, "");
    }

    /// @param reason a phrase of one's own
    /// @throws IllegalArgumentException for a status outside 100 to 999, or a phrase that is not fit for a field value
    ///         either
    public static int statusLine(long at, int room, int status, String reason) {
        Status.check(status);
        var length = VERSION.length() + 4 + reason.length() + 2;
        if (room < length) return NO_ROOM;
        var to = at + VERSION_BYTES.write(at, room);
        Memory.putByte(to, (byte) ('0' + status / 100));
        Memory.putByte(to + 1, (byte) ('0' + status / 10 % 10));
        Memory.putByte(to + 2, (byte) ('0' + status % 10));
        Memory.putByte(to + 3, (byte) ' ');
        putValue(to + 4, reason);
        putCrlf(at + length - 2);
        return length;
    }

    /// One header or trailer line.
    ///
    /// @throws IllegalArgumentException when the name is not a token, or the value holds CR, LF, another control
    ///         character than HTAB, or a character beyond U+00FF
    public static int header(long at, int room, String name, String value) {
        var length = name.length() + 2 + value.length() + 2;
        if (room < length) return NO_ROOM;
        var to = putName(at, name);
        putValue(to, value);
        putCrlf(at + length - 2);
        return length;
    }

    /// A header line whose value is a number of 0 or more.
    ///
    /// @throws IllegalArgumentException when the name is not a token or the value is negative
    public static int header(long at, int room, String name, long value) {
        var digits = decimalDigits(value);
        var length = name.length() + 2 + digits + 2;
        if (room < length) return NO_ROOM;
        var to = putName(at, name);
        putDecimal(to, digits, value);
        putCrlf(to + digits);
        return length;
    }

    /// `Content-Length: bytes`
    ///
    /// @throws IllegalArgumentException for less than 0
    public static int contentLength(long at, int room, long bytes) {
        var digits = decimalDigits(bytes);
        var length = CONTENT_LENGTH.length() + digits + 2;
        if (room < length) return NO_ROOM;
        var to = at + CONTENT_LENGTH.write(at, room);
        putDecimal(to, digits, bytes);
        putCrlf(to + digits);
        return length;
    }

    /// `Transfer-Encoding: chunked`
    public static int transferEncodingChunked(long at, int room) {
        return CHUNKED.write(at, room);
    }

    /// `Connection: close`
    public static int connectionClose(long at, int room) {
        return CLOSE.write(at, room);
    }

    /// `Connection: keep-alive`, which an HTTP/1.0 client waits to see.
    public static int connectionKeepAlive(long at, int room) {
        return KEEP_ALIVE.write(at, room);
    }

    /// CRLF: the end of a head, of a chunk's data, of a trailer section.
    public static int emptyLine(long at, int room) {
        return CRLF.write(at, room);
    }

    /// The line before the data of a chunk; an [#emptyLine] follows the data.
    ///
    /// @throws IllegalArgumentException for less than 1: a chunk of 0 would end the body
    public static int chunkHeader(long at, int room, long size) {
        if (size < 1) throw new IllegalArgumentException("chunk of " + size + " bytes");
        var digits = (67 - Long.numberOfLeadingZeros(size)) / 4;
        var length = digits + 2;
        if (room < length) return NO_ROOM;
        var rest = size;
        for (var to = at + digits - 1; to >= at; to--) {
            Memory.putByte(to, (byte) Character.forDigit((int) rest & 0xF, 16));
            rest >>>= 4;
        }
        putCrlf(at + digits);
        return length;
    }

    /// The end of a chunked body without trailers.
    public static int lastChunk(long at, int room) {
        return LAST_CHUNK.write(at, room);
    }

    /// The last chunk's own line; trailer lines by [#header] and an [#emptyLine] follow.
    public static int lastChunkBeforeTrailers(long at, int room) {
        return LAST_CHUNK_LINE.write(at, room);
    }

    // One pass that checks and writes: 23 ns for a typical line. Writing first and then checking eight bytes at a time
    // stalls on the store buffer (39 ns); a bulk copy by String.getBytes without any check takes 16.

    private static long putName(long at, String name) {
        var length = name.length();
        if (length == 0) throw new IllegalArgumentException("empty field name");
        for (var i = 0; i < length; i++) {
            var c = name.charAt(i);
            if (!FieldRules.isNameCharacter(c)) throw notAName(name);
            Memory.putByte(at + i, (byte) c);
        }
        Memory.putByte(at + length, (byte) ':');
        Memory.putByte(at + length + 1, (byte) ' ');
        return at + length + 2;
    }

    private static void putValue(long at, String value) {
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (!FieldRules.isValueCharacter(c)) throw notAValue(value);
            Memory.putByte(at + i, (byte) c);
        }
    }

    private static IllegalArgumentException notAName(String name) {
        return new IllegalArgumentException("not a field name: " + FieldRules.quote(name));
    }

    private static IllegalArgumentException notAValue(String value) {
        return new IllegalArgumentException("not a field value: " + FieldRules.firstFault(value));
    }

    private static void putCrlf(long at) {
        Memory.putByte(at, (byte) Chars.CR);
        Memory.putByte(at + 1, (byte) Chars.LF);
    }

    private static int decimalDigits(long value) {
        if (value < 0) throw new IllegalArgumentException("negative: " + value);
        var bound = 10L;
        for (var digits = 1; digits < DECIMAL_DIGITS_MAX; digits++) {
            if (value < bound) return digits;
            bound *= 10;
        }
        return DECIMAL_DIGITS_MAX;
    }

    private static void putDecimal(long at, int digits, long value) {
        var rest = value;
        for (var to = at + digits - 1; to >= at; to--) {
            Memory.putByte(to, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }
}
