package dev.anillo.loop.driver.nio;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Driver;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// Polls a driver and keeps what it reports.
final class Recording implements Completions {
    static final long PATIENCE_NANOS = 10_000_000_000L;

    record Completion(long token, int result, boolean more, byte[] data) {}

    private final Driver driver;
    private final List<Completion> completions = new ArrayList<>();

    Recording(Driver driver) {
        this.driver = driver;
    }

    @Override
    public void completed(long token, int result, boolean more, Buffer data) {
        completions.add(new Completion(token, result, more, data == null ? new byte[0] : data.toByteArray()));
        if (data != null) data.release();
    }

    /// Polls until the token completes, and takes that completion out.
    Completion await(long token) {
        var deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
        while (!has(token)) {
            if (System.nanoTime() > deadlineNanos) throw new AssertionError("token " + token + " did not complete");
            driver.poll(PATIENCE_NANOS, this);
        }
        return take(token);
    }

    int result(long token) {
        return await(token).result();
    }

    byte[] received(long token, int bytes) {
        var received = new ByteArrayOutputStream();
        while (received.size() < bytes) {
            var completion = await(token);
            if (completion.result() <= 0) throw new AssertionError(received.size() + " bytes, then " + completion);
            received.writeBytes(completion.data());
        }
        return received.toByteArray();
    }

    boolean has(long token) {
        return completions.stream().anyMatch(completion -> completion.token() == token);
    }

    List<Completion> all() {
        return completions;
    }

    private Completion take(long token) {
        for (var completion : completions) {
            if (completion.token() == token) {
                completions.remove(completion);
                return completion;
            }
        }
        throw new AssertionError("no completion of token " + token);
    }
}
