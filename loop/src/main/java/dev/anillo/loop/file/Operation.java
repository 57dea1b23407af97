package dev.anillo.loop.file;

import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Endpoint;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.Token;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/// One operation under way. It has a slot of its own and keeps the loop running until it ends.
final class Operation implements Endpoint {
    private final LoopInternals internals;
    private final IntConsumer onResult;
    private final int slot;

    private Operation(LoopInternals internals, IntConsumer onResult) {
        this.internals = internals;
        this.onResult = onResult;
        this.slot = internals.attach(this);
        internals.retain();
    }

    /// @param start hands the token to the driver
    /// @param onResult told 0 or more, or a negated errno
    static void start(LoopInternals internals, LongConsumer start, IntConsumer onResult) {
        internals.checkThread();
        var operation = new Operation(internals, onResult);
        start.accept(internals.token(operation.slot, Token.FILE));
    }

    /// @param name of the system call, and what it is applied to: for the refusal
    /// @param value of a result of 0 or more
    static <T> CompletableFuture<T> start(LoopInternals internals, String name, Object target, LongConsumer start,
            IntFunction<T> value) {
        var outcome = new CompletableFuture<T>();
        start(internals, start, result -> {
            if (result >= 0) outcome.complete(value.apply(result));
            else outcome.completeExceptionally(new OsException(name, target.toString(), -result));
        });
        return outcome;
    }

    @Override
    public void completed(int operation, int result, boolean more, Buffer data) {
        internals.detach(slot);
        internals.release();
        onResult.accept(result);
    }

    /// It ends by itself, and soon.
    @Override
    public void closeNow() {}
}
