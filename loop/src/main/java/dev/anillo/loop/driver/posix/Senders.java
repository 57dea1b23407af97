package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.loop.memory.Memory;
import java.net.InetSocketAddress;

/// The addresses of those who sent lately, so that a peer which sends much does not cost objects for each datagram. Each
/// address has one place, by its hash; who comes to a taken one takes it over.
final class Senders {
    private static final int PLACES = 256;

    private final long[] first = new long[PLACES];
    private final long[] second = new long[PLACES];
    private final long[] third = new long[PLACES];
    private final int[] fourth = new int[PLACES];
    private final InetSocketAddress[] known = new InetSocketAddress[PLACES];

    /// @param at a sockaddr_in or a sockaddr_in6 of the kernel's: 8 bytes or 28 that tell addresses apart
    InetSocketAddress at(long at, int length) {
        var v4 = Memory.getShort(at) == Linux.AF_INET();
        var a = Memory.getLong(at);
        var b = v4 ? 0 : Memory.getLong(at + 8);
        var c = v4 ? 0 : Memory.getLong(at + 16);
        var d = v4 ? 0 : Memory.getInt(at + 24);
        var hash = (a ^ b * 31 ^ c * 17 ^ d) * 0x9E3779B97F4A7C15L;
        var place = (int) (hash >>> 56);
        var same = first[place] == a && second[place] == b && third[place] == c && fourth[place] == d;
        if (same && known[place] != null) return known[place];
        first[place] = a;
        second[place] = b;
        third[place] = c;
        fourth[place] = d;
        return known[place] = (InetSocketAddress) SocketAddresses.decode(at, length);
    }
}
