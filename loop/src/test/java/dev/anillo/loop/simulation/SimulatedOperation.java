package dev.anillo.loop.simulation;

import java.net.InetSocketAddress;

/// An operation under way.
final class SimulatedOperation {
    enum Kind { ACCEPT, RECEIVE, CONNECT, SEND, SHUTDOWN, CLOSE }

    final Kind kind;
    final long token;
    final SimulatedSocket socket;
    /// Of a send: where its parts lie, read when it is carried out and not before.
    long[] addresses = {};
    int[] lengths = {};
    InetSocketAddress peer;
    boolean cancelled;
    /// Stands in the list of what will happen.
    boolean due;
    boolean over;

    SimulatedOperation(Kind kind, long token, SimulatedSocket socket) {
        this.kind = kind;
        this.token = token;
        this.socket = socket;
    }

    int bytes() {
        var sum = 0;
        for (var length : lengths) sum += length;
        return sum;
    }
}
