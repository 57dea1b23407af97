package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.linux.linger;
import dev.anillo.linux.tcp_info;
import dev.anillo.linux.ucred;
import dev.anillo.loop.OsException;
import dev.anillo.loop.PeerCredentials;
import dev.anillo.loop.driver.AddressText;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.SocketMode;
import dev.anillo.loop.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// The socket calls outside the hot path, the same for every native driver: making, options, addresses.
public final class Sockets {
    private static final int TCP = 0; // the one protocol of a SOCK_STREAM socket of IP

    /// As far as the time of the last arrival: the kernel gives no more than it is asked for.
    private static final int TCP_INFO_BYTES = (int) tcp_info.tcpi_last_data_recv$offset() + Integer.BYTES;

    private final Syscalls calls;
    private final Counters counters;
    private final int type;
    private final long address;
    private final long length;
    private final long option;
    private final long tcpInfo;

    /// @param typeFlags SOCK_CLOEXEC, perhaps SOCK_NONBLOCK
    public Sockets(Syscalls calls, Counters counters, Scratch scratch, int typeFlags) {
        this.calls = calls;
        this.counters = counters;
        this.type = Linux.SOCK_STREAM() | typeFlags;
        this.address = scratch.take(SocketAddresses.BYTES_MAX, Long.BYTES);
        this.length = scratch.take(Integer.BYTES, Integer.BYTES);
        this.option = scratch.take((int) linger.sizeof(), Long.BYTES);
        this.tcpInfo = scratch.take(TCP_INFO_BYTES, Long.BYTES);
    }

    /// A socket for connecting to `peer`.
    ///
    /// @throws OsException naming `socket`
    public int open(SocketAddress peer) throws OsException {
        counters.systemCalls++;
        var fd = calls.socket(SocketAddresses.family(peer), type, TCP);
        if (fd < 0) throw new OsException("socket", AddressText.of(peer), -fd);
        return fd;
    }

    /// A socket that listens. Nothing stays open when one of the steps is refused.
    ///
    /// @throws OsException naming `socket`, `setsockopt`, `bind` or `listen`
    public int listen(Listening how) throws OsException {
        var fd = open(how.address());
        try {
            listen(fd, how);
            return fd;
        } catch (OsException refused) {
            close(fd);
            throw refused;
        }
    }

    /// Options first: SO_REUSEADDR, SO_REUSEPORT and IPV6_V6ONLY are read by bind. TCP_NODELAY is inherited by each
    /// accepted socket, which saves a call for each of them.
    private void listen(int fd, Listening how) throws OsException {
        var where = AddressText.of(how.address());
        require("setsockopt", where, setOption(fd, Linux.SOL_SOCKET(), Linux.SO_REUSEADDR(), 1));
        if (how.reusePort()) require("setsockopt", where, setOption(fd, Linux.SOL_SOCKET(), Linux.SO_REUSEPORT(), 1));
        if (how.noDelay()) require("setsockopt", where, setOption(fd, Linux.IPPROTO_TCP(), Linux.TCP_NODELAY(), 1));
        if (isDualStack(how.address())) {
            require("setsockopt", where, setOption(fd, Linux.IPPROTO_IPV6(), Linux.IPV6_V6ONLY(), 0));
        }
        var bytes = SocketAddresses.encode(how.address(), address);
        counters.systemCalls += 2;
        require("bind", where, calls.bind(fd, address, bytes));
        SocketMode.set(how.address(), how.fileMode()); // before listen: until then nobody can connect
        require("listen", where, calls.listen(fd, how.backlog()));
    }

    /// `::` takes IPv4 peers too, as Java programs expect, whatever the sysctl net.ipv6.bindv6only says.
    static boolean isDualStack(SocketAddress address) {
        return SocketAddresses.family(address) == Linux.AF_INET6()
                && ((InetSocketAddress) address).getAddress().isAnyLocalAddress();
    }

    /// Never repeated: the descriptor is gone whatever the result says, close(2).
    public int close(int fd) {
        counters.systemCalls++;
        return calls.close(fd);
    }

    /// Ends the sending side.
    ///
    /// @return 0 or a negated errno
    public int shutdown(int fd) {
        counters.systemCalls++;
        return calls.shutdown(fd, Linux.SHUT_WR());
    }

    /// @throws OsException naming `getsockname`
    public SocketAddress localAddress(int fd) throws OsException {
        counters.systemCalls++;
        Memory.putInt(length, SocketAddresses.BYTES_MAX);
        require("getsockname", "descriptor " + fd, calls.getsockname(fd, address, length));
        return SocketAddresses.decode(address, Memory.getInt(length));
    }

    /// @throws OsException naming `getpeername`
    public SocketAddress peerAddress(int fd) throws OsException {
        counters.systemCalls++;
        Memory.putInt(length, SocketAddresses.BYTES_MAX);
        require("getpeername", "descriptor " + fd, calls.getpeername(fd, address, length));
        return SocketAddresses.decode(address, Memory.getInt(length));
    }

    /// @throws OsException naming `getsockopt`
    public PeerCredentials peerCredentials(int fd) throws OsException {
        counters.systemCalls++;
        Memory.putInt(length, (int) ucred.sizeof());
        require("getsockopt", "SO_PEERCRED of descriptor " + fd,
                calls.getsockopt(fd, Linux.SOL_SOCKET(), Linux.SO_PEERCRED(), address, length));
        return new PeerCredentials(Memory.getInt(address + ucred.pid$offset()),
                Memory.getInt(address + ucred.uid$offset()), Memory.getInt(address + ucred.gid$offset()));
    }

    /// @throws OsException naming `setsockopt`
    public void noDelay(int fd, boolean on) throws OsException {
        require("setsockopt", "TCP_NODELAY of descriptor " + fd,
                setOption(fd, Linux.IPPROTO_TCP(), Linux.TCP_NODELAY(), on ? 1 : 0));
    }

    /// @param idleSeconds 0: the system's own, net.ipv4.tcp_keepalive_time
    /// @throws OsException naming `setsockopt`
    public void keepAlive(int fd, boolean on, int idleSeconds) throws OsException {
        require("setsockopt", "SO_KEEPALIVE of descriptor " + fd,
                setOption(fd, Linux.SOL_SOCKET(), Linux.SO_KEEPALIVE(), on ? 1 : 0));
        if (!on || idleSeconds == 0) return;
        require("setsockopt", "TCP_KEEPIDLE of descriptor " + fd,
                setOption(fd, Linux.IPPROTO_TCP(), Linux.TCP_KEEPIDLE(), idleSeconds));
    }

    /// Milliseconds since the last bytes arrived, or -1 of what is no TCP connection.
    int lastArrivalMillis(int fd) {
        counters.systemCalls++;
        Memory.putInt(length, TCP_INFO_BYTES);
        var result = calls.getsockopt(fd, Linux.IPPROTO_TCP(), Linux.TCP_INFO(), tcpInfo, length);
        if (result < 0 || Memory.getInt(length) < TCP_INFO_BYTES) return -1;
        return Memory.getInt(tcpInfo + tcp_info.tcpi_last_data_recv$offset());
    }

    /// A second listen(2) on a socket that listens does nothing but this.
    boolean backlog(int fd, int connections) {
        counters.systemCalls++;
        return calls.listen(fd, connections) == 0;
    }

    /// SO_LINGER with 0 seconds: the next close throws away what is unsent and sends RST.
    public void abortOnClose(int fd) {
        counters.systemCalls++;
        Memory.putInt(option + linger.l_onoff$offset(), 1);
        Memory.putInt(option + linger.l_linger$offset(), 0);
        var result = calls.setsockopt(fd, Linux.SOL_SOCKET(), Linux.SO_LINGER(), option, (int) linger.sizeof());
        if (result < 0) throw new IllegalStateException("SO_LINGER of descriptor " + fd + ": " + Errno.name(-result));
    }

    int setOption(int fd, int level, int name, int value) {
        counters.systemCalls++;
        Memory.putInt(option, value);
        return calls.setsockopt(fd, level, name, option, Integer.BYTES);
    }

    /// @throws OsException naming `fcntl`
    int duplicate(int fd) throws OsException {
        counters.systemCalls++;
        var result = calls.fcntl(fd, Linux.F_DUPFD_CLOEXEC(), 0);
        require("fcntl", "F_DUPFD_CLOEXEC of descriptor " + fd, result);
        return result;
    }

    /// As [#duplicate], of a socket alone; the number itself is closed.
    ///
    /// @throws OsException naming `inherit` or `fcntl`
    int inherit(int number) throws OsException {
        option("inherit", number, Linux.SO_DOMAIN()); // ENOTSOCK: what is no socket is somebody else's
        var fd = duplicate(number);
        close(number);
        return fd;
    }

    /// @throws OsException naming `sendto`
    void tell(SocketAddress unixSocket, byte[] message) throws OsException {
        var fd = calls.socket(Linux.AF_UNIX(), Linux.SOCK_DGRAM() | Linux.SOCK_CLOEXEC() | Linux.SOCK_NONBLOCK(), 0);
        require("sendto", unixSocket.toString(), fd);
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
            counters.systemCalls += 3;
            require("sendto", unixSocket.toString(),
                    calls.connect(fd, address, SocketAddresses.encode(unixSocket, address)));
            require("sendto", unixSocket.toString(),
                    calls.send(fd, bytes.address(), message.length, Linux.MSG_NOSIGNAL()));
        } finally {
            close(fd);
        }
    }

    /// @throws OsException naming `adopt`
    void requireKind(int fd, boolean listening, boolean unix) throws OsException {
        var isListening = option("adopt", fd, Linux.SO_ACCEPTCONN()) != 0;
        var isUnix = option("adopt", fd, Linux.SO_DOMAIN()) == Linux.AF_UNIX();
        if (isListening == listening && isUnix == unix) return;
        throw new OsException("adopt",
                "a " + kind(isListening, isUnix) + " socket as a " + kind(listening, unix) + " one", Errno.EINVAL);
    }

    private static String kind(boolean listening, boolean unix) {
        return (listening ? "listening" : "connected") + (unix ? " unix" : " internet");
    }

    int option(String operation, int fd, int name) throws OsException {
        counters.systemCalls++;
        Memory.putInt(length, Integer.BYTES);
        require(operation, "descriptor " + fd, calls.getsockopt(fd, Linux.SOL_SOCKET(), name, option, length));
        return Memory.getInt(option);
    }

    /// For all who share the socket, in other processes too.
    ///
    /// @throws OsException naming `fcntl`
    void setStatus(int fd, int flags) throws OsException {
        counters.systemCalls++;
        require("fcntl", "F_SETFL of descriptor " + fd, calls.fcntl(fd, Linux.F_SETFL(), flags));
    }

    /// How a connect that was under way has ended: 0 or a negated errno (SO_ERROR, socket(7)).
    public int connectResult(int fd) {
        counters.systemCalls++;
        Memory.putInt(length, Integer.BYTES);
        var result = calls.getsockopt(fd, Linux.SOL_SOCKET(), Linux.SO_ERROR(), option, length);
        return result < 0 ? result : -Memory.getInt(option);
    }

    /// Whether an accept failed because of the connection alone, which is gone with it: the next one may do better.
    /// The list is accept(2)'s.
    public static boolean isConnectionsFault(int result) {
        return switch (-result) {
            case Errno.ECONNABORTED, Errno.EPROTO, Errno.EPERM, Errno.EINTR, Errno.ENETDOWN, Errno.ENETUNREACH,
                    Errno.EHOSTUNREACH -> true;
            default -> false;
        };
    }

    private static void require(String operation, String target, int result) throws OsException {
        if (result < 0) throw new OsException(operation, target, -result);
    }
}
