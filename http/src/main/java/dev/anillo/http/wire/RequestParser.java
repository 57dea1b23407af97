package dev.anillo.http.wire;

/// Parses one request head at a time (RFC 9112 §2 to §6); reused for every request of a connection.
///
/// [#parse] is called with the address of the head's first byte and the count of bytes that have arrived so far, as
/// often as it takes. Between calls the bytes may move: all results are offsets from the base, and no address is kept.
/// They may not change. How they are cut into calls makes no difference to the outcome.
///
/// Strict: whatever two servers could read differently is [#BAD], with the status to answer and a reason that names
/// the clause. The connection must then be closed, for where the next request begins is unknown.
public final class RequestParser {
    /// The head is not complete yet.
    public static final int NEED_MORE = Verdict.NEED_MORE;
    /// No request, or one that must not be understood: see [#status] and [#reason].
    public static final int BAD = Verdict.BAD;

    private static final int LINE = 0;
    private static final int FIELDS = 1;
    private static final int DONE = 2;

    private final Verdict verdict = new Verdict();
    private final int headBytesMax;
    private final RequestLine line;
    private final FieldSection fields;
    private final RequestMeaning meaning = new RequestMeaning(verdict);

    private int phase = LINE;
    private int consumed;

    public RequestParser(WireLimits limits) {
        headBytesMax = limits.headBytesMax();
        line = new RequestLine(verdict, limits);
        fields = new FieldSection(verdict, limits.headerCountMax());
    }

    /// Makes ready for the next request. What the getters said of the last one is no longer valid.
    public void reset() {
        phase = LINE;
        verdict.reset();
        line.start();
    }

    /// @param base address of the first byte of this request's head
    /// @param length bytes that are there, counted from `base`: at least as many as in the call before
    /// @return bytes of the head, where the body begins; or [#NEED_MORE], or [#BAD]
    public int parse(long base, int length) {
        if (verdict.isBad()) return BAD;
        if (phase == LINE) {
            var at = line.parse(base, length);
            if (at <= 0) return at;
            fields.start(at);
            phase = FIELDS;
        }
        if (phase == FIELDS) {
            var at = fields.parse(base, length, headBytesMax);
            if (at <= 0) return at;
            if (!meaning.take(base, fields, line.minor)) return BAD;
            consumed = at;
            phase = DONE;
        }
        return consumed;
    }

    /// The status to answer a [#BAD] head with: 400, 414, 431, 501 or 505. 0 while nothing is wrong.
    public int status() {
        return verdict.status;
    }

    /// Why the head is [#BAD], in one line. A constant.
    public String reason() {
        return verdict.reason;
    }

    public Method method() {
        return Method.of(line.method);
    }

    public int methodAt() {
        return line.methodAt;
    }

    public int methodLength() {
        return line.methodLength;
    }

    public TargetForm targetForm() {
        return TargetForm.of(line.form);
    }

    public int targetAt() {
        return line.targetAt;
    }

    public int targetLength() {
        return line.targetLength;
    }

    /// Where path and query begin: the target itself, or what follows the authority of an absolute one.
    public int pathAt() {
        return line.targetAt + line.targetLength - pathLength();
    }

    /// Bytes of path and query together. 0 for `http://host`, which means `/`, and for CONNECT.
    public int pathLength() {
        return line.authorityLength < 0 ? line.targetLength
                : line.targetAt + line.targetLength - line.authorityAt - line.authorityLength;
    }

    /// Where `host[:port]` of the addressed server is: in an absolute or authority target, which outranks Host (RFC
    /// 9112 §3.2.2), or else in Host. Meaningless where [#authorityLength] is -1.
    public int authorityAt() {
        return line.authorityLength >= 0 ? line.authorityAt : hostIndex() >= 0 ? fields.valueAt(hostIndex()) : 0;
    }

    /// -1 when there is no authority, which HTTP/1.0 allows. 0 when Host is empty.
    public int authorityLength() {
        return line.authorityLength >= 0 ? line.authorityLength
                : hostIndex() >= 0 ? fields.valueLength(hostIndex()) : -1;
    }

    /// 0 for HTTP/1.0; 1 for HTTP/1.1 and any later 1.x, which is to be treated as 1.1 (RFC 9110 §2.5).
    public int minorVersion() {
        return line.minor;
    }

    public int headerCount() {
        return fields.count();
    }

    public int nameAt(int index) {
        return fields.nameAt(index);
    }

    public int nameLength(int index) {
        return fields.nameLength(index);
    }

    /// Where the value begins, white space around it left out.
    public int valueAt(int index) {
        return fields.valueAt(index);
    }

    public int valueLength(int index) {
        return fields.valueLength(index);
    }

    /// The first header with this name, letters of either case; or -1.
    public int find(long base, String name) {
        return fields.find(base, name, 0);
    }

    /// As [#find], beginning with the header `from`: for fields that may be repeated.
    public int find(long base, String name, int from) {
        return fields.find(base, name, from);
    }

    /// Bytes of the body as Content-Length states them, or -1 without that field.
    public long contentLength() {
        return meaning.contentLength;
    }

    /// Whether the body comes in chunks. Then [#contentLength] is -1.
    public boolean chunked() {
        return meaning.chunked;
    }

    /// Whether the client leaves the connection open for more requests (RFC 9112 §9.3).
    public boolean keepAlive() {
        return meaning.keepAlive;
    }

    /// Whether Connection lists `upgrade`. Always false for HTTP/1.0, where Upgrade is to be ignored (RFC 9110 §7.8).
    public boolean connectionUpgrade() {
        return meaning.connectionUpgrade;
    }

    /// Whether the client waits for 100 before it sends the body. Always false for HTTP/1.0 (RFC 9110 §10.1.1).
    public boolean expectContinue() {
        return meaning.expectContinue;
    }

    /// Whether something else than 100-continue is expected, which calls for 417 (RFC 9110 §10.1.1).
    public boolean expectOther() {
        return meaning.expectOther;
    }

    /// Which header is Host, or -1.
    public int hostIndex() {
        return meaning.hostIndex;
    }
}
