package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anillo.loop.net.TcpSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/// One seeded script of writes, pauses, ends, resets and drops on many connections, run on each transport: what every
/// connection's two sides receive and tell must be the same everywhere, on the simulated system too, which is to be a model of the
/// real ones, and on a kernel that does all that its manual allows.
@ParameterizedClass(name = "{0}")
@FieldSource("ALSO")
class DifferentialTest extends TransportTest {
    /// Besides those that [TransportTest] brings.
    static final List<String> ALSO = List.of(SIMULATED, UNRELIABLE + "io_uring", UNRELIABLE + "epoll");

    private static final int CONNECTIONS = 60;
    private static final int STEPS_MAX = 12;

    /// What each transport that ran so far came to.
    private static final Map<String, List<String>> TRACES = new LinkedHashMap<>();

    /// The two sides of a connection; each sends [Pattern] from 0 on.
    private static final class Connection {
        final Side[] sides = new Side[2];
    }

    private static final class Side {
        final Watched watched;
        long sent;
        boolean ended;

        Side(Watched watched) {
            this.watched = watched;
        }
    }

    @Test
    void aSeededScriptComesToTheSameOnEachTransport() throws Exception {
        var accepted = new LinkedBlockingQueue<Watched>();
        var server = listen(socket -> accepted.add(new Watched(socket.halfOpen(true)).receivingPattern()));
        var port = port(server);
        var trace = new ArrayList<String>();
        for (var number = 0; number < CONNECTIONS; number++) {
            var connection = new Connection();
            var client = connect(port);
            onLoop(() -> {
                client.socket.halfOpen(true);
                client.receivingPattern();
            });
            connection.sides[0] = new Side(client);
            connection.sides[1] = new Side(next(accepted));
            trace.add(number + ":" + play(connection, new Random(Pattern.SEED + number)));
        }
        TRACES.put(transport, trace);
        var first = TRACES.entrySet().iterator().next();
        assertEquals(first.getValue(), trace,
                () -> transport + " differs from " + first.getKey() + ", seed " + Pattern.SEED);
    }

    private String play(Connection connection, Random random) throws Exception {
        var script = new StringBuilder();
        var sides = connection.sides;
        for (var step = 0; step < STEPS_MAX && !(sides[0].ended && sides[1].ended); step++) {
            var actor = random.nextInt(2);
            if (sides[actor].ended) actor = 1 - actor;
            var me = sides[actor];
            var other = sides[1 - actor];
            script.append(' ').append(actor == 0 ? "client" : "server").append(' ');
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> {
                    var bytes = 1 + random.nextInt(100_000);
                    script.append("sends ").append(bytes);
                    await(send(me, bytes));
                    other.watched.awaitReceived(me.sent);
                }
                case 3 -> {
                    var bytes = 1 + random.nextInt(4 << 20);
                    script.append("sends ").append(bytes).append(" past a pause");
                    onLoop(other.watched.socket::pause);
                    var sending = send(me, bytes);
                    onLoop(other.watched.socket::resume);
                    await(sending);
                    other.watched.awaitReceived(me.sent);
                }
                case 4 -> {
                    var bytes = random.nextInt(1 << 20);
                    script.append("sends ").append(bytes).append(" and ends");
                    onLoop(() -> {
                        me.watched.socket.write(Pattern.bytes(me.sent, bytes));
                        me.watched.socket.end();
                    });
                    me.sent += bytes;
                    await(other.watched.ended);
                    me.ended = true;
                }
                case 5 -> {
                    script.append("ends");
                    onLoop(me.watched.socket::end);
                    await(other.watched.ended);
                    me.ended = true;
                }
                case 6 -> {
                    script.append("writes in vain and drops it");
                    onLoop(() -> {
                        me.watched.socket.write(Pattern.bytes(me.sent, 1000));
                        me.watched.socket.destroy();
                    });
                    await(me.watched.closed);
                    if (!me.ended) await(other.watched.ended);
                    onLoop(other.watched.socket::end);
                    me.ended = other.ended = true;
                }
                case 7 -> {
                    script.append("resets");
                    onLoop(me.watched.socket::reset);
                    await(other.watched.closed);
                    me.ended = other.ended = true;
                }
                default -> {
                    script.append("pauses, resumes and asks for nothing");
                    onLoop(() -> {
                        me.watched.socket.pause();
                        me.watched.socket.resume();
                        me.watched.socket.write(new byte[0]);
                    });
                }
            }
        }
        for (var side : sides) onLoop(side.watched.socket::end);
        for (var side : sides) await(side.watched.closed);
        return script + " => client got " + told(sides[0]) + ", server got " + told(sides[1]);
    }

    private CompletableFuture<Void> send(Side side, int bytes) {
        var from = side.sent;
        side.sent += bytes;
        return onLoop(() -> {
            TcpSocket socket = side.watched.socket;
            var drained = side.watched.nextDrain();
            if (socket.write(Pattern.bytes(from, bytes))) drained.complete(null);
            return drained;
        });
    }

    private static String told(Side side) {
        return side.watched.received() + " bytes and told "
                + side.watched.told().stream().filter(one -> !one.equals("drain")).toList();
    }
}
