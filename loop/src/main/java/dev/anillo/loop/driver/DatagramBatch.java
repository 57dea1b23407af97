package dev.anillo.loop.driver;

import java.net.SocketAddress;

/// Datagrams for one [DatagramOperations#send]: where each lies, and whom it is for.
public final class DatagramBatch {
    /// Enough that a system call is spread thin, few enough that the loop soon goes on.
    public static final int COUNT_MAX = 32;

    private final long[] addresses = new long[COUNT_MAX];
    private final int[] lengths = new int[COUNT_MAX];
    private final SocketAddress[] peers = new SocketAddress[COUNT_MAX];
    private int count;

    /// Empty.
    public DatagramBatch() {}

    public void clear() {
        for (var i = 0; i < count; i++) peers[i] = null;
        count = 0;
    }

    /// @param peer null: whom the socket is connected with
    public void add(long address, int length, SocketAddress peer) {
        addresses[count] = address;
        lengths[count] = length;
        peers[count++] = peer;
    }

    public int count() {
        return count;
    }

    public long address(int index) {
        return addresses[index];
    }

    public int length(int index) {
        return lengths[index];
    }

    public SocketAddress peer(int index) {
        return peers[index];
    }
}
