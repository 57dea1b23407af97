package dev.anillo.loop.process;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.net.SocketHandle;
import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import dev.anillo.loop.net.UnixSocket;
import dev.anillo.loop.process.Messages.Malformed;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Messages between a process and one that it has forked ([ChildProcess#fork]), in order, both ways: null, booleans,
/// numbers, strings, `byte[]`, and lists and maps (with strings as keys) of these. Whole numbers arrive as Long, others as
/// Double. A message may bring a socket with it, listening or connected ([#send(Object, SocketHandle)]).
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

    /// @param socket null where it has none
    private record Frame(byte kind, byte[] content, SocketHandle socket) {}

    /// @param socket to travel with the bytes; null for none
    private record Early(byte[] bytes, SocketHandle socket) {}

    private final LoopInternals internals;
    private final EventLoop loop;
    private final String peer;
    private final int frameBytesMax;
    private final Frames frames;

    /// What is sent before there is a socket.
    private final ArrayDeque<Early> early = new ArrayDeque<>();

    /// What came and can't be given to the program: the rest of one buffer at the most; with [#onInternal] a longest message.
    private final ArrayDeque<Frame> arrived = new ArrayDeque<>();
    private long arrivedBytes;

    /// Sockets that have come before the frames that they belong to.
    private final ArrayDeque<SocketHandle> sockets = new ArrayDeque<>();

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
    private BiConsumer<Object, SocketHandle> onMessage;
    private BiConsumer<Object, SocketHandle> onInternal;
    private Runnable onDrain = () -> {};
    private Runnable onDisconnect = () -> {};
    private Runnable onGone = () -> {};
    private Runnable onPeerEnded = () -> {};
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
        socket.onError(this::tellError).onDrain(this::drained).onClose(this::closed);
        if (takesSockets()) socket.onHandle(this::socketArrived);
        socket.onData(this::received);
        for (var next = early.poll(); next != null; next = early.poll()) write(next.bytes, next.socket);
        earlyBytes = 0;
        if (disconnecting) socket.end();
        else if (drainOwed && socket.belowHighWater()) loop.nextTick(this::drained);
    }

    /// The nio transport does without native access, and thus without these.
    private boolean takesSockets() {
        return !loop.transport().equals("nio");
    }

    private void socketArrived(SocketHandle handle) {
        if (sockets.size() < UnixSocket.HANDLES_MAX) sockets.add(handle.keep()); // with more, what comes is no message of ours
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
        dropArrived();
        var problem = new OsException("receive", "a message of " + peer + " (" + malformed.getMessage() + ")", Errno.EPROTO);
        if (onError != null) onError.accept(problem);
        else internals.uncaught(problem);
    }

    private void dropArrived() {
        for (var frame : arrived) {
            if (frame.socket != null) frame.socket.close();
        }
        arrived.clear();
        sockets.forEach(SocketHandle::close);
        sockets.clear();
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
        dropArrived();
        for (var next = early.poll(); next != null; next = early.poll()) {
            if (next.socket != null) next.socket.close();
        }
        try {
            while (!unconfirmed.isEmpty()) unconfirmed.poll().accept(false);
        } finally {
            try {
                onDisconnect.run();
            } finally {
                onGone.run();
                onPeerEnded.run();
            }
        }
    }

    // Receiving.

    private void arrived(byte kind, byte[] content) throws Malformed {
        var frame = new Frame((byte) (kind & ~Frames.WITH_SOCKET), content, (kind & Frames.WITH_SOCKET) == 0 ? null : nextSocket());
        if (frame.kind == Frames.INTERNAL && onInternal != null) {
            give(frame, onInternal);
        } else {
            arrived.add(frame);
            arrivedBytes += content.length;
        }
        deliver();
    }

    private SocketHandle nextSocket() throws Malformed {
        if (!takesSockets()) throw new Malformed("with a socket, which nio can't take: it needs native access");
        var next = sockets.poll();
        if (next == null) throw new Malformed("without the socket that belongs to it");
        return next;
    }

    private void deliver() throws Malformed {
        if (delivering) return;
        delivering = true;
        try {
            while (!arrived.isEmpty() && mayDeliver(arrived.peek())) {
                var frame = arrived.poll();
                arrivedBytes -= frame.content.length;
                handle(frame);
            }
        } finally {
            delivering = false;
        }
        if (socket == null || socket.isDestroyed()) return;
        if (isEnough()) socket.pause();
        else socket.resume();
    }

    /// What is not for the program comes through behind messages that the program does not take, as long as those are few.
    private boolean isEnough() {
        return onInternal == null ? paused || !arrived.isEmpty() : arrivedBytes > frameBytesMax;
    }

    private boolean mayDeliver(Frame frame) {
        return frame.kind == Frames.RECEIVED || !paused && onMessage != null;
    }

    private void handle(Frame frame) throws Malformed {
        switch (frame.kind) {
            case Frames.MESSAGE -> give(frame, onMessage);
            case Frames.MESSAGE_TO_CONFIRM -> {
                give(frame, onMessage);
                if (socket.isWritable()) write(Frames.RECEIVED, new byte[0], null);
            }
            case Frames.RECEIVED -> {
                var oldest = unconfirmed.poll();
                if (oldest == null) throw new Malformed("a confirmation of nothing");
                call(() -> oldest.accept(true));
            }
            default -> throw new Malformed("a frame of unknown kind " + frame.kind);
        }
    }

    private void give(Frame frame, BiConsumer<Object, SocketHandle> taker) throws Malformed {
        var handle = frame.socket == null ? null : frame.socket.lend();
        try {
            var message = Messages.decode(frame.content);
            call(() -> taker.accept(message, handle));
        } finally {
            if (handle != null) handle.endLoan();
        }
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

    /// Takes what the other process sends; without it messages wait there. Sockets that come with them are closed.
    public MessageChannel onMessage(Consumer<Object> callback) {
        Objects.requireNonNull(callback);
        return onMessage((message, _) -> callback.accept(message));
    }

    /// As [#onMessage(Consumer)], and takes the sockets too: each is lent until the callback returns ([SocketHandle#keep] to
    /// have it longer), and null for a message without. A process on the nio transport can't take one: there the channel
    /// breaks (`EPROTO`).
    public MessageChannel onMessage(BiConsumer<Object, SocketHandle> callback) {
        internals.checkThread();
        onMessage = Objects.requireNonNull(callback);
        loop.nextTick(this::deliverWaiting);
        return this;
    }

    /// Takes what is not for the program. It comes through while the program takes no messages.
    void onInternal(BiConsumer<Object, SocketHandle> callback) {
        onInternal = callback;
    }

    /// No more [#onMessage] until [#resume]; the sender is slowed down.
    public void pause() {
        internals.checkThread();
        paused = true;
        if (socket != null && isEnough()) socket.pause();
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
        return send(Frames.MESSAGE, message, null);
    }

    /// As [#send(Object)].
    ///
    /// @param onReceived true once the callback of the other process has returned; false when the channel has ended and it
    ///     may not have been called
    public boolean send(Object message, Consumer<Boolean> onReceived) {
        return sendToConfirm(message, null, onReceived);
    }

    /// As [#send(Object)], with a socket: a server's or a connection's ([TcpServer#handle], [TcpSocket#handle], …). It is the
    /// channel's from now on, and closed here once it is sent, or never will be. Both processes should be on the same
    /// transport: a socket has one blocking mode, for all who share it.
    public boolean send(Object message, SocketHandle socket) {
        return send(Frames.MESSAGE, message, Objects.requireNonNull(socket));
    }

    /// As [#send(Object, SocketHandle)] and [#send(Object, Consumer)].
    public boolean send(Object message, SocketHandle socket, Consumer<Boolean> onReceived) {
        return sendToConfirm(message, Objects.requireNonNull(socket), onReceived);
    }

    /// @param socket null for none
    boolean sendInternal(Object message, SocketHandle socket) {
        return send(Frames.INTERNAL, message, socket);
    }

    private boolean sendToConfirm(Object message, SocketHandle socket, Consumer<Boolean> onReceived) {
        Objects.requireNonNull(onReceived);
        var below = send(Frames.MESSAGE_TO_CONFIRM, message, socket);
        unconfirmed.add(onReceived);
        return below;
    }

    private boolean send(byte kind, Object message, SocketHandle socket) {
        internals.checkThread();
        if (!isConnected()) throw new IllegalStateException("the channel to " + peer + " is disconnected");
        if (waitingBytes() > frameBytesMax) {
            throw new IllegalStateException(waitingBytes() + " bytes wait for " + peer
                    + ", more than a longest message: wait for onDrain when send answers false");
        }
        return write(kind, Messages.encode(message, frameBytesMax), socket);
    }

    private boolean write(byte kind, byte[] content, SocketHandle handle) {
        var header = Frames.header((byte) (handle == null ? kind : kind | Frames.WITH_SOCKET), content.length);
        var below = put(header, handle) & put(content, null);
        if (!below) drainOwed = true;
        return below;
    }

    private boolean put(byte[] bytes, SocketHandle handle) {
        if (socket != null) return write(bytes, handle);
        early.add(new Early(bytes, handle));
        earlyBytes += bytes.length;
        return earlyBytes <= UnixSocket.HIGH_WATER_BYTES;
    }

    private boolean write(byte[] bytes, SocketHandle handle) {
        return handle == null ? socket.write(bytes) : socket.write(bytes, handle);
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

    /// Called behind [#onDisconnect].
    void whenGone(Runnable callback) {
        onGone = callback;
    }

    /// The process is gone: calls back behind its last message.
    void peerEnded(Runnable then) {
        onPeerEnded = then;
        if (socket == null) {
            closed();
        } else if (disconnected) {
            then.run();
        } else if (paused) {
            onPeerEnded = () -> {};
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
