package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.Timer;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferQueue;
import dev.anillo.loop.driver.Endpoint;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Flushable;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.stream.Readable;
import dev.anillo.loop.stream.Writable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;

/// One TCP connection, as callbacks.
///
/// **In:** bytes are received while an [#onData] callback is set and the socket is not paused; a paused socket stops
/// receiving in the kernel, so that the peer is slowed down. **Out:** what is written in one turn of the loop leaves with
/// one send. [#write] answers false above the high-water mark: then better wait for [#onDrain]; nothing is lost either
/// way. **The end:** [#end] sends what waits and then FIN; when both sides have ended the socket closes. [#destroy] drops
/// what waits. [#onClose] is called once, last, whatever happened before.
///
/// Threads: the loop's.
public final class TcpSocket implements Readable, Writable {
    /// Bytes waiting to be sent above which [#write] answers false. Enough to keep a fast peer busy for a turn.
    public static final int HIGH_WATER_BYTES = 64 * 1024;

    private static final int MILLIS_PER_SECOND = 1000;

    private final EventLoop loop;
    private final LoopInternals internals;
    private final Kernel kernel = new Kernel();
    private final Output output = new Output();
    private final int slot;
    private final int descriptor;

    /// Who is told of events: [Callbacks], or whoever has claimed the socket. Null when nobody cares yet.
    private SocketProtocol protocol;
    private Connecting connecting;

    /// A bit (1 << operation) for each operation that has not completed.
    private int underWay;
    /// Somebody takes what arrives.
    private boolean taken;
    private boolean paused;
    private boolean receiveCancelled;
    private boolean halfOpen;
    private boolean referenced = true;
    private boolean flushAsked;
    private boolean drainOwed;
    private boolean ending;
    private boolean ended;
    private boolean peerEnded;
    private boolean endTold;
    private boolean destroyed;
    private boolean closed;

    /// What arrived after a pause took effect here and before it did in the kernel.
    private BufferQueue unread;

    /// What only a connecting socket needs.
    private static final class Connecting {
        SocketAddress peer;
        Consumer<TcpSocket> onConnect;
        Timer timeout;
        boolean timedOut;
    }

    /// An accepted or a new socket.
    TcpSocket(EventLoop loop, LoopInternals internals, int descriptor) {
        this.loop = loop;
        this.internals = internals;
        this.descriptor = descriptor;
        this.slot = internals.attach(kernel);
        internals.retain();
    }

    // Connecting.

    /// As [#connect(SocketAddress, int, Consumer)] without a time-out of its own: the system's counts (minutes).
    public static TcpSocket connect(SocketAddress peer, Consumer<TcpSocket> onConnect) throws OsException {
        return connect(peer, 0, onConnect);
    }

    /// Opens a connection on this thread's loop. Until it stands, writes wait. A refusal comes to [#onError]
    /// (`connect 127.0.0.1:5432: ECONNREFUSED, …`); without such a callback it is uncaught.
    ///
    /// @param peer a resolved address
    /// @param timeoutMillis after which the attempt fails with `ETIMEDOUT`; 0: the system's own limit
    /// @throws OsException when not even a socket can be had (`socket`, EMFILE)
    public static TcpSocket connect(SocketAddress peer, int timeoutMillis, Consumer<TcpSocket> onConnect) throws OsException {
        Objects.requireNonNull(onConnect);
        if (peer instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new IllegalArgumentException("unresolved address " + inet.getHostString() + ": look it up first");
        }
        var loop = EventLoop.current();
        var internals = LoopInternals.of(loop);
        internals.checkThread();
        var socket = new TcpSocket(loop, internals, internals.driver().open(peer));
        socket.startConnecting(peer, timeoutMillis, onConnect);
        return socket;
    }

    private void startConnecting(SocketAddress peer, int timeoutMillis, Consumer<TcpSocket> onConnect) {
        connecting = new Connecting();
        connecting.peer = peer;
        connecting.onConnect = onConnect;
        if (timeoutMillis > 0) {
            connecting.timeout = loop.setTimeout(this::connectTimedOut, timeoutMillis);
        }
        start(Token.CONNECT);
        internals.driver().connect(descriptor, peer, token(Token.CONNECT));
    }

    private void connectTimedOut() {
        connecting.timedOut = true;
        internals.driver().cancel(descriptor, token(Token.CONNECT));
    }

    private void connectCompleted(int result) {
        var attempt = connecting;
        connecting = null;
        if (attempt.timeout != null) attempt.timeout.cancel();
        if (destroyed) return;
        if (result < 0) {
            var errno = attempt.timedOut && result == -Errno.ECANCELED ? Errno.ETIMEDOUT : -result;
            fail(new OsException("connect", Addresses.format(attempt.peer), errno), true);
            return;
        }
        try {
            attempt.onConnect.accept(this);
        } finally {
            receive();
            flushLater();
        }
    }

    // Callbacks.

    /// Received bytes. The buffer is lent until the callback returns ([Buffer#keep] to have it longer). Setting the
    /// callback starts the receiving.
    @Override
    public TcpSocket onData(Consumer<Buffer> callback) {
        internals.checkThread();
        callbacks().onData = Objects.requireNonNull(callback);
        taken = true;
        receiveOrDeliver();
        return this;
    }

    /// The peer has ended its side: no more data. Unless [#halfOpen] is set, our side is ended as well, after what waits
    /// was sent.
    @Override
    public TcpSocket onEnd(Runnable callback) {
        callbacks().onEnd = Objects.requireNonNull(callback);
        return this;
    }

    /// All that waited was sent, after a [#write] that answered false.
    @Override
    public TcpSocket onDrain(Runnable callback) {
        callbacks().onDrain = Objects.requireNonNull(callback);
        return this;
    }

    /// The socket is closed and its descriptor given back. Called once, after everything else. Several callbacks may be
    /// set, all are called.
    @Override
    public TcpSocket onClose(Runnable callback) {
        callbacks().addOnClose(Objects.requireNonNull(callback));
        return this;
    }

    /// The connection failed, with an [OsException]; [#onClose] follows. Without this callback a refused connect is uncaught, and a connection
    /// that breaks later just closes: peers do that every day.
    @Override
    public TcpSocket onError(Consumer<IOException> callback) {
        callbacks().onError = Objects.requireNonNull(callback);
        return this;
    }

    private Callbacks callbacks() {
        if (protocol == null) protocol = new Callbacks();
        if (protocol instanceof Callbacks callbacks) return callbacks;
        throw new IllegalStateException("the callbacks of this socket belong to the protocol that runs on it");
    }

    /// Tells all events to one object, and starts the receiving. To set a callback besides is an error until [#handOver]:
    /// each event is told once, so that a program which set its own would silently take the protocol's away.
    ///
    /// @throws IllegalStateException when callbacks are set, or another protocol runs on the socket
    public TcpSocket claim(SocketProtocol protocol) {
        internals.checkThread();
        if (this.protocol != null) throw new IllegalStateException("this socket has callbacks, or a protocol, already");
        this.protocol = Objects.requireNonNull(protocol);
        taken = true;
        receiveOrDeliver();
        return this;
    }

    /// Forgets callbacks or protocol, and [#halfOpen], so that another protocol can take the socket over (after an HTTP
    /// Upgrade, say). What arrives waits for the next [#onData], and so does the peer's end, told before or not.
    public void handOver() {
        internals.checkThread();
        protocol = null;
        taken = false;
        halfOpen = false;
        endTold = false;
        cancelReceive();
    }

    // Receiving.

    /// No more [#onData] until [#resume]; the kernel stops receiving too.
    @Override
    public void pause() {
        internals.checkThread();
        if (paused) return;
        paused = true;
        cancelReceive();
    }

    private void cancelReceive() {
        if (isUnderWay(Token.RECEIVE) && !receiveCancelled) {
            receiveCancelled = true;
            internals.driver().cancel(descriptor, token(Token.RECEIVE));
        }
    }

    @Override
    public void resume() {
        internals.checkThread();
        if (!paused) return;
        paused = false;
        receiveOrDeliver();
    }

    private void receiveOrDeliver() {
        if (unread == null && !(peerEnded && !endTold)) {
            receive();
        } else {
            loop.nextTick(this::deliverUnread);
        }
    }

    public boolean isPaused() {
        return paused;
    }

    private boolean wantsData() {
        return mayDeliver() && !peerEnded && connecting == null;
    }

    private void receive() {
        if (!wantsData() || isUnderWay(Token.RECEIVE)) return;
        start(Token.RECEIVE);
        receiveCancelled = false;
        internals.driver().receive(descriptor, token(Token.RECEIVE));
    }

    private void receiveCompleted(int result, Buffer data) {
        try {
            if (data != null) {
                received(data);
            } else if (destroyed) {
                return;
            } else if (result == 0) {
                peerEnded = true;
                if (unread == null && mayDeliver()) tellEnd();
            } else if (result != -Errno.ECANCELED) {
                fail(new OsException("receive", describePeer(), -result), false);
            }
        } finally {
            receive(); // when that was the last completion, and more is wanted
        }
    }

    private void received(Buffer data) {
        if (destroyed) {
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
        return taken && !paused && !destroyed;
    }

    private void deliver(Buffer data) {
        data.lend();
        try {
            protocol.received(data);
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
                internals.uncaught(problem);
            }
        }
        if (!mayDeliver()) return;
        if (peerEnded && !endTold) tellEnd();
        receive();
    }

    private void tellEnd() {
        endTold = true;
        try {
            if (protocol != null) protocol.peerEnded();
        } finally {
            if (!halfOpen) end();
            closeWhenBothEnded();
        }
    }

    // Sending.

    /// Copies the bytes behind those that wait to be sent.
    ///
    /// @return false when more than [#HIGH_WATER_BYTES] wait: better go on at [#onDrain]
    /// @throws IllegalStateException after [#end]
    @Override
    public boolean write(byte[] bytes) {
        return write(bytes, 0, bytes.length);
    }

    /// As [#write(byte\[\])], for a part of the array.
    public boolean write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (cannotWrite()) return false;
        while (length > 0) {
            var buffer = output.roomFor(1, internals);
            var part = Math.min(length, buffer.room());
            buffer.append(bytes, offset, part);
            wrote(part);
            offset += part;
            length -= part;
        }
        return belowHighWater();
    }

    /// Copies the text as UTF-8.
    @Override
    public boolean write(String text) {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends the buffer's readable bytes without copying them (but small ones); the buffer is the socket's from now on,
    /// whatever the answer.
    @Override
    public boolean write(Buffer buffer) {
        buffer = buffer.takeOver();
        var bytes = buffer.readable();
        if (bytes == 0 || ending || cannotWrite()) {
            buffer.release();
            return !cannotWrite() && belowHighWater();
        }
        output.add(buffer);
        flushLater();
        return belowHighWater();
    }

    /// Sends a part of a file behind what waits, without taking it into memory where the transport can do so. The file
    /// stays open for it, whether its caller closes it or not. A file that turns out shorter than that resets the
    /// connection ([#onError] with `sendfile`, EIO): the peer must not take what follows for its content.
    ///
    /// @return as [#write(byte\[\])]
    /// @throws IndexOutOfBoundsException when the part is not within the file as it was opened
    public boolean write(SendableFile file, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, file.size());
        if (cannotWrite()) return false;
        if (length == 0) return belowHighWater();
        output.add(new FilePart(file.share(), offset, length));
        flushLater();
        return belowHighWater();
    }

    /// For encoders that write in place: a buffer with room for at least `bytes`, at the end of what waits to be sent.
    /// Append to it and tell [#wrote], within the same callback. The buffer stays the socket's.
    ///
    /// @param bytes at the most 64 KiB
    /// @throws IllegalStateException after [#end] or when the socket is destroyed
    public Buffer output(int bytes) {
        if (cannotWrite()) throw new IllegalStateException("output of a closed socket");
        return output.roomFor(bytes, internals);
    }

    /// Bytes were appended to the buffer that [#output] gave.
    public void wrote(int bytes) {
        output.appended(bytes);
        flushLater();
    }

    @Override
    public boolean isWritable() {
        return !ending && !destroyed;
    }

    private boolean cannotWrite() {
        internals.checkThread();
        if (ending) throw new IllegalStateException("write after end");
        return destroyed;
    }

    /// Whether no more than [#HIGH_WATER_BYTES] wait. When not, [#onDrain] will be called.
    public boolean belowHighWater() {
        if (waitingBytes() <= HIGH_WATER_BYTES) return true;
        drainOwed = true;
        return false;
    }

    /// Bytes that wait to be sent, those with the kernel included.
    public long waitingBytes() {
        return output.bytes();
    }

    /// Those of them that are in memory, and not in files.
    public long waitingBytesInMemory() {
        return output.bytesInMemory();
    }

    /// Bytes that the kernel has taken since the connection stands.
    public long sentBytes() {
        return output.sentBytes();
    }

    private void flushLater() {
        if (flushAsked || closed) return;
        flushAsked = true;
        internals.flushLater(kernel);
    }

    private void send() {
        if (isSending() || connecting != null || destroyed) return;
        var buffer = output.buffer();
        var part = output.file();
        if (buffer != null) {
            start(Token.SEND);
            var token = token(Token.SEND);
            var more = part != null;
            if (!output.isOnlyBuffer()) {
                internals.driver().send(descriptor, output.parts(internals.sendParts()), more, token);
            } else {
                internals.driver().send(descriptor, buffer.readAddress(), buffer.readable(), more, token);
            }
            return;
        }
        if (part != null) {
            start(Token.SEND_FILE);
            internals.driver().sendFile(descriptor, part.file.opened(), part.offset, part.left, token(Token.SEND_FILE));
            return;
        }
        if (!ending || ended || isUnderWay(Token.SHUTDOWN)) return;
        if (endTold) {
            destroy(); // both sides have ended: closing sends our FIN
        } else {
            start(Token.SHUTDOWN);
            internals.driver().shutdown(descriptor, token(Token.SHUTDOWN));
        }
    }

    private boolean isSending() {
        return (underWay & (1 << Token.SEND | 1 << Token.SEND_FILE)) != 0;
    }

    private void sendCompleted(int result) {
        if (destroyed) {
            output.drop();
            return;
        }
        if (result < 0) {
            fail(new OsException("send", describePeer(), -result), false);
            return;
        }
        output.sent(result);
        sendOn();
    }

    private void sendFileCompleted(int result) {
        if (destroyed) {
            output.drop();
            return;
        }
        if (result <= 0) {
            var part = output.file();
            var errno = result == 0 ? Errno.EIO : -result;
            internals.driver().abortOnClose(descriptor);
            fail(new OsException("sendfile", part.file + " to " + describePeer(), errno), false);
            return;
        }
        output.sentOfFile(result);
        sendOn();
    }

    private void sendOn() {
        send();
        if (drainOwed && waitingBytes() == 0) {
            drainOwed = false;
            if (protocol != null) protocol.drained();
        }
    }

    // Ending.

    /// Sends what waits, then tells the peer that nothing more will come (FIN). Receiving goes on.
    @Override
    public void end() {
        internals.checkThread();
        if (ending || destroyed) return;
        ending = true;
        flushLater();
    }

    private void shutdownCompleted(int result) {
        if (destroyed) return;
        if (result < 0 && result != -Errno.ENOTCONN) {
            fail(new OsException("shutdown", describePeer(), -result), false);
            return;
        }
        ended = true;
        closeWhenBothEnded();
    }

    private void closeWhenBothEnded() {
        if (ended && endTold) destroy();
    }

    /// Closes at once; what waits to be sent is dropped, what the kernel has taken is still delivered. [#onClose]
    /// follows.
    @Override
    public void destroy() {
        internals.checkThread();
        if (destroyed) return;
        destroyed = true;
        if (connecting != null && connecting.timeout != null) connecting.timeout.cancel();
        for (var operation : CANCELLABLE) {
            if (isUnderWay(operation)) internals.driver().cancel(descriptor, token(operation));
        }
        dropInput();
        if (!isSending()) output.drop();
        closeWhenIdle();
    }

    private static final int[] CANCELLABLE = {Token.CONNECT, Token.RECEIVE, Token.SEND, Token.SEND_FILE};

    /// As [#destroy], and tells the peer by RST instead of FIN.
    public void reset() {
        internals.checkThread();
        if (destroyed) return;
        internals.driver().abortOnClose(descriptor);
        destroy();
    }

    private void dropInput() {
        if (unread == null) return;
        unread.release();
        unread = null;
    }

    private void fail(OsException problem, boolean mustBeTold) {
        destroy();
        var nobodyListens = protocol == null || protocol instanceof Callbacks callbacks && callbacks.onError == null;
        if (!nobodyListens) protocol.failed(problem);
        else if (mustBeTold) internals.uncaught(problem);
    }

    private void closeWhenIdle() {
        if (!destroyed || closed || underWay != 0) return;
        start(Token.CLOSE);
        internals.driver().close(descriptor, token(Token.CLOSE));
    }

    private void closeCompleted() {
        closed = true;
        internals.detach(slot);
        if (referenced) internals.release();
        if (protocol != null) protocol.closed();
    }

    // Settings.

    /// With true, the peer's end does not end our side: [#end] must be called. Default false.
    public TcpSocket halfOpen(boolean on) {
        halfOpen = on;
        return this;
    }

    /// Small writes leave at once (TCP_NODELAY, tcp(7)). On by default for sockets of a [TcpServer].
    public TcpSocket noDelay(boolean on) throws OsException {
        requireOpen();
        internals.driver().noDelay(descriptor, on);
        return this;
    }

    /// Probes a silent peer (SO_KEEPALIVE, socket(7)).
    ///
    /// @param idleMillis silence before the first probe, in whole seconds at least; 0: the system's default
    public TcpSocket keepAlive(boolean on, long idleMillis) throws OsException {
        requireOpen();
        internals.driver().keepAlive(descriptor, on, (int) Math.min(Integer.MAX_VALUE, idleMillis / MILLIS_PER_SECOND));
        return this;
    }

    private void requireOpen() {
        internals.checkThread();
        if (destroyed) throw new IllegalStateException("socket is closed");
    }

    /// Keeps the loop running while the socket is open (as it does from the start).
    public TcpSocket ref() {
        internals.checkThread();
        if (!referenced && !closed) internals.retain();
        referenced = true;
        return this;
    }

    /// Lets the loop end without waiting for this socket.
    public TcpSocket unref() {
        internals.checkThread();
        if (referenced && !closed) internals.release();
        referenced = false;
        return this;
    }

    public boolean hasRef() {
        return referenced;
    }

    // About the socket.

    /// @throws OsException `EBADF` once it is closed
    public SocketAddress localAddress() throws OsException {
        requireDescriptor("getsockname");
        return internals.driver().localAddress(descriptor);
    }

    /// @throws OsException `ENOTCONN` before the connection stands and after it is gone, `EBADF` once it is closed
    public SocketAddress peerAddress() throws OsException {
        requireDescriptor("getpeername");
        return internals.driver().peerAddress(descriptor);
    }

    private void requireDescriptor(String operation) throws OsException {
        internals.checkThread();
        if (destroyed) throw new OsException(operation, "closed socket", Errno.EBADF);
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    public boolean isDestroyed() {
        return destroyed;
    }

    private String describePeer() {
        try {
            return Addresses.format(internals.driver().peerAddress(descriptor));
        } catch (OsException _) {
            return "a peer that is gone"; // the reason for asking is told by the caller
        }
    }

    // What the loop calls.

    private final class Kernel implements Endpoint, Flushable {
        @Override
        public void completed(int operation, int result, boolean more, Buffer data) {
            if (!more) underWay &= ~(1 << operation);
            try {
                switch (operation) {
                    case Token.RECEIVE -> receiveCompleted(result, data);
                    case Token.SEND -> sendCompleted(result);
                    case Token.SEND_FILE -> sendFileCompleted(result);
                    case Token.CONNECT -> connectCompleted(result);
                    case Token.SHUTDOWN -> shutdownCompleted(result);
                    case Token.CLOSE -> closeCompleted();
                    default -> throw new AssertionError("a socket has no operation " + operation);
                }
            } finally {
                closeWhenIdle();
            }
        }

        @Override
        public void flush() {
            flushAsked = false;
            send();
        }

        @Override
        public void closeNow() {
            destroy();
        }
    }

    private void start(int operation) {
        underWay |= 1 << operation;
    }

    private boolean isUnderWay(int operation) {
        return (underWay & 1 << operation) != 0;
    }

    private long token(int operation) {
        return internals.token(slot, operation);
    }

    @Override
    public String toString() {
        return "TcpSocket[descriptor " + descriptor + (destroyed ? ", closed" : "") + "]";
    }
}
