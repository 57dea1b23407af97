package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.anillo.loop.process.Cluster;
import dev.anillo.loop.process.ClusterOptions;
import dev.anillo.loop.process.Distribution;
import dev.anillo.loop.process.SpawnOptions;
import dev.anillo.loop.process.Stdio;
import dev.anillo.loop.process.Worker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Workers that share what they listen at: `cluster-*` of Node's tests.
class ClusterContractTest extends TransportTest {
    private static final String NEEDS_NATIVE_ACCESS = "sockets are passed by native calls";

    private Cluster cluster;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> ports = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();

    private ClusterOptions options(String... program) {
        var spawn = SpawnOptions.DEFAULT.stdio(Stdio.IGNORE, Stdio.IGNORE, Stdio.INHERIT).jvmOptions("-Xmx64m",
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--patch-module", "dev.anillo.loop=" + Child.testClasses());
        return ClusterOptions.DEFAULT.main(ClusterPrograms.class, program).spawn(spawn);
    }

    private void fork(int workers, ClusterOptions options) {
        onLoop(() -> {
            cluster = Cluster.fork(workers, options);
            cluster.onFork(worker -> {
                events.add("fork " + worker.id());
                worker.process().channel().onMessage(messages::add);
            });
            cluster.onOnline(worker -> events.add("online " + worker.id()));
            cluster.onListening((worker, address) -> {
                ports.add(address.getPort());
                events.add("listening " + worker.id());
            });
            cluster.onDisconnect(worker -> events.add("disconnect " + worker.id()));
            cluster.onExit((worker, status) ->
                    events.add("exit " + worker.id() + " " + status + (worker.isDisconnecting() ? " as asked" : "")));
        });
    }

    /// On the loop.
    private Worker worker(int id) {
        return cluster.workers().stream().filter(worker -> worker.id() == id).findFirst().orElseThrow();
    }

    /// Until all of these have come, in whichever order.
    private void awaitEvents(String... expected) throws InterruptedException {
        var missing = new HashSet<>(List.of(expected));
        while (!missing.isEmpty()) missing.remove(next(events));
    }

    @AfterEach
    void endCluster() {
        if (cluster != null) await(onLoop(cluster::disconnect));
    }

    /// A client that says who answers.
    private static final class Client implements AutoCloseable {
        private final Socket socket = new Socket();
        private final BufferedReader reader;

        Client(int port, String from) throws IOException {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            socket.setSoTimeout(Deadline.MILLIS);
            reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        String ask() throws IOException {
            socket.getOutputStream().write("?\n".getBytes(StandardCharsets.US_ASCII));
            return line();
        }

        String line() throws IOException {
            return reader.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static String greeting(int port, String from) throws IOException {
        try (var client = new Client(port, from)) {
            return client.line();
        }
    }

    /// Node's cluster-basic.
    @Test
    void aWorkersEventsAreForkOnlineListeningDisconnectExit() throws Exception {
        fork(1, options("echo"));
        var port = next(ports);
        try (var client = new Client(port, "127.0.0.1")) {
            assertEquals("1:?", client.ask());
        }
        assertEquals(List.of("fork 1", "online 1", "listening 1"), List.of(next(events), next(events), next(events)));
        await(onLoop(cluster::disconnect));
        assertEquals(List.of("disconnect 1", "exit 1 exit 0 as asked"), List.of(next(events), next(events)));
    }

    /// Node's listen(0): all workers get the same port.
    @Test
    void workersThatAskForAnyPortListenAtTheSame() throws Exception {
        fork(3, options("greet"));
        var port = next(ports);
        assertEquals(List.of(port, port), List.of(next(ports), next(ports)));
        var answered = new HashSet<String>();
        Deadline.until(() -> {
            try {
                answered.add(greeting(port, "127.0.0.1"));
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
            return answered.size() == 3;
        }, answered::toString);
    }

    /// Node's cluster-worker-exit, cluster-worker-kill.
    @Test
    void theExitTellsCodeAndSignalAndWhetherItWasAskedFor() throws Exception {
        fork(2, options("exitAsTold").restarts(false));
        awaitEvents("listening 1", "listening 2");
        onLoop(() -> worker(1).process().channel().send(42));
        onLoop(() -> worker(2).kill());
        awaitEvents("exit 1 exit 42", "exit 2 SIGKILL");
        assertTrue(onLoop(cluster::workers).isEmpty());
    }

    /// Node's cluster-worker-wait-server-close.
    @Test
    void aWorkersDisconnectWaitsUntilItsConnectionsAreClosed() throws Exception {
        fork(1, options("echo"));
        var port = next(ports);
        try (var client = new Client(port, "127.0.0.1")) {
            assertEquals("1:?", client.ask());
            onLoop(() -> worker(1).disconnect());
            Deadline.until(() -> isRefused(port), () -> "port " + port + " is open");
            assertEquals("1:?", client.ask());
            assertFalse(onLoop(() -> worker(1).hasEnded()));
        }
        awaitEvents("exit 1 exit 0 as asked");
    }

    private static boolean isRefused(int port) {
        try (var _ = new Client(port, "127.0.0.1")) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /// Node's cluster-rr-ref, cluster-server-restart-rr.
    @Test
    void aServerThatClosesSaysSoAndItsWorkerMayListenAgain() throws Exception {
        fork(2, options("closeAndReopen"));
        var port = next(ports);
        awaitEvents("listening 1", "listening 2");
        onLoop(() -> worker(1).process().channel().send("close"));
        assertEquals("closed", next(messages));
        awaitEvents("listening 1");
        try (var client = new Client(port, "127.0.0.1")) {
            assertTrue(List.of("1:?", "2:?").contains(client.ask()));
        }
    }

    @Test
    void aWorkerThatFailsIsReplacedAndItsConnectionsWaitForTheOthers() throws Exception {
        fork(2, options("greet"));
        var port = next(ports);
        awaitEvents("listening 1", "listening 2");
        onLoop(() -> worker(1).kill());
        awaitEvents("exit 1 SIGKILL");
        if (!transport.equals("nio")) { // there the killed worker's own queue is lost
            for (var i = 0; i < 20; i++) assertEquals("2", greeting(port, "127.0.0.1"));
        }
        awaitEvents("listening 3");
        var answered = new HashSet<String>();
        Deadline.until(() -> {
            try {
                answered.add(greeting(port, "127.0.0.1"));
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
            return answered.size() == 2;
        }, answered::toString);
        assertFalse(answered.contains("1"));
    }

    @Test
    void whatFailsAtItsStartIsTriedAtGrowingIntervals() throws Exception {
        fork(1, options("fail"));
        var begin = System.nanoTime();
        awaitEvents("exit 1 exit 1", "fork 2", "exit 2 exit 1", "fork 3", "exit 3 exit 1", "fork 4");
        var waited = (System.nanoTime() - begin) / 1_000_000;
        assertTrue(waited >= 7 * Cluster.RESTART_MILLIS_MIN, "after " + waited + " ms");
    }

    @Test
    void aWorkerThatHasDoneItsWorkIsNotReplaced() throws Exception {
        fork(1, options("nothing"));
        awaitEvents("exit 1 exit 0");
        assertTrue(onLoop(cluster::workers).isEmpty());
    }

    @Test
    void anAddressThatIsInUseIsToldToTheWorker() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            fork(1, options("tellRefusal", Integer.toString(other.getLocalPort())));
            var message = (String) next(messages);
            assertTrue(message.contains("127.0.0.1:" + other.getLocalPort() + ": EADDRINUSE"), message);
        }
    }

    @Test
    void aRollingRestartReplacesAllAndRefusesNobody() throws Exception {
        fork(2, options("greet"));
        var port = next(ports);
        awaitEvents("listening 1", "listening 2");
        var failures = new ArrayList<String>();
        var restarted = onLoop(() -> cluster.restart());
        while (!restarted.isDone()) {
            try {
                greeting(port, "127.0.0.1");
            } catch (IOException failed) {
                failures.add(failed.toString());
            }
        }
        await(restarted);
        if (!transport.equals("nio")) assertEquals(List.of(), failures); // there who waits when a worker ends is reset
        assertEquals(List.of(3, 4), onLoop(() -> cluster.workers().stream().map(Worker::id).toList()));
        assertNotEquals("1", greeting(port, "127.0.0.1"));
    }

    @Test
    void aRollingRestartWhoseNewWorkerFailsLeavesTheOldOnesAlone() throws Exception {
        var second = new CompletableFuture<Void>();
        fork(1, options("greet"));
        var port = next(ports);
        onLoop(() -> cluster.onOnline(worker -> {
            if (worker.id() == 2) worker.kill();
        }));
        onLoop(() -> cluster.restart().whenComplete((_, problem) -> second.completeExceptionally(problem)));
        var reason = second.handle((_, problem) -> problem.getMessage());
        assertEquals("rolling restart: worker 2 has ended (SIGKILL) before it listened", await(reason));
        assertEquals("1", greeting(port, "127.0.0.1"));
    }

    @Test
    void workersThatListenNowhereAreReplacedToo() throws Exception {
        fork(1, options("wait"));
        awaitEvents("online 1");
        await(onLoop(() -> cluster.restart()));
        awaitEvents("exit 1 exit 0 as asked");
        assertEquals(List.of(2), onLoop(() -> cluster.workers().stream().map(Worker::id).toList()));
    }

    // The primary accepts and chooses.

    @Test
    void roundRobinGivesEachWorkerItsShare() throws Exception {
        assumeFalse(transport.equals("nio"), NEEDS_NATIVE_ACCESS);
        fork(3, options("greet").distribution(Distribution.roundRobin()));
        var port = next(ports);
        awaitEvents("listening 1", "listening 2", "listening 3");
        var counts = new HashMap<String, Integer>();
        for (var i = 0; i < 60; i++) counts.merge(greeting(port, "127.0.0.1"), 1, Integer::sum);
        assertEquals(Map.of("1", 20, "2", 20, "3", 20), counts);
    }

    @Test
    void byAddressGivesAClientAlwaysTheSameWorkerAndItsSuccessor() throws Exception {
        assumeFalse(transport.equals("nio"), NEEDS_NATIVE_ACCESS);
        fork(2, options("greet").distribution(Distribution.byAddress()));
        var port = next(ports);
        awaitEvents("listening 1", "listening 2");
        var workers = new HashSet<String>();
        for (var client = 1; client <= 16; client++) {
            var address = "127.0.0." + client;
            var chosen = greeting(port, address);
            workers.add(chosen);
            for (var i = 0; i < 3; i++) assertEquals(chosen, greeting(port, address));
        }
        assertEquals(2, workers.size());
        var mine = greeting(port, "127.0.0.1");
        await(onLoop(() -> cluster.restart()));
        assertEquals(mine.equals("1") ? "3" : "4", greeting(port, "127.0.0.1"));
    }

    @Test
    void connectionsOfAWorkerThatHangsAreKeptAndGivenToAnotherWhenItEnds() throws Exception {
        assumeFalse(transport.equals("nio"), NEEDS_NATIVE_ACCESS);
        fork(2, options("greet").distribution((_, workers) -> workers.getFirst()).restarts(false));
        var port = next(ports);
        awaitEvents("listening 1", "listening 2");
        var stopped = onLoop(() -> worker(1));
        onLoop(() -> stopped.process().kill(Signal.SIGSTOP));
        var clients = new ArrayList<Client>();
        for (var i = 0; i < Worker.CONNECTIONS_UNDER_WAY_MAX; i++) clients.add(new Client(port, "127.0.0.1"));
        try {
            assertEquals("2", greeting(port, "127.0.0.1")); // the first has enough
            onLoop(stopped::kill);
            for (var client : clients) assertEquals("2", client.line());
        } finally {
            for (var client : clients) client.close();
        }
    }

    @Test
    void onNioToDistributeConnectionsIsRefused() throws Exception {
        assumeFalse(!transport.equals("nio"), "native transports can");
        fork(1, options("tellRefusal").distribution(Distribution.roundRobin()));
        assertTrue(((String) next(messages)).contains("needs native access"));
    }
}
