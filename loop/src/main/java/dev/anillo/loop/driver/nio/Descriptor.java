package dev.anillo.loop.driver.nio;

import dev.anillo.loop.driver.Errno;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/// A channel by number, and what is under way on it.
abstract sealed class Descriptor permits ChildOfJava, Connection, Datagrams, Listener {
    final Poller poller;
    final Operation incoming = new Operation(this);
    final Operation outgoing = new Operation(this);

    private final SelectableChannel channel;
    private final int number;
    private SelectionKey key;
    private int interest;
    private int ready;
    private boolean closing;

    /// @param channel non-blocking; null for what has none
    Descriptor(Poller poller, SelectableChannel channel) {
        this.poller = poller;
        this.channel = channel;
        this.number = poller.descriptors.add(this);
    }

    int number() {
        return number;
    }

    abstract NetworkChannel channel();

    /// @return null while there is none
    SocketAddress localAddress() throws IOException {
        return channel().getLocalAddress();
    }

    /// Tells the selector what the operations wait for. A change costs a system call with the next select, and
    /// registering an object: so it is done when needed, and nothing is said twice.
    void updateInterest() {
        var wanted = incoming.awaited() | outgoing.awaited();
        if (wanted == interest) return;
        interest = wanted;
        poller.counters.systemCalls++;
        if (key == null) key = register(wanted);
        else if (key.isValid()) key.interestOps(wanted); // not valid: a refused connect has closed the channel
    }

    private SelectionKey register(int operations) {
        try {
            return channel.register(poller.selector, operations, this);
        } catch (ClosedChannelException impossible) {
            throw new AssertionError("waiting on a closed channel", impossible);
        }
    }

    /// Notes what the selector found. True when nothing was noted before.
    boolean noteReady(int operations) {
        var first = ready == 0;
        ready |= operations;
        return first;
    }

    /// Does what has become possible. What is no longer waited for (a callback may have cancelled it) is left alone.
    void handleReady() {
        var now = ready;
        ready = 0;
        if ((now & incoming.awaited()) != 0) incomingReady();
        if ((now & outgoing.awaited()) != 0) outgoingReady();
    }

    void forgetReady() {
        ready = 0;
    }

    abstract void incomingReady();

    abstract void outgoingReady();

    void cancel(long token) {
        if (incoming.isWaiting(token)) incoming.decide(-Errno.ECANCELED);
        else if (outgoing.isWaiting(token)) outgoing.decide(-Errno.ECANCELED);
    }

    void close(long token) {
        incoming.requireIdle();
        outgoing.begin(token);
        closing = true;
        outgoing.decide(closeChannel());
    }

    /// @return 0 or a negated errno
    int closeChannel() {
        try {
            poller.counters.systemCalls++;
            channel.close();
            if (key != null) poller.mustDeregister();
            return 0;
        } catch (IOException e) {
            return -JavaErrors.errno(e);
        }
    }

    boolean isClosing() {
        return closing;
    }
}
