package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.stream.Readable;
import dev.anillo.loop.stream.Writable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;

/// One connection, as callbacks: what [TcpSocket], [UnixSocket] and, one way each,
/// the [PipeStream]s of child processes have in common.
///
/// **In:** bytes are received while an [#onData] callback is set and the socket is not paused; a paused socket stops
/// receiving in the kernel, so that the peer is slowed down. **Out:** what is written in one turn of the loop leaves with
/// one send. [#write] answers false above the high-water mark: then better wait for [#onDrain]; nothing is lost either
/// way. **The end:** [#end] sends what waits and then FIN; when both sides have ended the socket closes. [#destroy] drops
/// what waits. [#onClose] is called once, last, whatever happened before.
///
/// Threads: the loop's.
///
/// @param <S> the socket's own type, for calls in a row
public abstract sealed class StreamSocket<S extends StreamSocket<S>> implements Readable, Writable
        permits TcpSocket, UnixSocket, PipeStream {
    /// Bytes waiting to be sent above which [#write] answers false. Enough to keep a fast peer busy for a turn.
    public static final int HIGH_WATER_BYTES = 64 * 1024;

    final EventLoop loop;
    final LoopInternals internals;
    final Operations operations;
    final Input input = new Input(this);
    final Output output = new Output(this);

    /// Who is told of events: [Callbacks], or whoever has claimed the socket. Null when nobody cares yet.
    SocketProtocol protocol;

    private Connecting connecting;
    private boolean halfOpen;
    private boolean referenced = true;
    private boolean ending;
    private boolean ended;
    private boolean destroyed;
    private boolean closed;

    StreamSocket(EventLoop loop, LoopInternals internals, int descriptor) {
        this.loop = loop;
        this.internals = internals;
        operations = new Operations(this, internals, descriptor);
        internals.retain();
    }

    /// There is no sending side.
    final void receiveOnly() {
        ending = true;
        ended = true;
    }

    @SuppressWarnings("unchecked")
    private S self() {
        return (S) this;
    }

    // Connecting.

    final S connectTo(SocketAddress peer, int timeoutMillis, Consumer<? super S> onConnect) {
        connecting = new Connecting(this, peer, () -> onConnect.accept(self()));
        connecting.start(timeoutMillis);
        return self();
    }

    final void connectCompleted(int result) {
        var attempt = connecting;
        connecting = null;
        attempt.stopTimeout();
        if (destroyed) return;
        if (result < 0) {
            fail(attempt.refusal(-result), true);
            return;
        }
        try {
            attempt.onConnect.run();
        } finally {
            input.receive();
            output.flushLater();
        }
    }

    final boolean isConnecting() {
        return connecting != null;
    }

    // Callbacks.

    /// Received bytes. The buffer is lent until the callback returns ([Buffer#keep] to have it longer). Setting the
    /// callback starts the receiving.
    @Override
    public final S onData(Consumer<Buffer> callback) {
        internals.checkThread();
        callbacks().onData = Objects.requireNonNull(callback);
        input.take();
        return self();
    }

    /// The peer has ended its side: no more data. Unless [#halfOpen] is set, our side is ended as well, after what waits
    /// was sent.
    @Override
    public final S onEnd(Runnable callback) {
        callbacks().onEnd = Objects.requireNonNull(callback);
        return self();
    }

    /// All that waited was sent, after a [#write] that answered false.
    @Override
    public final S onDrain(Runnable callback) {
        callbacks().onDrain = Objects.requireNonNull(callback);
        return self();
    }

    /// The socket is closed and its descriptor given back. Called once, after everything else. Several callbacks may be
    /// set, all are called.
    @Override
    public final S onClose(Runnable callback) {
        callbacks().addOnClose(Objects.requireNonNull(callback));
        return self();
    }

    /// The connection failed, with an [OsException]; [#onClose] follows. Without this callback a refused connect is
    /// uncaught, and a connection that breaks later just closes: peers do that every day.
    @Override
    public final S onError(Consumer<IOException> callback) {
        callbacks().onError = Objects.requireNonNull(callback);
        return self();
    }

    /// For who hands the socket on: what [#onError] was told is its former owner's affair.
    final void forgetOnError() {
        callbacks().onError = null;
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
    public final S claim(SocketProtocol protocol) {
        internals.checkThread();
        if (this.protocol != null) throw new IllegalStateException("this socket has callbacks, or a protocol, already");
        this.protocol = Objects.requireNonNull(protocol);
        input.take();
        return self();
    }

    /// Forgets callbacks or protocol, and [#halfOpen], so that another protocol can take the socket over (after an HTTP
    /// Upgrade, say). What arrives waits for the next [#onData], and so does the peer's end, told before or not.
    public final void handOver() {
        internals.checkThread();
        protocol = null;
        halfOpen = false;
        input.letGo();
    }

    // Receiving.

    /// No more [#onData] until [#resume]; the kernel stops receiving too.
    @Override
    public final void pause() {
        internals.checkThread();
        input.pause();
    }

    @Override
    public final void resume() {
        internals.checkThread();
        input.resume();
    }

    public final boolean isPaused() {
        return input.isPaused();
    }

    final void peerEnded() {
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
    public final boolean write(byte[] bytes) {
        return write(bytes, 0, bytes.length);
    }

    /// As [#write(byte\[\])], for a part of the array.
    public final boolean write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (cannotWrite()) return false;
        while (length > 0) {
            var buffer = output.roomFor(1);
            var part = Math.min(length, buffer.room());
            buffer.append(bytes, offset, part);
            output.appended(part);
            offset += part;
            length -= part;
        }
        return belowHighWater();
    }

    /// Copies the text as UTF-8.
    @Override
    public final boolean write(String text) {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends the buffer's readable bytes without copying them (but small ones); the buffer is the socket's from now on,
    /// whatever the answer.
    @Override
    public final boolean write(Buffer buffer) {
        buffer = buffer.takeOver();
        if (buffer.readable() == 0 || ending || cannotWrite()) {
            buffer.release();
            return !cannotWrite() && belowHighWater();
        }
        output.add(buffer);
        return belowHighWater();
    }

    /// Sends a part of a file behind what waits, without taking it into memory where the transport can do so. The file
    /// stays open for it, whether its caller closes it or not. A file that turns out shorter than that resets the
    /// connection ([#onError] with `sendfile`, EIO): the peer must not take what follows for its content.
    ///
    /// @return as [#write(byte\[\])]
    /// @throws IndexOutOfBoundsException when the part is not within the file as it was opened
    public final boolean write(SendableFile file, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, file.size());
        if (cannotWrite()) return false;
        if (length > 0) output.add(new FilePart(file.share(), offset, length));
        return belowHighWater();
    }

    /// For encoders that write in place: a buffer with room for at least `bytes`, at the end of what waits to be sent.
    /// Append to it and tell [#wrote], within the same callback. The buffer stays the socket's.
    ///
    /// @param bytes at the most 64 KiB
    /// @throws IllegalStateException after [#end] or when the socket is destroyed
    public final Buffer output(int bytes) {
        if (cannotWrite()) throw new IllegalStateException("output of a closed socket");
        return output.roomFor(bytes);
    }

    /// Bytes were appended to the buffer that [#output] gave.
    public final void wrote(int bytes) {
        output.appended(bytes);
    }

    @Override
    public final boolean isWritable() {
        return !ending && !destroyed;
    }

    final boolean cannotWrite() {
        internals.checkThread();
        if (ending) throw new IllegalStateException("write after end");
        return destroyed;
    }

    /// Whether no more than [#HIGH_WATER_BYTES] wait. When not, [#onDrain] will be called.
    public final boolean belowHighWater() {
        return output.belowHighWater();
    }

    /// Bytes that wait to be sent, those with the kernel included.
    public final long waitingBytes() {
        return output.bytes();
    }

    /// Those of them that are in memory, and not in files.
    public final long waitingBytesInMemory() {
        return output.bytesInMemory();
    }

    /// Bytes that the kernel has taken since the connection stands.
    public final long sentBytes() {
        return output.sentBytes();
    }

    final void drained() {
        if (protocol != null) protocol.drained();
    }

    // Ending.

    /// Sends what waits, then tells the peer that nothing more will come (FIN). Receiving goes on.
    @Override
    public final void end() {
        internals.checkThread();
        if (ending || destroyed) return;
        ending = true;
        output.flushLater();
    }

    final void allSent() {
        if (!ending || ended || operations.isUnderWay(Token.SHUTDOWN)) return;
        if (input.endTold()) {
            destroy(); // both sides have ended: closing sends our FIN
        } else {
            operations.driver().shutdown(operations.descriptor, operations.start(Token.SHUTDOWN));
        }
    }

    final void shutdownCompleted(int result) {
        if (destroyed) return;
        if (result < 0 && result != -Errno.ENOTCONN) {
            fail(new OsException("shutdown", describePeer(), -result), false);
            return;
        }
        ended = true;
        closeWhenBothEnded();
    }

    private void closeWhenBothEnded() {
        if (ended && input.endTold()) destroy();
    }

    /// Closes at once; what waits to be sent is dropped, what the kernel has taken is still delivered. [#onClose]
    /// follows.
    @Override
    public final void destroy() {
        internals.checkThread();
        if (destroyed) return;
        destroyed = true;
        if (connecting != null) connecting.stopTimeout();
        operations.cancelAll();
        input.drop();
        if (!operations.isSending()) output.drop();
        closeWhenIdle();
    }

    final void fail(OsException problem, boolean mustBeTold) {
        destroy();
        var nobodyListens = protocol == null || protocol instanceof Callbacks callbacks && callbacks.onError == null;
        if (!nobodyListens) protocol.failed(problem);
        else if (mustBeTold) internals.uncaught(problem);
    }

    final void closeWhenIdle() {
        if (!destroyed || closed || !operations.isIdle()) return;
        operations.driver().close(operations.descriptor, operations.start(Token.CLOSE));
    }

    final void closeCompleted() {
        closed = true;
        operations.end();
        if (referenced) internals.release();
        if (protocol != null) protocol.closed();
    }

    // Settings.

    /// With true, the peer's end does not end our side: [#end] must be called. Default false.
    public final S halfOpen(boolean on) {
        halfOpen = on;
        return self();
    }

    /// Keeps the loop running while the socket is open (as it does from the start).
    public final S ref() {
        internals.checkThread();
        if (!referenced && !closed) internals.retain();
        referenced = true;
        return self();
    }

    /// Lets the loop end without waiting for this socket.
    public final S unref() {
        internals.checkThread();
        if (referenced && !closed) internals.release();
        referenced = false;
        return self();
    }

    public final boolean hasRef() {
        return referenced;
    }

    // About the socket.

    /// @throws OsException `EBADF` once it is closed
    public final SocketAddress localAddress() throws OsException {
        requireDescriptor("getsockname");
        return operations.driver().localAddress(operations.descriptor);
    }

    /// @throws OsException `ENOTCONN` before the connection stands and after it is gone, `EBADF` once it is closed
    public final SocketAddress peerAddress() throws OsException {
        requireDescriptor("getpeername");
        return operations.driver().peerAddress(operations.descriptor);
    }

    /// One more descriptor for this socket, to be passed to another process ([UnixSocket#write(byte\[\], SocketHandle...)])
    /// or to make another socket of. [#destroy] this one afterwards: two that receive would each get a part. Bytes that
    /// were received already are not passed: take it before [#onData] is set. To [#end] it ends it for all who share it.
    ///
    /// @throws OsException `EOPNOTSUPP` on the nio transport, `EMFILE`, or `EBADF` once the socket is closed
    public final SocketHandle handle() throws OsException {
        requireDescriptor("fcntl");
        return SocketHandle.of(internals, operations.descriptor);
    }

    final void requireDescriptor(String operation) throws OsException {
        internals.checkThread();
        if (destroyed) throw new OsException(operation, "closed socket", Errno.EBADF);
    }

    @Override
    public final EventLoop loop() {
        return loop;
    }

    public final boolean isDestroyed() {
        return destroyed;
    }

    final boolean isClosed() {
        return closed;
    }

    /// Whether a callback takes what arrives.
    public final boolean isRead() {
        return input.isTaken();
    }

    String describePeer() {
        try {
            return Addresses.format(operations.driver().peerAddress(operations.descriptor));
        } catch (OsException _) {
            return "a peer that is gone"; // the reason for asking is told by the caller
        }
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[descriptor " + operations.descriptor + (destroyed ? ", closed" : "") + "]";
    }
}
