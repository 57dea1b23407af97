package dev.anillo.loop.net;

import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.stream.CloseCallbacks;
import java.io.IOException;
import java.util.function.Consumer;

/// The events of a socket that a program has set callbacks for, one by one.
final class Callbacks implements SocketProtocol {
    Consumer<Buffer> onData;
    Runnable onEnd;
    Runnable onDrain;
    private Runnable onClose;
    Consumer<IOException> onError;

    void addOnClose(Runnable callback) {
        onClose = CloseCallbacks.add(onClose, callback);
    }

    @Override
    public void received(Buffer data) {
        onData.accept(data);
    }

    @Override
    public void peerEnded() {
        if (onEnd != null) onEnd.run();
    }

    @Override
    public void drained() {
        if (onDrain != null) onDrain.run();
    }

    @Override
    public void failed(OsException problem) {
        if (onError != null) onError.accept(problem);
    }

    @Override
    public void closed() {
        if (onClose != null) onClose.run();
    }
}
