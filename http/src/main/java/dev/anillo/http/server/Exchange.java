package dev.anillo.http.server;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.wire.BodyReader;
import dev.anillo.http.wire.RequestParser;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.SendableFile;
import dev.anillo.loop.net.TcpSocket;
import java.util.function.Predicate;

/// One request and its response, with the parsers that read it: from the first byte of its head until both have ended.
/// Then it serves another connection. What the program was given of it are two facades, which by then lead nowhere.
final class Exchange {
    final RequestParser parser;
    final BodyReader body;
    final Unfinished unfinished = new Unfinished();
    final Request request = new Request(this);
    final Response response;
    Connection connection;

    /// The exchange behind this one on its connection, which waits for this one's response to end.
    Exchange next;

    /// The connection closes when this response has ended.
    boolean isLast;

    /// The client waits for leave to send the body (`Expect: 100-continue`).
    boolean continueOwed;

    /// Bytes of the body that have arrived, and those of them that nobody wanted.
    long bodyBytes;
    long drainedBytes;

    /// The handler was called, and so has to be told how it ends.
    boolean handlerCalled;

    /// Counts among those of the server that are under way.
    private boolean underWay;

    /// Once its turn has come the socket is handed over to another protocol.
    boolean takeOver;

    /// Nothing more of its response is sent, and nothing behind it.
    boolean brokenOff;

    final FrequentTexts texts;
    private final Overload overload;
    private final Reuse reuse;
    private RequestFacade requestFacade;
    private ResponseFacade responseFacade;
    private Backlog backlog;
    private boolean queued;
    private boolean outlivedHandler;

    /// The handler has returned without an answer: what it holds of this exchange it may hold on to.
    private boolean answersLater;
    private boolean failed;

    Exchange(Connections connections) {
        parser = new RequestParser(connections.wireLimits());
        body = new BodyReader(connections.wireLimits());
        response = new Response(this, connections);
        texts = connections.frequentTexts();
        reuse = connections.reuse();
        overload = connections.overload();
    }

    void begin(Connection connection) {
        this.connection = connection;
        next = null;
        isLast = false;
        continueOwed = false;
        bodyBytes = 0;
        drainedBytes = 0;
        handlerCalled = false;
        underWay = false;
        takeOver = false;
        brokenOff = false;
        queued = false;
        outlivedHandler = false;
        answersLater = false;
        failed = false;
        parser.reset();
        request.reset();
        response.reset();
    }

    // In the program's hands.

    void call(Handler handler) throws Exception {
        handlerCalled = true;
        overload.begun();
        underWay = true;
        lend();
        handler.handle(requestFacade, responseFacade);
        if (response.isSettled()) reuse.answeredAtOnce();
        else answersLater = true;
    }

    /// What the program holds on to of this request leads nowhere afterwards.
    boolean matches(Predicate<HttpRequest> condition) {
        try {
            return condition.test(lend());
        } finally {
            requestFacade.leadTo(null);
            responseFacade.leadTo(null);
        }
    }

    HttpRequest lend() {
        if (requestFacade == null || !reuse.isEarned()) {
            requestFacade = new RequestFacade(reuse);
            responseFacade = new ResponseFacade(reuse);
        }
        requestFacade.leadTo(request);
        responseFacade.leadTo(response);
        return requestFacade;
    }

    /// The request as the program has it.
    HttpRequest lent() {
        return requestFacade;
    }

    /// The program has no more say in the response.
    ///
    /// @throws IllegalArgumentException for another request's
    void pipeTo(HttpResponse target) {
        if (target != responseFacade || !responseFacade.leadsTo(response)) {
            throw new IllegalArgumentException("a request's body is piped to its own response, which has not ended");
        }
        response.pipe(request.contentLength());
        responseFacade.leadTo(null);
    }

    /// The handler has returned and the exchange goes on.
    void outlivesHandler() {
        outlivedHandler = true;
        request.keepHead();
    }

    boolean hasOutlivedHandler() {
        return outlivedHandler;
    }

    /// The handler, or a callback that it set, threw: no more callbacks. What it has begun elsewhere may still come back.
    void failed() {
        failed = true;
        request.dropCallbacks();
        response.dropCallbacks();
    }

    /// The response has ended, and the request too unless nothing is to follow it.
    boolean isDone() {
        return brokenOff || response.isDone() && (isLast || request.isComplete());
    }

    /// Request and response have ended, or the connection is gone: then the program may still be writing, to nobody, and
    /// the exchange stays with it.
    ///
    /// @return whether it may be used again
    boolean end() {
        queued = false;
        if (underWay) overload.ended();
        underWay = false;
        unfinished.drop();
        request.endStream();
        response.endStream();
        request.dropHead();
        request.dropCallbacks();
        response.dropContents();
        dropBacklog();
        if (failed || takeOver || handlerCalled && !response.ended()) return false;
        if (requestFacade != null) letGo();
        return true;
    }

    private void letGo() {
        requestFacade.leadTo(null);
        responseFacade.leadTo(null);
        if (!answersLater) return;
        requestFacade = null;
        responseFacade = null;
    }

    /// Stands among its connection's exchanges that wait to be answered. What its handler says before or after goes
    /// nowhere.
    boolean isQueued() {
        return queued;
    }

    void queued() {
        queued = true;
    }

    // Where the response's bytes go: to the socket when it is its turn, else into the backlog.

    private boolean isItsTurn() {
        return connection.answers().isFirst(this);
    }

    private TcpSocket socket() {
        return connection.socket();
    }

    private Backlog backlog() {
        if (backlog == null) backlog = new Backlog(socket().loop());
        return backlog;
    }

    Buffer output(int room) {
        return isItsTurn() ? socket().output(room) : backlog().output(room);
    }

    void wrote(int bytes) {
        if (isItsTurn()) socket().wrote(bytes);
        else backlog().wrote(bytes);
    }

    void write(byte[] bytes, int length) {
        if (isItsTurn()) socket().write(bytes, 0, length);
        else backlog().write(bytes, 0, length);
    }

    void write(Buffer buffer) {
        if (isItsTurn()) socket().write(buffer);
        else backlog().write(buffer);
    }

    void write(SendableFile file, long offset, long length) {
        if (isItsTurn()) socket().write(file, offset, length);
        else backlog().write(file, offset, length);
    }

    long waitingBytesInMemory() {
        return isItsTurn() ? socket().waitingBytesInMemory() : backlog == null ? 0 : backlog.bytesInMemory();
    }

    /// When not, [Response#drained] will be called.
    boolean belowHighWater() {
        return isItsTurn() ? socket().belowHighWater() : backlog == null || backlog.bytes() <= TcpSocket.HIGH_WATER_BYTES;
    }

    /// Its turn has come.
    void promoted() {
        if (backlog != null) backlog.moveTo(socket());
        backlog = null;
    }

    /// Nothing of the response has left yet.
    boolean isUnsent() {
        return !response.headSent() || !isItsTurn();
    }

    void dropBacklog() {
        if (backlog != null) backlog.drop();
        backlog = null;
    }
}
