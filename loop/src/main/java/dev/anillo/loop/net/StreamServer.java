package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.Timer;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Endpoint;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.stream.CloseCallbacks;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// Listens, and calls back with a socket for each connection: what [TcpServer] and [UnixServer] have in common.
///
/// When the process runs out of descriptors (EMFILE, ENFILE) accepting pauses for [#REST_MILLIS] and is tried
/// again; connections that stand live on, new ones wait in the kernel's backlog.
///
/// Threads: the loop's, but listening and [#close], which any thread may do.
///
/// @param <C> its connections
/// @param <S> the server's own type, for calls in a row
public abstract sealed class StreamServer<C extends StreamSocket<C>, S extends StreamServer<C, S>>
        permits TcpServer, UnixServer {
    /// Connections that may wait in the kernel to be accepted, unless [#backlog] says otherwise. The system may cut it
    /// (net.core.somaxconn).
    public static final int BACKLOG = 4096;

    /// How long accepting rests when descriptors or memory run out, in milliseconds: long enough not to spin, short
    /// enough that clients hardly notice.
    public static final int REST_MILLIS = 100;

    private static final int NOT_OPEN = -1;

    final EventLoop loop;
    final LoopInternals internals;
    private final Consumer<? super C> onConnection;
    private final Kernel kernel = new Kernel();

    private Consumer<IOException> onError;
    private Runnable onClose;
    private boolean referenced = true;
    private int backlog = BACKLOG;
    /// What it listens with came as a handle, and may be others' too.
    private boolean handedOver;

    private State state = State.NEW;
    private int slot;
    private int descriptor = NOT_OPEN;
    private boolean accepting;
    private boolean cancelled;
    private boolean paused;
    private boolean closingDescriptor;
    private Timer resting;
    private boolean restTold;

    private enum State { NEW, OPENING, LISTENING, CLOSING, CLOSED }

    StreamServer(EventLoop loop, Consumer<? super C> onConnection) {
        this.loop = loop;
        this.internals = LoopInternals.of(loop);
        this.onConnection = Objects.requireNonNull(onConnection);
    }

    @SuppressWarnings("unchecked")
    private S self() {
        return (S) this;
    }

    /// A connection was accepted.
    abstract C socket(int accepted);

    /// @param listening or else a connection
    /// @return the descriptor
    abstract int adopt(SocketHandle handle, boolean listening) throws OsException;

    /// The descriptor is closed. What else the server holds is given back.
    void descriptorClosed() {}

    // Settings, before listening.

    /// The server could not listen ([OsException], [UnknownHostException]); it is closed then. Without this callback
    /// such an error is uncaught.
    public final S onError(Consumer<IOException> callback) {
        onError = Objects.requireNonNull(callback);
        return self();
    }

    /// The server is closed and its address free. Connections may live on. Several callbacks may be set, all are called.
    public final S onClose(Runnable callback) {
        onClose = CloseCallbacks.add(onClose, callback);
        return self();
    }

    /// Connections that may wait in the kernel to be accepted; [#BACKLOG] by default. What comes above it the kernel does not
    /// answer, and the client tries again after a second, three, seven.
    ///
    /// @param connections 1 or more. While listening it may be changed too, on the loop's thread: those that wait already stay.
    ///     Not on nio, and not of a socket that came as a handle, which is others' too
    public final S backlog(int connections) {
        if (connections < 1) throw new IllegalArgumentException("a backlog of " + connections + ": at least 1");
        backlog = connections;
        if (state == State.LISTENING && !handedOver) {
            internals.checkThread();
            internals.driver().backlog(descriptor, connections);
        }
        return self();
    }

    final int backlog() {
        return backlog;
    }

    // Listening.

    final void onLoop(Runnable action) {
        if (internals.inLoop()) {
            action.run();
        } else {
            loop.execute(action);
        }
    }

    /// What leads to [#opened] or [#refused] has begun.
    final void begin() {
        if (state != State.NEW) throw new IllegalStateException("a server listens once; this one is " + state);
        state = State.OPENING;
        if (referenced) internals.retain();
    }

    /// Neither opened yet nor closed meanwhile.
    final boolean isOpening() {
        return state == State.OPENING;
    }

    final void opened(int listener, Runnable onListening) {
        SpareDescriptor.keep();
        state = State.LISTENING;
        descriptor = listener;
        slot = internals.attach(kernel);
        goOnAccepting();
        loop.nextTick(onListening);
    }

    /// Listens with what another process, or another server, listens with already: connections come to whoever accepts
    /// them first. The server owns the handle from now on.
    ///
    /// @param onListening called when connections are accepted
    public final S listen(SocketHandle handle, Runnable onListening) {
        Objects.requireNonNull(onListening);
        handle.descriptor(); // one that was used is the program's mistake
        begin();
        listenWith(handle, onListening);
        return self();
    }

    /// The end of what has begun.
    final void listenWith(SocketHandle handle, Runnable onListening) {
        if (!isOpening()) {
            handle.close();
            return;
        }
        try {
            handedOver = true;
            opened(adopt(handle, true), onListening);
        } catch (OsException refused) {
            handle.close();
            refusedLater(refused);
        }
    }

    /// Told in a callback of its own: the program may not have set its [#onError] yet.
    final void refusedLater(OsException refusal) {
        loop.nextTick(() -> refused(refusal));
    }

    final void refused(IOException problem) {
        if (state == State.CLOSED) return;
        closed();
        if (onError != null) {
            onError.accept(problem);
        } else {
            internals.uncaught(problem);
        }
    }

    // Accepting.

    /// Accepts no more until [#resume]: connections wait in the kernel, as many as [#backlog] says. A few that were accepted
    /// already may still come. May be called before listening.
    public final void pause() {
        internals.checkThread();
        paused = true;
        cancelAccept();
    }

    /// Accepts again.
    public final void resume() {
        internals.checkThread();
        paused = false;
        if (state == State.LISTENING) goOnAccepting();
    }

    /// Takes a connection that was accepted elsewhere, by another process say, as if it had been accepted here. The server
    /// owns the handle from now on.
    ///
    /// @throws OsException naming `adopt` (`EINVAL`) when it is another kind of socket; the handle stays the caller's
    /// @throws IllegalStateException when the server is closed; the handle stays the caller's
    public final void accept(SocketHandle connection) throws OsException {
        internals.checkThread();
        if (state == State.CLOSING || state == State.CLOSED) throw new IllegalStateException("the server is closed");
        onConnection.accept(socket(adopt(connection, false)));
    }

    private void startAccepting() {
        accepting = true;
        cancelled = false;
        internals.driver().accept(descriptor, internals.token(slot, Token.ACCEPT));
    }

    private void cancelAccept() {
        if (!accepting || cancelled) return;
        cancelled = true;
        internals.driver().cancel(descriptor, internals.token(slot, Token.ACCEPT));
    }

    private void acceptCompleted(int result, boolean more) {
        if (!more) accepting = false;
        try {
            if (result >= 0) {
                restTold = false;
                onConnection.accept(socket(result));
            } else if (state == State.LISTENING && result != -Errno.ECANCELED) {
                rest(-result);
            }
        } finally {
            goOnAccepting();
        }
    }

    private void goOnAccepting() {
        if (accepting) return;
        if (state == State.CLOSING) {
            closeDescriptor();
        } else if (resting == null && !paused) {
            startAccepting();
        }
    }

    /// Drivers go on by themselves when a connection was gone before it was accepted. Whatever else accept(2) says
    /// (EMFILE, ENOBUFS, a security module's EPERM) time may mend, and trying again at once would spin.
    private void rest(int errno) {
        if (!accepting && resting == null) {
            resting = loop.setTimeout(() -> {
                resting = null;
                goOnAccepting();
            }, REST_MILLIS).unref();
        }
        if (restTold) return;
        restTold = true; // once until a connection is accepted again
        SpareDescriptor.spend(() -> System.getLogger("dev.anillo.loop").log(System.Logger.Level.WARNING,
                new OsException("accept", describe(), errno).getMessage() + "; accepting rests for "
                        + REST_MILLIS + " ms and is tried again"));
    }

    private String describe() {
        try {
            return Addresses.format(internals.driver().localAddress(descriptor));
        } catch (OsException _) {
            return "a closed server"; // the reason for asking is told by the caller
        }
    }

    // Closing.

    /// Stops accepting and frees the address; [#onClose] follows. Connections that stand live on. Any thread; harmless
    /// when closed already.
    public final void close() {
        try {
            onLoop(this::closeOnLoop);
        } catch (RejectedExecutionException _) {
            // The loop has ended, and its servers with it.
        }
    }

    private void closeOnLoop() {
        switch (state) {
            case NEW -> {
                state = State.CLOSED;
                if (onClose != null) onClose.run();
            }
            case OPENING -> closed();
            case LISTENING -> stopAccepting();
            case CLOSING, CLOSED -> {}
        }
    }

    private void stopAccepting() {
        state = State.CLOSING;
        if (resting != null) resting.cancel();
        if (accepting) cancelAccept();
        else closeDescriptor();
    }

    private void closeDescriptor() {
        if (closingDescriptor) return;
        closingDescriptor = true;
        internals.driver().close(descriptor, internals.token(slot, Token.CLOSE));
    }

    private void closeCompleted() {
        internals.detach(slot);
        descriptor = NOT_OPEN;
        descriptorClosed();
        closed();
    }

    private void closed() {
        state = State.CLOSED;
        if (referenced) internals.release();
        if (onClose != null) onClose.run();
    }

    // About the server.

    /// Where it listens, with the port that the system chose.
    ///
    /// @throws OsException `EBADF` when it does not listen
    public final SocketAddress localAddress() throws OsException {
        return internals.driver().localAddress(requireDescriptor("getsockname"));
    }

    /// One more descriptor for what the server listens with, to be passed to another process
    /// ([UnixSocket#write(byte\[\], SocketHandle...)]): whoever has one can accept, and no connection is refused as long as
    /// one of them is open.
    ///
    /// @throws OsException `EOPNOTSUPP` on the nio transport, `EMFILE`, or `EBADF` when it does not listen
    public final SocketHandle handle() throws OsException {
        return SocketHandle.of(internals, requireDescriptor("fcntl"));
    }

    final int requireDescriptor(String operation) throws OsException {
        internals.checkThread();
        if (descriptor == NOT_OPEN) throw new OsException(operation, "a server that does not listen", Errno.EBADF);
        return descriptor;
    }

    public final EventLoop loop() {
        return loop;
    }

    /// Keeps the loop running while the server listens (as it does from the start).
    public final S ref() {
        internals.checkThread();
        if (!referenced && isOpen()) internals.retain();
        referenced = true;
        return self();
    }

    /// Lets the loop end without waiting for this server.
    public final S unref() {
        internals.checkThread();
        if (referenced && isOpen()) internals.release();
        referenced = false;
        return self();
    }

    public final boolean hasRef() {
        return referenced;
    }

    private boolean isOpen() {
        return state != State.NEW && state != State.CLOSED;
    }

    private final class Kernel implements Endpoint {
        @Override
        public void completed(int operation, int result, boolean more, Buffer data) {
            switch (operation) {
                case Token.ACCEPT -> acceptCompleted(result, more);
                case Token.CLOSE -> closeCompleted();
                default -> throw new AssertionError("a server has no operation " + operation);
            }
        }

        @Override
        public void closeNow() {
            close();
        }
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + state + (descriptor == NOT_OPEN ? "" : " on " + describe()) + "]";
    }
}
