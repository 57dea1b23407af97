package dev.anillo.http.server;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.stream.CloseCallbacks;
import java.io.IOException;
import java.util.function.Consumer;

/// What the two bodies of an exchange have in common as streams: how they end. A program may hold on to one of them: when
/// the exchange is over it leads nowhere, as the facades do.
abstract class BodyStream {
    private Exchange exchange;
    private final EventLoop loop;
    private Consumer<IOException> onError;
    private Runnable onClose;

    BodyStream(Exchange exchange) {
        this.exchange = exchange;
        loop = exchange.connection.socket().loop();
    }

    public final EventLoop loop() {
        return loop;
    }

    /// Null once it is over.
    final Exchange exchange() {
        return exchange;
    }

    final void addOnError(Consumer<IOException> callback) {
        onError = callback;
    }

    final void addOnClose(Runnable callback) {
        onClose = CloseCallbacks.add(onClose, callback);
    }

    /// HTTP/1.1 can break off one message only with its connection.
    final void breakOff() {
        exchange.connection.socket().reset();
    }

    /// The client is gone, or the rest of its request made no sense.
    final void aborted() {
        if (onError != null) onError.accept(new IOException("the client is gone, or what it sent made no sense"));
    }

    /// The exchange is over. Told from the loop, where no request's handler is running.
    final void over() {
        exchange = null;
        if (onClose != null) loop.nextTick(onClose);
    }
}
