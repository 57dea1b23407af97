package dev.anillo.http.server;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;

/// Waiting in tests: for an event, never for a time, and never for ever.
final class Deadline {
    static final int SECONDS = 20;
    static final int MILLIS = SECONDS * 1000;

    private Deadline() {}

    /// What the future comes to; its failure is the cause of the assertion that fails.
    static <T> T await(CompletableFuture<T> future, Supplier<String> state) {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        } catch (TimeoutException late) {
            return Assertions.fail("nothing within " + SECONDS + " s: " + state.get(), late);
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted while waiting: " + state.get(), interrupted);
        }
    }

    static <T> T next(BlockingQueue<T> queue) {
        try {
            var one = queue.poll(SECONDS, TimeUnit.SECONDS);
            return one != null ? one : Assertions.fail("nothing came within " + SECONDS + " s");
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted while waiting", interrupted);
        }
    }

    /// For what gives no signal (the kernel's tables, the loop's counts): looks again and again.
    static void until(BooleanSupplier condition, Supplier<String> state) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) Assertions.fail("not within " + SECONDS + " s: " + state.get());
            Thread.yield();
        }
    }
}
