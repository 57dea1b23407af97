package dev.anillo.http.server;

import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpLoad;
import dev.anillo.http.HttpRequest;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.Timer;
import dev.anillo.loop.net.TcpServer;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// What one server does about too many requests: asks [Admission] about each, answers for those that it does not let through,
/// holds new connections back, counts, and tells of it once when it begins and once when it is over.
final class Overload {
    private static final System.Logger LOG = System.getLogger("dev.anillo.http");
    private static final int SERVICE_UNAVAILABLE = 503;
    private static final byte[] BODY =
            "the server is overloaded, try again later\n".getBytes(StandardCharsets.US_ASCII);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final EventLoop loop;
    private final Admission admission = new Admission();
    private HttpLimits limits;
    private String retryAfter;
    /// Null: none is.
    private Predicate<HttpRequest> exempt;

    private TcpServer listener;
    /// Null without overload.
    private Timer deciding;
    private boolean accepting = true;
    private long begunNanos;
    private long shedBefore;
    private boolean surplusTold;

    private long shedLate;
    private long shedSurplus;
    private long connectionsRefused;

    Overload(EventLoop loop) {
        this.loop = loop;
    }

    void limits(HttpLimits limits) {
        this.limits = limits;
        retryAfter = Integer.toString(limits.retryAfterSeconds());
        admission.limits(limits);
    }

    void exempt(Predicate<HttpRequest> exempt) {
        this.exempt = Objects.requireNonNull(exempt);
    }

    void listener(TcpServer listener, int backlog) {
        this.listener = listener;
        admission.backlogMax(backlog);
    }

    // Requests.

    /// Whether the handler is to be called. If not, the request is answered.
    boolean admits(Exchange exchange) {
        if (admission.isFull()) return isExempt(exchange) || shedSurplus(exchange);
        return !admission.looks() || !isLate(exchange) || isExempt(exchange) || shedLate(exchange);
    }

    private boolean isExempt(Exchange exchange) {
        return exempt != null && exchange.matches(exempt);
    }

    private boolean isLate(Exchange exchange) {
        var connection = exchange.connection;
        if (connection.hasKeptClientWaiting()) {
            admission.lookAgain(); // it waited for the answers before it, not for the loop
            return false;
        }
        var turnNanos = loop.turnNanos();
        var nowNanos = loop.nanoTime();
        if (!admission.isDue(nowNanos)) return false;
        var isNew = connection.isNew();
        if (admission.asks(turnNanos, isNew)) admission.told(nowNanos, connection.socket().lastArrivalMillis(), isNew);
        var isLate = admission.isLate(nowNanos, turnNanos, isNew);
        if (admission.isOverloaded() && deciding == null) begin(nowNanos);
        return isLate;
    }

    private boolean shedLate(Exchange exchange) {
        shedLate++;
        return shed(exchange);
    }

    private boolean shedSurplus(Exchange exchange) {
        shedSurplus++;
        if (!surplusTold) {
            surplusTold = true;
            tell(Level.WARNING, "{0} requests are under way and not answered: more are answered 503 until some are"
                    + " (HttpLimits.requestsUnderWayMax)", admission.underWay());
        }
        return shed(exchange);
    }

    /// Where the rest of the body is more than is read over, the client is told so.
    private boolean shed(Exchange exchange) {
        var response = exchange.response;
        response.status(SERVICE_UNAVAILABLE);
        response.header("Content-Type", "text/plain; charset=utf-8");
        response.header("Retry-After", retryAfter);
        if (exchange.parser.contentLength() > limits.drainBytesMax()) response.header("Connection", "close");
        response.end(BODY);
        return false;
    }

    void begun() {
        admission.begun();
    }

    void ended() {
        admission.ended();
        if (surplusTold && admission.isHalfEmpty()) surplusTold = false;
    }

    // Overload, from its beginning to its end.

    private void begin(long nowNanos) {
        begunNanos = nowNanos;
        shedBefore = shedLate;
        var millis = Math.max(1, admission.decideNanos() / NANOS_PER_MILLI);
        deciding = loop.setInterval(this::decide, millis).unref();
        acceptMoreOrNot();
        tell(Level.WARNING, "overloaded: requests have been waiting for more than {0} ms before the loop gets to them; those"
                + " that do are answered 503, and connections are accepted more slowly (HttpLimits.queueMillisMax)",
                limits.queueMillisMax());
    }

    /// By another thread: the first line that is logged loads classes for a tenth of a second.
    private static void tell(Level level, String what, Object... parameters) {
        Thread.ofVirtual().start(() -> LOG.log(level, what, parameters));
    }

    private void decide() {
        var turnNanos = loop.turnNanos();
        admission.decide(loop.nanoTime(), turnNanos);
        acceptMoreOrNot();
        if (!admission.isOverloaded()) end();
    }

    /// A connection has come.
    void accepted() {
        if (deciding == null) return;
        var turnNanos = loop.turnNanos();
        admission.accepted(loop.nanoTime(), turnNanos);
        if (!admission.isAccepting()) acceptMoreOrNot();
    }

    /// A connection has gone without a request.
    void leftUnheard() {
        if (deciding == null) return;
        admission.leftUnheard();
        if (!accepting) acceptMoreOrNot();
    }

    private void acceptMoreOrNot() {
        listener.backlog(admission.backlog());
        if (admission.isAccepting() == accepting) return;
        accepting = !accepting;
        if (accepting) listener.resume();
        else listener.pause();
    }

    private void end() {
        stop();
        tell(Level.INFO, "no longer overloaded after {0} ms, in which {1} requests were answered 503",
                TimeUnit.NANOSECONDS.toMillis(loop.nanoTime() - begunNanos), shedLate - shedBefore);
    }

    /// The server is closed.
    void stop() {
        if (deciding != null) deciding.cancel();
        deciding = null;
    }

    // What there is to know.

    String retryAfter() {
        return retryAfter;
    }

    void connectionRefused() {
        connectionsRefused++;
    }

    HttpLoad load(int connections) {
        return new HttpLoad(connections, admission.underWay(), admission.isOverloaded(), accepting, shedLate, shedSurplus,
                connectionsRefused);
    }
}
