package dev.anillo.loop.simulation;

import dev.anillo.loop.OsException;
import dev.anillo.loop.PeerCredentials;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferPool;
import dev.anillo.loop.driver.AddressText;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.DatagramOperations;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.DriverFile;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.FileOperations;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.driver.Spawn;
import dev.anillo.loop.driver.Spawned;
import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.simulation.SimulatedOperation.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;

/// An operating system in memory: sockets, a network between them and a clock, all by one seed. What the loop above it does
/// is the loop's own code; what can happen to it is decided here, so that a seed brings about the same again.
///
/// It holds the loop to the seam's rules: at the most one operation in each direction of a socket, a close only when none is
/// under way, memory left alone until its send has completed (it is read when the send is carried out, not when it is
/// started). What breaks one is kept in [#violation].
///
/// Threads: the loop's, but [#wake].
public final class SimulatedDriver implements Driver {
    /// Nothing ever comes back from there (RFC 5737: nobody's address).
    public static final InetSocketAddress UNANSWERING = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9);

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int FIRST_EPHEMERAL = 32_768;
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final SplittableRandom random;
    private final Faults faults;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<Integer, SimulatedSocket> sockets = new HashMap<>();
    private final Map<Integer, SimulatedSocket> listeners = new HashMap<>();
    private final List<Integer> freeDescriptors = new ArrayList<>();
    private final BufferPool buffers = new BufferPool(BUFFER_BYTES);
    private final Counters counters = new Counters();
    private final Semaphore woken = new Semaphore(0);
    private Completions completions;
    private long now = SECOND;
    /// When what happens was due: before now, if a callback has worked meanwhile.
    private long eventNanos;
    private long wallClockAhead = 1_790_000_000 * SECOND; // some day of 2026
    private long order;
    private int nextDescriptor = 3;
    private int nextPort = FIRST_EPHEMERAL;
    private long trace = 17;
    private String violation;

    public SimulatedDriver(long seed) {
        random = new SplittableRandom(seed);
        faults = new Faults(random);
    }

    /// Of a system that does nothing which an undisturbed one would not do.
    public static SimulatedDriver harmless(long seed) {
        var driver = new SimulatedDriver(seed);
        driver.faults.keepHarmless();
        return driver;
    }

    public Faults faults() {
        return faults;
    }

    /// The first breach of the seam's rules; null when there was none.
    public String violation() {
        return violation;
    }

    /// A number for all that was reported, in its order: the same for two runs of a seed.
    public long trace() {
        return trace;
    }

    public int openSockets() {
        return sockets.size();
    }

    public int buffersOut() {
        return buffers.outstanding();
    }

    private void violated(String what) {
        if (violation == null) violation = what;
        throw new AssertionError(what);
    }

    // Time.

    private void after(long nanos, Runnable action) {
        events.add(new Event(now + nanos, order++, action));
    }

    /// Some microseconds, sometimes much more.
    private long delay() {
        if (faults.strikes(Fault.STALL)) return random.nextLong(5 * SECOND);
        return random.nextInt(8) == 0 ? random.nextLong(20 * MILLI) : random.nextLong(50 * MICRO);
    }

    /// A callback works for so long. On the loop's thread.
    public void pass(long nanos) {
        now += nanos;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long currentTimeMillis() {
        return (now + wallClockAhead) / MILLI;
    }

    @Override
    public void poll(long timeoutNanos, Completions completions) {
        this.completions = completions;
        if (events.isEmpty() && timeoutNanos == Long.MAX_VALUE) {
            woken.acquireUninterruptibly(); // nothing will ever happen here: another thread has something
            woken.drainPermits();
            return;
        }
        if (events.isEmpty() && timeoutNanos == 0) return; // as above, but it was here already: no die is cast
        now += 1 + random.nextLong(20 * MICRO); // the turn has taken time
        if (timeoutNanos > 0) {
            var next = events.isEmpty() ? Long.MAX_VALUE : events.peek().at;
            var until = timeoutNanos == Long.MAX_VALUE ? Long.MAX_VALUE : now + timeoutNanos;
            now = Math.max(now, Math.min(next, until));
            if (faults.strikes(Fault.CLOCK_JUMP)) {
                now += random.nextLong(60 * SECOND);
                wallClockAhead += random.nextLong(7_200 * SECOND) - 3_600 * SECOND;
            }
        }
        carryOutWhatIsDue();
    }

    private void carryOutWhatIsDue() {
        var due = new ArrayList<Event>();
        while (!events.isEmpty() && events.peek().at <= now) due.add(events.poll());
        if (due.size() > 1 && faults.strikes(Fault.REORDERED)) {
            Collections.shuffle(due, random);
            var kept = random.nextInt(due.size());
            for (var i = 0; i < kept; i++) events.add(due.removeLast());
        }
        for (var event : due) {
            eventNanos = event.at;
            event.action.run();
        }
    }

    @Override
    public void wake() {
        woken.release();
    }

    // Reporting.

    private void report(SimulatedOperation operation, int result, boolean more, Buffer data) {
        if (operation.over) violated("the simulator itself completed an operation twice");
        if (!more) {
            operation.over = true;
            if (operation.socket.inward == operation) operation.socket.inward = null;
            if (operation.socket.outward == operation) operation.socket.outward = null;
        }
        trace = trace * 31 + operation.token * 7 + result * 3L + (more ? 1 : 0) + now;
        counters.completions++;
        completions.completed(operation.token, result, more, data);
    }

    private void end(SimulatedOperation operation, int result) {
        report(operation, result, false, null);
    }

    // Sockets.

    private SimulatedSocket socket(int descriptor) {
        var found = sockets.get(descriptor);
        if (found == null) violated("descriptor " + descriptor + " is not open");
        return found;
    }

    private SimulatedSocket make(int port) {
        var reused = !freeDescriptors.isEmpty() && random.nextBoolean();
        var descriptor = reused ? freeDescriptors.removeLast() : nextDescriptor++;
        var socket = new SimulatedSocket(descriptor, new InetSocketAddress(LOOPBACK, port));
        socket.room = 200 + random.nextInt(random.nextBoolean() ? 3_000 : 300_000);
        sockets.put(descriptor, socket);
        return socket;
    }

    private int ephemeralPort() {
        return nextPort++;
    }

    @Override
    public int listen(Listening how) throws OsException {
        var asked = ((InetSocketAddress) how.address()).getPort();
        var port = asked == 0 ? ephemeralPort() : asked;
        if (listeners.containsKey(port)) throw new OsException("bind", AddressText.of(how.address()), Errno.EADDRINUSE);
        var socket = make(port);
        socket.listening = true;
        listeners.put(port, socket);
        return socket.descriptor;
    }

    @Override
    public int open(SocketAddress peer) {
        return make(ephemeralPort()).descriptor;
    }

    private SimulatedOperation begin(Kind kind, int descriptor, long token) {
        var socket = socket(descriptor);
        var operation = new SimulatedOperation(kind, token, socket);
        var inward = kind == Kind.ACCEPT || kind == Kind.RECEIVE;
        if ((inward ? socket.inward : socket.outward) != null) {
            violated(kind + " on descriptor " + descriptor + " with another one under way");
        }
        if (inward) socket.inward = operation;
        else socket.outward = operation;
        counters.submissions++;
        return operation;
    }

    /// When it begins, seen by the system.
    private long submission() {
        return faults.strikes(Fault.QUEUE_FULL) ? random.nextLong(10 * MILLI) : 0;
    }

    // Connections.

    @Override
    public void connect(int descriptor, SocketAddress peer, long token) {
        var operation = begin(Kind.CONNECT, descriptor, token);
        operation.peer = (InetSocketAddress) peer;
        after(submission() + delay(), () -> carryOutConnect(operation));
    }

    private void carryOutConnect(SimulatedOperation connect) {
        if (connect.over) return;
        var unanswered = !connect.peer.getAddress().equals(LOOPBACK);
        if (unanswered || !connect.cancelled && faults.strikes(Fault.TIMED_OUT)) {
            after(127 * SECOND, () -> {
                if (!connect.over) end(connect, -Errno.ETIMEDOUT);
            });
            return;
        }
        var listener = listeners.get(connect.peer.getPort());
        if (listener == null || faults.strikes(Fault.REFUSED)) {
            end(connect, -Errno.ECONNREFUSED);
            return;
        }
        var here = connect.socket;
        var there = make(listener.address.getPort());
        sockets.remove(there.descriptor); // nobody's until it is accepted
        here.peer = there;
        there.peer = here;
        listener.backlog.add(there);
        accept(listener);
        if (faults.strikes(Fault.RESET)) after(random.nextLong(30 * MILLI), () -> reset(here));
        end(connect, 0);
    }

    private void reset(SimulatedSocket socket) {
        for (var side : new SimulatedSocket[] {socket, socket.peer}) {
            if (side.closed) continue;
            side.error = Errno.ECONNRESET;
            if (random.nextBoolean()) side.forget();
            goOn(side);
        }
    }

    private void goOn(SimulatedSocket socket) {
        receive(socket);
        send(socket);
    }

    @Override
    public void accept(int descriptor, long token) {
        begin(Kind.ACCEPT, descriptor, token);
        accept(socket(descriptor));
    }

    private void accept(SimulatedSocket listener) {
        var accept = listener.inward;
        if (accept == null || accept.due || listener.backlog.isEmpty() && !accept.cancelled) return;
        accept.due = true;
        after(submission() + delay(), () -> carryOutAccept(accept));
    }

    private void carryOutAccept(SimulatedOperation accept) {
        accept.due = false;
        if (accept.over) return;
        var listener = accept.socket;
        var last = accept.cancelled && (listener.backlog.isEmpty() || !faults.strikes(Fault.LATE_CANCEL));
        if (last) {
            end(accept, -Errno.ECANCELED);
        } else if (listener.backlog.isEmpty()) {
            return;
        } else if (faults.strikes(Fault.ACCEPT_EXHAUSTED)) {
            end(accept, -Errno.EMFILE);
        } else {
            var accepted = listener.backlog.poll();
            sockets.put(accepted.descriptor, accepted);
            report(accept, accepted.descriptor, true, null);
            if (!accept.over) accept(listener);
        }
    }

    // Bytes.

    @Override
    public void receive(int descriptor, long token) {
        begin(Kind.RECEIVE, descriptor, token);
        receive(socket(descriptor));
    }

    private static boolean hasNews(SimulatedSocket socket) {
        return socket.waiting() > 0 || socket.peerEnded || socket.error != 0 || socket.peer == null;
    }

    private void receive(SimulatedSocket socket) {
        var receive = socket.inward;
        if (receive == null || receive.kind != Kind.RECEIVE || receive.due || !hasNews(socket) && !receive.cancelled) return;
        receive.due = true;
        var shortage = faults.strikes(Fault.NO_BUFFERS) ? random.nextLong(50 * MILLI) : 0;
        after(submission() + shortage + delay(), () -> carryOutReceive(receive));
    }

    private void carryOutReceive(SimulatedOperation receive) {
        receive.due = false;
        if (receive.over) return;
        var socket = receive.socket;
        if (receive.cancelled && (socket.waiting() == 0 || !faults.strikes(Fault.LATE_CANCEL))) {
            end(receive, -Errno.ECANCELED);
        } else if (socket.waiting() > 0) {
            var bytes = Math.min(socket.waiting(), BUFFER_BYTES);
            if (faults.strikes(Fault.SHORT_RECEIVE)) bytes = 1 + random.nextInt(bytes);
            report(receive, bytes, true, buffers.take().append(socket.take(bytes)));
            if (socket.peer != null) send(socket.peer); // there is room again
            if (!receive.over) receive(socket);
        } else if (socket.error != 0) {
            end(receive, -socket.error);
        } else if (socket.peer == null) {
            end(receive, -Errno.ENOTCONN);
        } else if (socket.peerEnded) {
            end(receive, 0);
        }
    }

    @Override
    public void send(int descriptor, long address, int length, boolean more, long token) {
        var send = begin(Kind.SEND, descriptor, token);
        send.addresses = new long[] {address};
        send.lengths = new int[] {length};
        send(send.socket);
    }

    @Override
    public void send(int descriptor, SendParts parts, boolean more, long token) {
        var send = begin(Kind.SEND, descriptor, token);
        send.addresses = new long[parts.count()];
        send.lengths = new int[parts.count()];
        for (var i = 0; i < parts.count(); i++) {
            send.addresses[i] = parts.address(i);
            send.lengths[i] = parts.length(i);
        }
        send(send.socket);
    }

    private void send(SimulatedSocket socket) {
        var send = socket.outward;
        if (send == null || send.kind != Kind.SEND || send.due) return;
        send.due = true;
        after(submission() + delay(), () -> carryOutSend(send));
    }

    /// Where there is no room it waits: whoever takes bytes off on the other side calls [#send] again.
    private void carryOutSend(SimulatedOperation send) {
        send.due = false;
        if (send.over) return;
        var socket = send.socket;
        var peer = socket.peer;
        if (send.cancelled && !faults.strikes(Fault.LATE_CANCEL)) {
            end(send, -Errno.ECANCELED);
        } else if (peer == null || socket.error != 0) {
            end(send, peer == null ? -Errno.ENOTCONN : -socket.error);
        } else if (socket.ended) {
            end(send, -Errno.EPIPE);
        } else if (peer.closed) { // the kernel takes it, and is told by the other side that nobody wants it
            socket.error = random.nextBoolean() ? Errno.ECONNRESET : Errno.EPIPE;
            end(send, send.bytes());
            receive(socket);
        } else {
            var length = Math.min(send.bytes(), peer.free());
            if (length == 0 && send.bytes() > 0) {
                if (send.cancelled) end(send, -Errno.ECANCELED);
                return;
            }
            if (length > 1 && faults.strikes(Fault.SHORT_SEND)) length = 1 + random.nextInt(length);
            peer.arrive(read(send, length), eventNanos);
            end(send, length);
            receive(peer);
        }
    }

    private static byte[] read(SimulatedOperation send, int length) {
        var bytes = new byte[length];
        var done = 0;
        for (var i = 0; done < length; i++) {
            var part = Math.min(send.lengths[i], length - done);
            Memory.copy(send.addresses[i], bytes, done, part);
            done += part;
        }
        return bytes;
    }

    @Override
    public void shutdown(int descriptor, long token) {
        var shutdown = begin(Kind.SHUTDOWN, descriptor, token);
        after(submission() + delay(), () -> carryOutShutdown(shutdown));
    }

    private void carryOutShutdown(SimulatedOperation shutdown) {
        var socket = shutdown.socket;
        var connected = socket.peer != null && socket.error == 0;
        if (connected) {
            socket.ended = true;
            socket.peer.peerEnded = true;
            receive(socket.peer);
        }
        end(shutdown, connected ? 0 : -Errno.ENOTCONN);
    }

    // Ending.

    @Override
    public void cancel(int descriptor, long token) {
        var socket = socket(descriptor);
        for (var operation : new SimulatedOperation[] {socket.inward, socket.outward}) {
            if (operation == null || operation.token != token) continue;
            if (operation.kind == Kind.SHUTDOWN) return; // ends by itself
            operation.cancelled = true;
            switch (operation.kind) {
                case ACCEPT -> accept(socket);
                case RECEIVE -> receive(socket);
                case SEND -> send(socket);
                default -> after(delay(), () -> {
                    if (!operation.over) end(operation, -Errno.ECANCELED);
                });
            }
            return;
        }
    }

    @Override
    public void close(int descriptor, long token) {
        var socket = socket(descriptor);
        if (socket.inward != null || socket.outward != null) {
            violated("descriptor " + descriptor + " is closed with an operation under way");
        }
        sockets.remove(descriptor);
        freeDescriptors.add(descriptor);
        socket.closed = true;
        counters.submissions++;
        if (socket.listening) closeListener(socket);
        else if (socket.peer != null) tellPeerOfClose(socket);
        var close = new SimulatedOperation(Kind.CLOSE, token, socket);
        after(submission() + delay(), () -> end(close, 0));
    }

    private void closeListener(SimulatedSocket listener) {
        listeners.remove(listener.address.getPort());
        for (var waiting : listener.backlog) {
            waiting.closed = true;
            freeDescriptors.add(waiting.descriptor);
            waiting.peer.error = Errno.ECONNRESET;
            goOn(waiting.peer);
        }
    }

    /// FIN; or RST when something is unread or [#abortOnClose] was asked for.
    private void tellPeerOfClose(SimulatedSocket socket) {
        var peer = socket.peer;
        if (peer.closed) return;
        if (socket.abortsOnClose || socket.waiting() > 0) {
            peer.error = Errno.ECONNRESET;
            if (random.nextBoolean()) peer.forget();
        } else {
            peer.peerEnded = true;
        }
        goOn(peer);
    }

    @Override
    public void abortOnClose(int descriptor) {
        socket(descriptor).abortsOnClose = true;
    }

    // About sockets.

    @Override
    public SocketAddress localAddress(int descriptor) {
        return socket(descriptor).address;
    }

    @Override
    public SocketAddress peerAddress(int descriptor) throws OsException {
        var peer = socket(descriptor).peer;
        if (peer == null) throw new OsException("getpeername", "descriptor " + descriptor, Errno.ENOTCONN);
        return peer.address;
    }

    @Override
    public void noDelay(int descriptor, boolean on) {
        socket(descriptor);
    }

    @Override
    public void keepAlive(int descriptor, boolean on, int idleSeconds) {
        socket(descriptor);
    }

    @Override
    public int lastArrivalMillis(int descriptor) {
        return (int) Math.min(Integer.MAX_VALUE, (now - socket(descriptor).arrivedNanos) / MILLI);
    }

    /// Whoever connects has been taken for accepted at once: there is no queue to bound.
    @Override
    public boolean backlog(int descriptor, int connections) {
        socket(descriptor);
        return true;
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public void start() {}

    @Override
    public void shutDown() {
        buffers.close();
    }

    @Override
    public Counters counters() {
        return counters;
    }

    // Not simulated.

    private static UnsupportedOperationException absent(String what) {
        return new UnsupportedOperationException(what + " is not simulated");
    }

    @Override
    public DriverFile openFile(Path path) {
        throw absent("openFile");
    }

    @Override
    public void sendFile(int descriptor, DriverFile file, long offset, long length, long token) {
        throw absent("sendFile");
    }

    @Override
    public PeerCredentials peerCredentials(int descriptor) {
        throw absent("peerCredentials");
    }

    @Override
    public void sendDescriptors(int descriptor, int[] passed, long address, int length, long token) {
        throw absent("sendDescriptors");
    }

    @Override
    public void receiveDescriptors(int descriptor, long token) {
        throw absent("receiveDescriptors");
    }

    @Override
    public int receivedDescriptor() {
        return -1;
    }

    @Override
    public int duplicate(int descriptor) {
        throw absent("duplicate");
    }

    @Override
    public int inherit(int number) {
        throw absent("inherit");
    }

    @Override
    public void tell(SocketAddress unixSocket, byte[] message) {
        throw absent("tell");
    }

    @Override
    public void adopt(int descriptor, boolean listening, boolean unix) {
        throw absent("adopt");
    }

    @Override
    public void discard(int descriptor) {
        throw absent("discard");
    }

    @Override
    public Spawned spawn(Spawn how) {
        throw absent("spawn");
    }

    @Override
    public void awaitExit(int process, long token) {
        throw absent("awaitExit");
    }

    @Override
    public void kill(int process, int signal) {
        throw absent("kill");
    }

    @Override
    public DatagramOperations datagrams() {
        throw absent("datagrams");
    }

    @Override
    public FileOperations files() {
        throw absent("files");
    }
}
