package dev.anillo.http.app;

import dev.anillo.loop.memory.Memory;

/// Finds the parts of a multipart/form-data body (RFC 7578, RFC 2046 §5.1) in the memory where its bytes are, without
/// copying what the parts hold. Bytes in, events out:
///
///     preamble delimiter CRLF { headers PART { DATA | HELD } delimiter PART_END CRLF } … "--" epilogue
///
/// [#read] is called with what has arrived, and again with what it did not consume, until [#NEED_MORE]; at the body's
/// end comes [#finish]. How the bytes are cut into calls makes no difference to what the parts hold, nor to the
/// outcome.
///
/// At the end of the memory there may be the beginning of a delimiter. It is consumed, and when the next bytes show
/// that it was data, [#HELD] says which bytes of [#delimiter] that was: they need not be kept to be delivered.
final class MultipartParser {
    /// All bytes are consumed.
    static final int NEED_MORE = 0;
    /// See [#refusal].
    static final int BAD = -1;
    /// A part begins: [#head].
    static final int PART = 1;
    /// A run of the part's bytes: [#dataAt] and [#dataLength].
    static final int DATA = 2;
    /// [#heldLength] bytes from [#heldAt] of [#delimiter] are the part's.
    static final int HELD = 3;
    /// The part is complete.
    static final int PART_END = 4;
    /// The body is complete.
    static final int END = 5;

    private enum Phase {
        /// Preamble or a part's bytes, up to a delimiter.
        CONTENT,
        /// Behind a delimiter.
        DELIMITED, HYPHEN, PADDING, LINE_END,
        HEADERS,
        /// Behind the last delimiter. These three are where a body may end.
        CLOSED, CLOSED_CR, EPILOGUE
    }

    private final MultipartReader limits;
    private final Delimiter delimiter;
    private final PartHead head;

    private Phase phase = Phase.CONTENT;

    /// Bytes of a delimiter that came last.
    private int matched;
    /// How many of those did not come: at the beginning of a body, and of a part (whose bytes, the line end before
    /// them included, are optional in RFC 2046 §5.1.1), a delimiter does without its own line end.
    private int assumed;
    private boolean inPart;
    private int partCount;
    private long bytes;
    private Refusal refusal;

    private int consumed;
    private int dataAt;
    private int dataLength;
    private int heldAt;
    private int heldLength;

    /// @param boundary as [Delimiter#isBoundary] likes it
    MultipartParser(MultipartReader limits, String boundary) {
        this.limits = limits;
        delimiter = new Delimiter(boundary);
        head = new PartHead(limits);
        assumeLineEnd();
    }

    private void assumeLineEnd() {
        matched = assumed = Delimiter.LINE_END_BYTES;
    }

    /// @return [#PART], [#DATA], [#HELD], [#PART_END], [#NEED_MORE] or [#BAD]; the last one again and again
    int read(long base, int length) {
        consumed = 0;
        dataLength = 0;
        if (refusal != null) return BAD;
        var end = (int) Math.min(length, limits.bytesMax() - bytes);
        var event = parse(base, end);
        bytes += consumed;
        if (event == NEED_MORE && end < length) {
            refusal = FormHead.bodyTooLong();
            return BAD;
        }
        return event;
    }

    /// The body has ended.
    ///
    /// @return [#END] or [#BAD]
    int finish() {
        if (refusal != null) return BAD;
        return switch (phase) {
            case CLOSED, EPILOGUE -> END;
            default -> bad("body ends before its last boundary (RFC 2046 §5.1.1)");
        };
    }

    private int parse(long base, int end) {
        var event = NEED_MORE;
        while (event == NEED_MORE && consumed < end) {
            event = switch (phase) {
                case CONTENT -> content(base, end);
                case HEADERS -> headers(base, end);
                case EPILOGUE -> {
                    consumed = end;
                    yield NEED_MORE;
                }
                default -> delimited(Memory.getByte(base + consumed++));
            };
        }
        return event;
    }

    private int content(long base, int end) {
        if (matched == 0) {
            var from = consumed;
            consumed = delimiter.find(base, from, end);
            if (consumed > from) return data(from);
        }
        var before = matched;
        matched = delimiter.match(base, consumed, end, before);
        consumed += matched - before;
        if (matched == delimiter.length()) {
            matched = assumed = 0;
            phase = Phase.DELIMITED;
            head.start();
        } else if (consumed < end) {
            heldAt = assumed;
            heldLength = matched - assumed;
            matched = assumed = 0;
            if (inPart && heldLength > 0) return HELD;
        }
        return NEED_MORE;
    }

    private int data(int from) {
        if (!inPart) return NEED_MORE;
        dataAt = from;
        dataLength = consumed - from;
        return DATA;
    }

    /// On the line of a delimiter. White space may follow the boundary (RFC 2046 §5.1.1, transport-padding); anything
    /// else would be a boundary to one reader and data to the next.
    private int delimited(byte c) {
        var next = switch (phase) {
            case DELIMITED -> c == '-' ? Phase.HYPHEN : afterPadding(c);
            case PADDING -> afterPadding(c);
            case HYPHEN -> c == '-' ? Phase.CLOSED : null;
            case LINE_END -> c == '\n' ? Phase.HEADERS : null;
            case CLOSED -> c == '\r' ? Phase.CLOSED_CR : isSpace(c) ? Phase.CLOSED : null;
            case CLOSED_CR -> c == '\n' ? Phase.EPILOGUE : null;
            default -> throw new AssertionError(phase);
        };
        if (next == null) return bad("boundary followed by something else (RFC 2046 §5.1.1)");
        phase = next;
        if (next == Phase.PADDING && !head.count()) return bad(head.refusal());
        if (!inPart || next != Phase.CLOSED && next != Phase.HEADERS) return NEED_MORE;
        inPart = false;
        return PART_END;
    }

    private static Phase afterPadding(byte c) {
        return c == '\r' ? Phase.LINE_END : isSpace(c) ? Phase.PADDING : null;
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\t';
    }

    private int headers(long base, int end) {
        consumed = head.read(base, consumed, end);
        if (head.refusal() != null) return bad(head.refusal());
        if (!head.isComplete()) return NEED_MORE;
        if (partCount == limits.partsMax()) return bad(new Refusal(413, "more parts than the limit"));
        partCount++;
        inPart = true;
        phase = Phase.CONTENT;
        assumeLineEnd();
        return PART;
    }

    private int bad(String reason) {
        return bad(new Refusal(400, reason));
    }

    private int bad(Refusal refusal) {
        this.refusal = refusal;
        return BAD;
    }

    /// How many of the bytes of the last [#read] are done with.
    int consumed() {
        return consumed;
    }

    /// Where the data is, from the base of the last [#read].
    int dataAt() {
        return dataAt;
    }

    int dataLength() {
        return dataLength;
    }

    int heldAt() {
        return heldAt;
    }

    int heldLength() {
        return heldLength;
    }

    /// What [#HELD] is a part of.
    byte[] delimiter() {
        return delimiter.bytes();
    }

    /// What the headers of the part say, valid until the next [#read].
    PartHead head() {
        return head;
    }

    /// Why the body is [#BAD].
    Refusal refusal() {
        return refusal;
    }
}
