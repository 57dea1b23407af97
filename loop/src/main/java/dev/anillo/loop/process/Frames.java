package dev.anillo.loop.process;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.process.Messages.Malformed;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Cuts what arrives into frames.
///
///     | length u32 | kind u8 | length bytes |
///
/// A length is believed only as far as bytes have come: the memory grows with them.
final class Frames {
    /// A value.
    static final byte MESSAGE = 1;
    /// A value whose [#RECEIVED] is waited for.
    static final byte MESSAGE_TO_CONFIRM = 2;
    /// The oldest message to confirm was given to the program. Empty.
    static final byte RECEIVED = 3;
    /// A value that is not for the program: what a cluster's processes say to each other.
    static final byte INTERNAL = 4;

    /// Added to a kind: a socket has come with the header's first byte.
    static final byte WITH_SOCKET = (byte) 0x80;

    static final int HEADER_BYTES = Integer.BYTES + 1;

    private static final int BYTES_AT_START = 1024;

    private final Taker taker;
    private final int bytesMax;
    private final byte[] header = new byte[HEADER_BYTES];
    private int headerBytes;
    private byte[] content;
    private int contentBytes;
    private int length;

    interface Taker {
        void frame(byte kind, byte[] content) throws Malformed;
    }

    /// @param bytesMax of a frame's content
    Frames(int bytesMax, Taker taker) {
        this.bytesMax = bytesMax;
        this.taker = taker;
    }

    static byte[] header(byte kind, int length) {
        return ByteBuffer.allocate(HEADER_BYTES).putInt(length).put(kind).array();
    }

    void received(Buffer data) throws Malformed {
        var in = data.asByteBuffer();
        while (in.hasRemaining()) {
            var part = Math.min(in.remaining(), HEADER_BYTES - headerBytes);
            in.get(header, headerBytes, part);
            headerBytes += part;
            if (headerBytes < HEADER_BYTES) return;
            if (content == null) begin();
            fill(in);
            if (contentBytes < length) return;
            end();
        }
    }

    private void begin() throws Malformed {
        length = ByteBuffer.wrap(header).getInt();
        if (length < 0 || length > bytesMax) {
            throw new Malformed("a frame of " + Integer.toUnsignedString(length) + " bytes, more than " + bytesMax);
        }
        content = new byte[Math.min(length, BYTES_AT_START)];
    }

    private void fill(ByteBuffer in) {
        var part = Math.min(in.remaining(), length - contentBytes);
        var end = contentBytes + part;
        if (end > content.length) content = Arrays.copyOf(content, Math.min(length, (int) Math.max(end, content.length * 2L)));
        in.get(content, contentBytes, part);
        contentBytes = end;
    }

    private void end() throws Malformed {
        var whole = content;
        content = null;
        headerBytes = 0;
        contentBytes = 0;
        taker.frame(header[Integer.BYTES], whole);
    }

    /// @return null between two frames
    String unfinished() {
        if (headerBytes == 0) return null;
        return content == null ? "within a header" : "after " + contentBytes + " of " + length + " bytes";
    }
}
