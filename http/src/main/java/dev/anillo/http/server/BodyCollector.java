package dev.anillo.http.server;

import dev.anillo.http.BodyException;
import dev.anillo.loop.buffer.Buffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/// Gathers a body into one array, up to a bound.
final class BodyCollector {
    private static final int BYTES_AT_FIRST = 1024;

    private final CompletableFuture<byte[]> future = new CompletableFuture<>();
    private final int bytesMax;
    private byte[] bytes;
    private int length;

    BodyCollector(int bytesMax) {
        if (bytesMax < 0) throw new IllegalArgumentException("a body of at the most " + bytesMax + " bytes");
        this.bytesMax = bytesMax;
        bytes = new byte[Math.min(BYTES_AT_FIRST, bytesMax)];
    }

    CompletableFuture<byte[]> future() {
        return future;
    }

    void data(Buffer data) {
        if (future.isDone()) return; // too long: the rest is read over
        var more = data.readable();
        if (more > bytesMax - length) {
            bytes = null;
            future.completeExceptionally(new BodyException(413, "request body is longer than " + bytesMax + " bytes"));
            return;
        }
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(bytesMax, Math.max(2L * bytes.length, length + more)));
        }
        data.copyTo(bytes, length);
        length += more;
    }

    void end() {
        if (!future.isDone()) future.complete(Arrays.copyOf(bytes, length));
    }

    void aborted() {
        future.completeExceptionally(new BodyException(400, "the exchange ended before the request was complete"));
    }
}
