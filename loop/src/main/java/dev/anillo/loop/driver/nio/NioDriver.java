package dev.anillo.loop.driver.nio;

import dev.anillo.loop.OsException;
import dev.anillo.loop.PeerCredentials;
import dev.anillo.loop.driver.AbstractName;
import dev.anillo.loop.driver.AddressText;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.DatagramOperations;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.DriverFile;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.FileOperations;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.PooledFiles;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.driver.SocketMode;
import dev.anillo.loop.driver.Spawn;
import dev.anillo.loop.driver.Spawned;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;

/// The seam on `java.nio.channels`, for where neither io_uring nor epoll can be had. A descriptor is an index.
public final class NioDriver implements Driver {
    private final Poller poller;
    private final PooledFiles files;
    private final NioDatagrams datagrams;

    /// @throws OsException naming `selector`: no descriptor is left for it
    public NioDriver() throws OsException {
        poller = new Poller(attempt("selector", "java.nio", Selector::open));
        datagrams = new NioDatagrams(poller);
        files = new PooledFiles(poller.helpers, new ChannelFiles());
    }

    @Override
    public String name() {
        return "nio";
    }

    /// Nothing to do: a selector does not care which thread made it.
    @Override
    public void start() {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
        return System.currentTimeMillis();
    }

    /// Java itself sets SO_REUSEADDR where it means what it does on Linux (bind a port although old connections of it
    /// linger), and leaves it off on Windows, where it would mean to share a port with whoever listens on it.
    @Override
    public int listen(Listening how) throws OsException {
        var address = how.address();
        var target = AddressText.of(address);
        requirePath("bind", address);
        var channel = attempt("socket", target, () -> ServerSocketChannel.open(family(address)));
        try {
            unblock(channel, target);
            if (how.reusePort()) set(channel, target, StandardSocketOptions.SO_REUSEPORT, true);
            attempt("bind", target, () -> channel.bind(address, how.backlog()));
            SocketMode.set(address, how.fileMode());
        } catch (OsException refused) {
            close(channel, refused);
            throw refused;
        }
        return new Listener(poller, channel, how.noDelay() && address instanceof InetSocketAddress).number();
    }

    @Override
    public int open(SocketAddress peer) throws OsException {
        var target = AddressText.of(peer);
        requirePath("connect", peer);
        var channel = attempt("socket", target, () -> SocketChannel.open(family(peer)));
        try {
            unblock(channel, target);
        } catch (OsException refused) {
            close(channel, refused);
            throw refused;
        }
        return new Connection(poller, channel).number();
    }

    private static void requirePath(String operation, SocketAddress address) throws OsException {
        if (!(address instanceof AbstractName)) return;
        throw new OsException(operation, address + " (an abstract name needs native access, which nio does without)",
                Errno.EOPNOTSUPP);
    }

    private static ProtocolFamily family(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet when inet.getAddress() instanceof Inet6Address -> StandardProtocolFamily.INET6;
            case InetSocketAddress _ -> StandardProtocolFamily.INET;
            case UnixDomainSocketAddress _ -> StandardProtocolFamily.UNIX;
            default -> throw new IllegalArgumentException("neither an internet nor a unix address: " + address);
        };
    }

    static void unblock(SelectableChannel channel, String target) throws OsException {
        attempt("socket", target, () -> channel.configureBlocking(false));
    }

    static void close(SelectableChannel channel, OsException because) {
        try {
            channel.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    @Override
    public void accept(int descriptor, long token) {
        poller.descriptors.listener(descriptor).accept(token);
    }

    @Override
    public void connect(int descriptor, SocketAddress peer, long token) {
        poller.descriptors.connection(descriptor).connect(peer, token);
    }

    @Override
    public void receive(int descriptor, long token) {
        poller.descriptors.connection(descriptor).receive(token);
    }

    @Override
    public void send(int descriptor, long address, int length, boolean more, long token) {
        poller.descriptors.connection(descriptor).send(address, length, token);
    }

    @Override
    public void send(int descriptor, SendParts parts, boolean more, long token) {
        poller.descriptors.connection(descriptor).send(parts, token);
    }

    @Override
    public DriverFile openFile(Path path) throws OsException {
        return ChannelFile.open(path);
    }

    @Override
    public void sendFile(int descriptor, DriverFile file, long offset, long length, long token) {
        poller.descriptors.connection(descriptor).sendFile((ChannelFile) file, offset, length, token);
    }

    @Override
    public void shutdown(int descriptor, long token) {
        poller.descriptors.connection(descriptor).shutdown(token);
    }

    /// A descriptor that is closed already has nothing under way to cancel.
    @Override
    public void cancel(int descriptor, long token) {
        var found = poller.descriptors.find(descriptor);
        if (found != null) found.cancel(token);
    }

    @Override
    public void close(int descriptor, long token) {
        poller.descriptors.get(descriptor).close(token);
    }

    @Override
    public void abortOnClose(int descriptor) {
        poller.descriptors.connection(descriptor).abortOnClose();
    }

    @Override
    public SocketAddress localAddress(int descriptor) throws OsException {
        var found = poller.descriptors.get(descriptor);
        var address = attempt("getsockname", "descriptor " + descriptor, found::localAddress);
        return address != null ? address : new InetSocketAddress(0); // not bound yet: what the system calls 0.0.0.0:0
    }

    @Override
    public SocketAddress peerAddress(int descriptor) throws OsException {
        var connection = poller.descriptors.connection(descriptor);
        var target = "descriptor " + descriptor;
        var address = attempt("getpeername", target, connection::peerAddress);
        if (address == null) throw new OsException("getpeername", target, Errno.ENOTCONN);
        return address;
    }

    @Override
    public void noDelay(int descriptor, boolean on) throws OsException {
        var channel = poller.descriptors.connection(descriptor).channel();
        set(channel, "descriptor " + descriptor, StandardSocketOptions.TCP_NODELAY, on);
    }

    @Override
    public void keepAlive(int descriptor, boolean on, int idleSeconds) throws OsException {
        var channel = poller.descriptors.connection(descriptor).channel();
        var target = "descriptor " + descriptor;
        set(channel, target, StandardSocketOptions.SO_KEEPALIVE, on);
        if (on && idleSeconds > 0 && channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            set(channel, target, ExtendedSocketOptions.TCP_KEEPIDLE, idleSeconds);
        }
    }

    static <T> void set(NetworkChannel channel, String target, SocketOption<T> option, T value)
            throws OsException {
        attempt("setsockopt " + option.name(), target, () -> channel.setOption(option, value));
    }

    /// Java does not tell.
    @Override
    public int lastArrivalMillis(int descriptor) {
        return -1;
    }

    /// Java sets it with the address, once.
    @Override
    public boolean backlog(int descriptor, int connections) {
        return false;
    }

    /// Java tells names of user and group, and not the process.
    @Override
    public PeerCredentials peerCredentials(int descriptor) throws OsException {
        throw new OsException("getsockopt", "SO_PEERCRED (needs native access, which nio does without)",
                Errno.EOPNOTSUPP);
    }

    @Override
    public int duplicate(int descriptor) throws OsException {
        throw new OsException("fcntl",
                "F_DUPFD_CLOEXEC (to pass descriptors needs native access, which nio does without)", Errno.EOPNOTSUPP);
    }

    @Override
    public int inherit(int number) throws OsException {
        throw new OsException("inherit", "descriptor " + number
                + " (to inherit sockets needs native access, which nio does without)", Errno.EOPNOTSUPP);
    }

    @Override
    public void tell(SocketAddress unixSocket, byte[] message) throws OsException {
        throw new OsException("sendto",
                unixSocket + " (unix datagrams need native access, which nio does without)", Errno.EOPNOTSUPP);
    }

    /// As a plain one: Java has no descriptors to tell of.
    @Override
    public void receiveDescriptors(int descriptor, long token) {
        receive(descriptor, token);
    }

    @Override
    public int receivedDescriptor() {
        return -1;
    }

    // Without [#duplicate] and [#receivedDescriptor] nobody has what the others take.

    @Override
    public void sendDescriptors(int descriptor, int[] passed, long address, int length, long token) {
        throw new IllegalArgumentException("no descriptors of this driver");
    }

    @Override
    public void adopt(int descriptor, boolean listening, boolean unix) {
        throw new IllegalArgumentException("no descriptor of this driver");
    }

    @Override
    public void discard(int descriptor) {
        throw new IllegalArgumentException("no descriptor of this driver");
    }

    @Override
    public Spawned spawn(Spawn how) throws OsException {
        return ChildOfJava.spawn(poller, how);
    }

    @Override
    public void awaitExit(int process, long token) {
        poller.descriptors.child(process).awaitExit(token);
    }

    @Override
    public void kill(int process, int signal) throws OsException {
        poller.descriptors.child(process).kill(signal);
    }

    @Override
    public DatagramOperations datagrams() {
        return datagrams;
    }

    @Override
    public FileOperations files() {
        return files;
    }

    @Override
    public void poll(long timeoutNanos, Completions completions) {
        poller.poll(timeoutNanos, completions);
    }

    @Override
    public void wake() {
        poller.wake();
    }

    @Override
    public void shutDown() {
        poller.shutDown();
        datagrams.close();
    }

    @Override
    public Counters counters() {
        return poller.counters;
    }

    interface Attempt<T> {
        T run() throws IOException;
    }

    static <T> T attempt(String operation, String target, Attempt<T> attempt) throws OsException {
        try {
            return attempt.run();
        } catch (IOException | UnresolvedAddressException | UnsupportedAddressTypeException
                | UnsupportedOperationException e) {
            throw JavaErrors.refusal(operation, target, e);
        }
    }
}
