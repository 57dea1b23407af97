package dev.anillo.loop;

import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// Plays a [Script] on a loop: a server and one connection to it. What both sides receive and tell must be the same on each
/// transport.
final class ScriptPlayer {
    private static final int CONNECT_MILLIS = 50;
    private static final int IDLE_MILLIS = 5;

    private final EventLoop loop;
    private final InetSocketAddress refusing;
    private final InetSocketAddress unanswering;
    private final int seconds;

    /// One side of the connection; each sends [Pattern] from 0 on.
    private static final class Side {
        final Watched watched;
        long sent;
        boolean ended;

        Side(Watched watched) {
            this.watched = watched;
        }
    }

    /// @param refusing where nobody listens
    /// @param unanswering where connects are neither taken nor refused
    /// @param seconds for each thing that has to happen
    ScriptPlayer(EventLoop loop, InetSocketAddress refusing, InetSocketAddress unanswering, int seconds) {
        this.loop = loop;
        this.refusing = refusing;
        this.unanswering = unanswering;
        this.seconds = seconds;
    }

    /// @return what each side got and was told, in its order; or what did not happen in time
    String outcome(Script script) throws InterruptedException {
        try {
            return switch (script.opening()) {
                case ACCEPTED -> played(script);
                case REFUSED -> inVain(refusing, 0);
                case UNANSWERED -> inVain(unanswering, CONNECT_MILLIS);
            };
        } catch (AssertionError failed) {
            return failed.getMessage().lines().findFirst().orElse(failed.toString());
        }
    }

    private String inVain(InetSocketAddress address, int timeoutMillis) {
        var client = on(() -> new Watched(TcpSocket.connect(address, timeoutMillis, _ -> {})));
        await(client.closed);
        return "client told " + client.told();
    }

    private String played(Script script) throws InterruptedException {
        var accepted = new CompletableFuture<Side>();
        var listening = new CompletableFuture<Void>();
        var server = on(() -> TcpServer.create(loop, socket -> accepted.complete(side(socket)))
                .listen(0, "127.0.0.1", () -> listening.complete(null)));
        await(listening);
        try {
            var connected = new CompletableFuture<Side>();
            var address = on(() -> (InetSocketAddress) server.localAddress());
            run(() -> TcpSocket.connect(address, socket -> connected.complete(side(socket))));
            var client = await(connected);
            var sides = new Side[] {client, await(accepted)};
            for (var step : script.steps()) play(step, sides);
            for (var side : sides) run(side.watched.socket::end);
            for (var side : sides) await(side.watched.closed);
            return "client got " + told(sides[0]) + ", server got " + told(sides[1]);
        } finally {
            server.close();
        }
    }

    private static Side side(TcpSocket socket) {
        return new Side(new Watched(socket.halfOpen(true)).receivingPattern());
    }

    private void play(Script.Step step, Side[] sides) throws InterruptedException {
        var actor = step.client() ? 0 : 1;
        if (sides[actor].ended) actor = 1 - actor;
        var me = sides[actor];
        var other = sides[1 - actor];
        if (me.ended) return;
        var mySocket = me.watched.socket;
        var otherSocket = other.watched.socket;
        switch (step.act()) {
            case SENDS -> {
                await(send(me, step.bytes()));
                other.watched.awaitReceived(me.sent, seconds);
            }
            case SENDS_PAST_A_PAUSE -> {
                run(otherSocket::pause);
                var sending = send(me, step.bytes());
                run(otherSocket::resume);
                await(sending);
                other.watched.awaitReceived(me.sent, seconds);
            }
            case SENDS_AND_ENDS -> {
                run(() -> {
                    mySocket.write(Pattern.bytes(me.sent, step.bytes()));
                    mySocket.end();
                });
                me.sent += step.bytes();
                await(other.watched.ended);
                me.ended = true;
            }
            case ENDS -> {
                run(mySocket::end);
                await(other.watched.ended);
                me.ended = true;
            }
            case WRITES_IN_VAIN_AND_DROPS -> {
                run(() -> {
                    mySocket.write(Pattern.bytes(me.sent, step.bytes()));
                    mySocket.destroy();
                });
                dropped(me, other);
            }
            case TIMES_OUT -> {
                run(() -> loop.setTimeout(mySocket::destroy, IDLE_MILLIS));
                dropped(me, other);
            }
            case RESETS -> {
                run(mySocket::reset);
                await(other.watched.closed);
                me.ended = other.ended = true;
            }
            case RESTS -> run(() -> {
                mySocket.pause();
                mySocket.resume();
                mySocket.write(new byte[0]);
            });
        }
    }

    private void dropped(Side me, Side other) {
        await(me.watched.closed);
        await(other.watched.ended);
        run(other.watched.socket::end);
        me.ended = other.ended = true;
    }

    private CompletableFuture<Void> send(Side side, int bytes) {
        var from = side.sent;
        side.sent += bytes;
        return on(() -> {
            var drained = side.watched.nextDrain();
            if (side.watched.socket.write(Pattern.bytes(from, bytes))) drained.complete(null);
            return drained;
        });
    }

    private static String told(Side side) {
        return side.watched.received() + " bytes and told "
                + side.watched.told().stream().filter(one -> !one.equals("drain")).toList();
    }

    private <T> T on(Callable<T> action) {
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

    private void run(TransportTest.Action action) {
        on(() -> {
            action.run();
            return null;
        });
    }

    private <T> T await(CompletableFuture<T> future) {
        return Deadline.await(future, seconds, () -> "not told");
    }
}
