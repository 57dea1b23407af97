package dev.anillo.loop.net;

import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferQueue;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Token;
import java.util.function.Consumer;

/// The half of a socket that receives: from the kernel to whoever takes what arrives, in order, and then the end.
final class Input {
    private final StreamSocket<?> socket;

    /// Somebody takes what arrives.
    private boolean taken;
    private boolean paused;
    private boolean cancelled;
    private boolean peerEnded;
    private boolean endTold;

    /// Told of the handles that come with the bytes; null where none are wanted.
    private Consumer<SocketHandle> onHandle;

    /// What arrived after a pause took effect here and before it did in the kernel.
    private BufferQueue unread;

    Input(StreamSocket<?> socket) {
        this.socket = socket;
    }

    /// Nothing ever arrives.
    void none() {
        peerEnded = true;
        endTold = true;
    }

    boolean isTaken() {
        return taken;
    }

    void take() {
        taken = true;
        receiveOrDeliver();
    }

    /// What arrives waits for the next taker, and so does the peer's end, told before or not.
    void letGo() {
        taken = false;
        endTold = false;
        cancelReceive();
    }

    /// From the next receive on.
    void takeHandles(Consumer<SocketHandle> callback) {
        if (onHandle == null) cancelReceive();
        onHandle = callback;
    }

    void pause() {
        if (paused) return;
        paused = true;
        cancelReceive();
    }

    void resume() {
        if (!paused) return;
        paused = false;
        receiveOrDeliver();
    }

    boolean isPaused() {
        return paused;
    }

    /// Whoever takes what arrives knows that no more will.
    boolean endTold() {
        return endTold;
    }

    private void cancelReceive() {
        if (!socket.operations.isUnderWay(Token.RECEIVE) || cancelled) return;
        cancelled = true;
        socket.operations.cancel(Token.RECEIVE);
    }

    private void receiveOrDeliver() {
        if (unread == null && !(peerEnded && !endTold)) {
            receive();
        } else {
            socket.loop.nextTick(this::deliverUnread);
        }
    }

    void receive() {
        if (!mayDeliver() || peerEnded || socket.isConnecting() || socket.operations.isUnderWay(Token.RECEIVE)) return;
        cancelled = false;
        var token = socket.operations.start(Token.RECEIVE);
        var descriptor = socket.operations.descriptor;
        if (onHandle == null) socket.operations.driver().receive(descriptor, token);
        else socket.operations.driver().receiveDescriptors(descriptor, token);
    }

    void receiveCompleted(int result, Buffer data) {
        try {
            if (data != null) {
                if (onHandle != null) tellHandles();
                received(data);
            } else if (socket.isDestroyed()) {
                return;
            } else if (result == 0) {
                peerEnded = true;
                if (unread == null && mayDeliver()) tellEnd();
            } else if (result != -Errno.ECANCELED) {
                socket.fail(new OsException("receive", socket.describePeer(), -result), false);
            }
        } finally {
            receive(); // when that was the last completion, and more is wanted
        }
    }

    /// Before the bytes that they came with. The driver closes those that are left when a callback destroys the socket.
    private void tellHandles() {
        var driver = socket.operations.driver();
        for (var descriptor = nextHandle(driver); descriptor >= 0; descriptor = nextHandle(driver)) {
            var handle = new SocketHandle(socket.internals, descriptor).lend();
            try {
                onHandle.accept(handle);
            } catch (Throwable problem) {
                socket.internals.uncaught(problem); // the bytes are still to be told
            } finally {
                handle.endLoan();
            }
        }
    }

    private int nextHandle(Driver driver) {
        return socket.isDestroyed() ? -1 : driver.receivedDescriptor();
    }

    private void received(Buffer data) {
        if (socket.isDestroyed()) {
            data.release();
        } else if (unread != null || !mayDeliver()) {
            if (unread == null) unread = new BufferQueue();
            data.lend();
            unread.add(data.keep());
        } else {
            deliver(data);
        }
    }

    private boolean mayDeliver() {
        return taken && !paused && !socket.isDestroyed();
    }

    private void deliver(Buffer data) {
        data.lend();
        try {
            socket.protocol.received(data);
        } finally {
            data.endLoan();
        }
    }

    private void deliverUnread() {
        while (unread != null && mayDeliver()) {
            var data = unread.poll();
            if (unread.isEmpty()) unread = null;
            try {
                deliver(data);
            } catch (Throwable problem) {
                socket.internals.uncaught(problem);
            }
        }
        if (!mayDeliver()) return;
        if (peerEnded && !endTold) tellEnd();
        receive();
    }

    private void tellEnd() {
        endTold = true;
        socket.peerEnded();
    }

    void drop() {
        if (unread == null) return;
        unread.release();
        unread = null;
    }
}
