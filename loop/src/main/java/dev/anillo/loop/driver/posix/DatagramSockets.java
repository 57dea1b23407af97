package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.linux.ip_mreqn;
import dev.anillo.linux.ipv6_mreq;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.AddressText;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.DatagramBinding;
import dev.anillo.loop.driver.DatagramOption;
import dev.anillo.loop.memory.Memory;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.SocketAddress;

/// Making datagram sockets, and their options: udp(7), ip(7), ipv6(7).
final class DatagramSockets {
    private final Syscalls calls;
    private final Counters counters;
    private final Sockets sockets;
    private final int typeFlags;
    private final long address;
    private final long request;

    DatagramSockets(NativeDriver driver) {
        calls = driver.calls;
        counters = driver.counters;
        sockets = driver.sockets;
        typeFlags = driver.socketFlags;
        address = driver.scratch.take(SocketAddresses.BYTES_MAX, Long.BYTES);
        request = driver.scratch.take((int) Math.max(ip_mreqn.sizeof(), ipv6_mreq.sizeof()), Long.BYTES);
    }

    /// Bound. Nothing stays open when one of the steps is refused.
    int open(DatagramBinding how) throws OsException {
        var where = AddressText.of(how.address());
        counters.systemCalls += 2;
        var family = SocketAddresses.family(how.address());
        var fd = calls.socket(family, Linux.SOCK_DGRAM() | typeFlags, Linux.IPPROTO_UDP());
        require("socket", where, fd);
        try {
            if (how.reuseAddress()) set(fd, where, Linux.SOL_SOCKET(), Linux.SO_REUSEADDR(), 1);
            if (how.reusePort()) set(fd, where, Linux.SOL_SOCKET(), Linux.SO_REUSEPORT(), 1);
            if (Sockets.isDualStack(how.address())) set(fd, where, Linux.IPPROTO_IPV6(), Linux.IPV6_V6ONLY(), 0);
            // Only groups that the socket itself has joined. A kernel that knows no such thing hears the others' too.
            sockets.setOption(fd, Linux.IPPROTO_IP(), Linux.IP_MULTICAST_ALL(), 0);
            if (family == Linux.AF_INET6()) {
                sockets.setOption(fd, Linux.IPPROTO_IPV6(), Linux.IPV6_MULTICAST_ALL(), 0);
            }
            sockets.setOption(fd, Linux.IPPROTO_UDP(), Linux.UDP_GRO(), 1); // an older one hands each over by itself
            require("bind", where, calls.bind(fd, address, SocketAddresses.encode(how.address(), address)));
            return fd;
        } catch (OsException refused) {
            sockets.close(fd);
            throw refused;
        }
    }

    /// Whether the kernel cuts messages into datagrams, since Linux 4.18.
    boolean knowsSegments(int fd) {
        return sockets.setOption(fd, Linux.IPPROTO_UDP(), Linux.UDP_SEGMENT(), 0) == 0;
    }

    void connect(int fd, SocketAddress peer) throws OsException {
        counters.systemCalls++;
        if (peer == null) { // AF_UNSPEC, connect(2)
            Memory.fill(address, SocketAddresses.BYTES_MAX, (byte) 0);
            require("connect", "nobody", calls.connect(fd, address, Short.BYTES));
        } else {
            require("connect", AddressText.of(peer), calls.connect(fd, address, SocketAddresses.encode(peer, address)));
        }
    }

    void set(int fd, DatagramOption option, int value) throws OsException {
        var what = option + " of descriptor " + fd;
        switch (option) {
            case BROADCAST -> set(fd, what, Linux.SOL_SOCKET(), Linux.SO_BROADCAST(), value);
            case RECEIVE_BUFFER -> set(fd, what, Linux.SOL_SOCKET(), Linux.SO_RCVBUF(), value);
            case SEND_BUFFER -> set(fd, what, Linux.SOL_SOCKET(), Linux.SO_SNDBUF(), value);
            case MULTICAST_HOPS -> setBoth(fd, what, Linux.IP_MULTICAST_TTL(), Linux.IPV6_MULTICAST_HOPS(), value);
            case MULTICAST_LOOPBACK -> setBoth(fd, what, Linux.IP_MULTICAST_LOOP(), Linux.IPV6_MULTICAST_LOOP(), value);
            case MULTICAST_INTERFACE -> {
                Memory.fill(request, ip_mreqn.sizeof(), (byte) 0);
                Memory.putInt(request + ip_mreqn.imr_ifindex$offset(), value);
                counters.systemCalls++;
                require("setsockopt", what, calls.setsockopt(fd, Linux.IPPROTO_IP(), Linux.IP_MULTICAST_IF(), request,
                        (int) ip_mreqn.sizeof()));
                if (isIpv6(fd)) set(fd, what, Linux.IPPROTO_IPV6(), Linux.IPV6_MULTICAST_IF(), value);
            }
        }
    }

    /// For both families where the socket speaks both.
    private void setBoth(int fd, String what, int name4, int name6, int value) throws OsException {
        set(fd, what, Linux.IPPROTO_IP(), name4, value);
        if (isIpv6(fd)) set(fd, what, Linux.IPPROTO_IPV6(), name6, value);
    }

    private boolean isIpv6(int fd) throws OsException {
        return sockets.option("setsockopt", fd, Linux.SO_DOMAIN()) == Linux.AF_INET6();
    }

    private void set(int fd, String what, int level, int name, int value) throws OsException {
        require("setsockopt", what, sockets.setOption(fd, level, name, value));
    }

    void membership(int fd, InetAddress group, int interfaceIndex, boolean joins) throws OsException {
        var bytes = group.getAddress();
        var what = (joins ? "joining " : "leaving ") + group.getHostAddress();
        counters.systemCalls++;
        int result;
        if (group instanceof Inet4Address) {
            Memory.fill(request, ip_mreqn.sizeof(), (byte) 0);
            Memory.copy(bytes, 0, request + ip_mreqn.imr_multiaddr$offset(), bytes.length);
            Memory.putInt(request + ip_mreqn.imr_ifindex$offset(), interfaceIndex);
            result = calls.setsockopt(fd, Linux.IPPROTO_IP(),
                    joins ? Linux.IP_ADD_MEMBERSHIP() : Linux.IP_DROP_MEMBERSHIP(), request, (int) ip_mreqn.sizeof());
        } else {
            Memory.copy(bytes, 0, request + ipv6_mreq.ipv6mr_multiaddr$offset(), bytes.length);
            Memory.putInt(request + ipv6_mreq.ipv6mr_interface$offset(), interfaceIndex);
            result = calls.setsockopt(fd, Linux.IPPROTO_IPV6(),
                    joins ? Linux.IPV6_ADD_MEMBERSHIP() : Linux.IPV6_DROP_MEMBERSHIP(), request, (int) ipv6_mreq.sizeof());
        }
        require("setsockopt", what, result);
    }

    private static void require(String operation, String target, int result) throws OsException {
        if (result < 0) throw new OsException(operation, target, -result);
    }
}
