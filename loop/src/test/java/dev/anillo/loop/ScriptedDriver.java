package dev.anillo.loop;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.DatagramOperations;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.DriverFile;
import dev.anillo.loop.driver.FileOperations;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.driver.Spawn;
import dev.anillo.loop.driver.Spawned;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/// A driver without a kernel: notes what is asked of it and reports what a test tells it to. For the orders of
/// completions that a kernel may come to and a test can't bring about. Closing alone it completes by itself.
///
/// Threads: the loop's, but [#complete].
final class ScriptedDriver implements Driver {
    private static final SocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);

    private static final Completion WAKE_UP = new Completion(0, 0, false, null);

    /// An operation that was started and the token that its completions need.
    ///
    /// @param bytes of a send, else 0
    record Started(String operation, long token, int bytes) {}

    private record Completion(long token, int result, boolean more, Buffer data) {}

    private final List<Started> started = new ArrayList<>();
    private final LinkedBlockingQueue<Completion> due = new LinkedBlockingQueue<>();
    private final Counters counters = new Counters();
    private int descriptors;

    /// The last operation of this name that was started, which the test takes over.
    Started take(String operation) {
        var found = started.stream().filter(one -> one.operation.equals(operation)).reduce((_, last) -> last)
                .orElseThrow(() -> new AssertionError("no " + operation + " was started, but " + started));
        started.remove(found);
        return found;
    }

    boolean hasStarted(String operation) {
        return started.stream().anyMatch(one -> one.operation.equals(operation));
    }

    void complete(Started operation, int result, boolean more, Buffer data) {
        due.add(new Completion(operation.token, result, more, data));
    }

    void complete(Started operation, int result) {
        complete(operation, result, false, null);
    }

    private void start(String operation, long token, int bytes) {
        started.add(new Started(operation, token, bytes));
    }

    @Override
    public void poll(long timeoutNanos, Completions completions) {
        try {
            for (var next = due.poll(timeoutNanos, NANOSECONDS); next != null; next = due.poll()) {
                if (next != WAKE_UP) completions.completed(next.token, next.result, next.more, next.data);
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError("a loop's thread was interrupted", interrupted);
        }
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public void start() {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public int listen(Listening how) {
        return descriptors++;
    }

    @Override
    public int open(SocketAddress peer) {
        return descriptors++;
    }

    @Override
    public void accept(int descriptor, long token) {
        start("accept", token, 0);
    }

    @Override
    public void connect(int descriptor, SocketAddress peer, long token) {
        start("connect", token, 0);
    }

    @Override
    public void receive(int descriptor, long token) {
        start("receive", token, 0);
    }

    @Override
    public void send(int descriptor, long address, int length, boolean more, long token) {
        start("send", token, length);
    }

    @Override
    public void send(int descriptor, SendParts parts, boolean more, long token) {
        start("send", token, parts.bytes());
    }

    /// Of 1 MiB, whatever the path.
    @Override
    public DriverFile openFile(Path path) {
        return new DriverFile() {
            @Override
            public long size() {
                return 1 << 20;
            }

            @Override
            public Instant modified() {
                return Instant.EPOCH;
            }

            @Override
            public Path location() {
                return path;
            }

            @Override
            public byte[] read(int bytesMax) {
                return new byte[Math.min(bytesMax, 1 << 20)];
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void sendFile(int descriptor, DriverFile file, long offset, long length, long token) {
        start("sendFile", token, (int) length);
    }

    @Override
    public void shutdown(int descriptor, long token) {
        start("shutdown", token, 0);
    }

    @Override
    public void cancel(int descriptor, long token) {
        start("cancel", token, 0);
    }

    @Override
    public void close(int descriptor, long token) {
        start("close", token, 0);
        due.add(new Completion(token, 0, false, null));
    }

    @Override
    public void abortOnClose(int descriptor) {}

    @Override
    public SocketAddress localAddress(int descriptor) {
        return ADDRESS;
    }

    @Override
    public SocketAddress peerAddress(int descriptor) {
        return ADDRESS;
    }

    @Override
    public void noDelay(int descriptor, boolean on) {}

    @Override
    public void keepAlive(int descriptor, boolean on, int idleSeconds) {}

    @Override
    public int lastArrivalMillis(int descriptor) {
        return -1;
    }

    @Override
    public boolean backlog(int descriptor, int connections) {
        return false;
    }

    @Override
    public void wake() {
        due.add(WAKE_UP);
    }

    @Override
    public void shutDown() {}

    @Override
    public PeerCredentials peerCredentials(int descriptor) {
        return new PeerCredentials(1, 0, 0);
    }

    @Override
    public void sendDescriptors(int descriptor, int[] passed, long address, int length, long token) {
        start("sendDescriptors", token, length);
    }

    @Override
    public void receiveDescriptors(int descriptor, long token) {
        start("receiveDescriptors", token, 0);
    }

    @Override
    public int receivedDescriptor() {
        return -1;
    }

    @Override
    public int duplicate(int descriptor) {
        return descriptor;
    }

    @Override
    public int inherit(int number) {
        return number;
    }

    @Override
    public void tell(SocketAddress unixSocket, byte[] message) {}

    @Override
    public void adopt(int descriptor, boolean listening, boolean unix) {}

    @Override
    public void discard(int descriptor) {}

    @Override
    public DatagramOperations datagrams() {
        throw new UnsupportedOperationException("no datagrams");
    }

    @Override
    public FileOperations files() {
        throw new UnsupportedOperationException("no files");
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public Spawned spawn(Spawn how) {
        throw new UnsupportedOperationException("spawn");
    }

    @Override
    public void awaitExit(int process, long token) {
        throw new UnsupportedOperationException("awaitExit");
    }

    @Override
    public void kill(int process, int signal) {
        throw new UnsupportedOperationException("kill");
    }
}
