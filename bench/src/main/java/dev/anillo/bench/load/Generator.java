package dev.anillo.bench.load;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.Timer;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Asks a server on one loop, and notes what becomes of each request.
///
/// **By a schedule** (open loop) a request is due at a time that does not depend on any answer. It is sent then, on the
/// connection that has been free for longest; when none is, it waits for the first one that gets free. Its latency
/// counts from when it was due, so that a server that stalls is charged with everything that would have been asked
/// meanwhile: else the omission is coordinated with the stall.
///
/// **Without one** (closed loop) each connection asks again as soon as it is answered, which finds out how much a server
/// can do, and says little of latencies.
///
/// Threads: its loop's.
final class Generator {
    /// How often it is looked whether something has taken too long: a time-out is that much late at the most.
    private static final int TICK_MILLIS = 50;
    /// Between two attempts to make a connection that is refused: a server that restarts is not knocked at without end.
    private static final int RECONNECT_MILLIS = 100;
    /// At once, when the connections are made: fewer than a listening socket lets wait.
    private static final int CONNECTING_MAX = 128;
    /// What a turn without work takes at the most. What takes longer is not idleness: the processor was another's.
    private static final long IDLE_TURN_NANOS_MAX = TimeUnit.MICROSECONDS.toNanos(50);
    /// Without spinning: the shortest time that a loop's timers know.
    private static final int SLEEP_MILLIS = 1;

    private final EventLoop loop;
    private final LoadPlan plan;
    private final InetSocketAddress server;
    private final byte[] request;
    private Recording recording = new Recording();
    /// What was recorded since the last look of whoever shows it; null when nobody does.
    private Recording interval;

    private final List<Connection> connections = new ArrayList<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private CompletableFuture<Recording> done = new CompletableFuture<>();
    /// At first all; later those that have ended while nothing was asked, until something is.
    private final ArrayDeque<Connection> unconnected = new ArrayDeque<>();
    private int connecting;

    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final LongQueue waiting = new LongQueue();
    private Schedule schedule;
    private long nextDueNanos;
    private long measuredFromNanos;
    private long endNanos;
    private int underWay;
    private long lastTurnNanos;
    private boolean turnHadWork;
    private boolean running;
    private int runs;
    private Timer tick;

    Generator(EventLoop loop, LoadPlan plan, InetSocketAddress server, Request request, boolean isWatched) {
        this.loop = loop;
        this.plan = plan;
        this.server = server;
        this.request = request.bytes();
        if (isWatched) interval = new Recording();
        for (var i = 0; i < plan.connections(); i++) {
            connections.add(new Connection(this, new ResponseReader(request.isHead(), plan.expected().body())));
        }
    }

    // Connecting.

    /// @return completes when all connections stand, or with the first refusal
    CompletableFuture<Void> connect() {
        unconnected.addAll(connections);
        for (var i = Math.min(CONNECTING_MAX, connections.size()); i > 0; i--) connectNext();
        return ready;
    }

    private void connectNext() {
        if (unconnected.isEmpty()) return;
        connecting++;
        connect(unconnected.remove());
    }

    private void connect(Connection connection) {
        connection.connect(server, (int) TimeUnit.NANOSECONDS.toMillis(plan.timeoutNanos()));
    }

    void connected(Connection connection) {
        if (running) takesMore(connection);
        if (ready.isDone()) return;
        connecting--;
        connectNext();
        if (connecting == 0 && unconnected.isEmpty()) ready.complete(null);
    }

    void notConnected(Connection connection, OsException refusal) {
        if (ready.completeExceptionally(refusal)) return;
        if (!running) {
            unconnected.add(connection);
            return;
        }
        recording.refusedConnects++;
        recording.problem(refusal.getMessage());
        reconnectLater(connection);
    }

    /// A connection that stood is closed.
    void ended(Connection connection) {
        if (connection.isFree) {
            free.remove(connection);
            connection.isFree = false;
        }
        for (var left = connection.left(); !left.isEmpty(); ) lost(left.remove());
        if (!running) {
            if (ready.isDone()) unconnected.add(connection);
            return;
        }
        recording.reconnects++;
        if (loop.nanoTime() < endNanos || !waiting.isEmpty()) connect(connection);
        else {
            unconnected.add(connection);
            endIfOver();
        }
    }

    private void reconnectLater(Connection connection) {
        loop.setTimeout(() -> {
            if (running) connect(connection);
            else unconnected.add(connection);
        }, RECONNECT_MILLIS);
    }

    // Asking.

    /// May be called again when it is over; connections stay.
    ///
    /// @param beginNanos when the first request may be due
    /// @return completes when all is over
    CompletableFuture<Recording> run(long beginNanos) {
        measuredFromNanos = beginNanos + plan.warmUpNanos();
        endNanos = measuredFromNanos + plan.nanos();
        running = true;
        recording = new Recording();
        recording.idleNanos = 0;
        done = new CompletableFuture<>();
        tick = loop.setInterval(this::look, TICK_MILLIS);
        if (plan.hasSchedule()) {
            schedule = new Schedule(plan.arrivals(), plan.requestsPerSecond(), plan.seed() + runs++, beginNanos);
            nextDueNanos = schedule.nextNanos();
        }
        loop.setTimeout(this::begin, Math.max(1, TimeUnit.NANOSECONDS.toMillis(beginNanos - loop.nanoTime()) + 1));
        return done;
    }

    private void begin() {
        lastTurnNanos = loop.nanoTime();
        for (var connection : connections) if (connection.isConnected()) takesMore(connection);
        while (!unconnected.isEmpty()) {
            recording.reconnects++;
            connect(unconnected.remove());
        }
        if (plan.hasSchedule()) ask();
        else if (plan.spins()) spin();
    }

    private void spin() {
        if (running) loop.setImmediate(this::spin);
    }

    /// Whatever is due by now; again in the next turn of the loop, or after a sleep.
    private void ask() {
        if (!running) return;
        var now = loop.nanoTime();
        noteTurn(now);
        while (nextDueNanos <= now && nextDueNanos < endNanos) {
            ask(nextDueNanos, now);
            nextDueNanos = schedule.nextNanos();
        }
        if (nextDueNanos >= endNanos) endIfOver();
        else if (plan.spins()) loop.setImmediate(this::ask);
        else loop.setTimeout(this::ask, SLEEP_MILLIS);
    }

    private void noteTurn(long nowNanos) {
        if (!turnHadWork && isMeasured(lastTurnNanos)) {
            recording.idleNanos += Math.min(nowNanos - lastTurnNanos, IDLE_TURN_NANOS_MAX);
        }
        lastTurnNanos = nowNanos;
        turnHadWork = false;
    }

    private void ask(long dueNanos, long nowNanos) {
        var connection = free.poll();
        if (connection == null) {
            waiting.add(dueNanos);
            return;
        }
        connection.isFree = false;
        if (isMeasured(dueNanos)) lateness(nowNanos - dueNanos);
        send(connection, dueNanos);
        if (connection.underWay() < plan.depth()) enlist(connection);
    }

    /// The connection is new, or has got an answer.
    private void takesMore(Connection connection) {
        if (!connection.isConnected()) return;
        if (!plan.hasSchedule()) {
            for (var now = loop.nanoTime(); connection.underWay() < plan.depth() && now < endNanos; ) {
                send(connection, now);
            }
            return;
        }
        while (!waiting.isEmpty() && connection.underWay() < plan.depth()) send(connection, waiting.remove());
        if (connection.underWay() < plan.depth()) enlist(connection);
    }

    private void send(Connection connection, long dueNanos) {
        underWay++;
        turnHadWork = true;
        connection.send(request, dueNanos);
    }

    private void enlist(Connection connection) {
        if (connection.isFree) return;
        connection.isFree = true;
        free.add(connection);
    }

    // What becomes of requests.

    private boolean isMeasured(long dueNanos) {
        return dueNanos >= measuredFromNanos;
    }

    void received(int bytes) {
        recording.receivedBytes += bytes;
    }

    void problem(String what) {
        recording.problem(what);
    }

    void answered(Connection connection, long dueNanos, ResponseReader response) {
        underWay--;
        recording.answers++;
        turnHadWork = true;
        var now = loop.nanoTime();
        var isStatus = plan.expected().isStatus(response.status());
        if (!isStatus) recording.problem("an answer with status " + response.status());
        else if (response.bodyDiffers()) recording.problem("an answer with another body than expected");
        if (isMeasured(dueNanos)) {
            if (!isStatus) recording.badStatus++;
            else if (response.bodyDiffers()) recording.badBody++;
            else recording.good++;
            latency(now - dueNanos);
        }
        takesMore(connection);
        if (now >= endNanos) endIfOver();
    }

    private void latency(long nanos) {
        recording.latency(nanos);
        if (interval == null) return;
        interval.latency(nanos);
        interval.good++;
    }

    private void lateness(long nanos) {
        recording.lateness(nanos);
        if (interval != null) interval.lateness(nanos);
    }

    private void lost(long dueNanos) {
        underWay--;
        if (isMeasured(dueNanos)) recording.lost++;
    }

    private void timedOut(long dueNanos, long nowNanos) {
        if (!isMeasured(dueNanos)) return;
        recording.timedOut++;
        latency(nowNanos - dueNanos);
    }

    /// Gives up what has taken too long.
    private void look() {
        var now = loop.nanoTime();
        for (var connection : connections) {
            if (connection.underWay() == 0 || now - connection.oldestNanos() <= plan.timeoutNanos()) continue;
            underWay--;
            timedOut(connection.left().remove(), now);
            connection.giveUp("no answer within " + TimeUnit.NANOSECONDS.toMillis(plan.timeoutNanos()) + " ms");
        }
        while (!waiting.isEmpty() && now - waiting.first() > plan.timeoutNanos()) {
            timedOut(waiting.remove(), now);
            problem("no connection was free for " + TimeUnit.NANOSECONDS.toMillis(plan.timeoutNanos()) + " ms");
        }
        if (now >= endNanos) endIfOver();
    }

    // The end.

    private void endIfOver() {
        if (!running || underWay > 0 || !waiting.isEmpty() || loop.nanoTime() < endNanos) return;
        running = false;
        tick.cancel();
        done.complete(recording);
    }

    void close() {
        running = false;
        for (var connection : connections) connection.close();
    }

    // For whoever watches, on the loop's thread.

    /// What came since the last call.
    Recording takeInterval() {
        var taken = interval;
        taken.lost = recording.errors();
        interval = new Recording();
        return taken;
    }
}
