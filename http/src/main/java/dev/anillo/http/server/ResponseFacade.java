package dev.anillo.http.server;

import dev.anillo.http.HttpResponse;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.SendableFile;
import dev.anillo.loop.stream.Writable;
import java.util.Objects;

/// A response in the program's hands: leads to the [Response] until the program has no more say in it, and nowhere
/// afterwards.
final class ResponseFacade implements HttpResponse {
    private final Reuse reuse;

    /// Null when the response is over, or another's to write.
    private Response response;

    ResponseFacade(Reuse reuse) {
        this.reuse = reuse;
    }

    void leadTo(Response response) {
        this.response = response;
    }

    boolean leadsTo(Response other) {
        return response == other;
    }

    private boolean isOver() {
        if (response != null) return false;
        reuse.forfeit();
        return true;
    }

    private Response response() {
        if (isOver()) throw new IllegalStateException("the response has ended, or its request was piped to it");
        return response;
    }

    @Override
    public HttpResponse status(int status) {
        response().status(status);
        return this;
    }

    @Override
    public int status() {
        return response().status();
    }

    @Override
    public HttpResponse header(String name, String value) {
        response().header(name, value);
        return this;
    }

    @Override
    public HttpResponse addHeader(String name, String value) {
        response().addHeader(name, value);
        return this;
    }

    @Override
    public HttpResponse removeHeader(String name) {
        response().removeHeader(name);
        return this;
    }

    @Override
    public String header(String name) {
        return response().header(name);
    }

    @Override
    public HttpResponse writeHead(int status, String... namesAndValues) {
        response().writeHead(status, namesAndValues);
        return this;
    }

    @Override
    public void flushHeaders() {
        response().flushHeaders();
    }

    @Override
    public HttpResponse trailer(String name, String value) {
        response().trailer(name, value);
        return this;
    }

    @Override
    public HttpResponse writeContinue() {
        response().writeContinue();
        return this;
    }

    @Override
    public HttpResponse earlyHints(String... links) {
        response().earlyHints(links);
        return this;
    }

    @Override
    public HttpResponse informational(int status, String... namesAndValues) {
        response().informational(status, namesAndValues);
        return this;
    }

    @Override
    public boolean write(byte[] bytes) {
        return response().write(bytes);
    }

    @Override
    public boolean write(String text) {
        return response().write(text);
    }

    @Override
    public boolean write(Buffer buffer) {
        buffer = buffer.takeOver();
        return responseFor(buffer).write(buffer);
    }

    @Override
    public boolean write(SendableFile file, long offset, long length) {
        return response().write(file, offset, length);
    }

    @Override
    public void end() {
        response().end();
    }

    @Override
    public void end(String text) {
        response().end(text);
    }

    @Override
    public void end(byte[] bytes) {
        response().end(bytes);
    }

    @Override
    public void end(Buffer buffer) {
        buffer = buffer.takeOver();
        responseFor(buffer).end(buffer);
    }

    @Override
    public void end(SendableFile file, long offset, long length) {
        response().end(file, offset, length);
    }

    /// The buffer is ours whatever the answer.
    private Response responseFor(Buffer buffer) {
        if (response == null) buffer.release();
        return response();
    }

    @Override
    public HttpResponse onDrain(Runnable callback) {
        Objects.requireNonNull(callback);
        if (!isOver()) response.onDrain(callback);
        return this;
    }

    @Override
    public Writable writable() {
        return response().writable();
    }

    @Override
    public boolean headSent() {
        return isOver() || response.headSent();
    }

    @Override
    public boolean ended() {
        return isOver() || response.ended();
    }
}
