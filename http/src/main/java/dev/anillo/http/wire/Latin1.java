package dev.anillo.http.wire;

import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;

/// Makes strings of bytes when a program asks for one.
public final class Latin1 {
    private Latin1() {}

    /// One character for each byte (RFC 9110 §5.5 leaves bytes above 0x7F opaque). Allocates.
    public static String string(long address, int length) {
        if (length == 0) return "";
        var bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
