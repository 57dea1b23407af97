package dev.anillo.http.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/// Many connections of one process, by plain NIO: nothing of Anillo. Prints its [Tally] each second, and what was wrong at
/// once; a line on its input asks it to come to an end, the end of its input ends it where it is.
///
///     SoakClient PORT CONNECTIONS SEED
final class SoakClient {
    /// Between the requests of a connection, on the average.
    static final int THINK_MILLIS = 1_000;

    /// A turn that took longer: the process was stopped, or its machine was. The server may have lost patience meanwhile.
    private static final long PAUSE_NANOS = 1_000_000_000L;
    private static final long TELL_NANOS = 1_000_000_000L;

    record Due(long nanos, Runnable task) {}

    final SplittableRandom random;
    final Tally tally = new Tally();
    final InetSocketAddress server;
    final Selector selector = Selector.open();
    final ByteBuffer input = ByteBuffer.allocateDirect(64 * 1024);
    private final List<SoakConnection> connections = new ArrayList<>();
    private final PriorityQueue<Due> dues = new PriorityQueue<>((a, b) -> Long.signum(a.nanos - b.nanos));
    private volatile boolean endAsked;
    private boolean ending;
    private int left;
    private long seenNanos = System.nanoTime();

    /// How often the process was stopped.
    int pauses;

    private SoakClient(int port, int count, long seed) throws IOException {
        random = new SplittableRandom(seed);
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        left = count;
        for (var i = 0; i < count; i++) {
            var connection = new SoakConnection(this);
            connections.add(connection);
            later(random.nextInt(THINK_MILLIS), connection::connect);
        }
    }

    static void main(String[] arguments) throws IOException {
        var client = new SoakClient(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]),
                Long.parseLong(arguments[2]));
        Thread.ofPlatform().daemon().start(() -> {
            while (IO.readln() != null) client.endAsked = true;
            Runtime.getRuntime().halt(1); // whoever would listen is gone
        });
        client.run();
    }

    void later(long millis, Runnable task) {
        dues.add(new Due(System.nanoTime() + millis * 1_000_000, task));
    }

    private void run() throws IOException {
        var told = System.nanoTime();
        while (left > 0) {
            var next = dues.peek();
            var waitMillis = next == null ? 100 : Math.clamp((next.nanos - System.nanoTime()) / 1_000_000 + 1, 1, 100);
            selector.select(this::ready, waitMillis);
            noteTime();
            for (var due = dues.peek(); due != null && due.nanos - System.nanoTime() <= 0; due = dues.peek()) {
                dues.remove().task.run();
            }
            if (endAsked && !ending) {
                ending = true;
                for (var connection : connections) connection.end();
            }
            if (System.nanoTime() - told > TELL_NANOS) {
                told = System.nanoTime();
                IO.println("tally " + tally.line());
            }
        }
        IO.println("tally " + tally.line());
        IO.println("done");
    }

    /// Each turn takes less than 200 ms, unless something else has stopped us.
    private void noteTime() {
        var now = System.nanoTime();
        if (now - seenNanos > PAUSE_NANOS) pauses++;
        seenNanos = now;
    }

    private void ready(SelectionKey key) {
        noteTime();
        ((SoakConnection) key.attachment()).ready();
    }

    void wrong(String what) {
        tally.add(Tally.Count.WRONG);
        IO.println("wrong " + what);
    }

    boolean isEnding() {
        return ending;
    }

    void done() {
        left--;
    }
}
