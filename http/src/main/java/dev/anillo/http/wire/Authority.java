package dev.anillo.http.wire;

import dev.anillo.loop.memory.Memory;

/// `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2): what Host holds, and an absolute target between `//` and
/// path.
///
/// Narrower than the grammar where readers are known to differ: a port is at most 65535, and of the literals in
/// brackets only IPv6 addresses exist. User information is refused (RFC 9110 §4.2.4). The host may be empty: RFC 9112
/// §3.2 makes a client send an empty Host when its target has no authority.
final class Authority {
    private Authority() {}

    /// Whether [at, end) is an authority. Offsets count from `base`.
    static boolean isValid(long base, int at, int end) {
        var hostEnd = hostEnd(base, at, end);
        return hostEnd == end || hostEnd >= 0 && isColonAndPort(base, hostEnd, end);
    }

    /// As [#isValid], with neither host nor port empty: what follows CONNECT (RFC 9112 §3.2.3).
    static boolean isHostAndPort(long base, int at, int end) {
        var hostEnd = hostEnd(base, at, end);
        return hostEnd > at && end - hostEnd > 1 && isColonAndPort(base, hostEnd, end);
    }

    /// As [#isValid], with a host that is not empty: what an absolute target names (RFC 9110 §4.2.1).
    static boolean hasHost(long base, int at, int end) {
        return hostEnd(base, at, end) > at && isValid(base, at, end);
    }

    /// Where the host ends, or -1 when a bracket or an escape is malformed.
    private static int hostEnd(long base, int at, int end) {
        if (at < end && Memory.getByte(base + at) == '[') return literalEnd(base, at, end);
        while (true) {
            at = Scan.hostEnd(base, at, end);
            if (at >= end) return end;
            var c = Memory.getByte(base + at);
            if (c == '%') {
                if (!isEscape(base, at, end)) return -1;
                at += 3;
            } else if (Chars.isRegName(c)) {
                at++;
            } else {
                return at;
            }
        }
    }

    private static boolean isEscape(long base, int at, int end) {
        return at + 2 < end
                && Chars.hex(Memory.getByte(base + at + 1)) >= 0
                && Chars.hex(Memory.getByte(base + at + 2)) >= 0;
    }

    private static boolean isColonAndPort(long base, int at, int end) {
        if (Memory.getByte(base + at) != ':' || end - at > 6) return false;
        var port = 0;
        for (var i = at + 1; i < end; i++) {
            var c = Memory.getByte(base + i);
            if (!Chars.isDigit(c)) return false;
            port = port * 10 + c - '0';
        }
        return port <= 0xFFFF;
    }

    private static int literalEnd(long base, int at, int end) {
        var close = at + 1;
        while (close < end && Memory.getByte(base + close) != ']') close++;
        return close < end && isIpv6(base, at + 1, close) ? close + 1 : -1;
    }

    /// Eight groups of one to four hexadecimal digits, of which one run may be written as `::` and the last two as a
    /// dotted IPv4 address.
    private static boolean isIpv6(long base, int at, int end) {
        var groups = 0;
        var compressed = false;
        if (end - at >= 2 && isDoubleColon(base, at, end)) {
            compressed = true;
            at += 2;
        }
        while (at < end) {
            var from = at;
            while (at < end && at - from < 4 && Chars.hex(Memory.getByte(base + at)) >= 0) at++;
            if (at < end && Memory.getByte(base + at) == '.') {
                groups += 2;
                if (!isIpv4(base, from, end)) return false;
                break;
            }
            if (at == from) return false;
            groups++;
            if (at == end) break;
            if (Memory.getByte(base + at) != ':') return false;
            if (isDoubleColon(base, at, end)) {
                if (compressed) return false;
                compressed = true;
                at += 2;
            } else if (++at == end) {
                return false;
            }
        }
        return compressed ? groups < 8 : groups == 8;
    }

    private static boolean isDoubleColon(long base, int at, int end) {
        return at + 1 < end && Memory.getByte(base + at) == ':' && Memory.getByte(base + at + 1) == ':';
    }

    private static boolean isIpv4(long base, int at, int end) {
        for (var part = 0; part < 4; part++) {
            if (part > 0 && (at >= end || Memory.getByte(base + at++) != '.')) return false;
            var from = at;
            var value = 0;
            while (at < end && at - from < 3 && Chars.isDigit(Memory.getByte(base + at))) {
                value = value * 10 + Memory.getByte(base + at++) - '0';
            }
            var leadingZero = at - from > 1 && Memory.getByte(base + from) == '0';
            if (at == from || value > 255 || leadingZero) return false;
        }
        return at == end;
    }
}
