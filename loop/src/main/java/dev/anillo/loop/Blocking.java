package dev.anillo.loop;

import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/// Work that waits, beside the loop: each on a virtual thread, its result back on the loop's. See [EventLoop#blocking].
///
/// Threads: the loop's.
final class Blocking {
    private final EventLoop loop;
    private final Reactor reactor;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int running;

    Blocking(EventLoop loop, Reactor reactor) {
        this.loop = loop;
        this.reactor = reactor;
    }

    <T> CompletableFuture<T> start(Callable<T> work) {
        var result = new CompletableFuture<T>();
        reactor.retain();
        if (running < EventLoop.BLOCKING_MAX) run(work, result);
        else waiting.add(() -> run(work, result));
        return result;
    }

    private <T> void run(Callable<T> work, CompletableFuture<T> result) {
        running++;
        if (result.isDone()) { // given up while it waited
            ended();
            return;
        }
        var thread = Thread.ofVirtual().name("anillo blocking").unstarted(() -> {
            var outcome = outcome(work, result);
            try {
                loop.execute(() -> {
                    ended();
                    outcome.run();
                });
            } catch (RejectedExecutionException ended) {
                result.completeExceptionally(ended); // nobody's callback runs any more; who waits on another thread is told
            }
        });
        result.whenComplete((_, problem) -> {
            if (problem instanceof CancellationException) thread.interrupt();
        });
        thread.start();
    }

    private static <T> Runnable outcome(Callable<T> work, CompletableFuture<T> result) {
        try {
            var value = work.call();
            return () -> result.complete(value);
        } catch (Throwable problem) {
            return () -> result.completeExceptionally(problem);
        }
    }

    private void ended() {
        running--;
        reactor.release();
        var next = waiting.poll();
        if (next != null) next.run();
    }
}
