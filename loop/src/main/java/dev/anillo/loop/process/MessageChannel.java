package dev.anillo.loop.process;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.net.UnixSocket;
import dev.anillo.loop.process.Messages.Malformed;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;

/// Messages between a process and one that it has forked ([ChildProcess#fork]), in order, both ways: null, booleans,
/// numbers, strings, `byte[]`, and lists and maps (with strings as keys) of these. Whole numbers arrive as Long, others as
/// Double.
///
/// A message is of [#MESSAGE_BYTES_MAX] bytes at the most ([SpawnOptions#messageBytesMax] changes that). [#send] answers
/// false while much waits: better go on at [#onDrain]. Who ignores that is refused when more than a longest message waits:
/// a peer that never reads can't fill this process's memory. With [#send(Object, Consumer)] the sender learns that the
/// other program was given the message, or that it is not known to have been: the channel ended before.
///
/// A channel keeps its loop running until it is disconnected, by either side or by the end of either process, or until
/// [#unref]. What was sent before [#disconnect] still arrives.
///
/// Threads: the loop's.
public final class MessageChannel {
    /// As encoded: bytes, or UTF-8. Bounds what a process must hold of each of its children: twice that to send, once to
    /// receive.
    public static final int MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

    private static MessageChannel toParent;

    private record Frame(byte kind, byte[] content) {}

    private final LoopInternals internals;
    private final EventLoop loop;
    private final String peer;
    private final int frameBytesMax;
    private final Frames frames;

    /// What is sent before there is a socket.
    private final ArrayDeque<byte[]> early = new ArrayDeque<>();

    /// What came and can't be given to the program: the rest of one buffer at the most.
    private final ArrayDeque<Frame> arrived = new ArrayDeque<>();

    /// Those that wait for [Frames#RECEIVED], oldest first.
    private final ArrayDeque<Consumer<Boolean>> unconfirmed = new ArrayDeque<>();

    private UnixSocket socket;
    private long earlyBytes;
    private boolean drainOwed;
    private boolean referenced = true;
    private boolean paused;
    private boolean delivering;
    private boolean disconnecting;
    private boolean broken;
    private boolean closed;
    private boolean disconnected;
    private Consumer<Object> onMessage;
    private Runnable onDrain = () -> {};
    private Runnable onDisconnect = () -> {};
    private Runnable onGone = () -> {};
    private Consumer<IOException> onError;

    /// @param peer for messages to people: `process 4711`
    MessageChannel(EventLoop loop, String peer, int messageBytesMax) {
        this.loop = loop;
        internals = LoopInternals.of(loop);
        this.peer = peer;
        frameBytesMax = messageBytesMax + Messages.HEADER_BYTES;
        frames = new Frames(frameBytesMax, this::arrived);
    }

    /// Whether this process was forked, so that [#toParent] leads somewhere.
    public static boolean hasParent() {
        return Rendezvous.inEnvironment() != null;
    }

    /// The channel to the process that has forked this one, on the loop that asks first. One for all callers.
    ///
    /// @throws IllegalStateException when this process was not forked
    /// @throws OsException when not even a socket can be had
    public static synchronized MessageChannel toParent() throws OsException {
        if (toParent == null) {
            var rendezvous = Rendezvous.inEnvironment();
            if (rendezvous == null) throw new IllegalStateException("this process was not forked by ChildProcess.fork");
            var channel = new MessageChannel(EventLoop.current(), "the parent process", rendezvous.messageBytesMax());
            channel.connected(UnixSocket.connect(rendezvous.path(), _ -> {}));
            toParent = channel;
        }
        toParent.internals.checkThread();
        return toParent;
    }

    // The socket.

    void connected(UnixSocket socket) {
        this.socket = socket;
        if (!referenced) socket.unref();
        socket.onError(this::tellError).onDrain(this::drained).onClose(this::closed).onData(this::received);
        while (!early.isEmpty()) socket.write(early.poll());
        earlyBytes = 0;
        if (disconnecting) socket.end();
        else if (drainOwed && socket.belowHighWater()) loop.nextTick(this::drained);
    }

    /// The child has connected.
    boolean hasBegun() {
        return socket != null;
    }

    private void received(Buffer data) {
        try {
            frames.received(data);
        } catch (Malformed malformed) {
            failed(malformed);
        }
    }

    private void failed(Malformed malformed) {
        broken = true;
        socket.destroy();
        arrived.clear();
        var problem = new OsException("receive", "a message of " + peer + " (" + malformed.getMessage() + ")", Errno.EPROTO);
        if (onError != null) onError.accept(problem);
        else internals.uncaught(problem);
    }

    private void tellError(IOException problem) {
        if (onError != null) onError.accept(problem); // else the disconnect says enough: processes end every day
    }

    private void closed() {
        closed = true;
        var unfinished = frames.unfinished();
        if (unfinished != null && !broken) {
            tellError(new OsException("receive", "a message of " + peer + " (ended " + unfinished + ")", Errno.EPROTO));
        }
        disconnectWhenDelivered();
    }

    private void disconnectWhenDelivered() {
        if (!closed || disconnected || !arrived.isEmpty()) return;
        disconnected = true;
        early.clear();
        try {
            while (!unconfirmed.isEmpty()) unconfirmed.poll().accept(false);
        } finally {
            try {
                onDisconnect.run();
            } finally {
                onGone.run();
            }
        }
    }

    // Receiving.

    private void arrived(byte kind, byte[] content) throws Malformed {
        arrived.add(new Frame(kind, content));
        deliver();
    }

    private void deliver() throws Malformed {
        if (delivering) return;
        delivering = true;
        try {
            while (!arrived.isEmpty() && mayDeliver(arrived.peek())) handle(arrived.poll());
        } finally {
            delivering = false;
        }
        if (socket == null || socket.isDestroyed()) return;
        if (paused || !arrived.isEmpty()) socket.pause();
        else socket.resume();
    }

    private boolean mayDeliver(Frame frame) {
        return frame.kind == Frames.RECEIVED || !paused && onMessage != null;
    }

    private void handle(Frame frame) throws Malformed {
        switch (frame.kind) {
            case Frames.MESSAGE -> give(frame);
            case Frames.MESSAGE_TO_CONFIRM -> {
                give(frame);
                if (socket.isWritable()) write(Frames.RECEIVED, new byte[0]);
            }
            case Frames.RECEIVED -> {
                var oldest = unconfirmed.poll();
                if (oldest == null) throw new Malformed("a confirmation of nothing");
                call(() -> oldest.accept(true));
            }
            default -> throw new Malformed("a frame of unknown kind " + frame.kind);
        }
    }

    private void give(Frame frame) throws Malformed {
        var message = Messages.decode(frame.content);
        call(() -> onMessage.accept(message));
    }

    /// The messages behind are not to suffer from what a callback throws.
    private void call(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable problem) {
            internals.uncaught(problem);
        }
    }

    private void deliverWaiting() {
        try {
            deliver();
        } catch (Malformed malformed) {
            failed(malformed);
        }
        disconnectWhenDelivered();
    }

    /// Takes what the other process sends; without it messages wait there.
    public MessageChannel onMessage(Consumer<Object> callback) {
        internals.checkThread();
        onMessage = Objects.requireNonNull(callback);
        loop.nextTick(this::deliverWaiting);
        return this;
    }

    /// No more [#onMessage] until [#resume]; the sender is slowed down.
    public void pause() {
        internals.checkThread();
        paused = true;
        if (socket != null) socket.pause();
    }

    public void resume() {
        internals.checkThread();
        paused = false;
        loop.nextTick(this::deliverWaiting);
    }

    /// The channel has broken, or ended within a message (`EPROTO`); [#onDisconnect] follows. A message that is none is
    /// uncaught without this callback.
    public MessageChannel onError(Consumer<IOException> callback) {
        internals.checkThread();
        onError = Objects.requireNonNull(callback);
        return this;
    }

    /// Called once, when nothing more will come, behind the last message.
    public MessageChannel onDisconnect(Runnable callback) {
        internals.checkThread();
        onDisconnect = Objects.requireNonNull(callback);
        return this;
    }

    // Sending.

    /// Sends null, a Boolean, a number, a String, `byte[]`, List or Map; it is read before this returns.
    ///
    /// @return false when much waits: better go on at [#onDrain]
    /// @throws IllegalArgumentException for what is no message, too long or too deep
    /// @throws IllegalStateException when disconnected, or when more than a longest message waits
    public boolean send(Object message) {
        return send(Frames.MESSAGE, message);
    }

    /// As [#send(Object)].
    ///
    /// @param onReceived true once the callback of the other process has returned; false when the channel has ended and it
    ///     may not have been called
    public boolean send(Object message, Consumer<Boolean> onReceived) {
        Objects.requireNonNull(onReceived);
        var below = send(Frames.MESSAGE_TO_CONFIRM, message);
        unconfirmed.add(onReceived);
        return below;
    }

    private boolean send(byte kind, Object message) {
        internals.checkThread();
        if (!isConnected()) throw new IllegalStateException("the channel to " + peer + " is disconnected");
        if (waitingBytes() > frameBytesMax) {
            throw new IllegalStateException(waitingBytes() + " bytes wait for " + peer
                    + ", more than a longest message: wait for onDrain when send answers false");
        }
        return write(kind, Messages.encode(message, frameBytesMax));
    }

    private boolean write(byte kind, byte[] content) {
        var header = Frames.header(kind, content.length);
        var below = put(header) & put(content);
        if (!below) drainOwed = true;
        return below;
    }

    private boolean put(byte[] bytes) {
        if (socket != null) return socket.write(bytes);
        early.add(bytes);
        earlyBytes += bytes.length;
        return earlyBytes <= UnixSocket.HIGH_WATER_BYTES;
    }

    /// Bytes that the kernel has not taken yet.
    public long waitingBytes() {
        return socket == null ? earlyBytes : socket.waitingBytes();
    }

    private void drained() {
        if (!drainOwed) return;
        drainOwed = false;
        onDrain.run();
    }

    /// All that waited was sent, after a [#send] that answered false.
    public MessageChannel onDrain(Runnable callback) {
        internals.checkThread();
        onDrain = Objects.requireNonNull(callback);
        return this;
    }

    // Its end.

    /// Neither side has disconnected.
    public boolean isConnected() {
        return !disconnecting && !closed && (socket == null || socket.isWritable());
    }

    /// Ends the channel after what was sent; [#onDisconnect] follows on both sides.
    public void disconnect() {
        internals.checkThread();
        if (disconnecting || closed) return;
        disconnecting = true;
        if (socket != null) socket.end();
    }

    /// The process is gone: calls back behind its last message.
    void peerEnded(Runnable then) {
        onGone = then;
        if (socket == null) {
            closed();
        } else if (disconnected) {
            then.run();
        } else if (paused) {
            onGone = () -> {};
            then.run(); // the program takes its time; the end of a process is told when it ends
        } else if (onMessage == null) {
            onMessage(_ -> {}); // nobody is going to take what is left, and it must not keep the end away
        }
    }

    /// Keeps the loop running until [#onDisconnect] (as it does from the start).
    public MessageChannel ref() {
        internals.checkThread();
        referenced = true;
        if (socket != null) socket.ref();
        return this;
    }

    /// Lets the loop end without waiting for the channel.
    public MessageChannel unref() {
        internals.checkThread();
        referenced = false;
        if (socket != null) socket.unref();
        return this;
    }

    @Override
    public String toString() {
        return "MessageChannel[" + peer + (isConnected() ? "]" : ", disconnected]");
    }
}
