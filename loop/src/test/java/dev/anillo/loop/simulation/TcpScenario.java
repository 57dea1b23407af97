package dev.anillo.loop.simulation;

import dev.anillo.loop.OsException;
import dev.anillo.loop.SimulatedLoop;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/// A server and its clients on one loop: each side of each connection writes, pauses, resumes, ends, destroys or resets at
/// times that the seed decides.
///
/// What must hold whatever happens: the bytes that come are those that the other side wrote, in order, without a gap; after
/// an orderly end there are all of them; a connection that ends otherwise is told an error; every socket tells its close
/// once, as the last; what is paused is told no data; a full socket says so, and tells when it is empty; and when the faults
/// are over everything ends, with no handle, buffer or socket left.
final class TcpScenario {
    private static final int PORT = 7000;
    private static final int CONNECTIONS_MAX = 8;
    private static final int STEPS_MAX = 12;
    /// What a cancelled operation may take, at the most.
    private static final int LATE_MILLIS = 10_000;
    private static final int LOOKS = 3;
    private static final int SCRIPT_MILLIS = 60_000;
    /// After the faults. The longest that something may take is a connect whose answer never comes.
    private static final int CALM_MILLIS = 600_000;

    private final SimulatedLoop host;
    private final SplittableRandom random;
    private final CompletableFuture<Void> done;
    private final List<Party> parties = new ArrayList<>();
    private final Map<Integer, Party> clientsByPort = new HashMap<>();
    private final TcpServer server;
    private int open;
    private int toBegin;
    private boolean calm;

    /// On the loop's thread.
    ///
    /// @param done completed when all is over, or with what was wrong
    TcpScenario(SimulatedLoop host, long seed, CompletableFuture<Void> done) {
        this.host = host;
        this.done = done;
        random = new SplittableRandom(~seed);
        host.loop.onUncaught(done::completeExceptionally);
        server = TcpServer.create(this::accepted).listen(PORT, "127.0.0.1");
        server.onClose(() -> host.loop.setImmediate(this::finish));
        toBegin = 1 + random.nextInt(CONNECTIONS_MAX);
        var count = toBegin;
        for (var i = 0; i < count; i++) host.loop.setTimeout(this::connect, 1 + random.nextInt(2_000));
        host.loop.setTimeout(this::calmDown, SCRIPT_MILLIS);
        host.loop.setTimeout(() -> fail("not over " + CALM_MILLIS + " ms after the faults: " + parties),
                SCRIPT_MILLIS + CALM_MILLIS);
    }

    private void fail(String what) {
        done.completeExceptionally(new AssertionError(what));
    }

    private void connect() {
        toBegin--;
        var party = new Party("client");
        try {
            var timeout = random.nextBoolean() ? 0 : 1 + random.nextInt(5_000);
            var peer = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT);
            party.take(TcpSocket.connect(peer, timeout, _ -> party.connected = true));
            if (timeout > 0) host.loop.setTimeout(() -> requireConnected(party, LOOKS), timeout + LATE_MILLIS);
            clientsByPort.put(((InetSocketAddress) party.socket.localAddress()).getPort(), party);
        } catch (OsException refused) {
            done.completeExceptionally(refused);
        }
    }

    /// Looks several times: a machine that sleeps wakes up with all time-outs over, and the system not yet told.
    private void requireConnected(Party party, int looks) {
        if (!party.isConnecting()) return;
        if (looks == 0) fail(party + " still connects after its time-out");
        else host.loop.setTimeout(() -> requireConnected(party, looks - 1), LATE_MILLIS);
    }

    private void accepted(TcpSocket socket) {
        var party = new Party("server");
        party.connected = true;
        try {
            var client = clientsByPort.get(((InetSocketAddress) socket.peerAddress()).getPort());
            party.peer = client;
            client.peer = party;
        } catch (OsException gone) {
            done.completeExceptionally(gone);
        }
        party.take(socket);
    }

    /// The faults are over, and everybody comes to an end.
    private void calmDown() {
        calm = true;
        host.driver.faults().end();
        for (var party : List.copyOf(parties)) party.comeToAnEnd();
        closeWhenDone();
    }

    private void closeWhenDone() {
        if (calm && open == 0 && toBegin == 0) server.close();
    }

    private void finish() {
        if (host.openHandles() != 0) fail(host.openHandles() + " handles are left");
        else if (host.buffersOut() != 0) fail(host.buffersOut() + " buffers are left");
        else if (host.driver.openSockets() != 0) fail(host.driver.openSockets() + " sockets are left");
        else if (host.driver.violation() != null) fail(host.driver.violation());
        else done.complete(null);
    }

    /// One side of a connection.
    private final class Party {
        final String role;
        final int number = parties.size();
        TcpSocket socket;
        /// Null until the server has accepted.
        Party peer;
        boolean connected;
        private int stepsLeft = 1 + random.nextInt(STEPS_MAX);
        private long written;
        private long received;
        private boolean ended;
        private boolean endTold;
        private boolean dropped;
        private String error;
        private boolean owedDrain;
        private boolean closed;

        Party(String role) {
            this.role = role;
            parties.add(this);
        }

        void take(TcpSocket taken) {
            socket = taken;
            open++;
            socket.halfOpen(random.nextBoolean());
            socket.onDrain(() -> {
                alive("that it is empty");
                if (socket.waitingBytes() > 0) fail(this + " is told that it is empty, and is not");
                owedDrain = false;
            });
            socket.onEnd(this::peerHasEnded).onClose(this::hasClosed).onError(problem -> {
                alive("an error");
                error = ((OsException) problem).code();
            });
            if (random.nextInt(4) > 0) socket.onData(this::data);
            nextStep();
        }

        boolean isConnecting() {
            return !connected && !closed && error == null && !dropped;
        }

        private void alive(String what) {
            if (closed) fail(this + " is told " + what + " after its close");
        }

        private void data(Buffer data) {
            alive("data");
            if (endTold) fail(this + " is told data after the end");
            if (socket.isPaused()) fail(this + " is told data while it is paused");
            for (var i = 0; i < data.readable(); i++) {
                if (data.get(i) != at(peer.number, received + i)) fail(this + " got another byte at " + (received + i));
            }
            received += data.readable();
            switch (random.nextInt(40)) {
                case 0, 1 -> pauseForAWhile();
                case 2 -> write(1 + random.nextInt(3_000));
                case 3 -> end();
                default -> {}
            }
        }

        private void pauseForAWhile() {
            socket.pause();
            host.loop.setTimeout(() -> {
                if (!closed) socket.resume();
            }, 1 + random.nextInt(500));
        }

        private void peerHasEnded() {
            alive("the end");
            if (endTold) fail(this + " is told the end twice");
            endTold = true;
            if (!peer.dropped && received != peer.written) {
                fail(this + " is told the end after " + received + " of " + peer.written + " bytes");
            }
        }

        private void hasClosed() {
            alive("a close");
            closed = true;
            open--;
            var orderly = endTold && ended || endTold && !dropped || dropped;
            if (!orderly && error == null) fail(this + " closed and nobody said why");
            if (owedDrain && error == null && !dropped) fail(this + " was never told that it is empty");
            closeWhenDone();
        }

        private void nextStep() {
            host.loop.setTimeout(this::step, 1 + random.nextInt(random.nextInt(10) == 0 ? 3_000 : 20));
        }

        private void step() {
            if (closed || dropped) return;
            if (calm || stepsLeft-- == 0) {
                comeToAnEnd();
                return;
            }
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> write(1 + random.nextInt(2_000));
                case 5 -> write(random.nextInt(200_000));
                case 6 -> write(0);
                case 7 -> pauseForAWhile();
                case 8 -> socket.onData(this::data);
                case 9 -> {
                    write(1 + random.nextInt(5_000));
                    end();
                }
                case 10 -> {
                    if (random.nextInt(4) == 0) drop(socket::destroy);
                }
                default -> {
                    if (random.nextInt(4) == 0) drop(socket::reset);
                }
            }
            nextStep();
        }

        private void write(int bytes) {
            if (!socket.isWritable()) return;
            var data = new byte[bytes];
            for (var i = 0; i < bytes; i++) data[i] = at(number, written + i);
            var inPlace = bytes > 0 && bytes <= 60_000 && random.nextBoolean();
            var goOn = inPlace ? socket.write(host.loop.takeBuffer(bytes).append(data)) : socket.write(data);
            written += bytes;
            if (goOn != socket.waitingBytes() <= TcpSocket.HIGH_WATER_BYTES) {
                fail(this + " has " + socket.waitingBytes() + " bytes waiting and says " + goOn);
            }
            if (!goOn) owedDrain = true;
        }

        private void end() {
            if (dropped) return;
            ended = true;
            socket.end();
        }

        private void drop(Runnable how) {
            dropped = true;
            how.run();
        }

        void comeToAnEnd() {
            if (closed || dropped) return;
            socket.onData(this::data);
            socket.resume();
            end();
        }

        @Override
        public String toString() {
            return role + " " + number + (peer == null ? "" : " of " + peer.number) + " [written " + written + ", received "
                    + received + (connected ? "" : ", not connected") + (ended ? ", ended" : "") + (endTold ? ", end told" : "")
                    + (dropped ? ", dropped" : "") + (error == null ? "" : ", " + error) + (closed ? ", closed" : "") + "]";
        }
    }

    /// The byte that the party writes at this position.
    private static byte at(int party, long position) {
        return (byte) (position * 31 + (position >>> 8) * 7 + party * 101L);
    }
}
