package dev.anillo.http.wire;

import static dev.anillo.http.wire.Verdict.NEED_MORE;

import dev.anillo.loop.memory.Memory;

/// The first line of a request (RFC 9112 §3), and the one empty line that may come before it (§2.2).
///
///     request-line = method SP request-target SP HTTP-version CRLF
///
/// Offsets count from the base that the caller passes; the place where the bytes ran out is kept.
final class RequestLine {
    private static final int START = 0;
    private static final int METHOD = 1;
    private static final int TARGET = 2;
    private static final int VERSION = 3;

    /// Nearly all requests begin so, hence one look settles it.
    private static final int GET_AND_SPACE = (int) Scan.ascii("GET ");

    private static final long HTTP_1_1 = Scan.ascii("HTTP/1.1");
    private static final String VERSION_SHAPE = "HTTP/d.d\r\n";
    private static final int VERSION_BYTES = VERSION_SHAPE.length();
    private static final int MAJOR_AT = 5;
    private static final int MINOR_AT = 7;

    private static final long HTTP_SCHEME = Scan.ascii("http://");
    private static final long HTTPS_SCHEME = Scan.ascii("https://");
    private static final int CONNECT = Method.CONNECT.ordinal();
    private static final int OPTIONS = Method.OPTIONS.ordinal();
    private static final int OTHER = Method.OTHER.ordinal();

    private final Verdict verdict;
    private final int bytesMax;
    private final int headBytesMax;

    private int phase;
    private int at;

    int methodAt;
    int methodLength;
    int method;
    int targetAt;
    int targetLength;
    int form;
    int authorityAt;
    int authorityLength;
    int minor;

    RequestLine(Verdict verdict, WireLimits limits) {
        this.verdict = verdict;
        bytesMax = limits.requestLineBytesMax();
        headBytesMax = limits.headBytesMax();
    }

    void start() {
        phase = START;
        at = 0;
        methodAt = 0;
        method = OTHER;
        minor = 1;
    }

    /// The offset behind the line's CRLF, or NEED_MORE, or BAD.
    int parse(long base, int length) {
        if (phase == START) {
            if (length == 0) return NEED_MORE;
            var c = Memory.getByte(base);
            if (c == Chars.CR) {
                if (length == 1) return NEED_MORE;
                if (Memory.getByte(base + 1) != Chars.LF) return rejectMethod(c);
                methodAt = 2;
                at = 2;
            }
            phase = METHOD;
        }
        var limit = Math.min(methodAt + bytesMax, headBytesMax);
        var end = Math.min(length, limit);
        var at = this.at;
        if (phase == METHOD) {
            var isGet = at == methodAt && (int) Scan.word(base, at, end) == GET_AND_SPACE;
            if (isGet) at += 3;
            while (!isGet) {
                at = Scan.nameEnd(base, at, end);
                if (at >= end) return suspend(METHOD, at, length, limit);
                var c = Memory.getByte(base + at);
                if (c == Chars.SP) break;
                if (!Chars.isToken(c)) return rejectMethod(c);
                at++;
            }
            methodLength = at - methodAt;
            if (methodLength == 0) return rejectMethod(Chars.SP);
            method = isGet ? Method.GET.ordinal()
                    : methodLength < 8 ? Method.ordinalOf(Scan.word(base, methodAt, at)) : Method.OTHER.ordinal();
            targetAt = ++at;
            phase = TARGET;
        }
        if (phase == TARGET) {
            at = Scan.targetEnd(base, at, end);
            if (at >= end) return suspend(TARGET, at, length, limit);
            var c = Memory.getByte(base + at);
            if (c != Chars.SP) return rejectTarget(c);
            targetLength = at - targetAt;
            if (targetLength == 0) return verdict.reject(400, "more than one space in the request line (RFC 9112 §3)");
            at++;
        }
        if (at + VERSION_BYTES <= end
                && Memory.getLongLittleEndian(base + at) == HTTP_1_1
                && Memory.getByte(base + at + 8) == Chars.CR && Memory.getByte(base + at + 9) == Chars.LF) {
            minor = 1;
        } else {
            var matched = matchVersion(base, at, end);
            if (matched < 0) return matched;
            if (matched < VERSION_BYTES) return suspend(VERSION, at, length, limit);
            if (Memory.getByte(base + at + MAJOR_AT) != '1') {
                return verdict.reject(505, "HTTP major version is not 1 (RFC 9110 §15.6.6)");
            }
            minor = Memory.getByte(base + at + MINOR_AT) == '0' ? 0 : 1;
        }
        return takeTarget(base, targetAt + targetLength) ? at + VERSION_BYTES : Verdict.BAD;
    }

    private int suspend(int phase, int at, int length, int limit) {
        this.phase = phase;
        this.at = at;
        if (length < limit) return NEED_MORE;
        return phase == METHOD
                ? verdict.reject(501, "method longer than any that is implemented (RFC 9112 §3)")
                : verdict.reject(414, "request line longer than the limit (RFC 9112 §3)");
    }

    /// How many bytes of a version and its CRLF are there, or BAD.
    private int matchVersion(long base, int at, int end) {
        var there = Math.min(VERSION_BYTES, end - at);
        for (var i = 0; i < there; i++) {
            var c = Memory.getByte(base + at + i);
            var shape = VERSION_SHAPE.charAt(i);
            if (shape == 'd' ? !Chars.isDigit(c) : c != shape) return rejectVersion(c, i);
        }
        return there;
    }

    /// What a target is depends on the method too, hence after the whole line is known to be one.
    private boolean takeTarget(long base, int targetEnd) {
        var first = Memory.getByte(base + targetAt);
        if (method == CONNECT) {
            if (!Authority.isHostAndPort(base, targetAt, targetEnd)) {
                verdict.reject(400, "CONNECT without host:port (RFC 9112 §3.2.3)");
                return false;
            }
            form = TargetForm.AUTHORITY.ordinal();
            authorityAt = targetAt;
            authorityLength = targetLength;
        } else if (first == '/') {
            form = TargetForm.ORIGIN.ordinal();
            authorityLength = -1;
        } else if (first == '*' && targetLength == 1) {
            if (method != OPTIONS) {
                verdict.reject(400, "target * without OPTIONS (RFC 9112 §3.2.4)");
                return false;
            }
            form = TargetForm.ASTERISK.ordinal();
            authorityLength = -1;
        } else {
            return takeAbsolute(base, targetEnd);
        }
        return true;
    }

    private boolean takeAbsolute(long base, int targetEnd) {
        var word = Scan.word(base, targetAt, targetEnd) | Scan.FOLD;
        // Folding leaves ':' and '/' as they are; what it would turn into them are control characters, refused above.
        var schemeLength = word == HTTPS_SCHEME ? 8 : (word & -1L >>> 8) == HTTP_SCHEME ? 7 : 0;
        var from = targetAt + schemeLength;
        var to = from;
        while (to < targetEnd && Memory.getByte(base + to) != '/' && Memory.getByte(base + to) != '?') to++;
        if (schemeLength == 0 || !Authority.hasHost(base, from, to)) {
            verdict.reject(400, "target is neither a path nor an http or https URI (RFC 9112 §3.2)");
            return false;
        }
        form = TargetForm.ABSOLUTE.ordinal();
        authorityAt = from;
        authorityLength = to - from;
        return true;
    }

    private int rejectMethod(int c) {
        return switch (c) {
            case Chars.SP -> verdict.reject(400, "request line begins with a space (RFC 9112 §3)");
            case Chars.CR, Chars.LF -> verdict.reject(400, "line ends where a method is expected (RFC 9112 §3)");
            default -> verdict.reject(400, "method is not a token (RFC 9110 §9.1)");
        };
    }

    private int rejectTarget(int c) {
        return switch (c) {
            case Chars.CR, Chars.LF -> verdict.reject(400, "request line without a version (RFC 9112 §3)");
            case '#' -> verdict.reject(400, "fragment in the request target (RFC 9112 §3.2)");
            default -> verdict.reject(400, "character that no URI contains in the request target (RFC 9112 §3.2)");
        };
    }

    private int rejectVersion(int c, int index) {
        if (c == Chars.SP) return verdict.reject(400, "more than two spaces in the request line (RFC 9112 §3)");
        if (c == Chars.LF) return verdict.reject(400, "LF without CR (RFC 9112 §2.2)");
        if (index == VERSION_BYTES - 1) return verdict.reject(400, "CR without LF (RFC 9112 §2.2)");
        return verdict.reject(400, "malformed HTTP version (RFC 9112 §2.3)");
    }
}
