package dev.anillo.loop.driver;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Arrays;

/// Addresses as people write them: `127.0.0.1:3000`, `[::1]:3000`, `localhost:3000` while unresolved,
/// `/run/app.sock`, `@abstract`, `unnamed` (a unix client).
public final class AddressText {
    private AddressText() {}

    public static String of(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress unix && unix.getPath().toString().isEmpty()) return "unnamed";
        if (!(address instanceof InetSocketAddress inet)) return String.valueOf(address);
        if (inet.isUnresolved()) return inet.getHostString() + ":" + inet.getPort();
        var host = inet.getAddress().getHostAddress();
        return (inet.getAddress() instanceof Inet6Address ? "[" + shorten(host) + "]" : host) + ":" + inet.getPort();
    }

    /// RFC 5952 §4.2: the longest run of two or more zero groups, the first of equals, becomes `::`.
    private static String shorten(String host) {
        var zone = host.indexOf('%');
        var groups = (zone < 0 ? host : host.substring(0, zone)).split(":");
        var gap = 0;
        var gapLength = 1;
        for (var from = 0; from < groups.length; from++) {
            var to = from;
            while (to < groups.length && groups[to].equals("0")) to++;
            if (to - from > gapLength) {
                gap = from;
                gapLength = to - from;
            }
        }
        var suffix = zone < 0 ? "" : host.substring(zone);
        if (gapLength == 1) return String.join(":", groups) + suffix;
        return join(groups, 0, gap) + "::" + join(groups, gap + gapLength, groups.length) + suffix;
    }

    private static String join(String[] groups, int from, int to) {
        return String.join(":", Arrays.copyOfRange(groups, from, to));
    }
}
