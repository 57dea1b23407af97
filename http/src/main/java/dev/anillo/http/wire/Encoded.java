package dev.anillo.http.wire;

import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;

/// Bytes that are the same in many responses: encoded once, written eight at a time.
public final class Encoded {
    private final int length;

    /// The bytes in words, the first one lowest. Where the length is no multiple of eight, the last word begins before
    /// the one in front of it has ended: so it can be written whole, without a byte too many.
    private final long[] words;

    private Encoded(byte[] bytes) {
        length = bytes.length;
        words = new long[(length + Long.BYTES - 1) / Long.BYTES];
        set(bytes);
    }

    /// Other bytes, as many as before.
    void set(byte[] bytes) {
        for (var i = 0; i < words.length; i++) {
            var from = Math.max(0, Math.min(i * Long.BYTES, length - Long.BYTES));
            var word = 0L;
            for (var k = Math.min(from + Long.BYTES, length) - 1; k >= from; k--) word = word << 8 | bytes[k] & 0xFF;
            words[i] = word;
        }
    }

    /// One header line with its CRLF.
    ///
    /// @throws IllegalArgumentException when the name is not a token or the value has a character that no field may
    ///         have
    public static Encoded header(String name, String value) {
        if (!FieldRules.isName(name)) throw new IllegalArgumentException("not a field name: " + FieldRules.quote(name));
        if (!FieldRules.isValue(value)) {
            throw new IllegalArgumentException("not a field value: " + FieldRules.firstFault(value));
        }
        return of(name + ": " + value + "\r\n");
    }

    static Encoded of(String latin1) {
        return new Encoded(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    public int length() {
        return length;
    }

    /// Bytes written, or -1 when the room doesn't suffice.
    public int write(long at, int room) {
        if (room < length) return ResponseWriter.NO_ROOM;
        if (length < Long.BYTES) {
            for (var i = 0; i < length; i++) Memory.putByte(at + i, (byte) (words[0] >>> 8 * i));
            return length;
        }
        var last = words.length - 1;
        for (var i = 0; i < last; i++) Memory.putLongLittleEndian(at + (long) i * Long.BYTES, words[i]);
        Memory.putLongLittleEndian(at + length - Long.BYTES, words[last]);
        return length;
    }
}
