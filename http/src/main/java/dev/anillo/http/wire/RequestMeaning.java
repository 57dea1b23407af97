package dev.anillo.http.wire;

import dev.anillo.loop.memory.Memory;

/// What the fields of a head say about the message itself: where the body ends (RFC 9112 §6), whether the connection
/// stays (§9.3), who is meant (RFC 9110 §7.2), what is expected (§10.1.1).
///
/// A field is recognised by the length of its name and then by its letters, eight at a time.
final class RequestMeaning {
    private static final long HOST = Scan.ascii("host");
    private static final long EXPECT = Scan.ascii("expect");
    private static final long CONNECTION_HEAD = Scan.ascii("connecti");
    private static final long CONNECTION_TAIL = Scan.ascii("nnection");
    private static final long CONTENT_LENGTH_HEAD = Scan.ascii("content-");
    private static final long CONTENT_LENGTH_TAIL = Scan.ascii("t-length");
    private static final long TRANSFER_ENCODING_HEAD = Scan.ascii("transfer");
    private static final long TRANSFER_ENCODING_MIDDLE = Scan.ascii("-encodin");
    private static final long TRANSFER_ENCODING_TAIL = Scan.ascii("encoding");

    private static final long CLOSE = Scan.ascii("close");
    private static final long UPGRADE = Scan.ascii("upgrade");
    private static final long KEEP_ALIVE_HEAD = Scan.ascii("keep-ali");
    private static final long KEEP_ALIVE_TAIL = Scan.ascii("ep-alive");
    private static final long CHUNKED = Scan.ascii("chunked");
    private static final long CONTINUE_HEAD = Scan.ascii("100-cont");
    private static final long CONTINUE_TAIL = Scan.ascii("continue");

    private final Verdict verdict;

    long contentLength;
    boolean chunked;
    boolean keepAlive;
    boolean connectionUpgrade;
    boolean expectContinue;
    boolean expectOther;
    int hostIndex;

    private int minor;
    private final KnownHost knownHost = new KnownHost();
    private boolean closeToken;
    private boolean keepAliveToken;

    RequestMeaning(Verdict verdict) {
        this.verdict = verdict;
    }

    /// Whether the fields make sense together; else the verdict says why not.
    boolean take(long base, FieldSection fields, int minor) {
        contentLength = -1;
        chunked = false;
        connectionUpgrade = false;
        expectContinue = false;
        expectOther = false;
        hostIndex = -1;
        closeToken = false;
        keepAliveToken = false;
        this.minor = minor;
        for (var index = 0; index < fields.count(); index++) {
            var name = base + fields.nameAt(index);
            var at = fields.valueAt(index);
            var end = at + fields.valueLength(index);
            var good = switch (fields.nameLength(index)) {
                case 4 -> !isHost(name) || takeHost(base, at, end, index);
                case 6 -> !isExpect(name) || takeExpect(base, at, end);
                case 10 -> !isConnection(name) || takeConnection(base, at, end);
                case 14 -> !isContentLength(name) || takeContentLength(base, at, end);
                case 17 -> !isTransferEncoding(name) || takeTransferEncoding(base, at, end);
                default -> true;
            };
            if (!good) return false;
        }
        if (hostIndex < 0 && minor > 0) return refuse(400, "no Host field (RFC 9112 §3.2)");
        if (chunked && contentLength >= 0) {
            return refuse(400, "Content-Length together with Transfer-Encoding (RFC 9112 §6.3)");
        }
        keepAlive = !closeToken && (minor > 0 || keepAliveToken);
        return true;
    }

    /// Whether a trailer field of this name would say something about the message itself (RFC 9110 §6.5.1).
    static boolean isMeaningful(long name, int length) {
        return switch (length) {
            case 4 -> isHost(name);
            case 6 -> isExpect(name);
            case 10 -> isConnection(name);
            case 14 -> isContentLength(name);
            case 17 -> isTransferEncoding(name);
            default -> false;
        };
    }

    // Behind the shortest of these names there are a colon and two CRLF, so that eight bytes can always be read.

    private static boolean isHost(long name) {
        return (folded(name) & 0xFFFF_FFFFL) == HOST;
    }

    private static boolean isExpect(long name) {
        return (folded(name) & 0xFFFF_FFFF_FFFFL) == EXPECT;
    }

    private static boolean isConnection(long name) {
        return folded(name) == CONNECTION_HEAD && folded(name + 2) == CONNECTION_TAIL;
    }

    private static boolean isContentLength(long name) {
        return folded(name) == CONTENT_LENGTH_HEAD && folded(name + 6) == CONTENT_LENGTH_TAIL;
    }

    private static boolean isTransferEncoding(long name) {
        return folded(name) == TRANSFER_ENCODING_HEAD && folded(name + 8) == TRANSFER_ENCODING_MIDDLE
                && folded(name + 9) == TRANSFER_ENCODING_TAIL;
    }

    private static long folded(long address) {
        return Memory.getLongLittleEndian(address) | Scan.FOLD;
    }

    private boolean takeHost(long base, int at, int end, int index) {
        if (hostIndex >= 0) return refuse(400, "more than one Host field (RFC 9112 §3.2)");
        hostIndex = index;
        if (knownHost.is(base, at, end)) return true;
        if (!Authority.isValid(base, at, end)) return refuse(400, "Host is not host[:port] (RFC 9112 §3.2)");
        knownHost.set(base, at, end);
        return true;
    }

    private boolean takeExpect(long base, int at, int end) {
        if (end - at == 12 && folded(base + at) == CONTINUE_HEAD && folded(base + at + 4) == CONTINUE_TAIL) {
            expectContinue = minor > 0; // RFC 9110 §10.1.1: to be ignored in HTTP/1.0
        } else {
            expectOther = true;
        }
        return true;
    }

    private boolean takeConnection(long base, int at, int end) {
        for (var from = at; from < end; ) {
            var to = elementEnd(base, from, end);
            takeConnectionOption(base, skipOws(base, from, to), to);
            from = to + 1;
        }
        return true;
    }

    private void takeConnectionOption(long base, int at, int to) {
        var end = trimOws(base, at, to);
        var word = Scan.word(base, at, end);
        switch (end - at) {
            case 5 -> closeToken |= (word | Scan.FOLD & 0xFF_FFFF_FFFFL) == CLOSE;
            case 7 -> connectionUpgrade |= minor > 0 && (word | Scan.FOLD & -1L >>> 8) == UPGRADE; // RFC 9110 §7.8
            case 10 -> keepAliveToken |=
                    (word | Scan.FOLD) == KEEP_ALIVE_HEAD && folded(base + at + 2) == KEEP_ALIVE_TAIL;
            default -> { } // options of others are no concern of ours
        }
    }

    private boolean takeContentLength(long base, int at, int end) {
        if (contentLength >= 0) return refuse(400, "more than one Content-Length field (RFC 9110 §8.6)");
        if (at == end) return refuse(400, "Content-Length is not a number (RFC 9110 §8.6)");
        var value = 0L;
        for (var i = at; i < end; i++) {
            var c = Memory.getByte(base + i);
            if (!Chars.isDigit(c)) return refuse(400, "Content-Length is not a number (RFC 9110 §8.6)");
            var digit = c - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return refuse(400, "Content-Length above 2^63-1 (RFC 9110 §8.6)");
            }
            value = value * 10 + digit;
        }
        contentLength = value;
        return true;
    }

    private boolean takeTransferEncoding(long base, int at, int end) {
        if (minor == 0) return refuse(400, "Transfer-Encoding in HTTP/1.0 (RFC 9112 §6.1)");
        var from = at;
        do {
            var to = elementEnd(base, from, end);
            if (!takeCoding(base, skipOws(base, from, to), to)) return false;
            from = to + 1;
        } while (from <= end);
        return true;
    }

    private boolean takeCoding(long base, int at, int to) {
        var end = trimOws(base, at, to);
        if (at == end) return refuse(400, "empty transfer coding (RFC 9112 §6.1)");
        var isChunked = end - at == 7 && (Scan.word(base, at, end) | Scan.FOLD & -1L >>> 8) == CHUNKED;
        if (chunked) {
            return isChunked
                    ? refuse(400, "chunked more than once (RFC 9112 §6.1)")
                    : refuse(400, "chunked is not the final transfer coding (RFC 9112 §6.3)");
        }
        chunked = isChunked;
        return isChunked || refuse(501, "transfer coding other than chunked (RFC 9112 §6.1)");
    }

    private static int elementEnd(long base, int at, int end) {
        var comma = Scan.nameEnd(base, at, end); // most elements are letters and hyphens up to their comma
        while (comma < end && Memory.getByte(base + comma) != ',') comma++;
        return comma;
    }

    private static int skipOws(long base, int at, int end) {
        while (at < end && Chars.isOws(Memory.getByte(base + at))) at++;
        return at;
    }

    private static int trimOws(long base, int at, int end) {
        while (end > at && Chars.isOws(Memory.getByte(base + end - 1))) end--;
        return end;
    }

    private boolean refuse(int status, String reason) {
        verdict.reject(status, reason);
        return false;
    }
}
