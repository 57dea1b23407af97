package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpServer;
import dev.anillo.loop.OsException;
import dev.anillo.loop.SimulatedLoop;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.TcpSocket;
import dev.anillo.loop.simulation.Simulation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A server that is offered far more than it can do, on the simulated system: its clock stands still but for what the handler
/// and the network take, so that all figures are exact, and the same each time. Clients and server share the loop, so that
/// clients learn late of their answers; ci/overload.sh is for the figures.
class OverloadSimulationTest {
    private static final int PORT = 8000;
    private static final int CLIENTS = 400;
    private static final int HANDLER_MILLIS = 2;
    private static final int BOUND_MILLIS = 40;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int LOAD_MILLIS = 10_000;
    private static final long MILLI = 1_000_000;
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /// A client would ask ten times as often as it can be served.
    private static final int PERIOD_MILLIS = CLIENTS * HANDLER_MILLIS / 10;

    private final List<Client> clients = new ArrayList<>();
    private SimulatedLoop host;
    private HttpServer server;
    private boolean over;
    private int served;
    private int shed;
    private long longestMillis;

    private void begin(SimulatedLoop host, long seed, CompletableFuture<Void> done) {
        this.host = host;
        host.driver.faults().end();
        host.loop.onUncaught(done::completeExceptionally);
        server = HttpServer.create((request, response) -> {
            longestMillis = Math.max(longestMillis, request.socket().lastArrivalMillis());
            host.driver.pass(HANDLER_MILLIS * MILLI);
            response.end("x");
        }).limits(new HttpLimits().queueMillisMax(BOUND_MILLIS));
        server.onClose(() -> done.complete(null));
        server.listen(PORT, "127.0.0.1");
        host.loop.setTimeout(() -> {
            for (var i = 0; i < CLIENTS; i++) clients.add(new Client());
        }, 1);
        host.loop.setTimeout(() -> clients.forEach(Client::begin), CONNECT_MILLIS);
        host.loop.setTimeout(() -> over = true, CONNECT_MILLIS + LOAD_MILLIS);
        host.loop.setTimeout(() -> {
            if (server.load().overloaded()) done.completeExceptionally(new AssertionError("overload has no end"));
            for (var client : clients) client.socket.destroy();
            server.close();
        }, CONNECT_MILLIS + LOAD_MILLIS + 20 * BOUND_MILLIS);
    }

    private final class Client {
        private final TcpSocket socket;
        private final StringBuilder received = new StringBuilder();
        private long dueNanos;

        Client() {
            try {
                socket = TcpSocket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT), _ -> {});
            } catch (OsException refused) {
                throw new AssertionError(refused);
            }
            socket.onData(this::data);
        }

        void begin() {
            dueNanos = host.loop.nanoTime();
            ask();
        }

        private void ask() {
            if (over) return;
            socket.write(REQUEST);
        }

        /// The next request is due a period behind this one, or as soon as this one is answered.
        private void data(Buffer data) {
            received.append(data.toString());
            if (!received.toString().endsWith("x") && !received.toString().endsWith("later\n")) return;
            var now = host.loop.nanoTime();
            if (received.toString().startsWith("HTTP/1.1 200 ")) served++;
            else if (received.toString().contains("Retry-After: 1")) shed++;
            else throw new AssertionError(received);
            received.setLength(0);
            dueNanos = Math.max(now, dueNanos + PERIOD_MILLIS * MILLI);
            host.loop.setTimeout(this::ask, Math.max(1, (dueNanos - now) / MILLI));
        }
    }

    private static OverloadSimulationTest run(long seed) {
        var run = new OverloadSimulationTest();
        new Simulation().with("overload", run::begin).run(seed);
        return run;
    }

    @Test
    void underOverloadNineTenthsOfTheTimeGoToRequestsThatAreServedInTime() {
        var run = run(20_261_127);
        var possible = LOAD_MILLIS / HANDLER_MILLIS;
        assertTrue(run.served >= 0.9 * possible, () -> run.served + " served of " + possible);
        assertTrue(run.shed > possible / 4, () -> run.shed + " shed");
        assertTrue(run.longestMillis <= 5 * BOUND_MILLIS, () -> run.longestMillis + " ms at the longest");
    }

    @Test
    void aSeedTakesTheSameCourse() {
        var one = run(7);
        var other = run(7);
        assertEquals(List.of(one.served, one.shed, one.longestMillis), List.of(other.served, other.shed, other.longestMillis));
    }
}
