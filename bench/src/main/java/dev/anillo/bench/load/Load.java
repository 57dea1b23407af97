package dev.anillo.bench.load;

import dev.anillo.loop.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/// A server is asked as a plan says: one [Generator] on a loop of its own for each thread.
public final class Load implements AutoCloseable {
    /// From the last connection to the first request: all threads have been told by then.
    private static final long HEAD_START_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final LoadPlan plan;
    private final InetSocketAddress server;
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<Generator> generators = new ArrayList<>();

    /// @param isWatched whether [#takeInterval] is going to be called
    /// @throws IOException when the name has no address
    public Load(LoadPlan plan, Request request, boolean isWatched) throws IOException {
        this.plan = plan;
        server = new InetSocketAddress(InetAddress.getByName(request.host()), request.port());
        for (var i = 0; i < plan.threads(); i++) {
            var loop = EventLoop.start("load-" + i);
            loops.add(loop);
            generators.add(new Generator(loop, plan.part(i), server, request, isWatched));
        }
    }

    InetSocketAddress server() {
        return server;
    }

    /// How the kernel is asked.
    String transport() {
        return loops.getFirst().transport();
    }

    /// Makes the connections, all of them.
    ///
    /// @throws IOException the first refusal
    public void connect() throws IOException, InterruptedException {
        await(onEach(Generator::connect));
    }

    /// Asks. Returns when each request was answered or given up. May be called again, on the same connections.
    ///
    /// @param whileRunning called again and again meanwhile
    public LoadResult run(Runnable whileRunning, long periodNanos) throws IOException, InterruptedException {
        var begin = System.nanoTime() + HEAD_START_NANOS;
        var cpuBefore = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
        var parts = onEach(generator -> generator.run(begin));
        for (var part : parts) {
            while (!isDone(part, periodNanos)) whileRunning.run();
        }
        var all = new Recording();
        for (var part : await(parts)) all.add(part);
        var cpu = ProcessHandle.current().info().totalCpuDuration().orElseThrow().minus(cpuBefore);
        return new LoadResult(plan, transport(), all, System.nanoTime() - begin, cpu.toNanos());
    }

    private static boolean isDone(CompletableFuture<?> part, long periodNanos) throws InterruptedException {
        try {
            part.get(periodNanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException _) {
            return true; // told by await
        }
    }

    /// What came since the last call, on all threads.
    public Recording takeInterval() throws IOException, InterruptedException {
        var sum = new Recording();
        var parts = onEach(generator -> CompletableFuture.completedFuture(generator.takeInterval()));
        for (var part : await(parts)) sum.add(part);
        return sum;
    }

    private <T> List<CompletableFuture<T>> onEach(Function<Generator, CompletableFuture<T>> action) {
        var outcomes = new ArrayList<CompletableFuture<T>>();
        for (var i = 0; i < generators.size(); i++) {
            var generator = generators.get(i);
            outcomes.add(on(loops.get(i), () -> action.apply(generator)));
        }
        return outcomes;
    }

    private static <T> CompletableFuture<T> on(EventLoop loop, Supplier<CompletableFuture<T>> action) {
        var outcome = new CompletableFuture<CompletableFuture<T>>();
        loop.execute(() -> {
            try {
                outcome.complete(action.get());
            } catch (Throwable failed) {
                outcome.completeExceptionally(failed);
            }
        });
        return outcome.thenCompose(Function.identity());
    }

    private static <T> List<T> await(List<CompletableFuture<T>> outcomes) throws IOException, InterruptedException {
        var values = new ArrayList<T>();
        for (var outcome : outcomes) {
            try {
                values.add(outcome.get());
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof IOException told) throw told;
                throw new IllegalStateException(failed.getCause());
            }
        }
        return values;
    }

    @Override
    public void close() {
        for (var loop : loops) loop.close();
    }
}
