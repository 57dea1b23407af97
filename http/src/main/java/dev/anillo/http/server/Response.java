package dev.anillo.http.server;

import dev.anillo.http.wire.Method;
import dev.anillo.http.wire.ResponseWriter;
import dev.anillo.http.wire.Status;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.SendableFile;
import dev.anillo.loop.stream.Writable;
import java.util.Objects;

/// The response as the handler fills it in, by way of its [ResponseFacade]. Headers are kept as the handler's own strings
/// until the head is written, straight into the socket's output buffer.
final class Response {
    private static final int NONE = ResponseHead.NONE;

    /// Room for the status line and the empty line of an interim response.
    private static final int INTERIM_BYTES_MAX = 64;
    /// Room for the line before a chunk: sixteen digits and CRLF.
    private static final int CHUNK_LINE_BYTES_MAX = 18;
    /// Room for the CRLF behind a chunk, the last chunk and the empty line.
    private static final int CHUNKS_END_BYTES_MAX = 16;

    private static final int CONTINUE = 100;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int EARLY_HINTS = 103;
    private static final int REDIRECTION_MIN = 300;
    private static final int SERVICE_UNAVAILABLE = 503;

    private final Exchange exchange;
    private final Connections connections;
    private final ResponseHead head;
    private final ResponseFields trailers = new ResponseFields();

    /// [#writeHead] was called: status and headers stay as they are.
    private boolean headSettled;
    private boolean headSent;
    private boolean ended;
    /// The server has answered in the handler's place; whatever the handler still sends goes nowhere, as if the client
    /// had gone.
    private boolean answeredInstead;
    private boolean chunked;
    private boolean chunkOpen;
    private boolean bodyless;
    private boolean endsWithConnection;
    /// The request's body is its body.
    private boolean piped;
    private long bodyBytes;
    private Runnable onDrain;
    /// A write has answered false.
    private boolean drainOwed;
    private ResponseBody stream;

    Response(Exchange exchange, Connections connections) {
        this.exchange = exchange;
        this.connections = connections;
        head = new ResponseHead(connections.frequentFields());
    }

    void reset() {
        head.reset();
        headSettled = false;
        headSent = false;
        ended = false;
        answeredInstead = false;
        chunked = false;
        chunkOpen = false;
        bodyless = false;
        endsWithConnection = false;
        piped = false;
        bodyBytes = 0;
        drainOwed = false;
    }

    /// Holds on to nothing of the program's.
    void dropContents() {
        head.clear();
        trailers.clear();
        dropCallbacks();
    }

    void dropCallbacks() {
        onDrain = null;
    }

    // Status and headers.

    void status(int status) {
        requireHeadOpen();
        head.status(status);
    }

    int status() {
        return head.status();
    }

    void header(String name, String value) {
        requireHeadOpen();
        requireNoLengthWithTrailers(name);
        head.set(name, value);
    }

    void addHeader(String name, String value) {
        requireHeadOpen();
        requireNoLengthWithTrailers(name);
        head.add(name, value);
    }

    void removeHeader(String name) {
        requireHeadOpen();
        head.remove(name);
    }

    String header(String name) {
        return head.get(name);
    }

    private void requireNoLengthWithTrailers(String name) {
        if (!trailers.isEmpty() && name.equalsIgnoreCase("Content-Length")) {
            throw new IllegalStateException("Content-Length with trailers (RFC 9112 §7.1.2)");
        }
    }

    private void requireHeadOpen() {
        if (ended) throw new IllegalStateException("the response has ended");
        if (headSent) throw new IllegalStateException("the response's head was sent");
        if (headSettled) throw new IllegalStateException("the response's head was settled by writeHead");
    }

    void writeHead(int status, String... namesAndValues) {
        status(status);
        requirePairs(namesAndValues);
        for (var i = 0; i < namesAndValues.length; i += 2) removeHeader(namesAndValues[i]);
        for (var i = 0; i < namesAndValues.length; i += 2) addHeader(namesAndValues[i], namesAndValues[i + 1]);
        headSettled = true;
    }

    private static void requirePairs(String[] namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("header " + namesAndValues[namesAndValues.length - 1] + " has no value");
        }
    }

    void flushHeaders() {
        requireNotEnded();
        if (!headSent) sendHead(NONE);
    }

    void trailer(String name, String value) {
        requireNotEnded();
        ResponseFields.checkBesideHead(name, value);
        if (head.contentLength() != NONE || headSent && !chunked && !bodyless && exchange.parser.minorVersion() > 0) {
            throw new IllegalStateException("trailer " + name + " with a Content-Length: only a body in chunks has trailers"
                    + " (RFC 9112 §7.1.2)");
        }
        var bytes = trailers.bytes() + ResponseFields.lineBytes(name, value);
        if (bytes > Limits.RESPONSE_HEAD_BYTES_MAX) throw tooLarge("trailer section", bytes);
        trailers.add(name, value);
    }

    // Before the final response.

    void writeContinue() {
        exchange.continueOwed = false;
        informational(CONTINUE);
    }

    void earlyHints(String... links) {
        var fields = new String[links.length * 2];
        for (var i = 0; i < links.length; i++) {
            fields[2 * i] = "Link";
            fields[2 * i + 1] = links[i];
        }
        informational(EARLY_HINTS, fields);
    }

    void informational(int status, String... namesAndValues) {
        requireNotEnded();
        if (headSent) throw new IllegalStateException("the response's head was sent");
        if (status < Status.MIN || status >= ResponseHead.FINAL_MIN || status == SWITCHING_PROTOCOLS) {
            throw new IllegalArgumentException("status " + status + " is none that others may follow (RFC 9110 §15.2)");
        }
        requirePairs(namesAndValues);
        var fields = new ResponseFields();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            ResponseFields.checkBesideHead(namesAndValues[i], namesAndValues[i + 1]);
            fields.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        var bytesMax = INTERIM_BYTES_MAX + fields.bytes();
        if (bytesMax > Limits.RESPONSE_HEAD_BYTES_MAX) throw tooLarge("interim response", bytesMax);
        // RFC 9110 §15.2: never to an HTTP/1.0 client.
        if (!isGone() && exchange.parser.minorVersion() > 0) writeHeadLines(status, fields, bytesMax);
    }

    private void writeHeadLines(int status, ResponseFields fields, int bytesMax) {
        var out = exchange.output(bytesMax);
        var start = out.writeAddress();
        var at = start + ResponseWriter.statusLine(start, bytesMax, status);
        at = fields.write(at, bytesMax);
        at += ResponseWriter.emptyLine(at, bytesMax);
        wrote(out, (int) (at - start));
    }

    // The body, in parts.

    boolean write(byte[] bytes) {
        return write(bytes, bytes.length);
    }

    boolean write(String text) {
        var utf8 = connections.utf8();
        var length = utf8.encode(text);
        return write(utf8.bytes(), length);
    }

    private boolean write(byte[] bytes, int length) {
        if (!beginPart(length)) return mayGoOn();
        openChunk(length);
        exchange.write(bytes, length);
        closeChunk();
        return mayGoOn();
    }

    boolean write(Buffer buffer) {
        buffer = buffer.takeOver();
        var length = buffer.readable();
        boolean sends;
        try {
            sends = beginPart(length);
        } catch (RuntimeException refused) {
            buffer.release();
            throw refused;
        }
        if (!sends) {
            buffer.release();
            return mayGoOn();
        }
        openChunk(length);
        exchange.write(buffer);
        closeChunk();
        return mayGoOn();
    }

    boolean write(SendableFile file, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, file.size());
        if (!beginPart(length)) return mayGoOn();
        openChunk(length);
        exchange.write(file, offset, length);
        closeChunk();
        return mayGoOn();
    }

    /// Accounts for a part and sees to the head.
    ///
    /// @return whether the part's bytes are to be sent
    private boolean beginPart(long length) {
        if (ended) throw new IllegalStateException("write after the response has ended");
        checkAgainstContentLength(length);
        checkWaiting();
        if (!headSent) sendHead(NONE);
        bodyBytes += length;
        return length > 0 && !bodyless && !isGone();
    }

    private void checkAgainstContentLength(long length) {
        if (head.contentLength() != NONE && bodyBytes + length > head.contentLength()) {
            refuseBody("body is longer than its Content-Length of " + head.contentLength() + " bytes");
        }
    }

    private void checkWaiting() {
        if (!isGone() && exchange.waitingBytesInMemory() > connections.limits().outputBytesMax()) {
            refuseBody("more than " + connections.limits().outputBytesMax()
                    + " bytes wait to be sent (HttpLimits.outputBytesMax): go on at onDrain after write has answered false");
        }
    }

    /// Once the head was sent only the end of the connection can tell the client; before, the handler may still mend it.
    private void refuseBody(String reason) {
        if (headSent && !isGone()) exchange.connection.answers().breakOff(exchange);
        throw new IllegalStateException(reason);
    }

    private void openChunk(long length) {
        if (!chunked) return;
        var out = exchange.output(CHUNK_LINE_BYTES_MAX);
        wrote(out, ResponseWriter.chunkHeader(out.writeAddress(), out.room(), length));
    }

    private void closeChunk() {
        if (!chunked) return;
        var out = exchange.output(CHUNKS_END_BYTES_MAX);
        wrote(out, ResponseWriter.emptyLine(out.writeAddress(), out.room()));
    }

    /// False for a client that has gone, lest a program writes for ever until it is told to wait.
    private boolean mayGoOn() {
        if (isGone()) return false;
        drainOwed = !exchange.belowHighWater();
        return !drainOwed;
    }

    /// From here on the response is the request's to write and to end.
    ///
    /// @param length bytes of the request's body, or [#NONE]
    void pipe(long length) {
        requireNotEnded();
        if (!headSent && head.contentLength() == NONE && trailers.isEmpty()) head.contentLength(length);
        piped = true;
    }

    // The end.

    void end() {
        requireNotEnded();
        endWith(0);
        finish();
    }

    void end(String text) {
        requireNotEnded();
        var utf8 = connections.utf8();
        var length = utf8.encode(text);
        if (endWith(length)) exchange.write(utf8.bytes(), length);
        finish();
    }

    void end(byte[] bytes) {
        requireNotEnded();
        if (endWith(bytes.length)) exchange.write(bytes, bytes.length);
        finish();
    }

    void end(Buffer buffer) {
        buffer = buffer.takeOver();
        try {
            requireNotEnded();
            if (endWith(buffer.readable())) {
                var body = buffer;
                buffer = null;
                exchange.write(body);
            }
        } finally {
            if (buffer != null) buffer.release();
        }
        finish();
    }

    void end(SendableFile file, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, file.size());
        requireNotEnded();
        if (endWith(length)) exchange.write(file, offset, length);
        finish();
    }

    private void requireNotEnded() {
        if (ended) throw new IllegalStateException("the response has ended already");
    }

    /// Accounts for the last part and sees to the head, and to the chunk around the part.
    ///
    /// @return whether the part's bytes are to be sent
    private boolean endWith(long length) {
        checkAgainstContentLength(length);
        checkWaiting();
        if (bodyBytes + length < head.contentLength() && !isBodyless()) {
            refuseBody("body ended after " + (bodyBytes + length) + " bytes, its Content-Length says " + head.contentLength());
        }
        if (!headSent) sendHead(trailers.isEmpty() ? length : NONE);
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
        var bytesMax = CHUNKS_END_BYTES_MAX + trailers.bytes();
        var out = exchange.output(bytesMax);
        var start = out.writeAddress();
        var at = start;
        if (chunkOpen) at += ResponseWriter.emptyLine(at, bytesMax);
        at += ResponseWriter.lastChunkBeforeTrailers(at, bytesMax);
        at = trailers.write(at, bytesMax);
        at += ResponseWriter.emptyLine(at, bytesMax);
        wrote(out, (int) (at - start));
    }

    /// The server's own answer in place of the handler's, of which nothing was sent.
    void answerInstead(int status, String text) {
        exchange.dropBacklog();
        exchange.brokenOff = false; // what was wrong has not left
        dropContents();
        reset();
        status(status);
        header("Content-Type", "text/plain; charset=utf-8");
        if (status == SERVICE_UNAVAILABLE) header("Retry-After", connections.overload().retryAfter());
        end(text + "\n");
        reset();
        answeredInstead = true;
    }

    // The head.

    /// @param bodyLength bytes of the whole body, or NONE when they are not known yet
    private void sendHead(long bodyLength) {
        var bytesMax = head.bytesMax();
        if (bytesMax > Limits.RESPONSE_HEAD_BYTES_MAX) throw tooLarge("response head", bytesMax);
        if (exchange.parser.method() == Method.CONNECT && head.status() < REDIRECTION_MIN) {
            throw new IllegalStateException("status " + head.status() + " to CONNECT would open a tunnel (RFC 9110 §9.3.6),"
                    + " which HttpServer.onConnect takes");
        }
        headSent = true;
        bodyless = isBodyless();
        if (isGone()) return;
        var length = head.contentLength() != NONE ? head.contentLength() : bodyLength;
        var http10 = exchange.parser.minorVersion() == 0;
        chunked = length == NONE && !http10 && head.status() != ResponseHead.NO_CONTENT;
        endsWithConnection = length == NONE && http10 && !bodyless;
        var close = exchange.connection.closesAfter(exchange, head.closeAsked() || endsWithConnection);
        var out = exchange.output(bytesMax);
        var stated = mayStateLength(length) ? length : NONE;
        wrote(out, head.write(out.writeAddress(), connections, chunked, stated, close, http10));
    }

    private static IllegalStateException tooLarge(String what, int bytes) {
        return new IllegalStateException(what + " of about " + bytes + " bytes: at the most "
                + Limits.RESPONSE_HEAD_BYTES_MAX);
    }

    private boolean isBodyless() {
        return head.isBodyless(exchange.request.isHead());
    }

    /// RFC 9110 §8.6: never with 204. To HEAD and with 304 it tells of the body that is not sent, so a 0 that nobody set
    /// would be a lie.
    private boolean mayStateLength(long length) {
        return head.status() != ResponseHead.NO_CONTENT && (length > 0 || head.contentLength() == 0 || !bodyless);
    }

    private void wrote(Buffer out, int bytes) {
        out.wrote(bytes);
        exchange.wrote(bytes);
    }

    // Towards the connection.

    private boolean isGone() {
        return answeredInstead || exchange.brokenOff || !exchange.isQueued() || exchange.connection.isGone();
    }

    /// Nothing more will come: it has ended, or was answered by the server.
    boolean isDone() {
        return ended || answeredInstead;
    }

    /// Nothing else tells the client where its body ends (RFC 9112 §6.3).
    boolean endsWithConnection() {
        return endsWithConnection;
    }

    /// The program has no more to say.
    boolean isSettled() {
        return ended || piped;
    }

    Writable writable() {
        if (stream == null) stream = new ResponseBody(exchange);
        return stream;
    }

    void endStream() {
        if (stream != null) stream.over();
        stream = null;
    }

    void tellAborted() {
        if (stream != null) stream.aborted();
    }

    void onDrain(Runnable callback) {
        onDrain = callback;
    }

    void drained() {
        if (!drainOwed) return; // a response before this one filled the socket
        drainOwed = false;
        if (piped) exchange.request.pipeOn();
        else if (onDrain != null) onDrain.run();
    }

    boolean headSent() {
        return headSent;
    }

    boolean ended() {
        return ended;
    }
}
