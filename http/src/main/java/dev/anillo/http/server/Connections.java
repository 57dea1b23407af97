package dev.anillo.http.server;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpLoad;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.UpgradeHandler;
import dev.anillo.http.wire.DateField;
import dev.anillo.http.wire.Encoded;
import dev.anillo.http.wire.Method;
import dev.anillo.http.wire.WireLimits;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.Timer;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// All connections of one server, and what they share: handlers, limits, exchanges out of use, the Date line, and the tick
/// by which deadlines are measured.
public final class Connections {
    private static final long MILLIS_PER_SECOND = 1000;

    private final EventLoop loop;
    private final Handler handler;
    private final Runnable onAllClosed;
    private final ArrayDeque<Exchange> unused = new ArrayDeque<>();
    private final FrequentFields frequentFields = new FrequentFields();
    private final FrequentTexts frequentTexts = new FrequentTexts();
    private final DateField date = new DateField();
    private final Utf8 utf8 = new Utf8();
    private final Reuse reuse = new Reuse();
    private final Window window;
    private final Overload overload;
    private Encoded server;
    private BiConsumer<HttpRequest, Throwable> onHandlerError = Connections::log;
    private UpgradeHandler onUpgrade;
    private UpgradeHandler onConnect;
    private HttpLimits limits;
    private WireLimits wireLimits;
    private int count;
    private Timer tick;
    private int tickMillis;
    private long nowNanos;
    private boolean closing;
    private boolean listenerClosed;
    private boolean announcing;
    private boolean allClosedTold;
    private Timer closeIdle;
    private Timer closeAll;

    /// The connections that are open, as a list through themselves.
    private Connection first;

    /// @param onAllClosed told once, when the listener and the last connection are closed
    public Connections(EventLoop loop, Handler handler, Runnable onAllClosed) {
        this.loop = loop;
        window = new Window(loop);
        overload = new Overload(loop);
        this.onAllClosed = onAllClosed;
        this.handler = Objects.requireNonNull(handler);
        limits(new HttpLimits());
    }

    public void limits(HttpLimits limits) {
        this.limits = limits;
        overload.limits(limits);
        wireLimits = new WireLimits(limits.requestLineBytesMax(), limits.headBytesMax(), limits.headerCountMax(),
                limits.chunkExtensionBytesMax(), limits.trailerBytesMax());
        var shortest = IntStream.of(limits.firstByteMillis(), limits.headMillis(), limits.bodyGraceMillis(),
                limits.idleMillis(), limits.sendStallMillis()).min().getAsInt();
        tickMillis = Math.clamp(shortest / Limits.TICKS_PER_BOUND, 1, Limits.TICK_MILLIS_MAX);
    }

    HttpLimits limits() {
        return limits;
    }

    WireLimits wireLimits() {
        return wireLimits;
    }

    // Coming and going.

    /// A new connection.
    public void accept(TcpSocket socket) {
        if (count >= limits.connectionsMax()) overload.connectionRefused();
        if (count >= limits.connectionsMax() + Limits.BUSY_ANSWERS_MAX) {
            socket.reset();
            return;
        }
        overload.accepted();
        if (tick == null) startTicking();
        var connection = new Connection(this, socket);
        connection.next = first;
        if (first != null) first.previous = connection;
        first = connection;
        if (++count > limits.connectionsMax()) connection.refuseBusy();
    }

    void closed(Connection connection) {
        if (connection.isUnheard()) overload.leftUnheard();
        if (connection.previous == null) first = connection.next;
        else connection.previous.next = connection.next;
        if (connection.next != null) connection.next.previous = connection.previous;
        connection.previous = connection.next = null;
        if (--count == 0) stopTicking();
        tellWhenAllClosed();
    }

    // Time. A loop without connections sleeps.

    private void startTicking() {
        tick = loop.setInterval(() -> loop.setImmediate(this::tick), tickMillis).unref();
    }

    private void stopTicking() {
        tick.cancel();
        tick = null;
    }

    /// Behind what has arrived meanwhile, as in [#closeIdleOnes], and never more than a tick's time, however late it comes: while
    /// the loop was held, or its process stopped, it was not the clients who were slow.
    private void tick() {
        nowNanos += tickMillis * 1_000_000L;
        each(Connection::checkDeadlines);
    }

    /// A clock that goes on with the ticks.
    long nowNanos() {
        return nowNanos;
    }

    int tickMillis() {
        return tickMillis;
    }

    public void onHandlerError(BiConsumer<HttpRequest, Throwable> callback) {
        onHandlerError = Objects.requireNonNull(callback);
    }

    private static void log(HttpRequest request, Throwable problem) {
        System.getLogger("dev.anillo.http").log(System.Logger.Level.ERROR,
                "handler of " + request.method() + " " + Request.withoutQuery(request.target()) + " threw", problem);
    }

    // Closing.

    /// Connections close when their last response has ended; idle ones after a short grace, all that are left after the
    /// deadline.
    public void close(int deadlineMillis) {
        if (closing) return;
        closing = true;
        closeIdle = loop.setInterval(this::closeIdleOnes, Limits.IDLE_GRACE_MILLIS);
        closeAll = loop.setTimeout(() -> each(connection -> connection.socket().destroy()), deadlineMillis);
        announceClose();
        tellWhenAllClosed();
    }

    /// Behind what has arrived meanwhile: where the processor is short a turn comes late, and its timers run before it looks.
    private void closeIdleOnes() {
        loop.setImmediate(() -> each(Connection::closeIfIdle));
    }

    /// Only when nothing listens any more: clients that are told `Connection: close` connect anew at once, and those that
    /// the system still took for a listener that is about to close would be reset, where now they are refused.
    private void announceClose() {
        announcing = closing && listenerClosed;
        if (announcing) each(Connection::closeIfIdle);
    }

    private void each(Consumer<Connection> action) {
        for (var connection = first; connection != null; ) {
            var after = connection.next; // the connection may leave the list
            action.accept(connection);
            connection = after;
        }
    }

    public void listenerClosed() {
        listenerClosed = true;
        announceClose();
        tellWhenAllClosed();
    }

    private void tellWhenAllClosed() {
        if (!listenerClosed || first != null || allClosedTold) return;
        allClosedTold = true;
        overload.stop();
        if (closing) {
            closeIdle.cancel();
            closeAll.cancel();
        }
        onAllClosed.run();
    }

    /// Whether clients are told that their connection closes.
    boolean isAnnouncingClose() {
        return announcing;
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
        if (overload.admits(exchange)) exchange.call(handler);
    }

    // Too much to do.

    /// @param listener which accepts the connections
    /// @param backlog that it has without overload
    public void listener(TcpServer listener, int backlog) {
        overload.listener(listener, backlog);
    }

    public void neverShed(Predicate<HttpRequest> exempt) {
        overload.exempt(exempt);
    }

    public HttpLoad load() {
        return overload.load(count);
    }

    Overload overload() {
        return overload;
    }

    // Other protocols.

    public void onUpgrade(UpgradeHandler callback) {
        onUpgrade = Objects.requireNonNull(callback);
    }

    public void onConnect(UpgradeHandler callback) {
        onConnect = Objects.requireNonNull(callback);
    }

    /// Whether this request ends HTTP on its connection. Without a handler for it an Upgrade is ignored, as a server may
    /// (RFC 9110 §7.8), and a CONNECT is a request like others.
    boolean takesOver(Exchange exchange) {
        var head = exchange.parser;
        if (head.method() == Method.CONNECT) return onConnect != null;
        return onUpgrade != null && head.connectionUpgrade() && exchange.request.header("upgrade") != null;
    }

    void handOver(Exchange exchange, TcpSocket socket, Buffer rest) throws Exception {
        var taker = exchange.parser.method() == Method.CONNECT ? onConnect : onUpgrade;
        taker.handle(exchange.lend(), socket, rest);
    }

    /// What the callback throws itself goes to the loop's handler, so that the connection's affairs go on.
    void handlerFailed(Exchange exchange, Throwable problem) {
        try {
            onHandlerError.accept(exchange.lent(), problem);
        } catch (RuntimeException | Error worse) {
            loop.nextTick(() -> {
                throw worse;
            });
        }
    }

    Reuse reuse() {
        return reuse;
    }

    Window window() {
        return window;
    }

    Utf8 utf8() {
        return utf8;
    }

    FrequentTexts frequentTexts() {
        return frequentTexts;
    }

    FrequentFields frequentFields() {
        return frequentFields;
    }

    /// @param name null for none
    public void serverName(String name) {
        if (name != null && name.length() > Limits.SERVER_NAME_BYTES_MAX) {
            throw new IllegalArgumentException("server name of " + name.length() + " characters: at the most "
                    + Limits.SERVER_NAME_BYTES_MAX);
        }
        server = name == null ? null : Encoded.header("Server", name);
    }

    int writeServer(long at, int room) {
        return server == null ? 0 : server.write(at, room);
    }

    int writeDate(long at, int room) {
        return date.write(at, room, loop.currentTimeMillis() / MILLIS_PER_SECOND);
    }
}
