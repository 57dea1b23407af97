package dev.anillo.http.wire;

import dev.anillo.loop.memory.Memory;

/// Finds the body's bytes in what follows a head (RFC 9112 §6 and §7), without copying; reused for every body of a
/// connection.
///
/// After a `start…`, [#read] is called with what has arrived, again and again until [#END]:
///
///     switch (body.read(at, length)) {
///         case DATA      -> deliver(at + body.dataAt(), body.dataLength());
///         case NEED_MORE -> …  wait for the peer
///         case END       -> …  the next request begins behind consumed()
///         case BAD       -> …  answer status(), then close
///     }
///     at += body.consumed(); length -= body.consumed();
///
/// Bytes that are not [#consumed] must be there again at the next call: only an unfinished trailer section is left so.
///
/// Trailer fields are kept apart from the headers. Those that would change what the head has said about the message
/// (Host, Content-Length, Transfer-Encoding, Connection, Expect) are refused, not dropped: RFC 9110 §6.5.1 forbids
/// them, nobody sends them in good faith, and a reader behind us that merged them would see another request than we
/// did.
public final class BodyReader {
    /// All bytes are consumed, or an unfinished trailer section is left.
    public static final int NEED_MORE = Verdict.NEED_MORE;
    /// See [#status] and [#reason]; nothing that follows on this connection can be understood.
    public static final int BAD = Verdict.BAD;
    /// A run of body bytes: [#dataAt] and [#dataLength].
    public static final int DATA = 1;
    /// The body is complete, and so are its trailers.
    public static final int END = 2;

    private static final int FIXED = 0;
    private static final int CHUNK_LINE = 1;
    private static final int CHUNK_DATA = 2;
    private static final int CHUNK_DATA_CR = 3;
    private static final int CHUNK_DATA_LF = 4;
    private static final int TRAILERS = 5;
    private static final int ENDED = 6;

    private final Verdict verdict = new Verdict();
    private final ChunkLine chunkLine;
    private final FieldSection trailers;
    private final int trailerBytesMax;

    private int phase = ENDED;
    private long remaining;
    private int consumed;
    private int dataAt;
    private int dataLength;
    private int trailersAt;

    public BodyReader(WireLimits limits) {
        chunkLine = new ChunkLine(verdict, limits.chunkExtensionBytesMax());
        trailers = new FieldSection(verdict, limits.headerCountMax());
        trailerBytesMax = limits.trailerBytesMax();
    }

    /// For the body that a complete head announces: in chunks, of known length, or none (RFC 9112 §6.3).
    public void start(RequestParser head) {
        if (head.chunked()) startChunked();
        else startFixed(Math.max(0, head.contentLength()));
    }

    /// A body of exactly so many bytes; 0 for none.
    public void startFixed(long bytes) {
        start(FIXED);
        remaining = bytes;
    }

    public void startChunked() {
        start(CHUNK_LINE);
        chunkLine.startBody();
    }

    private void start(int phase) {
        this.phase = phase;
        verdict.reset();
        trailers.start(0);
        trailersAt = 0;
        clearData();
    }

    private void clearData() {
        consumed = 0;
        dataAt = 0;
        dataLength = 0;
    }

    /// @return [#DATA], [#NEED_MORE], [#END] or [#BAD]; after the last two always the same again, with nothing consumed
    public int read(long base, int length) {
        clearData();
        if (verdict.isBad()) return BAD;
        while (true) {
            switch (phase) {
                case FIXED -> {
                    if (remaining > 0) return length == 0 ? NEED_MORE : data(length);
                    phase = ENDED;
                }
                case CHUNK_LINE -> {
                    var at = chunkLine.parse(base, consumed, length);
                    if (at <= 0) return at == BAD ? BAD : allTaken(length);
                    consumed = at;
                    remaining = chunkLine.size();
                    phase = remaining > 0 ? CHUNK_DATA : TRAILERS;
                }
                case CHUNK_DATA -> {
                    if (remaining > 0) return consumed == length ? NEED_MORE : data(length);
                    phase = CHUNK_DATA_CR;
                }
                case CHUNK_DATA_CR, CHUNK_DATA_LF -> {
                    if (consumed == length) return NEED_MORE;
                    var expected = phase == CHUNK_DATA_CR ? Chars.CR : Chars.LF;
                    if (Memory.getByte(base + consumed) != expected) {
                        return verdict.reject(400, "chunk data is not followed by CRLF (RFC 9112 §7.1)");
                    }
                    consumed++;
                    phase = phase == CHUNK_DATA_CR ? CHUNK_DATA_LF : CHUNK_LINE;
                }
                case TRAILERS -> {
                    var bytes = trailers.parse(base + consumed, length - consumed, trailerBytesMax);
                    if (bytes <= 0) return bytes;
                    if (!areTrailersAllowed(base + consumed)) return BAD;
                    trailersAt = consumed;
                    consumed += bytes;
                    phase = ENDED;
                    return END;
                }
                case ENDED -> {
                    return END;
                }
                default -> throw new AssertionError(phase);
            }
        }
    }

    private int allTaken(int length) {
        consumed = length;
        return NEED_MORE;
    }

    private int data(int length) {
        dataAt = consumed;
        dataLength = (int) Math.min(remaining, length - consumed);
        remaining -= dataLength;
        consumed += dataLength;
        return DATA;
    }

    private boolean areTrailersAllowed(long base) {
        for (var index = 0; index < trailers.count(); index++) {
            if (RequestMeaning.isMeaningful(base + trailers.nameAt(index), trailers.nameLength(index))) {
                verdict.reject(400, "trailer field that belongs into the head (RFC 9110 §6.5.1)");
                return false;
            }
        }
        return true;
    }

    /// How many of the bytes of the last [#read] are done with.
    public int consumed() {
        return consumed;
    }

    public int dataAt() {
        return dataAt;
    }

    public int dataLength() {
        return dataLength;
    }

    /// The status to answer a [#BAD] body with: 400, 413 or 431. 0 while nothing is wrong.
    public int status() {
        return verdict.status;
    }

    /// Why the body is [#BAD], in one line. A constant.
    public String reason() {
        return verdict.reason;
    }

    /// Trailers are known once [#read] returned [#END]; their offsets count from the base of that call.
    public int trailerCount() {
        return phase == ENDED ? trailers.count() : 0;
    }

    public int trailerNameAt(int index) {
        return trailersAt + trailers.nameAt(index);
    }

    public int trailerNameLength(int index) {
        return trailers.nameLength(index);
    }

    public int trailerValueAt(int index) {
        return trailersAt + trailers.valueAt(index);
    }

    public int trailerValueLength(int index) {
        return trailers.valueLength(index);
    }
}
