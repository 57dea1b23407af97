package dev.anillo.http.server;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.wire.BodyReader;
import dev.anillo.http.wire.Latin1;
import dev.anillo.http.wire.Method;
import dev.anillo.http.wire.RequestParser;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.net.TcpSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The request as the handler sees it: offsets of the parser into the received bytes, made strings on demand.
final class Request implements HttpRequest {
    private static final int NONE = -1;

    private final Exchange exchange;

    /// Where the head begins: in the receive buffer while the handler runs, then in a buffer of its own.
    private long base;
    private int headBytes;
    private Buffer keptHead;

    private Consumer<Buffer> onData;
    private Runnable onEnd;
    private Runnable onAborted;
    private boolean paused;
    private boolean complete;
    private boolean endTold;
    private BodyCollector collector;

    /// Names and values by turns; null without trailers.
    private String[] trailers;

    Request(Exchange exchange) {
        this.exchange = exchange;
    }

    void reset() {
        paused = false;
        complete = false;
        endTold = false;
        trailers = null;
        base = 0;
    }

    void dropCallbacks() {
        onData = null;
        onEnd = null;
        onAborted = null;
        if (collector != null) collector.aborted(); // unless it has all
        collector = null;
    }

    /// @param holder the buffer that holds the head and nothing else, the request's from now on; or null
    void headArrived(long base, int headBytes, Buffer holder) {
        this.base = base;
        this.headBytes = headBytes;
        keptHead = holder;
    }

    /// The receive buffer goes back; whoever asks later finds the head here.
    void keepHead() {
        if (keptHead != null) return;
        keptHead = exchange.connection.takeBuffer(headBytes);
        keptHead.append(base, headBytes);
        base = keptHead.readAddress();
    }

    void dropHead() {
        if (keptHead != null) keptHead.release();
        keptHead = null;
        base = 0;
    }

    // The head.

    private RequestParser head() {
        if (base == 0) throw new IllegalStateException("request used after its response has ended");
        return exchange.parser;
    }

    private String string(int at, int length) {
        return Latin1.string(base + at, length);
    }

    @Override
    public String method() {
        var head = head();
        var method = head.method();
        return method == Method.OTHER ? string(head.methodAt(), head.methodLength()) : method.name();
    }

    @Override
    public String target() {
        var head = head();
        return string(head.targetAt(), head.targetLength());
    }

    @Override
    public String path() {
        var head = head();
        var length = head.pathLength();
        var question = questionMark(head);
        if (question != NONE) length = question - head.pathAt();
        return length == 0 ? "/" : string(head.pathAt(), length);
    }

    @Override
    public String query() {
        var head = head();
        var question = questionMark(head);
        return question == NONE ? null : string(question + 1, head.pathAt() + head.pathLength() - question - 1);
    }

    private int questionMark(RequestParser head) {
        var end = head.pathAt() + head.pathLength();
        for (var at = head.pathAt(); at < end; at++) {
            if (Memory.getByte(base + at) == '?') return at;
        }
        return NONE;
    }

    @Override
    public int minorVersion() {
        return head().minorVersion();
    }

    @Override
    public String header(String name) {
        var head = head();
        var lowerCase = name.toLowerCase(Locale.ROOT);
        var index = head.find(base, lowerCase);
        if (index < 0) return null;
        var value = headerValue(index);
        for (index = head.find(base, lowerCase, index + 1); index >= 0; index = head.find(base, lowerCase, index + 1)) {
            value += ", " + headerValue(index);
        }
        return value;
    }

    @Override
    public List<String> headers(String name) {
        var head = head();
        var lowerCase = name.toLowerCase(Locale.ROOT);
        var values = new ArrayList<String>();
        for (var index = head.find(base, lowerCase); index >= 0; index = head.find(base, lowerCase, index + 1)) {
            values.add(headerValue(index));
        }
        return values;
    }

    @Override
    public int headerCount() {
        return head().headerCount();
    }

    @Override
    public String headerName(int index) {
        var head = head();
        Objects.checkIndex(index, head.headerCount());
        return string(head.nameAt(index), head.nameLength(index));
    }

    @Override
    public String headerValue(int index) {
        var head = head();
        Objects.checkIndex(index, head.headerCount());
        return string(head.valueAt(index), head.valueLength(index));
    }

    @Override
    public long contentLength() {
        var head = head();
        return head.chunked() ? -1 : Math.max(0, head.contentLength());
    }

    // The body.

    @Override
    public HttpRequest onData(Consumer<Buffer> callback) {
        onData = Objects.requireNonNull(callback);
        exchange.connection.bodyWanted(exchange);
        return this;
    }

    @Override
    public HttpRequest onEnd(Runnable callback) {
        onEnd = Objects.requireNonNull(callback);
        if (complete) exchange.connection.endWanted(exchange);
        return this;
    }

    @Override
    public HttpRequest onAborted(Runnable callback) {
        onAborted = Objects.requireNonNull(callback);
        return this;
    }

    @Override
    public CompletableFuture<byte[]> bodyAsBytes(int bytesMax) {
        if (onData != null) throw new IllegalStateException("the body is taken already");
        collector = new BodyCollector(bytesMax);
        onData(collector::data);
        onEnd(collector::end);
        return collector.future();
    }

    @Override
    public CompletableFuture<String> bodyAsString(int bytesMax) {
        return bodyAsBytes(bytesMax).thenApply(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public String trailer(String name) {
        if (trailers == null) return null;
        for (var i = 0; i < trailers.length; i += 2) {
            if (trailers[i].equalsIgnoreCase(name)) return trailers[i + 1];
        }
        return null;
    }

    /// Trailers are kept as strings: their memory is another's in a moment.
    void trailersArrived(BodyReader body, long base) {
        if (body.trailerCount() == 0) return;
        trailers = new String[2 * body.trailerCount()];
        for (var i = 0; i < body.trailerCount(); i++) {
            trailers[2 * i] = Latin1.string(base + body.trailerNameAt(i), body.trailerNameLength(i));
            trailers[2 * i + 1] = Latin1.string(base + body.trailerValueAt(i), body.trailerValueLength(i));
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        exchange.connection.proceedLater();
    }

    @Override
    public TcpSocket socket() {
        return exchange.connection.socket();
    }

    boolean takesData() {
        return onData != null && !paused;
    }

    void deliver(Buffer data) {
        onData.accept(data);
    }

    void complete() {
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    /// Calls [#onEnd] once, when the request is complete.
    void tellEnd() {
        if (!complete || endTold || onEnd == null) return;
        endTold = true;
        onEnd.run();
    }

    void tellAborted() {
        if (collector != null) collector.aborted();
        if (onAborted != null) onAborted.run();
    }

    boolean isHead() {
        return exchange.parser.method() == Method.HEAD;
    }

    @Override
    public String toString() {
        return base == 0 ? "HttpRequest[ended]" : "HttpRequest[" + method() + " " + target() + "]";
    }
}
