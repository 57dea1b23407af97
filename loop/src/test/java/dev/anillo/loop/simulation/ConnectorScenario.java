package dev.anillo.loop.simulation;

import dev.anillo.loop.OsException;
import dev.anillo.loop.SimulatedLoop;
import dev.anillo.loop.net.TcpConnector;
import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Clients that connect to the first of several addresses that answers; some never answer, some refuse, two listen. Each
/// server sends its own port to whoever comes.
///
/// What must hold whatever happens: each race has one outcome, within its time; who wins hears the server that it is connected
/// to; who fails is told why; where the system does nothing to connections, a race that can be won is won by the address
/// whose turn came first; a race that was given up has no socket; and nothing is left of those that lost.
final class ConnectorScenario {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final List<Integer> LISTENING = List.of(7001, 7002);
    private static final int NOBODY = 7009;
    private static final Set<String> REFUSALS = Set.of("ECONNREFUSED", "ETIMEDOUT", "ECONNRESET");
    private static final int RACES_MAX = 6;
    private static final int ADDRESSES_MAX = 5;
    private static final int TIMEOUT_MILLIS_MAX = 3_000;
    private static final int BEGIN_MILLIS = 2_000;
    /// More than a connection takes, and more than a callback is held back for.
    private static final int LATE_MILLIS = 1_000;
    /// Sooner than an address that never answers ends an attempt by itself.
    private static final int SCRIPT_MILLIS = 60_000;
    private static final int CALM_MILLIS = 600_000;

    /// What lets a race be lost that can be won, and holds up an end.
    private static final List<Fault> SPOILING = List.of(Fault.RESET, Fault.REFUSED, Fault.TIMED_OUT, Fault.STALL,
            Fault.ACCEPT_EXHAUSTED, Fault.CLOCK_JUMP);

    private final SimulatedLoop host;
    private final SplittableRandom random;
    private final CompletableFuture<Void> done;
    private final List<TcpServer> servers = new ArrayList<>();
    private final List<Race> races = new ArrayList<>();
    private int closedServers;

    /// On the loop's thread.
    ///
    /// @param done completed when all is over, or with what was wrong
    ConnectorScenario(SimulatedLoop host, long seed, CompletableFuture<Void> done) {
        this.host = host;
        this.done = done;
        random = new SplittableRandom(~seed);
        host.loop.onUncaught(done::completeExceptionally);
        for (var port : LISTENING) {
            servers.add(TcpServer.create(socket -> welcome(socket, port)).listen(port, "127.0.0.1").onClose(() -> {
                if (++closedServers == LISTENING.size()) host.loop.setImmediate(this::finish);
            }));
        }
        for (var i = random.nextInt(RACES_MAX); i >= 0; i--) {
            host.loop.setTimeout(() -> races.add(new Race()), 1 + random.nextInt(BEGIN_MILLIS));
        }
        host.loop.setTimeout(this::calmDown, SCRIPT_MILLIS);
        host.loop.setTimeout(this::stop, SCRIPT_MILLIS + CALM_MILLIS);
    }

    private void fail(String what) {
        done.completeExceptionally(new AssertionError(what));
    }

    private void welcome(TcpSocket socket, int port) {
        socket.onError(_ -> {}).onData(_ -> {}); // who lost is gone
        socket.write(Integer.toString(port));
        socket.end();
    }

    /// What lost is closed at once, not when the system gives it up.
    private void calmDown() {
        var over = races.stream().allMatch(race -> race.outcome.isDone());
        var left = host.driver.openSockets() - LISTENING.size();
        if (over && undisturbed() && left > 0) fail(left + " sockets are left of races that are over: " + races);
        host.driver.faults().end();
    }

    private boolean undisturbed() {
        return SPOILING.stream().allMatch(fault -> host.driver.faults().injected(fault) == 0);
    }

    private void stop() {
        for (var race : races) {
            if (!race.outcome.isDone()) fail(race + " is not over");
            if (race.socket != null && !race.closed) fail(race + " has won, and is still open");
        }
        servers.forEach(TcpServer::close);
    }

    private void finish() {
        if (host.openHandles() != 0) fail(host.openHandles() + " handles are left of " + races);
        else if (host.buffersOut() != 0) fail(host.buffersOut() + " buffers are left");
        else if (host.driver.openSockets() != 0) fail(host.driver.openSockets() + " sockets are left of " + races);
        else if (host.driver.violation() != null) fail(host.driver.violation());
        else done.complete(null);
    }

    private final class Race {
        private final List<InetSocketAddress> addresses = new ArrayList<>();
        private final int timeoutMillis = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(TIMEOUT_MILLIS_MAX);
        private final long begunNanos = host.loop.nanoTime();
        private final StringBuilder received = new StringBuilder();
        private final CompletableFuture<TcpSocket> outcome;
        private TcpSocket socket;
        private int port;
        private boolean givenUp;
        private boolean closed;
        private String error;

        Race() {
            for (var i = random.nextInt(ADDRESSES_MAX); i >= 0; i--) addresses.add(randomAddress());
            outcome = TcpConnector.connect(addresses, timeoutMillis);
            outcome.whenComplete(this::over);
            if (random.nextInt(8) == 0) host.loop.setTimeout(this::giveUp, random.nextInt(1_000));
        }

        private InetSocketAddress randomAddress() {
            return switch (random.nextInt(4)) {
                case 0 -> SimulatedDriver.UNANSWERING;
                case 1 -> new InetSocketAddress(LOOPBACK, NOBODY);
                default -> new InetSocketAddress(LOOPBACK, LISTENING.get(random.nextInt(LISTENING.size())));
            };
        }

        private void giveUp() {
            givenUp = outcome.cancel(false);
        }

        private void over(TcpSocket winner, Throwable problem) {
            if (outcome.isCancelled()) return;
            var spentMillis = TimeUnit.NANOSECONDS.toMillis(host.loop.nanoTime() - begunNanos);
            if (timeoutMillis > 0 && spentMillis > timeoutMillis + LATE_MILLIS && undisturbed()) {
                fail(this + " took " + spentMillis + " ms");
            }
            if (winner != null) won(winner);
            else lost((OsException) problem);
        }

        private void won(TcpSocket winner) {
            socket = winner;
            socket.onError(reset -> error = ((OsException) reset).code());
            socket.onData(data -> received.append(data.toString()));
            socket.onClose(this::hasClosed);
            port = portOf(winner);
            if (!LISTENING.contains(port)) fail(this + " is connected to " + port + ", where nobody listens");
            if (undisturbed() && port != firstListening()) fail(this + " is connected to " + port + ", which was not first");
        }

        private int portOf(TcpSocket connected) {
            try {
                return ((InetSocketAddress) connected.peerAddress()).getPort();
            } catch (OsException closed) {
                throw new AssertionError(this + " was given a closed socket", closed);
            }
        }

        private void hasClosed() {
            closed = true;
            if (error == null && !received.toString().equals(Integer.toString(port))) {
                fail(this + " at " + port + " heard '" + received + "'");
            }
        }

        private void lost(OsException problem) {
            if (!REFUSALS.contains(problem.code())) fail(this + " failed with " + problem);
            // Its turn comes at the latest when all before it had their delay.
            var turnMillis = addresses.size() * TcpConnector.ATTEMPT_DELAY_MILLIS;
            var hasTime = timeoutMillis == 0 || timeoutMillis > turnMillis + LATE_MILLIS;
            if (hasTime && firstListening() != 0 && undisturbed()) fail(this + " could have won: " + problem);
        }

        /// Its port; 0 without one.
        private int firstListening() {
            return addresses.stream().map(InetSocketAddress::getPort).filter(LISTENING::contains).findFirst().orElse(0);
        }

        @Override
        public String toString() {
            return "race " + races.indexOf(this) + " to " + addresses + " within " + timeoutMillis + " ms"
                    + (givenUp ? ", given up" : "") + (socket == null ? "" : ", won") + (closed ? ", closed" : "")
                    + (error == null ? "" : ", " + error);
        }
    }
}
