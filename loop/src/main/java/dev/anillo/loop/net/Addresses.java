package dev.anillo.loop.net;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;

/// Addresses as people write them.
public final class Addresses {
    private Addresses() {}

    /// `127.0.0.1:3000`, `[::1]:3000`.
    public static String format(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) return String.valueOf(address);
        if (inet.isUnresolved()) return inet.getHostString() + ":" + inet.getPort();
        var host = inet.getAddress().getHostAddress();
        return inet.getAddress() instanceof Inet6Address ? "[" + shorten(host) + "]:" + inet.getPort() : host + ":" + inet.getPort();
    }

    /// RFC 5952 §4.2: the longest run of two or more zero groups becomes `::`.
    private static String shorten(String host) {
        var zone = host.indexOf('%');
        var groups = (zone < 0 ? host : host.substring(0, zone)).split(":");
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < groups.length; i++) {
            var j = i;
            while (j < groups.length && groups[j].equals("0")) j++;
            if (j - i > bestLength) {
                best = i;
                bestLength = j - i;
            }
            if (j > i) i = j - 1;
        }
        var suffix = zone < 0 ? "" : host.substring(zone);
        if (best < 0) return String.join(":", groups) + suffix;
        var head = String.join(":", Arrays.copyOf(groups, best));
        var tail = String.join(":", Arrays.copyOfRange(groups, best + bestLength, groups.length));
        return head + "::" + tail + suffix;
    }
}
