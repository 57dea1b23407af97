package dev.anillo.http.server;

import dev.anillo.http.HttpResponse;
import dev.anillo.http.wire.BodyReader;
import dev.anillo.http.wire.Latin1;
import dev.anillo.http.wire.Method;
import dev.anillo.http.wire.RequestParser;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.net.TcpSocket;
import dev.anillo.loop.stream.Readable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The request as the handler sees it, by way of its [RequestFacade]: offsets of the parser into the received bytes, made
/// strings on demand.
final class Request {
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
    /// The body goes on as the response's.
    private boolean piped;
    /// The response has enough for now.
    private boolean pipeFull;
    private boolean complete;
    private boolean endTold;
    private BodyCollector collector;
    private RequestBody stream;

    /// Names and values by turns; null without trailers.
    private String[] trailers;

    Request(Exchange exchange) {
        this.exchange = exchange;
    }

    void reset() {
        paused = false;
        piped = false;
        pipeFull = false;
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

    String method() {
        var head = head();
        var method = head.method();
        return method == Method.OTHER ? string(head.methodAt(), head.methodLength()) : method.name();
    }

    String target() {
        var head = head();
        return string(head.targetAt(), head.targetLength());
    }

    String path() {
        var head = head();
        var length = head.pathLength();
        var question = questionMark(head);
        if (question != NONE) length = question - head.pathAt();
        return length == 0 ? "/" : exchange.texts.text(base + head.pathAt(), length);
    }

    String query() {
        var head = head();
        var question = questionMark(head);
        return question == NONE ? null : string(question + 1, head.pathAt() + head.pathLength() - question - 1);
    }

    /// For logs: queries hold what forms were sent, tokens too.
    static String withoutQuery(String target) {
        var question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    private int questionMark(RequestParser head) {
        var end = head.pathAt() + head.pathLength();
        for (var at = head.pathAt(); at < end; at++) {
            if (Memory.getByte(base + at) == '?') return at;
        }
        return NONE;
    }

    int minorVersion() {
        return head().minorVersion();
    }

    String header(String name) {
        var head = head();
        var index = head.find(base, name);
        if (index < 0) return null;
        var isOnly = head.find(base, name, index + 1) < 0;
        return isOnly ? headerValue(index) : String.join(", ", headers(name));
    }

    List<String> headers(String name) {
        var head = head();
        var values = new ArrayList<String>();
        for (var index = head.find(base, name); index >= 0; index = head.find(base, name, index + 1)) {
            values.add(headerValue(index));
        }
        return values;
    }

    int headerCount() {
        return head().headerCount();
    }

    String headerName(int index) {
        var head = head();
        Objects.checkIndex(index, head.headerCount());
        return string(head.nameAt(index), head.nameLength(index));
    }

    String headerValue(int index) {
        var head = head();
        Objects.checkIndex(index, head.headerCount());
        return string(head.valueAt(index), head.valueLength(index));
    }

    long contentLength() {
        var head = head();
        return head.chunked() ? -1 : Math.max(0, head.contentLength());
    }

    // The body.

    void onData(Consumer<Buffer> callback) {
        requireNotPiped();
        onData = callback;
        exchange.connection.bodyWanted(exchange);
    }

    void onEnd(Runnable callback) {
        requireNotPiped();
        onEnd = callback;
        if (complete) exchange.connection.endWanted(exchange);
    }

    private void requireNotPiped() {
        if (piped) throw new IllegalStateException("the body is piped to the response");
    }

    void pipe(HttpResponse response) {
        if (onData != null || piped) throw new IllegalStateException("the body is taken already");
        exchange.pipeTo(response);
        piped = true;
        exchange.connection.bodyWanted(exchange);
        if (complete) exchange.connection.endWanted(exchange);
    }

    Readable readable() {
        if (stream != null) return stream;
        if (onData != null || piped) throw new IllegalStateException("the body is taken already");
        return stream = new RequestBody(exchange);
    }

    void endStream() {
        if (stream != null) stream.over();
        stream = null;
    }

    /// The response can take more.
    void pipeOn() {
        pipeFull = false;
    }

    void onAborted(Runnable callback) {
        onAborted = callback;
    }

    CompletableFuture<byte[]> bodyAsBytes(int bytesMax) {
        if (onData != null) throw new IllegalStateException("the body is taken already");
        collector = new BodyCollector(bytesMax);
        onData(collector::data);
        onEnd(collector::end);
        return collector.future();
    }

    CompletableFuture<String> bodyAsString(int bytesMax) {
        return bodyAsBytes(bytesMax).thenApply(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    String trailer(String name) {
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

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        exchange.connection.proceedLater();
    }

    TcpSocket socket() {
        return exchange.connection.socket();
    }

    boolean takesData() {
        return !paused && (piped ? !pipeFull : onData != null);
    }

    /// @param data lent
    void deliver(Buffer data) {
        if (piped) pipeFull = !exchange.response.write(data);
        else onData.accept(data);
    }

    void complete() {
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    /// Once, when the request is complete.
    void tellEnd() {
        if (!complete || endTold || onEnd == null && !piped) return;
        endTold = true;
        if (!piped) onEnd.run();
        else if (!exchange.response.isDone()) exchange.response.end();
    }

    void tellAborted() {
        if (collector != null) collector.aborted();
        if (stream != null) stream.aborted();
        if (onAborted != null) onAborted.run();
    }

    boolean isHead() {
        return exchange.parser.method() == Method.HEAD;
    }

    @Override
    public String toString() {
        return base == 0 ? "HttpRequest[ended]" : "HttpRequest[" + method() + " " + withoutQuery(target()) + "]";
    }
}
