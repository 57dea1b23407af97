package dev.anillo.http.wire;

import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;

/// Bytes that are the same in every response: made once, kept off-heap as long as the process lives, copied eight at a
/// time. For a handful of constants, not for what comes with a request.
public final class Encoded {
    private final long address;
    private final int length;

    private Encoded(String latin1) {
        var bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        length = bytes.length;
        address = Memory.allocate(Math.max(1, length), Long.BYTES);
        Memory.copy(bytes, 0, address, length);
    }

    /// One header line with its CRLF.
    ///
    /// @throws IllegalArgumentException when the name is not a token or the value has a character that no field may
    ///         have
    public static Encoded header(String name, String value) {
        if (!FieldRules.isName(name)) throw new IllegalArgumentException("not a field name: " + name);
        if (!FieldRules.isValue(value)) throw new IllegalArgumentException("not a field value: " + value);
        return new Encoded(name + ": " + value + "\r\n");
    }

    static Encoded of(String latin1) {
        return new Encoded(latin1);
    }

    public int length() {
        return length;
    }

    /// Bytes written, or -1 when the room doesn't suffice.
    public int write(long at, int room) {
        if (room < length) return ResponseWriter.NO_ROOM;
        copy(address, at, length);
        return length;
    }

    /// For a few dozen bytes: cheaper than a general copy, which has to look at sizes and alignment first.
    static void copy(long from, long to, int bytes) {
        if (bytes < Long.BYTES) {
            for (var i = 0; i < bytes; i++) Memory.putByte(to + i, Memory.getByte(from + i));
            return;
        }
        var last = bytes - Long.BYTES;
        for (var i = 0; i < last; i += Long.BYTES) Memory.putLong(to + i, Memory.getLong(from + i));
        Memory.putLong(to + last, Memory.getLong(from + last));
    }
}
