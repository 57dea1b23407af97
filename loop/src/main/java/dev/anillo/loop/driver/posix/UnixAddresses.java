package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.sockaddr_un;
import dev.anillo.loop.driver.AbstractName;
import dev.anillo.loop.memory.Memory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Addresses of unix sockets as the kernel's, and back (unix(7)).
///
///     sockaddr_un: | family u16 | path, then NUL       |  of a file
///                  | family u16 | NUL, name to the end |  abstract
///                  | family u16 |                         unnamed
final class UnixAddresses {
    private static final int PATH = (int) sockaddr_un.sun_path$offset();
    private static final int NAME_BYTES_MAX = (int) sockaddr_un.sizeof() - PATH - 1;

    /// How Java itself turns the system's names into text.
    private static final Charset PATHS = Charset.forName(System.getProperty("sun.jnu.encoding"));

    private UnixAddresses() {}

    static boolean isUnix(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress || address instanceof AbstractName;
    }

    /// @throws IllegalArgumentException when it is too long
    static byte[] name(SocketAddress address) {
        var name = address instanceof AbstractName other ? other.name().getBytes(StandardCharsets.UTF_8)
                : ((UnixDomainSocketAddress) address).getPath().toString().getBytes(PATHS);
        if (name.length > NAME_BYTES_MAX) {
            throw new IllegalArgumentException("longer than " + NAME_BYTES_MAX + " bytes: " + address);
        }
        return name;
    }

    /// @param at zeroed
    /// @return its length
    static int encode(SocketAddress address, long at) {
        var name = name(address);
        Memory.putShort(at, (short) Linux.AF_UNIX());
        Memory.copy(name, 0, at + PATH + (address instanceof AbstractName ? 1 : 0), name.length);
        return PATH + name.length + 1;
    }

    static SocketAddress decode(long at, int length) {
        if (length <= PATH) return UnixDomainSocketAddress.of("");
        var isAbstract = Memory.getByte(at + PATH) == 0;
        var name = new byte[length - PATH - 1]; // NUL stands before an abstract name and behind a path
        Memory.copy(at + PATH + (isAbstract ? 1 : 0), name, 0, name.length);
        return isAbstract ? new AbstractName(new String(name, StandardCharsets.UTF_8))
                : UnixDomainSocketAddress.of(new String(name, PATHS));
    }
}
