package dev.anillo.loop.simulation;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;

/// A socket of the simulated system, with what has arrived and what is under way.
final class SimulatedSocket {
    final int descriptor;
    final InetSocketAddress address;
    final ArrayDeque<SimulatedSocket> backlog = new ArrayDeque<>();

    boolean listening;
    SimulatedSocket peer;
    /// How much may wait to be received.
    int room;
    /// The peer will send no more.
    boolean peerEnded;
    boolean ended;
    boolean closed;
    boolean abortsOnClose;
    /// An errno that the next operation is told; 0: none.
    int error;

    /// When the last bytes arrived.
    long arrivedNanos;

    SimulatedOperation inward;
    SimulatedOperation outward;

    private byte[] bytes = new byte[1024];
    private int first;
    private int count;

    SimulatedSocket(int descriptor, InetSocketAddress address) {
        this.descriptor = descriptor;
        this.address = address;
    }

    int waiting() {
        return count;
    }

    int free() {
        return Math.max(0, room - count);
    }

    void arrive(byte[] more, long nowNanos) {
        arrivedNanos = nowNanos;
        if (first + count + more.length > bytes.length) {
            var enough = count + more.length > bytes.length ? new byte[Math.max(bytes.length * 2, count + more.length)] : bytes;
            System.arraycopy(bytes, first, enough, 0, count);
            bytes = enough;
            first = 0;
        }
        System.arraycopy(more, 0, bytes, first + count, more.length);
        count += more.length;
    }

    byte[] take(int length) {
        var taken = Arrays.copyOfRange(bytes, first, first + length);
        first += length;
        count -= length;
        return taken;
    }

    void forget() {
        count = 0;
    }
}
