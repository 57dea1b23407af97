package dev.anillo.http.server;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.stream.Writable;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;

/// A response's body as a stream. It closes when the exchange is over: the response has ended, or the client is gone.
final class ResponseBody extends BodyStream implements Writable {
    ResponseBody(Exchange exchange) {
        super(exchange);
    }

    @Override
    public boolean write(Buffer buffer) {
        if (exchange() != null) return exchange().response.write(buffer);
        buffer.takeOver().release();
        return false;
    }

    @Override
    public boolean write(byte[] bytes) {
        return exchange() != null && exchange().response.write(bytes);
    }

    @Override
    public boolean write(String text) {
        return exchange() != null && exchange().response.write(text);
    }

    @Override
    public boolean isWritable() {
        return exchange() != null && !exchange().response.isDone();
    }

    @Override
    public Writable onDrain(Runnable callback) {
        Objects.requireNonNull(callback);
        if (exchange() != null) exchange().response.onDrain(callback);
        return this;
    }

    @Override
    public Writable onError(Consumer<IOException> callback) {
        addOnError(Objects.requireNonNull(callback));
        return this;
    }

    @Override
    public Writable onClose(Runnable callback) {
        addOnClose(callback);
        return this;
    }

    @Override
    public void end() {
        if (isWritable()) exchange().response.end();
    }

    @Override
    public void destroy() {
        if (isWritable()) exchange().connection.answers().breakOff(exchange());
    }
}
