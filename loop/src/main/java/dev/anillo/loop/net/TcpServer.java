package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.Timer;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Endpoint;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.Token;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// Listens, and calls back with a [TcpSocket] for each connection.
///
/// When the process runs out of descriptors (EMFILE, ENFILE) accepting pauses for [#REST_MILLIS] and is tried
/// again; connections that stand live on, new ones wait in the kernel's backlog.
///
/// Threads: the loop's, but [#listen] and [#close], which any thread may call.
public final class TcpServer {
    /// Connections that may wait in the kernel to be accepted. The system may cut it (net.core.somaxconn).
    public static final int BACKLOG = 4096;

    /// How long accepting rests when descriptors or memory run out, in milliseconds: long enough not to spin, short
    /// enough that clients hardly notice.
    public static final int REST_MILLIS = 100;

    private static final int NOT_OPEN = -1;

    private static final InetAddress ALL_IPV6 = InetAddress.ofLiteral("::");
    private static final InetAddress ALL_IPV4 = InetAddress.ofLiteral("0.0.0.0");

    private final EventLoop loop;
    private final LoopInternals internals;
    private final Consumer<TcpSocket> onConnection;
    private final Kernel kernel = new Kernel();

    private Consumer<IOException> onError;
    private Runnable onClose;
    private boolean reusePort;
    private boolean noDelay = true;
    private boolean referenced = true;

    private State state = State.NEW;
    private int slot;
    private int descriptor = NOT_OPEN;
    private boolean accepting;
    private boolean closingDescriptor;
    private Timer resting;
    private boolean restTold;

    private enum State { NEW, LOOKING_UP, LISTENING, CLOSING, CLOSED }

    private TcpServer(EventLoop loop, Consumer<TcpSocket> onConnection) {
        this.loop = loop;
        this.internals = LoopInternals.of(loop);
        this.onConnection = Objects.requireNonNull(onConnection);
    }

    /// A server on this thread's loop ([EventLoop#current]).
    public static TcpServer create(Consumer<TcpSocket> onConnection) {
        return create(EventLoop.current(), onConnection);
    }

    /// A server on the given loop. Any thread.
    public static TcpServer create(EventLoop loop, Consumer<TcpSocket> onConnection) {
        return new TcpServer(loop, onConnection);
    }

    // Settings, before listen.

    /// Several servers, on several loops or processes, share a port and the kernel spreads the connections
    /// (SO_REUSEPORT, socket(7)). Default false.
    public TcpServer reusePort(boolean on) {
        reusePort = on;
        return this;
    }

    /// Small writes on accepted sockets leave at once (TCP_NODELAY, tcp(7)). Default true: the loop gathers what a turn
    /// has written by itself.
    public TcpServer noDelay(boolean on) {
        noDelay = on;
        return this;
    }

    /// The server could not listen ([OsException], [UnknownHostException]); it is closed then. Without this callback
    /// such an error is uncaught.
    public TcpServer onError(Consumer<IOException> callback) {
        onError = Objects.requireNonNull(callback);
        return this;
    }

    /// The server is closed and its port free. Connections may live on.
    public TcpServer onClose(Runnable callback) {
        onClose = Objects.requireNonNull(callback);
        return this;
    }

    // Listening.

    /// Listens on all addresses, IPv6 and IPv4.
    public TcpServer listen(int port) {
        return listen(port, () -> {});
    }

    /// Listens on all addresses, IPv6 and IPv4; where there is no IPv6, on those of IPv4.
    public TcpServer listen(int port, Runnable onListening) {
        Objects.requireNonNull(onListening);
        onLoop(() -> {
            begin(State.LISTENING);
            try {
                opened(open(new InetSocketAddress(ALL_IPV6, port)), onListening);
            } catch (OsException refused) {
                if (refused.errno() == Errno.EAFNOSUPPORT || refused.errno() == Errno.EADDRNOTAVAIL) {
                    openOrTell(new InetSocketAddress(ALL_IPV4, port), onListening);
                } else {
                    refusedLater(refused);
                }
            }
        });
        return this;
    }

    public TcpServer listen(int port, String host) {
        return listen(port, host, () -> {});
    }

    /// @param port 0 lets the system choose: see [#localAddress]
    /// @param host an address, or a name, which is looked up without blocking the loop
    /// @param onListening called when connections are accepted
    public TcpServer listen(int port, String host, Runnable onListening) {
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException isName) {
            onLoop(() -> lookUp(port, host, onListening));
            return this;
        }
        return listen(new InetSocketAddress(address, port), onListening);
    }

    /// @param address resolved
    public TcpServer listen(SocketAddress address, Runnable onListening) {
        Objects.requireNonNull(onListening);
        onLoop(() -> {
            begin(State.LISTENING);
            openOrTell(address, onListening);
        });
        return this;
    }

    private void onLoop(Runnable action) {
        if (internals.inLoop()) {
            action.run();
        } else {
            loop.execute(action);
        }
    }

    private void begin(State next) {
        if (state != State.NEW) throw new IllegalStateException("a server listens once; this one is " + state);
        state = next;
        if (referenced) internals.retain();
    }

    private void lookUp(int port, String host, Runnable onListening) {
        begin(State.LOOKING_UP);
        Thread.ofVirtual().name("anillo lookup " + host).start(() -> {
            var answer = answer(port, host, onListening);
            try {
                loop.execute(answer);
            } catch (RejectedExecutionException _) {
                // The loop has ended meanwhile: nobody waits for the answer.
            }
        });
    }

    private Runnable answer(int port, String host, Runnable onListening) {
        try {
            var found = InetAddress.getByName(host);
            return () -> {
                if (state != State.LOOKING_UP) return; // closed meanwhile
                state = State.LISTENING;
                openOrTell(new InetSocketAddress(found, port), onListening);
            };
        } catch (UnknownHostException _) {
            return () -> refused(new UnknownHostException(
                    "listen " + host + ":" + port + ": unknown host (check the name, or give an address)"));
        }
    }

    private void openOrTell(SocketAddress address, Runnable onListening) {
        try {
            opened(open(address), onListening);
        } catch (OsException refused) {
            refusedLater(refused);
        }
    }

    private int open(SocketAddress address) throws OsException {
        return internals.driver().listen(new Listening(address, BACKLOG, reusePort, noDelay));
    }

    private void opened(int listener, Runnable onListening) {
        SpareDescriptor.keep();
        descriptor = listener;
        slot = internals.attach(kernel);
        accept();
        loop.nextTick(onListening);
    }

    private void refusedLater(OsException refusal) {
        loop.nextTick(() -> refused(refusal));
    }

    private void refused(IOException problem) {
        if (state == State.CLOSED) return;
        closed();
        if (onError != null) {
            onError.accept(problem);
        } else {
            internals.uncaught(problem);
        }
    }

    // Accepting.

    private void accept() {
        accepting = true;
        internals.driver().accept(descriptor, internals.token(slot, Token.ACCEPT));
    }

    private void acceptCompleted(int result, boolean more) {
        if (!more) accepting = false;
        try {
            if (result >= 0) {
                restTold = false;
                connected(result);
            } else if (state == State.LISTENING) {
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
        } else if (resting == null) {
            accept();
        }
    }

    private void connected(int accepted) {
        onConnection.accept(new TcpSocket(loop, internals, accepted));
    }

    /// Drivers go on by themselves when a connection was gone before it was accepted. Whatever else accept(2) says
    /// (EMFILE, ENOBUFS, a security module's EPERM) time may mend, and trying again at once would spin.
    private void rest(int errno) {
        if (!accepting && resting == null) {
            resting = loop.setTimeout(() -> {
                resting = null;
                accept();
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

    /// Stops accepting and frees the port; [#onClose] follows. Connections that stand live on. Any thread; harmless when
    /// closed already.
    public void close() {
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
            case LOOKING_UP -> closed();
            case LISTENING -> stopAccepting();
            case CLOSING, CLOSED -> {}
        }
    }

    private void stopAccepting() {
        if (descriptor == NOT_OPEN) {
            closed(); // refused, and about to be told
            return;
        }
        state = State.CLOSING;
        if (resting != null) resting.cancel();
        if (accepting) {
            internals.driver().cancel(descriptor, internals.token(slot, Token.ACCEPT));
        } else {
            closeDescriptor();
        }
    }

    private void closeDescriptor() {
        if (closingDescriptor) return;
        closingDescriptor = true;
        internals.driver().close(descriptor, internals.token(slot, Token.CLOSE));
    }

    private void closeCompleted() {
        internals.detach(slot);
        descriptor = NOT_OPEN;
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
    public SocketAddress localAddress() throws OsException {
        internals.checkThread();
        if (descriptor == NOT_OPEN) throw new OsException("getsockname", "a server that does not listen", Errno.EBADF);
        return internals.driver().localAddress(descriptor);
    }

    /// The port it listens on.
    ///
    /// @throws OsException `EBADF` when it does not listen
    public int port() throws OsException {
        return ((InetSocketAddress) localAddress()).getPort();
    }

    public EventLoop loop() {
        return loop;
    }

    /// Keeps the loop running while the server listens (as it does from the start).
    public TcpServer ref() {
        internals.checkThread();
        if (!referenced && isOpen()) internals.retain();
        referenced = true;
        return this;
    }

    /// Lets the loop end without waiting for this server.
    public TcpServer unref() {
        internals.checkThread();
        if (referenced && isOpen()) internals.release();
        referenced = false;
        return this;
    }

    public boolean hasRef() {
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
        return "TcpServer[" + state + (descriptor == NOT_OPEN ? "" : " on " + describe()) + "]";
    }
}
