package dev.anillo.http.server;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.TcpSocket;
import dev.anillo.loop.stream.Readable;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// A request in the program's hands: leads to the [Request] while that lasts, and nowhere afterwards, so that all that is
/// heavy can serve the next one.
final class RequestFacade implements HttpRequest {
    private final Reuse reuse;

    /// Null when the request is over.
    private Request request;

    RequestFacade(Reuse reuse) {
        this.reuse = reuse;
    }

    void leadTo(Request request) {
        this.request = request;
    }

    private boolean isOver() {
        if (request != null) return false;
        reuse.forfeit();
        return true;
    }

    private Request request() {
        if (isOver()) throw new IllegalStateException("request used after its response has ended");
        return request;
    }

    @Override
    public String method() {
        return request().method();
    }

    @Override
    public String target() {
        return request().target();
    }

    @Override
    public String path() {
        return request().path();
    }

    @Override
    public String query() {
        return request().query();
    }

    @Override
    public int minorVersion() {
        return request().minorVersion();
    }

    @Override
    public String header(String name) {
        return request().header(name);
    }

    @Override
    public List<String> headers(String name) {
        return request().headers(name);
    }

    @Override
    public int headerCount() {
        return request().headerCount();
    }

    @Override
    public String headerName(int index) {
        return request().headerName(index);
    }

    @Override
    public String headerValue(int index) {
        return request().headerValue(index);
    }

    @Override
    public long contentLength() {
        return request().contentLength();
    }

    @Override
    public HttpRequest onData(Consumer<Buffer> callback) {
        Objects.requireNonNull(callback);
        if (!isOver()) request.onData(callback);
        return this;
    }

    @Override
    public HttpRequest onEnd(Runnable callback) {
        Objects.requireNonNull(callback);
        if (!isOver()) request.onEnd(callback);
        return this;
    }

    @Override
    public HttpRequest onAborted(Runnable callback) {
        Objects.requireNonNull(callback);
        if (!isOver()) request.onAborted(callback);
        return this;
    }

    @Override
    public void pipe(HttpResponse response) {
        request().pipe(Objects.requireNonNull(response));
    }

    @Override
    public Readable readable() {
        return request().readable();
    }

    @Override
    public CompletableFuture<byte[]> bodyAsBytes(int bytesMax) {
        return request().bodyAsBytes(bytesMax);
    }

    @Override
    public CompletableFuture<String> bodyAsString(int bytesMax) {
        return request().bodyAsString(bytesMax);
    }

    @Override
    public String trailer(String name) {
        return request().trailer(name);
    }

    @Override
    public void pause() {
        if (!isOver()) request.pause();
    }

    @Override
    public void resume() {
        if (!isOver()) request.resume();
    }

    @Override
    public TcpSocket socket() {
        return request().socket();
    }

    @Override
    public String toString() {
        return request == null ? "HttpRequest[ended]" : request.toString();
    }
}
