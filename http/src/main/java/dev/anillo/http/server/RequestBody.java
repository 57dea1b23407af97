package dev.anillo.http.server;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.stream.Readable;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;

/// A request's body as a stream. It closes when the exchange is over; where the response ended before all had come, with
/// no end before.
final class RequestBody extends BodyStream implements Readable {
    RequestBody(Exchange exchange) {
        super(exchange);
    }

    @Override
    public Readable onData(Consumer<Buffer> callback) {
        Objects.requireNonNull(callback);
        if (exchange() != null) exchange().request.onData(callback);
        return this;
    }

    @Override
    public Readable onEnd(Runnable callback) {
        Objects.requireNonNull(callback);
        if (exchange() != null) exchange().request.onEnd(() -> ended(callback));
        return this;
    }

    /// What was read over, because the response had ended, would be missing.
    private void ended(Runnable callback) {
        if (exchange().drainedBytes == 0) callback.run();
    }

    @Override
    public Readable onError(Consumer<IOException> callback) {
        addOnError(Objects.requireNonNull(callback));
        return this;
    }

    @Override
    public Readable onClose(Runnable callback) {
        addOnClose(callback);
        return this;
    }

    @Override
    public void pause() {
        if (exchange() != null) exchange().request.pause();
    }

    @Override
    public void resume() {
        if (exchange() != null) exchange().request.resume();
    }

    @Override
    public void destroy() {
        if (exchange() != null && !exchange().request.isComplete()) breakOff();
    }
}
