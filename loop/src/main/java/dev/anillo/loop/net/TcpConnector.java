package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.Timer;
import dev.anillo.loop.driver.Errno;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Connects to a name, or to the first of several addresses that answers ("happy eyeballs", RFC 8305): the next address is
/// tried when one has not answered within [#ATTEMPT_DELAY_MILLIS], or at once when it is refused, and the first connection that
/// stands is kept.
///
///     TcpConnector.connect("example.org", 443).thenAccept(socket -> …);
///
/// Threads: the loop's.
public final class TcpConnector {
    /// RFC 8305 §5 recommends it: longer than most handshakes, and short for a person.
    public static final int ATTEMPT_DELAY_MILLIS = 250;

    /// Addresses of one name that are tried; a name with more is no reason to knock at all of them.
    public static final int ADDRESSES_MAX = 16;

    /// For all of it, the lookup excepted; 0: the system's own limit for each attempt.
    public static final int TIMEOUT_MILLIS = 30_000;

    private final EventLoop loop = EventLoop.current();
    private final ArrayDeque<InetSocketAddress> untried;
    private final List<TcpSocket> attempts = new ArrayList<>();
    private final List<IOException> refusals = new ArrayList<>();
    private final Outcome outcome;
    private final String target;
    private Timer nextAttempt;
    private Timer timeout;

    /// By a method of its own, and not as a dependent: those may run on any thread that waits for a future.
    private static final class Outcome extends CompletableFuture<TcpSocket> {
        private Runnable onCancel = () -> {};

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            var isFirst = super.cancel(mayInterruptIfRunning);
            if (isFirst) onCancel.run();
            return isFirst;
        }
    }

    private TcpConnector(List<InetSocketAddress> addresses, int timeoutMillis, Outcome outcome) {
        this.untried = new ArrayDeque<>(addresses.subList(0, Math.min(addresses.size(), ADDRESSES_MAX)));
        this.target = addresses.toString();
        this.outcome = outcome;
        outcome.onCancel = this::end;
        if (timeoutMillis > 0) timeout = loop.setTimeout(this::timedOut, timeoutMillis);
    }

    /// As [#connect(String, int, int)], within [#TIMEOUT_MILLIS].
    public static CompletableFuture<TcpSocket> connect(String host, int port) {
        return connect(host, port, TIMEOUT_MILLIS);
    }

    /// Looks the name up ([Names#lookup]) and connects on this thread's loop.
    ///
    /// @return as of [#connect(List, int)]; or fails with the UnknownHostException of the lookup
    public static CompletableFuture<TcpSocket> connect(String host, int port, int timeoutMillis) {
        var outcome = new Outcome();
        Names.lookup(host).whenComplete((addresses, problem) -> {
            if (outcome.isDone()) return; // given up meanwhile
            if (problem != null) {
                outcome.completeExceptionally(problem);
                return;
            }
            var found = Names.interlaced(addresses).stream().map(address -> new InetSocketAddress(address, port)).toList();
            new TcpConnector(found, timeoutMillis, outcome).tryNext();
        });
        return outcome;
    }

    /// Tries resolved addresses in this order, on this thread's loop.
    ///
    /// @param addresses at least one; those after [#ADDRESSES_MAX] are not tried
    /// @param timeoutMillis for all of it; 0: the system's own limit for each attempt
    /// @return completes on the loop with a connected socket, the caller's. Fails with what the first address was refused
    ///     with, the others' refusals suppressed in it, or `ETIMEDOUT`. To cancel it on the loop gives all attempts up
    public static CompletableFuture<TcpSocket> connect(List<InetSocketAddress> addresses, int timeoutMillis) {
        if (addresses.isEmpty()) throw new IllegalArgumentException("no address to connect to");
        var outcome = new Outcome();
        new TcpConnector(addresses, timeoutMillis, outcome).tryNext();
        return outcome;
    }

    private void tryNext() {
        if (outcome.isDone()) return;
        if (nextAttempt != null) nextAttempt.cancel();
        var address = untried.poll();
        if (address == null) {
            if (attempts.isEmpty()) fail();
            return;
        }
        try {
            var attempt = TcpSocket.connect(address, this::connected);
            attempts.add(attempt);
            attempt.onError(refusal -> refused(attempt, refusal));
            if (!untried.isEmpty()) nextAttempt = loop.setTimeout(this::tryNext, ATTEMPT_DELAY_MILLIS);
        } catch (OsException refusal) {
            refusals.add(refusal);
            loop.nextTick(this::tryNext);
        }
    }

    private void connected(TcpSocket socket) {
        attempts.remove(socket);
        socket.forgetOnError();
        end();
        if (!outcome.complete(socket)) socket.destroy();
    }

    private void refused(TcpSocket attempt, IOException refusal) {
        if (!attempts.remove(attempt)) return;
        refusals.add(refusal);
        tryNext();
    }

    private void timedOut() {
        refusals.addFirst(new OsException("connect", target, Errno.ETIMEDOUT));
        fail();
    }

    private void fail() {
        var first = refusals.getFirst();
        refusals.stream().skip(1).forEach(first::addSuppressed);
        end();
        outcome.completeExceptionally(first);
    }

    /// One has won, all have failed, or the caller has given up.
    private void end() {
        if (nextAttempt != null) nextAttempt.cancel();
        if (timeout != null) timeout.cancel();
        untried.clear();
        var left = List.copyOf(attempts);
        attempts.clear();
        for (var attempt : left) attempt.destroy();
    }
}
