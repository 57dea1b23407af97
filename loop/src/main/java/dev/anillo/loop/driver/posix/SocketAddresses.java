package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.sockaddr_in;
import dev.anillo.linux.sockaddr_in6;
import dev.anillo.linux.sockaddr_storage;
import dev.anillo.loop.memory.Memory;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;

/// Java's socket addresses as the kernel's, and back.
///
///     sockaddr_in:  | family u16 | port u16, big-endian | address 4 | 8 unused |
///     sockaddr_in6: | family u16 | port u16, big-endian | flow info u32 | address 16 | scope id u32 |
public final class SocketAddresses {
    /// Room for an address of any family.
    public static final int BYTES_MAX = (int) sockaddr_storage.sizeof();

    private static final long FAMILY = sockaddr_storage.ss_family$offset();
    private static final long PORT = sockaddr_in.sin_port$offset();
    private static final long PORT6 = sockaddr_in6.sin6_port$offset();
    private static final long ADDRESS = sockaddr_in.sin_addr$offset();
    private static final long ADDRESS6 = sockaddr_in6.sin6_addr$offset();
    private static final long SCOPE = sockaddr_in6.sin6_scope_id$offset();

    private SocketAddresses() {}

    /// AF_INET, AF_INET6 or AF_UNIX.
    public static int family(SocketAddress address) {
        if (UnixAddresses.isUnix(address)) return Linux.AF_UNIX();
        return ip(address) instanceof Inet4Address ? Linux.AF_INET() : Linux.AF_INET6();
    }

    /// Writes the address at `at`, which has room for [#BYTES_MAX].
    ///
    /// @return its length
    /// @throws IllegalArgumentException when it is unresolved, too long, or of a family that is not known here
    public static int encode(SocketAddress address, long at) {
        Memory.fill(at, BYTES_MAX, (byte) 0);
        if (UnixAddresses.isUnix(address)) return UnixAddresses.encode(address, at);
        var ip = ip(address);
        var port = ((InetSocketAddress) address).getPort();
        var bytes = ip.getAddress();
        if (ip instanceof Inet6Address ip6) {
            Memory.putShort(at + FAMILY, (short) Linux.AF_INET6());
            putPort(at + PORT6, port);
            Memory.copy(bytes, 0, at + ADDRESS6, bytes.length);
            Memory.putInt(at + SCOPE, ip6.getScopeId());
            return (int) sockaddr_in6.sizeof();
        }
        Memory.putShort(at + FAMILY, (short) Linux.AF_INET());
        putPort(at + PORT, port);
        Memory.copy(bytes, 0, at + ADDRESS, bytes.length);
        return (int) sockaddr_in.sizeof();
    }

    /// For whoever is about to begin what can't be undone.
    ///
    /// @throws IllegalArgumentException when [#encode] would throw it
    public static void require(SocketAddress address) {
        if (UnixAddresses.isUnix(address)) UnixAddresses.name(address);
        else ip(address);
    }

    private static InetAddress ip(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            throw new IllegalArgumentException("not an IP address: " + address);
        }
        if (inet.isUnresolved()) throw new IllegalArgumentException("unresolved address: " + inet.getHostString());
        return inet.getAddress();
    }

    private static void putPort(long at, int port) {
        Memory.putByte(at, (byte) (port >>> 8));
        Memory.putByte(at + 1, (byte) port);
    }

    /// The address that the kernel wrote at `at`. An IPv4 address in IPv6 clothes comes out as IPv4.
    ///
    /// @param length as the kernel told it: an unnamed unix socket has nothing but the family
    public static SocketAddress decode(long at, int length) {
        var family = Memory.getShort(at + FAMILY);
        if (family == Linux.AF_UNIX()) return UnixAddresses.decode(at, length);
        try {
            if (family == Linux.AF_INET()) {
                return new InetSocketAddress(InetAddress.getByAddress(bytes(at + ADDRESS, 4)), port(at + PORT));
            }
            if (family == Linux.AF_INET6()) {
                var bytes = bytes(at + ADDRESS6, 16);
                var scope = Memory.getInt(at + SCOPE);
                var ip = scope == 0 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, scope);
                return new InetSocketAddress(ip, port(at + PORT6));
            }
        } catch (UnknownHostException impossible) { // only for a wrong number of bytes
            throw new AssertionError(impossible);
        }
        throw new IllegalStateException("an address of family " + family);
    }

    private static byte[] bytes(long at, int count) {
        var bytes = new byte[count];
        Memory.copy(at, bytes, 0, count);
        return bytes;
    }

    private static int port(long at) {
        return (Memory.getByte(at) & 0xFF) << 8 | Memory.getByte(at + 1) & 0xFF;
    }
}
