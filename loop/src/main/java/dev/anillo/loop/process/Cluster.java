package dev.anillo.loop.process;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.Timer;
import dev.anillo.loop.driver.LoopInternals;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// One program in several processes that share what they listen at. The first process, the primary, forks workers, which
/// run the same program; their servers get listening sockets from the primary in place of the system:
///
///     void main() throws IOException {
///         if (Cluster.isPrimary()) Cluster.fork(4);
///         else HttpServer.create((request, response) -> response.end("Hola")).listen(3000);
///     }
///
/// The primary holds the listening sockets, one for each worker (SO_REUSEPORT, socket(7)), so that connections which nobody
/// has accepted yet survive a worker: its successor gets them, and meanwhile the primary gives them to the others. With a
/// [Distribution] there is one socket, and the primary accepts and chooses. On the nio transport sockets can't be passed:
/// each worker listens by itself, on a port that all share, and a connection that waits when a worker ends is reset.
///
/// A worker that fails is replaced, after [#RESTART_MILLIS_MIN] to [#RESTART_MILLIS_MAX]; one that ends with status 0 has
/// done its work: its servers and connections keep it, its channel to the primary does not (unless it says
/// [MessageChannel#ref]). A primary that is asked to end ([EventLoop#onStop]) has its workers finish; workers whose primary is
/// gone finish by themselves.
///
/// Threads: the loop's, but [#isPrimary].
public final class Cluster {
    /// Before a worker that failed is replaced, in milliseconds; twice as long each time that the next one fails too.
    public static final long RESTART_MILLIS_MIN = 100;

    /// The longest wait, in milliseconds: a program that can't start is tried twice a minute.
    public static final long RESTART_MILLIS_MAX = 30_000;

    /// A worker that has run for so long, in milliseconds, did not fail at its start: its successor need not wait.
    public static final long STABLE_MILLIS = 10_000;

    /// How long a successor may take, in a rolling restart, until it listens where its predecessor does, in milliseconds.
    public static final long START_MILLIS_MAX = 60_000;

    /// Of a worker's environment: its number.
    static final String VARIABLE = "ANILLO_WORKER";

    private static final System.Logger LOG = System.getLogger("dev.anillo.loop");

    private final EventLoop loop;
    private final ClusterOptions options;
    private final Slot[] slots;
    private final ClusterPorts ports;
    private final Consumer<Runnable> stop = whenStopped -> disconnect().thenRun(whenStopped);
    private int lastId;
    private boolean closing;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private RollingRestart rolling;

    private Consumer<Worker> onFork = _ -> {};
    private Consumer<Worker> onOnline = _ -> {};
    private BiConsumer<Worker, InetSocketAddress> onListening = (_, _) -> {};
    private Consumer<Worker> onDisconnect = _ -> {};
    private BiConsumer<Worker, ExitStatus> onExit = (_, _) -> {};

    /// A place that is kept filled.
    private static final class Slot {
        Worker worker;
        /// Is to take the worker's place when it is ready; null but within a rolling restart.
        Worker successor;
        /// Set while a restart is waited for.
        Timer restart;
        long backOffMillis = RESTART_MILLIS_MIN;
    }

    private Cluster(int workers, ClusterOptions options) {
        if (workers < 1) throw new IllegalArgumentException("a cluster of " + workers + " workers: at least 1");
        this.options = Objects.requireNonNull(options);
        loop = EventLoop.current();
        LoopInternals.of(loop).checkThread();
        ports = new ClusterPorts(loop, options.distribution());
        slots = new Slot[workers];
        for (var i = 0; i < workers; i++) slots[i] = new Slot();
    }

    /// Whether this process is none of a cluster's workers. A worker that asks is one from then on: the servers of this
    /// thread's loop listen through the primary.
    public static boolean isPrimary() {
        if (System.getenv(VARIABLE) == null) return true;
        WorkerSide.begin();
        return false;
    }

    /// The number of this worker, as [Worker#id] tells it in the primary.
    ///
    /// @throws IllegalStateException in the primary
    public static int workerId() {
        var id = System.getenv(VARIABLE);
        if (id == null) throw new IllegalStateException("this process is no worker of a cluster");
        return Integer.parseInt(id);
    }

    /// Starts workers that run what this process runs.
    ///
    /// @throws IOException as [ChildProcess#fork(Class, String...)]; no worker is left then
    public static Cluster fork(int workers) throws IOException {
        return fork(workers, ClusterOptions.DEFAULT);
    }

    /// As [#fork(int)], with options.
    public static Cluster fork(int workers, ClusterOptions options) throws IOException {
        var cluster = new Cluster(workers, options);
        try {
            for (var i = 0; i < workers; i++) cluster.slots[i].worker = cluster.start(i);
        } catch (IOException refused) {
            cluster.disconnect();
            throw refused;
        }
        cluster.loop.onStop(cluster.stop);
        return cluster;
    }

    private Worker start(int slot) throws IOException {
        var id = ++lastId;
        var spawn = options.spawn().environment(VARIABLE, Integer.toString(id))
                .environment("ANILLO_TRANSPORT", loop.transport()); // a listening socket has one blocking mode for all
        var worker = new Worker(this, id, slot, ChildProcess.fork(spawn, options.command()), options.disconnectMillis());
        loop.nextTick(() -> onFork.accept(worker));
        return worker;
    }

    // What workers tell.

    ClusterPorts ports() {
        return ports;
    }

    void online(Worker worker) {
        onOnline.accept(worker);
        worker.announce();
        progress(); // where its predecessor listens nowhere, this is all there is to wait for
    }

    void listens(Worker worker, InetSocketAddress address) {
        onListening.accept(worker, address);
        progress();
    }

    private void progress() {
        if (rolling != null) rolling.progress();
    }

    void disconnected(Worker worker) {
        onDisconnect.accept(worker);
    }

    void exited(Worker worker, ExitStatus status) {
        ports.left(worker);
        var slot = slots[worker.slot()];
        try {
            onExit.accept(worker, status);
        } finally {
            if (slot.successor == worker) {
                slot.successor = null;
                if (rolling != null) rolling.fail("worker " + worker.id() + " has ended (" + status + ") before it listened");
            } else if (slot.worker == worker) {
                slot.worker = slot.successor;
                slot.successor = null;
                if (slot.worker == null && !closing && worker.hasFailed()) restartLater(worker.slot(), worker);
            }
            progress();
            closeWhenEmpty();
        }
    }

    // Workers that failed.

    private void restartLater(int number, Worker failed) {
        if (!options.restarts()) return;
        var slot = slots[number];
        if (failed.livedMillis() >= STABLE_MILLIS) slot.backOffMillis = RESTART_MILLIS_MIN;
        slot.restart = loop.setTimeout(() -> restart(number), slot.backOffMillis);
        slot.backOffMillis = Math.min(2 * slot.backOffMillis, RESTART_MILLIS_MAX);
    }

    private void restart(int number) {
        var slot = slots[number];
        slot.restart = null;
        try {
            slot.worker = start(number);
        } catch (IOException refused) {
            LOG.log(System.Logger.Level.WARNING, "a worker can''t be restarted, which is tried again in {0} ms: {1}",
                    slot.backOffMillis, refused.getMessage());
            slot.restart = loop.setTimeout(() -> restart(number), slot.backOffMillis);
            slot.backOffMillis = Math.min(2 * slot.backOffMillis, RESTART_MILLIS_MAX);
        }
    }

    // Rolling restart.

    /// Replaces each worker by a new one, one after the other: the old one goes when the new one listens where it does, and
    /// the next pair follows when it is gone. No connection is refused, and what was begun is answered. The program's files
    /// are read anew, the primary itself stays.
    ///
    /// @return completes on the loop; exceptionally when a new worker fails or is not ready after [#START_MILLIS_MAX]: then the
    ///     old ones that are left go on
    /// @throws IllegalStateException while another one is under way, or when the cluster ends
    public CompletableFuture<Void> restart() {
        LoopInternals.of(loop).checkThread();
        if (rolling != null) throw new IllegalStateException("a rolling restart is under way");
        if (closing) throw new IllegalStateException("the cluster ends");
        rolling = new RollingRestart();
        rolling.replaceNext();
        return rolling.done;
    }

    private final class RollingRestart {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        private final Timer timeout = loop.setTimeout(
                () -> fail("a new worker is not ready after " + START_MILLIS_MAX + " ms"), START_MILLIS_MAX);
        private int number = -1;
        private Worker old;
        private Worker successor;

        private void replaceNext() {
            do {
                number++;
            } while (number < slots.length && slots[number].worker == null); // ended, or to be restarted anyhow
            if (number == slots.length) {
                end();
                done.complete(null);
                return;
            }
            old = slots[number].worker;
            timeout.refresh();
            try {
                successor = slots[number].successor = start(number);
            } catch (IOException refused) {
                end();
                done.completeExceptionally(refused);
            }
        }

        /// Something has happened that may be what is waited for.
        private void progress() {
            if (slots[number].successor == successor && successor.isOnline() && ports.listensWhere(old, successor)) {
                slots[number].worker = successor;
                slots[number].successor = null;
                old.disconnect();
            }
            if (slots[number].worker != successor || !old.hasEnded()) return;
            if (successor.isOnline() && ports.listensWhere(old, successor)) replaceNext();
        }

        private void fail(String reason) {
            end();
            var hanging = slots[number].successor;
            if (hanging != null) hanging.kill();
            done.completeExceptionally(new IllegalStateException("rolling restart: " + reason));
        }

        private void end() {
            timeout.cancel();
            rolling = null;
        }
    }

    // The end.

    /// Has all workers finish: servers close, requests that were begun are answered, then the processes end.
    ///
    /// @return completes on the loop when the last one has ended
    public CompletableFuture<Void> disconnect() {
        LoopInternals.of(loop).checkThread();
        closing = true;
        if (rolling != null) rolling.fail("the cluster ends");
        for (var slot : slots) {
            if (slot.restart != null) slot.restart.cancel();
            slot.restart = null;
        }
        workers().forEach(Worker::disconnect);
        closeWhenEmpty();
        return closed;
    }

    /// Nobody is left, and nobody will come.
    private void closeWhenEmpty() {
        for (var slot : slots) {
            if (slot.worker != null || slot.successor != null || slot.restart != null) return;
        }
        ports.close();
        loop.removeOnStop(stop);
        closed.complete(null);
    }

    // Events.

    /// A worker was started: first of its events.
    public Cluster onFork(Consumer<Worker> callback) {
        onFork = Objects.requireNonNull(callback);
        return this;
    }

    /// A worker runs, and knows that it is one ([#isPrimary]).
    public Cluster onOnline(Consumer<Worker> callback) {
        onOnline = Objects.requireNonNull(callback);
        return this;
    }

    /// A server of a worker listens at the address.
    public Cluster onListening(BiConsumer<Worker, InetSocketAddress> callback) {
        onListening = Objects.requireNonNull(callback);
        return this;
    }

    /// A worker's channel has ended: its last message is behind, its exit ahead.
    public Cluster onDisconnect(Consumer<Worker> callback) {
        onDisconnect = Objects.requireNonNull(callback);
        return this;
    }

    /// A worker has ended: last of its events.
    public Cluster onExit(BiConsumer<Worker, ExitStatus> callback) {
        onExit = Objects.requireNonNull(callback);
        return this;
    }

    /// Those that have not ended.
    public List<Worker> workers() {
        var all = new ArrayList<Worker>();
        for (var slot : slots) {
            if (slot.worker != null) all.add(slot.worker);
            if (slot.successor != null) all.add(slot.successor);
        }
        return all;
    }

    public EventLoop loop() {
        return loop;
    }
}
