package dev.anillo.http.server;

import dev.anillo.http.HttpResponse;
import dev.anillo.http.wire.FieldRules;
import dev.anillo.http.wire.ResponseWriter;
import dev.anillo.http.wire.Status;
import dev.anillo.loop.buffer.Buffer;
import java.util.Arrays;
import java.util.Objects;

/// The response as the handler fills it in. Headers are kept as the handler's own strings until the head is written,
/// straight into the socket's output buffer.
final class Response implements HttpResponse {
    private static final int NONE = -1;

    /// Room for the parts of a head that are not the handler's: status line, Date, framing, Connection, empty line.
    private static final int OWN_HEAD_BYTES_MAX = 256;
    /// Of a header line: colon, space, CR, LF.
    private static final int LINE_EXTRA_BYTES = 4;
    /// Room for the line before a chunk: sixteen digits and CRLF.
    private static final int CHUNK_LINE_BYTES_MAX = 18;
    private static final int CHUNK_END_BYTES_MAX = 5;

    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int FINAL_MIN = 200;

    private final Exchange exchange;
    private final Connections connections;

    private int status;
    private String[] names = new String[8];
    private String[] values = new String[8];
    private int count;
    private int headerBytes;
    private long contentLength;
    private boolean dateSet;
    private boolean closeAsked;

    private boolean headSent;
    private boolean ended;
    /// The server has answered in the handler's place; whatever the handler still sends goes nowhere, as if the client
    /// had gone.
    private boolean answeredInstead;
    private boolean chunked;
    private boolean chunkOpen;
    private boolean bodyless;
    private long bodyBytes;
    private Runnable onDrain;
    /// A write has answered false.
    private boolean drainOwed;

    Response(Exchange exchange, Connections connections) {
        this.exchange = exchange;
        this.connections = connections;
    }

    void reset() {
        status = 200;
        contentLength = NONE;
        dateSet = false;
        closeAsked = false;
        headSent = false;
        ended = false;
        answeredInstead = false;
        chunked = false;
        chunkOpen = false;
        bodyless = false;
        bodyBytes = 0;
        drainOwed = false;
    }

    /// Holds on to nothing of the program's.
    void dropContents() {
        Arrays.fill(names, 0, count, null);
        Arrays.fill(values, 0, count, null);
        count = 0;
        headerBytes = 0;
        dropCallbacks();
    }

    void dropCallbacks() {
        onDrain = null;
    }

    // Status and headers.

    @Override
    public HttpResponse status(int status) {
        requireHeadOpen();
        if (status < FINAL_MIN || status > Status.MAX) {
            throw new IllegalArgumentException("status " + status + " of a final response is outside 200 to 999"
                    + " (RFC 9110 §15)");
        }
        this.status = status;
        return this;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public HttpResponse header(String name, String value) {
        if (!check(name, value)) return this;
        var index = find(name);
        if (index == NONE) {
            add(name, value);
        } else {
            headerBytes += value.length() - values[index].length();
            values[index] = value;
            dropRepetitions(name, index);
        }
        return this;
    }

    @Override
    public HttpResponse addHeader(String name, String value) {
        if (check(name, value)) add(name, value);
        return this;
    }

    @Override
    public String header(String name) {
        if (name.equalsIgnoreCase("Content-Length")) return contentLength == NONE ? null : Long.toString(contentLength);
        if (name.equalsIgnoreCase("Connection")) return closeAsked ? "close" : null;
        var index = find(name);
        return index == NONE ? null : values[index];
    }

    /// @return whether it is a header like any other
    private boolean check(String name, String value) {
        requireHeadOpen();
        if (!FieldRules.isName(name)) {
            throw new IllegalArgumentException("header name is not a token (RFC 9110 §5.1): " + quote(name));
        }
        if (!FieldRules.isValue(value)) {
            throw new IllegalArgumentException("value of header " + name
                    + " has a character that no field may have (RFC 9110 §5.5): " + quote(value));
        }
        switch (name.length()) { // before a comparison by letters, for the hot path
            case 4 -> {
                if (name.equalsIgnoreCase("Date")) dateSet = true;
            }
            case 10 -> {
                if (name.equalsIgnoreCase("Connection")) return takesConnection(value);
            }
            case 14 -> {
                if (name.equalsIgnoreCase("Content-Length")) return takesContentLength(value);
            }
            case 17 -> {
                if (name.equalsIgnoreCase("Transfer-Encoding")) {
                    throw new IllegalArgumentException("Transfer-Encoding is the server's to set: write the body in parts");
                }
            }
            default -> {}
        }
        return true;
    }

    /// Not kept among the headers: the server says what it will do, after the handler's wish.
    private boolean takesConnection(String value) {
        closeAsked = value.equalsIgnoreCase("close");
        if (!closeAsked && !value.equalsIgnoreCase("keep-alive")) {
            throw new IllegalArgumentException("Connection takes close or keep-alive here, not " + quote(value));
        }
        return false;
    }

    /// Not kept among the headers: two of them, or one with 204, would be an invitation to smuggle.
    private boolean takesContentLength(String value) {
        var bytes = -1L;
        try {
            bytes = Long.parseLong(value);
        } catch (NumberFormatException _) {
            // told below, with what is out of range
        }
        if (bytes < 0 || !Character.isDigit(value.charAt(0))) {
            throw new IllegalArgumentException("Content-Length is not a number of bytes (RFC 9110 §8.6): " + quote(value));
        }
        contentLength = bytes;
        return false;
    }

    private static String quote(String text) {
        var quoted = new StringBuilder("\"");
        text.chars().limit(80).forEach(c -> {
            if (c >= ' ' && c < 0x7F) quoted.append((char) c);
            else quoted.append(String.format("\\u%04x", c));
        });
        return quoted.append('"').toString();
    }

    private int find(String name) {
        for (var i = 0; i < count; i++) {
            if (names[i].equalsIgnoreCase(name)) return i;
        }
        return NONE;
    }

    private void add(String name, String value) {
        if (count == names.length) {
            names = Arrays.copyOf(names, count * 2);
            values = Arrays.copyOf(values, count * 2);
        }
        names[count] = name;
        values[count++] = value;
        headerBytes += lineBytes(name, value);
    }

    private static int lineBytes(String name, String value) {
        return name.length() + value.length() + LINE_EXTRA_BYTES;
    }

    private void dropRepetitions(String name, int index) {
        var kept = index + 1;
        for (var i = index + 1; i < count; i++) {
            if (names[i].equalsIgnoreCase(name)) {
                headerBytes -= lineBytes(names[i], values[i]);
            } else {
                names[kept] = names[i];
                values[kept++] = values[i];
            }
        }
        Arrays.fill(names, kept, count, null);
        Arrays.fill(values, kept, count, null);
        count = kept;
    }

    private void requireHeadOpen() {
        if (ended) throw new IllegalStateException("the response has ended");
        if (headSent) throw new IllegalStateException("the response's head was sent");
    }

    // The body, in parts.

    @Override
    public boolean write(byte[] bytes) {
        return write(bytes, bytes.length);
    }

    @Override
    public boolean write(String text) {
        var utf8 = connections.utf8();
        var length = utf8.encode(text);
        return write(utf8.bytes(), length);
    }

    private boolean write(byte[] bytes, int length) {
        var body = beginPart(length);
        if (!body) return mayGoOn();
        openChunk(length);
        socketWrite(bytes, length);
        closeChunk();
        return mayGoOn();
    }

    @Override
    public boolean write(Buffer buffer) {
        var length = buffer.readable();
        boolean body;
        try {
            body = beginPart(length);
        } catch (RuntimeException refused) {
            buffer.release();
            throw refused;
        }
        if (!body) {
            buffer.release();
            return mayGoOn();
        }
        openChunk(length);
        exchange.connection.socket().write(buffer);
        closeChunk();
        return mayGoOn();
    }

    /// Accounts for a part and sees to the head.
    ///
    /// @return whether the part's bytes are to be sent
    private boolean beginPart(int length) {
        if (ended) throw new IllegalStateException("write after the response has ended");
        checkAgainstContentLength(length);
        if (!headSent) sendHead(NONE);
        bodyBytes += length;
        return length > 0 && !bodyless && !isGone();
    }

    private void checkAgainstContentLength(int length) {
        if (contentLength != NONE && bodyBytes + length > contentLength) {
            refuseBody("body is longer than its Content-Length of " + contentLength + " bytes");
        }
    }

    /// Once the head was sent only the end of the connection can tell the client; before, the handler may still mend it.
    private void refuseBody(String reason) {
        if (headSent && !isGone()) exchange.connection.broken();
        throw new IllegalStateException(reason);
    }

    private void openChunk(int length) {
        if (!chunked) return;
        var out = output(CHUNK_LINE_BYTES_MAX);
        wrote(out, ResponseWriter.chunkHeader(out.writeAddress(), out.room(), length));
    }

    private void closeChunk() {
        if (!chunked) return;
        var out = output(CHUNK_END_BYTES_MAX);
        wrote(out, ResponseWriter.emptyLine(out.writeAddress(), out.room()));
    }

    /// False for a client that has gone, lest a program writes for ever until it is told to wait.
    private boolean mayGoOn() {
        if (isGone()) return false;
        drainOwed = !exchange.connection.socket().belowHighWater();
        return !drainOwed;
    }

    // The end.

    @Override
    public void end() {
        requireNotEnded();
        endWith(0);
        finish();
    }

    @Override
    public void end(String text) {
        requireNotEnded();
        var utf8 = connections.utf8();
        var length = utf8.encode(text);
        if (endWith(length)) socketWrite(utf8.bytes(), length);
        finish();
    }

    @Override
    public void end(byte[] bytes) {
        requireNotEnded();
        if (endWith(bytes.length)) socketWrite(bytes, bytes.length);
        finish();
    }

    @Override
    public void end(Buffer buffer) {
        try {
            requireNotEnded();
            if (endWith(buffer.readable())) {
                var body = buffer;
                buffer = null;
                exchange.connection.socket().write(body);
            }
        } finally {
            if (buffer != null) buffer.release();
        }
        finish();
    }

    private void requireNotEnded() {
        if (ended) throw new IllegalStateException("the response has ended already");
    }

    /// Accounts for the last part and sees to the head, and to the chunk around the part.
    ///
    /// @return whether the part's bytes are to be sent
    private boolean endWith(int length) {
        checkAgainstContentLength(length);
        if (bodyBytes + length < contentLength && !isBodyless()) {
            refuseBody("body ended after " + (bodyBytes + length) + " bytes, its Content-Length says " + contentLength);
        }
        if (!headSent) sendHead(length);
        bodyBytes += length;
        if (length == 0 || bodyless || isGone()) return false;
        openChunk(length);
        chunkOpen = chunked;
        return true;
    }

    private void finish() {
        if (chunked && !bodyless && !isGone()) finishChunks();
        ended = true;
        exchange.connection.proceedLater();
    }

    private void finishChunks() {
        var out = output(2 * CHUNK_END_BYTES_MAX);
        if (chunkOpen) wrote(out, ResponseWriter.emptyLine(out.writeAddress(), out.room()));
        wrote(out, ResponseWriter.lastChunk(out.writeAddress(), out.room()));
    }

    /// The server's own answer in place of the handler's, whose head was not sent.
    void answerInstead(int status, String text) {
        dropContents();
        reset();
        status(status);
        header("Content-Type", "text/plain; charset=utf-8");
        end(text + "\n");
        reset();
        answeredInstead = true;
    }

    // The head.

    /// @param bodyLength bytes of the whole body, or NONE when they are not known yet
    private void sendHead(long bodyLength) {
        var bytesMax = OWN_HEAD_BYTES_MAX + headerBytes;
        if (bytesMax > Limits.RESPONSE_HEAD_BYTES_MAX) {
            throw new IllegalStateException("response head of about " + bytesMax + " bytes: at the most "
                    + Limits.RESPONSE_HEAD_BYTES_MAX);
        }
        headSent = true;
        bodyless = isBodyless();
        if (isGone()) return;
        var length = contentLength != NONE ? contentLength : bodyLength;
        var http10 = exchange.parser.minorVersion() == 0;
        chunked = length == NONE && !http10 && status != NO_CONTENT;
        var close = exchange.connection.closesAfter(closeAsked || length == NONE && http10 && !bodyless);
        var out = output(bytesMax);
        var start = out.writeAddress();
        var at = start;
        at += ResponseWriter.statusLine(at, bytesMax, status);
        for (var i = 0; i < count; i++) {
            at += ResponseWriter.header(at, bytesMax, names[i], values[i]);
        }
        if (!dateSet) at += connections.writeDate(at, bytesMax);
        if (chunked) {
            at += ResponseWriter.transferEncodingChunked(at, bytesMax);
        } else if (length != NONE && mayStateLength(length)) {
            at += ResponseWriter.contentLength(at, bytesMax, length);
        }
        if (close) {
            at += ResponseWriter.connectionClose(at, bytesMax);
        } else if (http10) {
            at += ResponseWriter.connectionKeepAlive(at, bytesMax);
        }
        at += ResponseWriter.emptyLine(at, bytesMax);
        wrote(out, (int) (at - start));
    }

    private boolean isBodyless() {
        return exchange.request.isHead() || status == NO_CONTENT || status == NOT_MODIFIED;
    }

    /// RFC 9110 §8.6: never with 204. To HEAD and with 304 it tells of the body that is not sent, so a 0 that nobody set
    /// would be a lie.
    private boolean mayStateLength(long length) {
        return status != NO_CONTENT && (length > 0 || contentLength == 0 || !bodyless);
    }

    // Towards the socket.

    private Buffer output(int bytes) {
        return exchange.connection.socket().output(bytes);
    }

    private void wrote(Buffer out, int bytes) {
        out.wrote(bytes);
        exchange.connection.socket().wrote(bytes);
    }

    private void socketWrite(byte[] bytes, int length) {
        exchange.connection.socket().write(bytes, 0, length);
    }

    private boolean isGone() {
        return answeredInstead || exchange.connection.isGone();
    }

    /// Nothing more will come: it has ended, or was answered by the server.
    boolean isDone() {
        return ended || answeredInstead;
    }

    @Override
    public HttpResponse onDrain(Runnable callback) {
        onDrain = Objects.requireNonNull(callback);
        return this;
    }

    void drained() {
        if (!drainOwed) return; // a response before this one filled the socket
        drainOwed = false;
        if (onDrain != null) onDrain.run();
    }

    @Override
    public boolean headSent() {
        return headSent;
    }

    @Override
    public boolean ended() {
        return ended;
    }
}
