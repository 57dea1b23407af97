package dev.anillo.http.server;

import dev.anillo.http.wire.BodyReader;
import dev.anillo.http.wire.RequestParser;
import dev.anillo.http.wire.WireLimits;

/// One request and its response, with the parsers that read it: from the first byte of its head until both have ended.
/// Then it serves another connection, provided that the handler was done with it when it returned; one that was kept
/// for an answer later is left to the garbage collector, so that a program which holds on to it harms nobody.
final class Exchange {
    final RequestParser parser = new RequestParser(WireLimits.DEFAULT);
    final BodyReader body = new BodyReader(WireLimits.DEFAULT);
    final Request request = new Request(this);
    final Response response;
    Connection connection;
    private boolean kept;

    Exchange(Connections connections) {
        response = new Response(this, connections);
    }

    void begin(Connection connection) {
        this.connection = connection;
        kept = false;
        parser.reset();
        request.reset();
        response.reset();
    }

    /// The handler has returned and the exchange goes on.
    void outlivesHandler() {
        kept = true;
        request.keepHead();
    }

    /// The handler, or a callback that it set, threw: no more callbacks. What it has begun elsewhere may still come back
    /// to this exchange, and must not find another connection's.
    void failed() {
        kept = true;
        request.dropCallbacks();
        response.dropCallbacks();
    }

    boolean isDone() {
        return request.isComplete() && response.isDone();
    }

    /// Request and response have ended, or the connection is gone.
    ///
    /// @return whether it may be used again
    boolean end() {
        request.dropHead();
        request.dropCallbacks();
        response.dropContents();
        return !kept;
    }
}
