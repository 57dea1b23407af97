package dev.anillo.loop;

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

    static long nanoTime() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    }

    /// What the future comes to; its failure is thrown as it is.
    static <T> T await(CompletableFuture<T> future, Supplier<String> state) {
        return await(future, SECONDS, state);
    }

    static <T> T await(CompletableFuture<T> future, int seconds, Supplier<String> state) {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            return rethrow(failed.getCause());
        } catch (TimeoutException late) {
            return Assertions.fail("nothing within " + seconds + " s: " + state.get(), late);
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted while waiting: " + state.get(), interrupted);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T, E extends Throwable> T rethrow(Throwable problem) throws E {
        throw (E) problem;
    }

    /// For what gives no signal (the kernel's tables): looks again and again.
    static void until(BooleanSupplier condition, Supplier<String> state) {
        var deadline = nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) Assertions.fail("not within " + SECONDS + " s: " + state.get());
            Thread.yield();
        }
    }
}
