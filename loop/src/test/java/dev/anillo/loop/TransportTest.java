package dev.anillo.loop;

import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Transports;
import dev.anillo.loop.driver.epoll.EpollDriver;
import dev.anillo.loop.driver.uring.UringDriver;
import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.simulation.SimulatedDriver;
import dev.anillo.loop.simulation.UnreliableKernel;
import dev.anillo.loop.net.TcpSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/// A test against an explicit loop on one transport. Afterwards everything must be gone: handles, buffers, descriptors,
/// threads, and no exception may have been left unheard. The checks of memory may have found nothing.
@EachTransport
abstract class TransportTest {
    /// For classes that want it beside the real ones.
    static final String SIMULATED = "simulated";

    /// Before the name of a native one: on a kernel that makes use of all its liberties.
    static final String UNRELIABLE = "unreliable ";

    static final List<String> UNRELIABLE_ONES = List.of(UNRELIABLE + "io_uring", UNRELIABLE + "epoll");

    @Parameter
    String transport;

    EventLoop loop;

    /// What reached the loop's handler. A test that expects something takes it out.
    final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();

    private final List<EventLoop> loops = new ArrayList<>();
    private final List<TcpServer> servers = new ArrayList<>();
    private Resources before;

    @BeforeEach
    void startLoop() {
        MemoryFindings.collect();
        before = Resources.now();
        loop = anotherLoop();
    }

    /// One more loop on the transport under test.
    EventLoop anotherLoop() {
        var another = EventLoop.start("anillo-test-" + loops.size(), open(transport));
        loops.add(another);
        another.execute(() -> another.onUncaught(uncaught::add));
        return another;
    }

    static Driver open(String transport) {
        if (transport.equals(SIMULATED)) return SimulatedDriver.harmless(Pattern.SEED);
        if (transport.startsWith(UNRELIABLE)) return unreliable(transport.substring(UNRELIABLE.length()));
        try {
            return Transports.open(transport);
        } catch (Transports.Refusal refusal) {
            return Assumptions.abort(transport + " is not available here: " + refusal.getMessage());
        }
    }

    private static Driver unreliable(String transport) {
        open(transport).shutDown(); // aborts the test where it can't be had
        var kernel = new UnreliableKernel(Pattern.SEED);
        try {
            return transport.equals("epoll") ? new EpollDriver(kernel) : new UringDriver(kernel);
        } catch (OsException refused) {
            throw new AssertionError(refused);
        }
    }

    @AfterEach
    void everythingIsGone() throws InterruptedException {
        servers.forEach(TcpServer::close);
        for (var each : loops) {
            awaitQuiet(each);
            each.close();
        }
        MemoryFindings.requireNone();
        if (before != null) before.requireSame();
        var unheard = uncaught.poll();
        if (unheard != null) Assertions.fail("uncaught on the loop", unheard);
    }

    /// Closes the loop while things are going on, instead of after the test when all is quiet.
    void closeLoop() {
        loop.close();
        loops.remove(loop);
    }

    /// Until no handle is open and every buffer of the loop's pool is home.
    private void awaitQuiet(EventLoop loop) {
        Deadline.until(() -> on(loop, () -> isQuiet(loop)), () -> on(loop, () -> loop.reactor().openHandles()
                + " handles open, " + loop.reactor().buffersOut() + " buffers out, uncaught " + uncaught));
    }

    private static boolean isQuiet(EventLoop loop) {
        return loop.reactor().openHandles() == 0 && loop.reactor().buffersOut() == 0;
    }

    // Running code on the loop.

    <T> T onLoop(Callable<T> action) {
        return on(loop, action);
    }

    void onLoop(Action action) {
        on(loop, () -> {
            action.run();
            return null;
        });
    }

    <T> T on(EventLoop loop, Callable<T> action) {
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                result.complete(action.call());
            } catch (Throwable failed) {
                result.completeExceptionally(failed);
            }
        });
        return await(result);
    }

    interface Action {
        void run() throws Exception;
    }

    /// Starts something on the loop that will complete the future which it is given.
    <T> T await(Consumer<CompletableFuture<T>> start) {
        var result = new CompletableFuture<T>();
        onLoop(() -> start.accept(result));
        return await(result);
    }

    <T> T await(CompletableFuture<T> future) {
        return Deadline.await(future, () -> "uncaught " + uncaught);
    }

    <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        var one = queue.poll(Deadline.SECONDS, TimeUnit.SECONDS);
        return one != null ? one : Assertions.fail("nothing came within " + Deadline.SECONDS + " s; uncaught " + uncaught);
    }

    // Servers and connections.

    /// Listens on a free port of 127.0.0.1; closed after the test.
    TcpServer listen(Consumer<TcpSocket> onConnection) {
        return listen("127.0.0.1", onConnection);
    }

    TcpServer listen(String host, Consumer<TcpSocket> onConnection) {
        var server = TcpServer.create(loop, onConnection);
        servers.add(server);
        this.<Void>await(listening -> server.listen(0, host, () -> listening.complete(null)));
        return server;
    }

    int port(TcpServer server) {
        return onLoop(server::port);
    }

    /// A connection that a [Peer] has opened to this loop.
    record Pair(Watched accepted, Peer peer) {}

    Pair accept(Consumer<TcpSocket> onConnection) throws Exception {
        var accepted = new LinkedBlockingQueue<Watched>();
        var server = listen(socket -> {
            onConnection.accept(socket);
            accepted.add(new Watched(socket));
        });
        var peer = Peer.connect(port(server));
        return new Pair(next(accepted), peer);
    }

    Pair accept() throws Exception {
        return accept(_ -> {});
    }

    /// A connection that this loop has opened to a server.
    Watched connect(int port) {
        return await(connected -> connect(new InetSocketAddress("127.0.0.1", port), connected));
    }

    private static void connect(InetSocketAddress server, CompletableFuture<Watched> connected) {
        try {
            var socket = TcpSocket.connect(server, one -> connected.complete(new Watched(one)));
            socket.onError(connected::completeExceptionally);
        } catch (OsException refused) {
            connected.completeExceptionally(refused);
        }
    }
}
