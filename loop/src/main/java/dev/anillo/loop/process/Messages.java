package dev.anillo.loop.process;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Values as bytes and back: null, Boolean, whole numbers up to Long, Double, String, `byte[]`, List, and Map with strings
/// as its keys. Both ends are written by this class; what it can't read is an error of the other process's.
///
///     value: | tag u8 | content |
///     content: integer s64 · real f64 · text: u32, UTF-8 · bytes: u32, bytes
///              list: u32, values · map: u32, pairs of a text without its tag and a value
///
/// Numbers are big-endian.
final class Messages {
    /// Lists and maps within each other: what a stack holds many times over.
    static final int DEPTH_MAX = 64;

    /// What surrounds one text or one array of bytes.
    static final int HEADER_BYTES = 1 + Integer.BYTES;

    private static final int BYTES_AT_START = 256;

    private static final byte NULL = 0;
    private static final byte TRUE = 1;
    private static final byte FALSE = 2;
    private static final byte INTEGER = 3;
    private static final byte REAL = 4;
    private static final byte TEXT = 5;
    private static final byte BYTES = 6;
    private static final byte LIST = 7;
    private static final byte MAP = 8;

    private Messages() {}

    /// @param bytesMax of the result
    /// @throws IllegalArgumentException for what is no value, or too long, or too deep
    static byte[] encode(Object value, int bytesMax) {
        var encoder = new Encoder(bytesMax);
        encoder.put(value, 0);
        return Arrays.copyOf(encoder.bytes, encoder.size);
    }

    private static final class Encoder {
        final int bytesMax;
        byte[] bytes = new byte[BYTES_AT_START];
        int size;

        Encoder(int bytesMax) {
            this.bytesMax = bytesMax;
        }

        void put(Object value, int depth) {
            if (depth > DEPTH_MAX) throw new IllegalArgumentException("a message deeper than " + DEPTH_MAX);
            switch (value) {
                case null -> room(1).put(NULL);
                case Boolean truth -> room(1).put(truth ? TRUE : FALSE);
                case Long number -> putInteger(number);
                case Integer number -> putInteger(number);
                case Short number -> putInteger(number);
                case Byte number -> putInteger(number);
                case Double number -> room(1 + Double.BYTES).put(REAL).putDouble(number);
                case Float number -> room(1 + Double.BYTES).put(REAL).putDouble(number);
                case String text -> {
                    room(1).put(TEXT);
                    putText(text);
                }
                case byte[] content -> room(HEADER_BYTES + (long) content.length).put(BYTES).putInt(content.length).put(content);
                case List<?> list -> {
                    room(HEADER_BYTES).put(LIST).putInt(list.size());
                    for (var one : list) put(one, depth + 1);
                }
                case Map<?, ?> map -> {
                    room(HEADER_BYTES).put(MAP).putInt(map.size());
                    for (var entry : map.entrySet()) {
                        if (!(entry.getKey() instanceof String name)) {
                            throw new IllegalArgumentException("a key that is no string: " + entry.getKey());
                        }
                        putText(name);
                        put(entry.getValue(), depth + 1);
                    }
                }
                default -> throw new IllegalArgumentException("a message can't hold a " + value.getClass().getName());
            }
        }

        private void putInteger(long number) {
            room(1 + Long.BYTES).put(INTEGER).putLong(number);
        }

        private void putText(String text) {
            try {
                var encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
                room(Integer.BYTES + (long) encoded.remaining()).putInt(encoded.remaining()).put(encoded);
            } catch (CharacterCodingException malformed) {
                throw new IllegalArgumentException("a text with half a surrogate pair", malformed);
            }
        }

        /// The next so many bytes, to be filled.
        private ByteBuffer room(long wanted) {
            var end = size + wanted;
            if (end > bytesMax) throw new IllegalArgumentException("a message longer than " + bytesMax + " bytes");
            if (end > bytes.length) bytes = Arrays.copyOf(bytes, (int) Math.max(end, Math.min(bytes.length * 2L, bytesMax)));
            var room = ByteBuffer.wrap(bytes, size, (int) wanted);
            size = (int) end;
            return room;
        }
    }

    /// The bytes are not what [#encode] makes.
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String reason) {
            super(reason, null, false, false);
        }
    }

    /// @return integers as Long, others as they were; lists and maps can be changed
    static Object decode(byte[] bytes) throws Malformed {
        var in = ByteBuffer.wrap(bytes);
        var value = get(in, 0);
        if (in.hasRemaining()) throw new Malformed(in.remaining() + " bytes behind the value");
        return value;
    }

    private static Object get(ByteBuffer in, int depth) throws Malformed {
        if (depth > DEPTH_MAX) throw new Malformed("deeper than " + DEPTH_MAX);
        var tag = need(in, 1).get();
        return switch (tag) {
            case NULL -> null;
            case TRUE -> true;
            case FALSE -> false;
            case INTEGER -> need(in, Long.BYTES).getLong();
            case REAL -> need(in, Double.BYTES).getDouble();
            case TEXT -> getText(in);
            case BYTES -> {
                var content = new byte[length(in)];
                in.get(content);
                yield content;
            }
            case LIST -> {
                var count = length(in);
                var list = new ArrayList<>();
                while (count-- > 0) list.add(get(in, depth + 1));
                yield list;
            }
            case MAP -> {
                var count = length(in);
                var map = new LinkedHashMap<String, Object>();
                while (count-- > 0) map.put(getText(in), get(in, depth + 1));
                yield map;
            }
            default -> throw new Malformed("no value begins with " + tag);
        };
    }

    private static String getText(ByteBuffer in) throws Malformed {
        var length = length(in);
        var encoded = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
        } catch (CharacterCodingException _) {
            throw new Malformed("a text that is not UTF-8");
        }
    }

    /// Of bytes, or of values that have one byte at least: never more than are left.
    private static int length(ByteBuffer in) throws Malformed {
        var length = need(in, Integer.BYTES).getInt();
        if (length < 0 || length > in.remaining()) throw new Malformed("a length of " + Integer.toUnsignedString(length)
                + " where " + in.remaining() + " bytes are left");
        return length;
    }

    private static ByteBuffer need(ByteBuffer in, int bytes) throws Malformed {
        if (in.remaining() < bytes) throw new Malformed("it ends within a value");
        return in;
    }
}
