package dev.anillo.loop.driver;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// Addresses as people write them: `127.0.0.1:3000`, `[::1]:3000`, `localhost:3000` while unresolved.
public final class AddressText {
    private static final int GROUPS = 8;

    private AddressText() {}

    public static String of(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) return String.valueOf(address);
        if (inet.isUnresolved()) return inet.getHostString() + ":" + inet.getPort();
        return switch (inet.getAddress()) {
            case Inet6Address six -> "[" + of(six) + "]:" + inet.getPort();
            case InetAddress four -> four.getHostAddress() + ":" + inet.getPort();
        };
    }

    /// RFC 5952 §4: no leading zeros, the longest run of two or more zero groups as `::`, the first of equals.
    private static String of(Inet6Address address) {
        var bytes = address.getAddress();
        var groups = new int[GROUPS];
        for (var i = 0; i < GROUPS; i++) groups[i] = (bytes[2 * i] & 0xFF) << 8 | bytes[2 * i + 1] & 0xFF;
        var gapFrom = 0;
        var gapLength = 1;
        for (var from = 0; from < GROUPS; from++) {
            var length = zeros(groups, from);
            if (length > gapLength) {
                gapFrom = from;
                gapLength = length;
            }
        }
        var gapTo = gapLength > 1 ? gapFrom + gapLength : 0;
        if (gapTo == 0) gapFrom = GROUPS;
        var text = new StringBuilder();
        for (var i = 0; i < GROUPS; i++) {
            if (i >= gapFrom && i < gapTo) {
                if (i == gapFrom) text.append("::");
                continue;
            }
            if (i > 0 && i != gapTo) text.append(':');
            text.append(Integer.toHexString(groups[i]));
        }
        var scope = address.getScopedInterface();
        if (scope != null) text.append('%').append(scope.getName());
        else if (address.getScopeId() != 0) text.append('%').append(address.getScopeId());
        return text.toString();
    }

    private static int zeros(int[] groups, int from) {
        var to = from;
        while (to < GROUPS && groups[to] == 0) to++;
        return to - from;
    }
}
