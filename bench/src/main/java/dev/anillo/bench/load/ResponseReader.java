package dev.anillo.bench.load;

import dev.anillo.loop.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the responses of one connection, one behind the other, out of whatever pieces they come in (RFC 9112 §6.3). It
/// knows where each ends, its status and what its body is; nothing else of it is kept.
final class ResponseReader {
    /// A head larger than this is a server's fault.
    private static final int HEAD_BYTES_MAX = 64 * 1024;

    private static final long HTTP_1_1 = text("HTTP/1.1");
    private static final long HTTP_1_0 = text("HTTP/1.0");
    private static final int STATUS_AT = 9;
    private static final int STATUS_LINE_BYTES_MIN = 13;
    private static final int INFORMATIONAL_MAX = 199;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRANSFER_ENCODING = "transfer-encoding:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONNECTION = "connection:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "chunked".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "close".getBytes(StandardCharsets.US_ASCII);
    private static final int LOWER_CASE = 0x20;
    private static final long UNKNOWN = -1;
    private static final long BODY_BYTES_MAX = Long.MAX_VALUE >> 8;

    private enum State { HEAD, BODY, CHUNK_LINE, CHUNK, CHUNK_END, TRAILERS, UNTIL_END }

    private final boolean toHead;
    private final byte[] expectedBody;

    private State state = State.HEAD;
    private boolean complete;
    private int status;
    private boolean closes;
    private long bodyBytes;
    private boolean bodyDiffers;

    /// Of the body or the chunk; -1 of a body that the end of the connection ends.
    private long left;
    private boolean chunked;
    /// A line of chunks or trailers: its size so far, whether the size has ended, and its bytes.
    private long chunkBytes;
    private boolean inExtension;
    private int lineBytes;

    /// The beginning of a head whose rest has not come; made when one comes in pieces.
    private MemorySegment pending;
    private int pendingBytes;

    /// @param toHead whether the requests' method is HEAD
    /// @param expectedBody what each body is to be; null: anything
    ResponseReader(boolean toHead, byte[] expectedBody) {
        this.toHead = toHead;
        this.expectedBody = expectedBody;
    }

    private static long text(String eight) {
        var number = 0L;
        for (var i = 7; i >= 0; i--) number = number << 8 | eight.charAt(i);
        return number;
    }

    /// The connection is another one.
    void restart() {
        state = State.HEAD;
        complete = false;
        pendingBytes = 0;
    }

    /// Reads as far as the end of a response, or as far as there is something.
    ///
    /// @return bytes that were used
    /// @throws BadResponse when it is none
    int read(long address, int bytes) throws BadResponse {
        if (complete) begin();
        var used = 0;
        while (used < bytes && !complete) {
            var at = address + used;
            var rest = bytes - used;
            used += switch (state) {
                case HEAD -> head(at, rest);
                case BODY -> body(at, rest);
                case CHUNK -> chunk(at, rest);
                case UNTIL_END -> data(at, rest);
                case CHUNK_LINE, CHUNK_END, TRAILERS -> line(Memory.getByte(at));
            };
        }
        return used;
    }

    private void begin() {
        complete = false;
        state = State.HEAD;
    }

    /// The server has ended the connection.
    ///
    /// @return whether that ended a response
    boolean ended() {
        if (state != State.UNTIL_END || complete) return false;
        finish();
        return true;
    }

    // Once a response is complete.

    boolean isComplete() {
        return complete;
    }

    int status() {
        return status;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    /// It was the last one of its connection.
    boolean closes() {
        return closes;
    }

    /// The body is not the expected one.
    boolean bodyDiffers() {
        return bodyDiffers;
    }

    private void finish() {
        bodyDiffers |= expectedBody != null && !toHead && bodyBytes != expectedBody.length;
        complete = true;
    }

    // The head.

    private int head(long address, int bytes) throws BadResponse {
        if (pendingBytes > 0) return headInPieces(address, bytes);
        var end = headEnd(address, bytes, 0);
        if (end < 0) {
            keep(address, bytes);
            return bytes;
        }
        parse(address, end);
        return end;
    }

    private int headInPieces(long address, int bytes) throws BadResponse {
        var before = pendingBytes;
        var added = Math.min(bytes, HEAD_BYTES_MAX - before);
        keep(address, added);
        var end = headEnd(pending.address(), pendingBytes, Math.max(0, before - 3));
        if (end < 0) {
            if (pendingBytes == HEAD_BYTES_MAX) throw headTooLarge();
            return added;
        }
        pendingBytes = 0;
        parse(pending.address(), end);
        return end - before;
    }

    private void keep(long address, int bytes) throws BadResponse {
        if (pendingBytes + bytes > HEAD_BYTES_MAX) throw headTooLarge();
        if (pending == null) pending = Arena.ofAuto().allocate(HEAD_BYTES_MAX);
        Memory.copy(address, pending.address() + pendingBytes, bytes);
        pendingBytes += bytes;
    }

    private static BadResponse headTooLarge() {
        return new BadResponse("a head larger than " + HEAD_BYTES_MAX + " bytes");
    }

    /// @return behind the empty line, or -1
    private static int headEnd(long address, int bytes, int from) {
        for (var i = from + 3; i < bytes; i++) {
            if (Memory.getByte(address + i) == '\n' && Memory.getByte(address + i - 1) == '\r'
                    && Memory.getByte(address + i - 2) == '\n') return i + 1;
        }
        return -1;
    }

    private void parse(long address, int bytes) throws BadResponse {
        var version = bytes < STATUS_LINE_BYTES_MIN ? 0 : Memory.getLongLittleEndian(address);
        if (version != HTTP_1_1 && version != HTTP_1_0) throw new BadResponse("what came does not begin with HTTP/1.");
        status = 0;
        for (var i = STATUS_AT; i < STATUS_AT + 3; i++) status = status * 10 + digit(Memory.getByte(address + i));
        closes = version == HTTP_1_0;
        chunked = false;
        bodyBytes = 0;
        bodyDiffers = false;
        left = UNKNOWN;
        for (var line = lineEnd(address, STATUS_LINE_BYTES_MIN - 1); line < bytes; line = lineEnd(address, line)) {
            field(address + line, bytes - line);
        }
        frame();
    }

    private static int digit(byte character) throws BadResponse {
        if (character < '0' || character > '9') throw new BadResponse("a status or a length that is no number");
        return character - '0';
    }

    /// @return where the next line begins. There is one, or the end of the head
    private static int lineEnd(long address, int from) {
        var at = from;
        while (Memory.getByte(address + at) != '\n') at++;
        return at + 1;
    }

    private void field(long line, int bytes) throws BadResponse {
        switch (Memory.getByte(line) | LOWER_CASE) {
            case 'c' -> {
                if (begins(line, bytes, CONTENT_LENGTH)) left = length(line + CONTENT_LENGTH.length);
                else if (begins(line, bytes, CONNECTION)) closes |= has(line + CONNECTION.length, CLOSE);
            }
            case 't' -> {
                if (begins(line, bytes, TRANSFER_ENCODING)) chunked = has(line + TRANSFER_ENCODING.length, CHUNKED);
            }
            default -> {}
        }
    }

    private static boolean begins(long line, int bytes, byte[] lowerCase) {
        if (bytes < lowerCase.length) return false;
        for (var i = 0; i < lowerCase.length; i++) {
            if ((Memory.getByte(line + i) | LOWER_CASE) != (lowerCase[i] | LOWER_CASE)) return false;
        }
        return true;
    }

    private static long length(long value) throws BadResponse {
        var at = value;
        while (Memory.getByte(at) == ' ') at++;
        var length = 0L;
        for (; Memory.getByte(at) > ' '; at++) {
            length = length * 10 + digit(Memory.getByte(at));
            if (length > BODY_BYTES_MAX) throw new BadResponse("a Content-Length beyond all measure");
        }
        return length;
    }

    /// Whether the line holds the word.
    private static boolean has(long value, byte[] lowerCase) {
        for (var at = value; Memory.getByte(at) != '\n'; at++) {
            var i = 0;
            while (i < lowerCase.length && (Memory.getByte(at + i) | LOWER_CASE) == lowerCase[i]) i++;
            if (i == lowerCase.length) return true;
        }
        return false;
    }

    private void frame() {
        if (status <= INFORMATIONAL_MAX && status != SWITCHING_PROTOCOLS) {
            state = State.HEAD; // the final one follows
        } else if (toHead || status == NO_CONTENT || status == NOT_MODIFIED) {
            finish();
        } else if (chunked) {
            startLine(State.CHUNK_LINE);
        } else if (left == 0) {
            finish();
        } else if (left > 0) {
            state = State.BODY;
        } else {
            closes = true;
            state = State.UNTIL_END;
        }
    }

    // The body.

    private int body(long address, int bytes) {
        var part = data(address, (int) Math.min(left, bytes));
        left -= part;
        if (left == 0) finish();
        return part;
    }

    private int data(long address, int bytes) {
        if (expectedBody != null && !bodyDiffers) compare(address, bytes);
        bodyBytes += bytes;
        return bytes;
    }

    private void compare(long address, int bytes) {
        if (bodyBytes + bytes > expectedBody.length) {
            bodyDiffers = true;
            return;
        }
        var part = new byte[bytes];
        Memory.copy(address, part, 0, bytes);
        var from = (int) bodyBytes;
        bodyDiffers = !Arrays.equals(part, 0, bytes, expectedBody, from, from + bytes);
    }

    private int chunk(long address, int bytes) {
        var part = data(address, (int) Math.min(left, bytes));
        left -= part;
        if (left == 0) startLine(State.CHUNK_END);
        return part;
    }

    private void startLine(State which) {
        state = which;
        chunkBytes = 0;
        inExtension = false;
        lineBytes = 0;
    }

    /// @return 1: bytes of lines are looked at one by one
    private int line(byte character) throws BadResponse {
        if (character == '\n') {
            lineEnded();
        } else if (character != '\r') {
            if (++lineBytes > HEAD_BYTES_MAX) throw new BadResponse("a line larger than " + HEAD_BYTES_MAX + " bytes");
            if (state == State.CHUNK_LINE && !inExtension) chunkDigit(character);
        }
        return 1;
    }

    private void chunkDigit(byte character) throws BadResponse {
        if (character == ';' || character == ' ') {
            inExtension = true;
            return;
        }
        var digit = Character.digit(character, 16);
        if (digit < 0) throw new BadResponse("a chunk size that is no number");
        chunkBytes = chunkBytes * 16 + digit;
        if (chunkBytes > BODY_BYTES_MAX) throw new BadResponse("a chunk size beyond all measure");
    }

    private void lineEnded() throws BadResponse {
        switch (state) {
            case CHUNK_LINE -> {
                if (lineBytes == 0) throw new BadResponse("an empty line where a chunk size is expected");
                left = chunkBytes;
                if (left == 0) startLine(State.TRAILERS);
                else state = State.CHUNK;
            }
            case CHUNK_END -> {
                if (lineBytes > 0) throw new BadResponse("a chunk longer than its size");
                startLine(State.CHUNK_LINE);
            }
            default -> {
                if (lineBytes == 0) finish();
                else startLine(State.TRAILERS);
            }
        }
    }
}
