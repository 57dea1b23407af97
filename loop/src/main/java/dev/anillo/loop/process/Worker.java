package dev.anillo.loop.process;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.Signal;
import dev.anillo.loop.Timer;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.net.SocketHandle;
import dev.anillo.loop.net.TcpSocket;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A process of a [Cluster], as its primary sees it. Messages: [ChildProcess#channel] here, [MessageChannel#toParent] there.
///
/// Threads: the loop's.
public final class Worker {
    /// Connections given to a worker and not taken by it yet. One that hangs, or has much to do, gets no more, and others get
    /// them; when none takes any, they wait in the kernel.
    public static final int CONNECTIONS_UNDER_WAY_MAX = 64;

    private final Cluster cluster;
    private final int id;
    private final int slot;
    private final ChildProcess process;
    private final EventLoop loop;
    private final long disconnectMillis;
    private final LoopInternals internals;
    private final long startNanos;
    private final Map<Long, UnderWay> underWay = new LinkedHashMap<>();
    private long lastConnection;
    private boolean online;
    private boolean disconnecting;
    private Timer deadline;

    private record UnderWay(ClusterPorts.Port port, TcpSocket socket) {}

    Worker(Cluster cluster, int id, int slot, ChildProcess process, long disconnectMillis) {
        this.cluster = cluster;
        this.id = id;
        this.slot = slot;
        this.process = process;
        this.disconnectMillis = disconnectMillis;
        loop = cluster.loop();
        internals = LoopInternals.of(loop);
        startNanos = internals.driver().nanoTime();
        process.channel().onInternal(this::received);
        process.channel().whenGone(() -> cluster.disconnected(this));
        process.onExit(this::exited);
    }

    // What it says: see WorkerSide, which says it.

    private void received(Object message, SocketHandle none) {
        var words = (List<?>) message;
        switch ((String) words.getFirst()) {
            case WorkerSide.ONLINE -> {
                online = true;
                cluster.online(this);
            }
            case WorkerSide.LISTEN -> cluster.ports().listen(this, (long) words.get(1), (String) words.get(2),
                    Math.toIntExact((long) words.get(3)));
            case WorkerSide.LISTENS -> {
                cluster.ports().listens(this, (long) words.get(1));
                cluster.listens(this, new InetSocketAddress((String) words.get(2), Math.toIntExact((long) words.get(3))));
            }
            case WorkerSide.CLOSED -> cluster.ports().closed(this, (long) words.get(1));
            case WorkerSide.TAKEN -> answered((long) words.get(1), (boolean) words.get(2));
            default -> throw new IllegalStateException("worker " + id + " says " + words);
        }
    }

    // What it is told.

    void announce() {
        if (disconnecting) tell(null, WorkerSide.DISCONNECT); // it was asked to before it could hear it
    }

    /// A worker that is about to end may be deaf already; its end is told soon.
    ///
    /// @return whether it was said; else the handle is the caller's
    boolean tell(SocketHandle handle, Object... words) {
        if (!process.channel().isConnected()) return false;
        process.channel().sendInternal(List.of(words), handle);
        return true;
    }

    boolean takesConnections() {
        return !disconnecting && process.channel().isConnected() && underWay.size() < CONNECTIONS_UNDER_WAY_MAX;
    }

    /// The connection is held here until the worker says that it has taken it.
    void give(ClusterPorts.Port port, long server, TcpSocket socket) throws OsException {
        var handle = socket.handle();
        var number = ++lastConnection;
        underWay.put(number, new UnderWay(port, socket));
        if (!tell(handle, WorkerSide.CONNECTION, server, number)) handle.close(); // its end will be told, and then another gets it
    }

    private void answered(long number, boolean taken) {
        var given = underWay.remove(number);
        if (taken) given.socket.destroy();
        else given.port.distribute(given.socket);
        given.port.update();
    }

    // Its end.

    /// Asks it to finish: its servers close, requests that were begun are answered, then the process ends. After
    /// [ClusterOptions#disconnectMillis] it is killed.
    public void disconnect() {
        internals.checkThread();
        if (disconnecting || hasEnded()) return;
        disconnecting = true;
        deadline = loop.setTimeout(this::kill, disconnectMillis);
        if (online) tell(null, WorkerSide.DISCONNECT);
    }

    /// Ends it at once (SIGKILL); it counts as one that has failed, unless it was asked to finish.
    public void kill() {
        try {
            process.kill(Signal.SIGKILL);
        } catch (OsException refused) {
            internals.uncaught(refused); // it has become another user's process, say
        }
    }

    private void exited(ExitStatus status) {
        if (deadline != null) deadline.cancel();
        cluster.exited(this, status);
        var left = List.copyOf(underWay.values());
        underWay.clear();
        for (var given : left) given.port.distribute(given.socket);
    }

    boolean hasFailed() {
        return !disconnecting && !process.status().isSuccess();
    }

    long livedMillis() {
        return (internals.driver().nanoTime() - startNanos) / 1_000_000;
    }

    // About it.

    /// 1 for the first worker of the cluster, and never used twice.
    public int id() {
        return id;
    }

    /// Its place in the cluster, from 0; its successor has the same.
    public int slot() {
        return slot;
    }

    /// Its [ChildProcess#onExit] is the cluster's ([Cluster#onExit]).
    public ChildProcess process() {
        return process;
    }

    /// It runs and knows that it is a worker.
    public boolean isOnline() {
        return online;
    }

    public boolean hasEnded() {
        return process.status() != null;
    }

    /// Whether it was asked to end ([#disconnect]), or else has failed or finished by itself.
    public boolean isDisconnecting() {
        return disconnecting;
    }

    @Override
    public String toString() {
        return "Worker[" + id + ", process " + process.pid() + "]";
    }
}
