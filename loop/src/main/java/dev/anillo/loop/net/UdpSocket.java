package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.stream.CloseCallbacks;
import dev.anillo.loop.driver.DatagramBinding;
import dev.anillo.loop.driver.DatagramOperations;
import dev.anillo.loop.driver.DatagramOption;
import dev.anillo.loop.driver.Endpoint;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Flushable;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.driver.Token;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Datagrams (UDP, RFC 768): each is sent whole and comes whole, at most once or twice, in any order, or not at all.
///
///     UdpSocket.bind(4000).onMessage((data, sender) -> …)
///
/// **In:** datagrams are received while an [#onMessage] callback is set and the socket is not paused; what the kernel has no
/// room for meanwhile is lost, as UDP has it. **Out:** what is sent in one turn of the loop leaves with one system call for
/// up to 32 datagrams (NIO: one each). [#send] answers false above [#HIGH_WATER_BYTES]: then better wait for [#onDrain]. What
/// exceeds [#QUEUE_BYTES_MAX] is refused with `ENOBUFS`. **Errors** of one datagram (`EMSGSIZE`, `EACCES` without
/// [#broadcast]) go to its own callback, else to [#onError], else they are uncaught; the socket goes on. **The end:**
/// [#close] sends what waits, and then [#onClose] is called, once.
///
/// Threads: the loop's.
public final class UdpSocket {
    /// Bytes waiting to be sent above which [#send] answers false.
    public static final int HIGH_WATER_BYTES = 64 * 1024;

    /// Bytes that can wait to be sent: some tenths of a second of a fast network. Who sends more without waiting for
    /// [#onDrain] would fill the memory.
    public static final int QUEUE_BYTES_MAX = 4 * 1024 * 1024;

    /// Datagrams that can wait to be sent: empty ones take memory too.
    public static final int QUEUE_COUNT_MAX = 16 * 1024;

    private static final InetAddress ALL_IPV6 = InetAddress.ofLiteral("::");
    private static final InetAddress ALL_IPV4 = InetAddress.ofLiteral("0.0.0.0");
    private static final Runnable NOBODY = () -> {};

    private final EventLoop loop;
    private final LoopInternals internals;
    private final Kernel kernel = new Kernel();
    private final DatagramQueue queue;
    private final int slot;
    private int descriptor;
    private String name;

    private BiConsumer<Buffer, InetSocketAddress> onMessage;
    private Consumer<IOException> onError;
    private Runnable onDrain;
    private Runnable onClose;

    private boolean referenced = true;
    private boolean connected;
    private boolean paused;
    private boolean receiving;
    private boolean cancelling;
    private boolean sending;
    private boolean flushScheduled;
    private boolean mustDrain;
    private boolean closing;
    private boolean closingDescriptor;
    private boolean closed;

    private UdpSocket(EventLoop loop, InetSocketAddress local, UdpOptions options) throws OsException {
        this.loop = loop;
        internals = LoopInternals.of(loop);
        internals.checkThread();
        queue = new DatagramQueue(internals);
        descriptor = datagrams().open(new DatagramBinding(local, options.reuseAddress(), options.reusePort()));
        slot = internals.attach(kernel);
        internals.retain();
    }

    // Binding.

    /// A socket of this thread's loop on all addresses, IPv6 and IPv4; where there is no IPv6, on those of IPv4.
    ///
    /// @param port 0 lets the system choose: see [#port]
    /// @throws OsException naming `bind` (`EADDRINUSE`, `EACCES`) or `socket` (`EMFILE`)
    public static UdpSocket bind(int port) throws OsException {
        try {
            return bind(new InetSocketAddress(ALL_IPV6, port));
        } catch (OsException refused) {
            if (refused.errno() != Errno.EAFNOSUPPORT && refused.errno() != Errno.EADDRNOTAVAIL) throw refused;
            return bind(new InetSocketAddress(ALL_IPV4, port));
        }
    }

    /// As [#bind(int)], on one address.
    public static UdpSocket bind(InetSocketAddress local) throws OsException {
        return bind(local, UdpOptions.DEFAULT);
    }

    public static UdpSocket bind(InetSocketAddress local, UdpOptions options) throws OsException {
        requireResolved(local);
        return new UdpSocket(EventLoop.current(), local, options);
    }

    private static void requireResolved(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("unresolved address " + address.getHostString() + ": look it up first");
        }
    }

    private DatagramOperations datagrams() {
        return internals.driver().datagrams();
    }

    // Events.

    /// A datagram and its sender. The buffer is lent until the callback returns ([Buffer#keep] to have a copy). Setting the
    /// callback starts the receiving.
    public UdpSocket onMessage(BiConsumer<Buffer, InetSocketAddress> callback) {
        internals.checkThread();
        onMessage = Objects.requireNonNull(callback);
        goOnReceiving();
        return this;
    }

    /// A datagram without a callback of its own was refused, or the peer of a connected socket is not there
    /// (`receive: ECONNREFUSED`). The socket goes on, unless it can't receive any more: then [#onClose] follows. Without this
    /// callback such an error is uncaught.
    public UdpSocket onError(Consumer<IOException> callback) {
        onError = Objects.requireNonNull(callback);
        return this;
    }

    /// All that waited was sent, after a [#send] that answered false.
    public UdpSocket onDrain(Runnable callback) {
        onDrain = Objects.requireNonNull(callback);
        return this;
    }

    /// The socket is closed and its address free. Several callbacks may be set, all are called.
    public UdpSocket onClose(Runnable callback) {
        onClose = CloseCallbacks.add(onClose, callback);
        return this;
    }

    // Receiving.

    /// No more [#onMessage] until [#resume], but for what was received already.
    public void pause() {
        internals.checkThread();
        paused = true;
        cancelReceive();
    }

    public void resume() {
        internals.checkThread();
        paused = false;
        goOnReceiving();
    }

    private void goOnReceiving() {
        if (receiving || closing || paused || onMessage == null) return;
        receiving = true;
        cancelling = false;
        datagrams().receive(descriptor, internals.token(slot, Token.RECEIVE));
    }

    private void cancelReceive() {
        if (!receiving || cancelling) return;
        cancelling = true;
        internals.driver().cancel(descriptor, internals.token(slot, Token.RECEIVE));
    }

    private void received(Buffer data) {
        if (closing) {
            data.release();
            return;
        }
        data.lend();
        try {
            onMessage.accept(data, datagrams().sender());
        } finally {
            data.endLoan();
        }
    }

    private void receiveEnded(int errno) {
        receiving = false;
        if (errno != Errno.ECANCELED && !closing) {
            if (!isPeersFault(errno)) close();
            report(new OsException("receive", name(), errno));
        }
        goOnReceiving();
    }

    /// What the network has told of a datagram that was sent before (ICMP): it says nothing of the next one.
    private static boolean isPeersFault(int errno) {
        return switch (errno) {
            case Errno.ECONNREFUSED, Errno.EHOSTUNREACH, Errno.ENETUNREACH, Errno.EPROTO, Errno.EMSGSIZE, Errno.EACCES,
                    Errno.ECONNRESET -> true;
            default -> false;
        };
    }

    // Sending.

    /// Copies the bytes as one datagram for this peer.
    ///
    /// @param peer resolved
    /// @return false when more than [#HIGH_WATER_BYTES] wait: better go on at [#onDrain]
    /// @throws IllegalStateException after [#close], or when the socket is connected
    public boolean send(byte[] data, InetSocketAddress peer) {
        return send(data, peer, NOBODY, this::report);
    }

    /// As [#send(byte\[\], InetSocketAddress)].
    ///
    /// @param onSent the kernel has taken it; nobody knows whether it arrives
    /// @param onRefused the kernel has not, with the reason; [#onError] is not told
    public boolean send(byte[] data, InetSocketAddress peer, Runnable onSent, Consumer<OsException> onRefused) {
        requirePeer(peer);
        if (mayQueue(data.length, peer, onRefused)) {
            queue.room(data.length).append(data);
            queued(data.length, peer, onSent, onRefused);
        }
        return belowHighWater();
    }

    /// Copies the text as UTF-8.
    public boolean send(String text, InetSocketAddress peer) {
        return send(text.getBytes(StandardCharsets.UTF_8), peer);
    }

    /// Copies the buffer's readable bytes; it stays the caller's.
    public boolean send(Buffer data, InetSocketAddress peer) {
        requirePeer(peer);
        return send(data, peer, NOBODY, this::report);
    }

    /// To the peer that the socket is connected with.
    ///
    /// @throws IllegalStateException after [#close], or when the socket is not connected
    public boolean send(byte[] data) {
        requireConnected();
        if (mayQueue(data.length, null, this::report)) {
            queue.room(data.length).append(data);
            queued(data.length, null, NOBODY, this::report);
        }
        return belowHighWater();
    }

    /// As [#send(byte\[\])], the text as UTF-8.
    public boolean send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /// As [#send(byte\[\])]. The buffer stays the caller's.
    public boolean send(Buffer data) {
        requireConnected();
        return send(data, null, NOBODY, this::report);
    }

    private boolean send(Buffer data, InetSocketAddress peer, Runnable onSent, Consumer<OsException> onRefused) {
        var length = data.readable();
        if (mayQueue(length, peer, onRefused)) {
            queue.room(length).append(data.readAddress(), length);
            queued(length, peer, onSent, onRefused);
        }
        return belowHighWater();
    }

    private void requirePeer(InetSocketAddress peer) {
        requireResolved(peer);
        if (connected) throw new IllegalStateException("the socket is connected: send without an address, or disconnect");
    }

    private void requireConnected() {
        if (!connected) throw new IllegalStateException("the socket is not connected: whom is this for?");
    }

    private boolean mayQueue(int length, InetSocketAddress peer, Consumer<OsException> onRefused) {
        requireOpen();
        int errno;
        if (length > DatagramOperations.PAYLOAD_BYTES_MAX) errno = Errno.EMSGSIZE;
        else if (queue.bytes() + length > QUEUE_BYTES_MAX || queue.count() == QUEUE_COUNT_MAX) errno = Errno.ENOBUFS;
        else return true;
        var refusal = refusal(errno, peer);
        loop.nextTick(() -> onRefused.accept(refusal)); // as all others: not from within the call
        return false;
    }

    private void queued(int length, InetSocketAddress peer, Runnable onSent, Consumer<OsException> onRefused) {
        queue.add(length, peer, onSent, onRefused);
        flushLater();
    }

    private boolean belowHighWater() {
        if (queue.bytes() <= HIGH_WATER_BYTES) return true;
        mustDrain = true;
        return false;
    }

    private void flushLater() {
        if (sending || flushScheduled) return;
        flushScheduled = true;
        internals.flushLater(kernel);
    }

    private void flush() {
        flushScheduled = false;
        if (closed || sending || queue.isEmpty()) return;
        sending = true;
        datagrams().send(descriptor, queue.batch(), internals.token(slot, Token.SEND));
    }

    /// What a send that came to an end has to tell is told when the next one is on its way.
    private void sendCompleted(int result) {
        sending = false;
        if (result == -Errno.ECANCELED) { // only [#closeNow] cancels
            dropAll();
            return;
        }
        var taken = Math.max(result, 1);
        var told = new DatagramQueue.Waiting[taken];
        for (var i = 0; i < taken; i++) told[i] = queue.remove();
        flush();
        for (var each : told) tell(each, result);
        if (queue.isEmpty() && mustDrain) {
            mustDrain = false;
            if (onDrain != null && !closing) onDrain.run();
        }
    }

    private void tell(DatagramQueue.Waiting datagram, int result) {
        try {
            if (result > 0) datagram.onSent().run();
            else datagram.onRefused().accept(refusal(-result, datagram.peer()));
        } catch (Throwable problem) {
            internals.uncaught(problem); // the others have their own to hear
        }
    }

    private OsException refusal(int errno, InetSocketAddress peer) {
        return new OsException("send", peer == null ? name() : Addresses.format(peer), errno);
    }

    private void dropAll() {
        while (!queue.isEmpty()) {
            var datagram = queue.remove();
            datagram.onRefused().accept(refusal(Errno.ECANCELED, datagram.peer()));
        }
    }

    private void report(OsException problem) {
        if (onError != null) onError.accept(problem);
        else internals.uncaught(problem);
    }

    // Settings.

    /// From now on only this peer is heard, and [#send(byte\[\])] goes to it. Nothing is sent by that; that nobody is there is
    /// known when the first datagram comes back ([#onError], `ECONNREFUSED`).
    ///
    /// @param peer resolved
    /// @throws OsException naming `connect` (`ENETUNREACH`)
    public UdpSocket connect(InetSocketAddress peer) throws OsException {
        requireOpen();
        requireResolved(peer);
        datagrams().connect(descriptor, peer);
        connected = true;
        return this;
    }

    /// Hears everybody again. The port may be another one then: the system gives back one that it had chosen.
    public UdpSocket disconnect() throws OsException {
        requireOpen();
        datagrams().connect(descriptor, null);
        connected = false;
        return this;
    }

    /// May send to broadcast addresses (SO_BROADCAST, socket(7)). Default false.
    public UdpSocket broadcast(boolean on) throws OsException {
        return set(DatagramOption.BROADCAST, on ? 1 : 0);
    }

    /// Networks that what is sent to a group may cross, 0 to 255 (IP_MULTICAST_TTL, ip(7)). Default 1: the local one.
    public UdpSocket multicastHops(int hops) throws OsException {
        return set(DatagramOption.MULTICAST_HOPS, hops);
    }

    /// Sockets of this machine hear what it sends to groups that they have joined (IP_MULTICAST_LOOP). Default true.
    public UdpSocket multicastLoopback(boolean on) throws OsException {
        return set(DatagramOption.MULTICAST_LOOPBACK, on ? 1 : 0);
    }

    /// Where what is sent to groups leaves (IP_MULTICAST_IF). By default the system chooses.
    public UdpSocket multicastInterface(NetworkInterface by) throws OsException {
        return set(DatagramOption.MULTICAST_INTERFACE, by.getIndex());
    }

    /// Bytes that may wait in the kernel to be received (SO_RCVBUF); the system may cut it (net.core.rmem_max).
    public UdpSocket receiveBuffer(int bytes) throws OsException {
        return set(DatagramOption.RECEIVE_BUFFER, bytes);
    }

    /// Bytes that may wait in the kernel to be sent (SO_SNDBUF); the system may cut it (net.core.wmem_max).
    public UdpSocket sendBuffer(int bytes) throws OsException {
        return set(DatagramOption.SEND_BUFFER, bytes);
    }

    private UdpSocket set(DatagramOption option, int value) throws OsException {
        requireOpen();
        datagrams().set(descriptor, option, value);
        return this;
    }

    /// Hears what is sent to this group on the interface that the system chooses. To hear an IPv4 group bind an IPv4 address,
    /// `0.0.0.0` say: NIO refuses it for a socket of both families.
    ///
    /// @throws OsException naming `setsockopt`: `EADDRINUSE` when it has joined already
    public UdpSocket join(InetAddress group) throws OsException {
        return membership(group, 0, true);
    }

    public UdpSocket join(InetAddress group, NetworkInterface on) throws OsException {
        return membership(group, on.getIndex(), true);
    }

    /// Hears the group no more.
    ///
    /// @throws OsException naming `setsockopt`: `EADDRNOTAVAIL` when it has not joined
    public UdpSocket leave(InetAddress group) throws OsException {
        return membership(group, 0, false);
    }

    public UdpSocket leave(InetAddress group, NetworkInterface on) throws OsException {
        return membership(group, on.getIndex(), false);
    }

    private UdpSocket membership(InetAddress group, int interfaceIndex, boolean joins) throws OsException {
        requireOpen();
        if (!group.isMulticastAddress()) throw new IllegalArgumentException(group.getHostAddress() + " is no group");
        datagrams().membership(descriptor, group, interfaceIndex, joins);
        return this;
    }

    private void requireOpen() {
        internals.checkThread();
        if (closing) throw new IllegalStateException("socket is closed");
    }

    // Closing.

    /// Receives no more, sends what waits, and closes; [#onClose] follows. Harmless when closed already.
    public void close() {
        internals.checkThread();
        if (closing) return;
        closing = true;
        name();
        cancelReceive();
        closeWhenIdle();
    }

    private void closeWhenIdle() {
        if (!closing || closingDescriptor || receiving || sending || !queue.isEmpty()) return;
        closingDescriptor = true;
        internals.driver().close(descriptor, internals.token(slot, Token.CLOSE));
    }

    private void closeCompleted() {
        closed = true;
        internals.detach(slot);
        if (referenced) internals.release();
        if (onClose != null) onClose.run();
    }

    // About the socket.

    /// Where it is bound, with the port that the system chose.
    ///
    /// @throws OsException `EBADF` once it is closed
    public InetSocketAddress localAddress() throws OsException {
        requireDescriptor("getsockname");
        return (InetSocketAddress) internals.driver().localAddress(descriptor);
    }

    /// The port that it is bound to.
    ///
    /// @throws OsException `EBADF` once it is closed
    public int port() throws OsException {
        return localAddress().getPort();
    }

    private void requireDescriptor(String operation) throws OsException {
        internals.checkThread();
        if (closingDescriptor) throw new OsException(operation, "a closed socket", Errno.EBADF);
    }

    /// For messages. Asked once while the socket is open: later nobody can tell.
    private String name() {
        if (name == null) {
            try {
                name = Addresses.format(internals.driver().localAddress(descriptor));
            } catch (OsException _) {
                name = "a datagram socket"; // the reason for asking is told by the caller
            }
        }
        return name;
    }

    /// Bytes that wait to be sent, those with the kernel included.
    public long waitingBytes() {
        return queue.bytes();
    }

    /// Datagrams that wait to be sent.
    public int waitingCount() {
        return queue.count();
    }

    public boolean isConnected() {
        return connected;
    }

    public boolean isClosed() {
        return closing;
    }

    public EventLoop loop() {
        return loop;
    }

    /// Keeps the loop running while the socket is open (as it does from the start).
    public UdpSocket ref() {
        internals.checkThread();
        if (!referenced && !closed) internals.retain();
        referenced = true;
        return this;
    }

    /// Lets the loop end without waiting for this socket.
    public UdpSocket unref() {
        internals.checkThread();
        if (referenced && !closed) internals.release();
        referenced = false;
        return this;
    }

    public boolean hasRef() {
        return referenced;
    }

    @Override
    public String toString() {
        return "UdpSocket[" + (closing ? "closed" : name()) + "]";
    }

    private final class Kernel implements Endpoint, Flushable {
        @Override
        public void completed(int operation, int result, boolean more, Buffer data) {
            try {
                switch (operation) {
                    case Token.RECEIVE -> {
                        if (more) received(data);
                        else receiveEnded(-result);
                    }
                    case Token.SEND -> sendCompleted(result);
                    case Token.CLOSE -> closeCompleted();
                    default -> throw new AssertionError("a datagram socket has no operation " + operation);
                }
            } finally {
                closeWhenIdle();
            }
        }

        @Override
        public void flush() {
            UdpSocket.this.flush();
        }

        @Override
        public void closeNow() {
            close();
            if (sending) internals.driver().cancel(descriptor, internals.token(slot, Token.SEND));
            else if (!closed) dropAll();
            closeWhenIdle();
        }
    }
}
