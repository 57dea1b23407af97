package dev.anillo.loop.net;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Endpoint;
import dev.anillo.loop.driver.Flushable;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.Token;

/// A socket's descriptor and what is under way on it: what the socket starts goes out here, what completes comes in.
final class Operations implements Endpoint, Flushable {
    private static final int SENDS = 1 << Token.SEND | 1 << Token.SEND_FILE | 1 << Token.SEND_DESCRIPTORS;
    private static final int CANCELLABLE = 1 << Token.CONNECT | 1 << Token.RECEIVE | SENDS;

    final int descriptor;

    private final StreamSocket<?> socket;
    private final LoopInternals internals;
    private final int slot;

    /// A bit (1 << operation) for each operation that has not completed.
    private int underWay;

    Operations(StreamSocket<?> socket, LoopInternals internals, int descriptor) {
        this.socket = socket;
        this.internals = internals;
        this.descriptor = descriptor;
        this.slot = internals.attach(this);
    }

    Driver driver() {
        return internals.driver();
    }

    /// @return the token to start it with
    long start(int operation) {
        underWay |= 1 << operation;
        return internals.token(slot, operation);
    }

    boolean isUnderWay(int operation) {
        return (underWay & 1 << operation) != 0;
    }

    boolean isSending() {
        return (underWay & SENDS) != 0;
    }

    boolean isIdle() {
        return underWay == 0;
    }

    void cancel(int operation) {
        driver().cancel(descriptor, internals.token(slot, operation));
    }

    void cancelAll() {
        for (var left = underWay & CANCELLABLE; left != 0; left &= left - 1) {
            cancel(Integer.numberOfTrailingZeros(left));
        }
    }

    /// The descriptor is closed.
    void end() {
        internals.detach(slot);
    }

    // What the loop calls.

    @Override
    public void completed(int operation, int result, boolean more, Buffer data) {
        if (!more) underWay &= ~(1 << operation);
        try {
            switch (operation) {
                case Token.RECEIVE -> socket.input.receiveCompleted(result, data);
                case Token.SEND -> socket.output.sendCompleted(result);
                case Token.SEND_FILE -> socket.output.sendFileCompleted(result);
                case Token.SEND_DESCRIPTORS -> socket.output.sendHandlesCompleted(result);
                case Token.CONNECT -> socket.connectCompleted(result);
                case Token.SHUTDOWN -> socket.shutdownCompleted(result);
                case Token.CLOSE -> socket.closeCompleted();
                default -> throw new AssertionError("a socket has no operation " + operation);
            }
        } finally {
            socket.closeWhenIdle();
        }
    }

    @Override
    public void flush() {
        socket.output.flush();
    }

    @Override
    public void closeNow() {
        socket.destroy();
    }
}
