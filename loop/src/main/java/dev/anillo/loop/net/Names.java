package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.driver.LoopInternals;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// From names to addresses, by the system's resolver, which may take its time: not on a loop.
///
///     Names.lookup("example.org").thenAccept(addresses -> …);
///
/// Answers are kept for [#TTL_MILLIS], on top of what the JDK itself keeps (security property networkaddress.cache.ttl,
/// 30 s); failures are not. Who asks for a name that is being looked up gets the same answer.
///
/// Threads: the loop's. Up to [#RESOLVERS_MAX] daemon threads of the process wait for the resolver, platform ones: it would
/// hold on to a virtual one's carrier.
public final class Names {
    /// How long an answer is good: system property `anillo.names.ttlMillis`, milliseconds, default 10 s; 0 for no cache.
    public static final int TTL_MILLIS = Math.max(0, Integer.getInteger("anillo.names.ttlMillis", 10_000));

    /// Names whose answers are kept; the oldest goes first.
    public static final int KEPT_MAX = 1_000;

    /// Lookups at once, of all loops; more wait their turn.
    public static final int RESOLVERS_MAX = 4;

    /// Lookups that wait. A resolver that is down must not collect them without end.
    public static final int WAITING_MAX = 1_000;

    private static final int IDLE_SECONDS = 10;
    private static final long TTL_NANOS = TTL_MILLIS * 1_000_000L;

    /// Where answers come from.
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private record Answer(CompletableFuture<List<InetAddress>> addresses, long nanoTime) {}

    private static final Names OF_THE_PROCESS = new Names(InetAddress::getAllByName, System::nanoTime);

    private final Resolver resolver;
    private final Supplier<Long> nanoTime;
    private final Map<String, Answer> answers = new LinkedHashMap<>();
    private final ThreadPoolExecutor resolvers;

    Names(Resolver resolver, Supplier<Long> nanoTime) {
        this.resolver = resolver;
        this.nanoTime = nanoTime;
        this.resolvers = new ThreadPoolExecutor(RESOLVERS_MAX, RESOLVERS_MAX, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_MAX), Thread.ofPlatform().daemon().name("resolver ", 1).factory());
        resolvers.allowCoreThreadTimeOut(true);
    }

    /// The addresses of a name, at least one, in the order of the system (RFC 6724), for this thread's loop. The text of an
    /// address is its own answer. The loop goes on until the answer has come.
    ///
    /// @return completes on the loop; fails with an [UnknownHostException], also when more than [#WAITING_MAX] wait
    public static CompletableFuture<List<InetAddress>> lookup(String host) {
        return OF_THE_PROCESS.find(host);
    }

    CompletableFuture<List<InetAddress>> find(String host) {
        var loop = EventLoop.current();
        var internals = LoopInternals.of(loop);
        internals.checkThread();
        var told = new CompletableFuture<List<InetAddress>>();
        internals.retain();
        answer(host).whenComplete((addresses, problem) -> {
            try {
                loop.execute(() -> {
                    internals.release();
                    if (problem == null) told.complete(addresses);
                    else told.completeExceptionally(problem);
                });
            } catch (RejectedExecutionException ended) {
                told.completeExceptionally(ended); // the loop is closed: nobody there to tell
            }
        });
        return told;
    }

    private synchronized CompletableFuture<List<InetAddress>> answer(String host) {
        var known = answers.get(host);
        if (known != null && isGood(known)) return known.addresses;
        answers.remove(host);
        var asked = new Answer(new CompletableFuture<>(), nanoTime.get());
        if (answers.size() == KEPT_MAX) answers.remove(answers.keySet().iterator().next());
        answers.put(host, asked);
        try {
            resolvers.execute(() -> resolve(host, asked));
        } catch (RejectedExecutionException full) {
            answers.remove(host);
            asked.addresses.completeExceptionally(
                    new UnknownHostException("lookup " + host + ": " + WAITING_MAX + " other names wait for the resolver"));
        }
        return asked.addresses;
    }

    private boolean isGood(Answer known) {
        if (!known.addresses.isDone()) return true; // being looked up
        return nanoTime.get() - known.nanoTime < TTL_NANOS;
    }

    private void resolve(String host, Answer asked) {
        try {
            asked.addresses.complete(List.of(resolver.resolve(host)));
        } catch (UnknownHostException | RuntimeException refused) {
            synchronized (this) {
                answers.remove(host, asked);
            }
            var problem = new UnknownHostException("lookup " + host + ": no address is known for this name");
            problem.initCause(refused);
            asked.addresses.completeExceptionally(problem);
        }
    }

    /// First one of the family that the system prefers, then the families take turns (RFC 8305 §4).
    static List<InetAddress> interlaced(List<InetAddress> addresses) {
        var preferred = new ArrayList<InetAddress>();
        var others = new ArrayList<InetAddress>();
        for (var address : addresses) {
            (address.getClass() == addresses.getFirst().getClass() ? preferred : others).add(address);
        }
        var order = new ArrayList<InetAddress>();
        for (var i = 0; i < Math.max(preferred.size(), others.size()); i++) {
            if (i < preferred.size()) order.add(preferred.get(i));
            if (i < others.size()) order.add(others.get(i));
        }
        return order;
    }
}
