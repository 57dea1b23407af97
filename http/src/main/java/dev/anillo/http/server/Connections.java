package dev.anillo.http.server;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.wire.DateField;
import dev.anillo.loop.net.TcpSocket;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.BiConsumer;

/// All connections of one server, and what they share: the handler, exchanges out of use, the Date line.
public final class Connections {
    private static final long MILLIS_PER_SECOND = 1000;

    private final Handler handler;
    private final ArrayDeque<Exchange> unused = new ArrayDeque<>();
    private final DateField date = new DateField();
    private final Utf8 utf8 = new Utf8();
    private BiConsumer<HttpRequest, Throwable> onHandlerError = Connections::log;
    private Runnable onAllClosed;
    private boolean closing;
    private boolean listenerClosed;
    private boolean allClosedTold;

    /// The connections that are open, as a list through themselves.
    private Connection first;

    public Connections(Handler handler) {
        this.handler = Objects.requireNonNull(handler);
    }

    /// A new connection.
    public void accept(TcpSocket socket) {
        var connection = new Connection(this, socket);
        connection.next = first;
        if (first != null) first.previous = connection;
        first = connection;
        if (closing) connection.closeIfIdle(); // was on its way when the listener closed
    }

    void closed(Connection connection) {
        if (connection.previous == null) first = connection.next;
        else connection.previous.next = connection.next;
        if (connection.next != null) connection.next.previous = connection.previous;
        tellWhenAllClosed();
    }

    public void onHandlerError(BiConsumer<HttpRequest, Throwable> callback) {
        onHandlerError = Objects.requireNonNull(callback);
    }

    private static void log(HttpRequest request, Throwable problem) {
        System.getLogger("dev.anillo.http").log(System.Logger.Level.ERROR,
                "handler of " + request.method() + " " + request.target() + " threw", problem);
    }

    // Closing.

    public void onAllClosed(Runnable callback) {
        onAllClosed = Objects.requireNonNull(callback);
    }

    /// Idle connections close; the others follow when their response has ended.
    public void closeIdle() {
        closing = true;
        for (var connection = first; connection != null; connection = connection.next) connection.closeIfIdle();
    }

    public void listenerClosed() {
        listenerClosed = true;
        tellWhenAllClosed();
    }

    private void tellWhenAllClosed() {
        if (!listenerClosed || first != null || allClosedTold) return;
        allClosedTold = true;
        if (onAllClosed != null) onAllClosed.run();
    }

    boolean isClosing() {
        return closing;
    }

    // What connections share.

    Exchange take(Connection connection) {
        var exchange = unused.poll();
        if (exchange == null) exchange = new Exchange(this);
        exchange.begin(connection);
        return exchange;
    }

    void giveBack(Exchange exchange) {
        if (unused.size() < Limits.EXCHANGES_KEPT_MAX) unused.push(exchange);
    }

    void handle(Exchange exchange) throws Exception {
        handler.handle(exchange.request, exchange.response);
    }

    /// What the callback throws itself goes to the loop's handler, so that the connection's affairs go on.
    void handlerFailed(Exchange exchange, Throwable problem) {
        try {
            onHandlerError.accept(exchange.request, problem);
        } catch (RuntimeException | Error worse) {
            exchange.connection.socket().loop().nextTick(() -> {
                throw worse;
            });
        }
    }

    Utf8 utf8() {
        return utf8;
    }

    int writeDate(long at, int room) {
        return date.write(at, room, System.currentTimeMillis() / MILLIS_PER_SECOND);
    }
}
