package dev.anillo.loop.driver.nio;

import dev.anillo.loop.driver.DatagramBatch;
import dev.anillo.loop.driver.Errno;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.InetAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.HashMap;
import java.util.Map;

/// A datagram socket.
final class Datagrams extends Descriptor {
    private final NioDatagrams all;
    private final DatagramChannel channel;
    private final Map<Group, MembershipKey> memberships = new HashMap<>();
    /// The batch that waits for room.
    private DatagramBatch unsent;

    private record Group(InetAddress address, NetworkInterface on) {}

    Datagrams(Poller poller, NioDatagrams all, DatagramChannel channel) {
        super(poller, channel);
        this.all = all;
        this.channel = channel;
    }

    @Override
    DatagramChannel channel() {
        return channel;
    }

    void join(InetAddress group, NetworkInterface on) throws IOException {
        memberships.put(new Group(group, on), channel.join(group, on));
    }

    /// @return whether it had joined
    boolean leave(InetAddress group, NetworkInterface on) {
        var membership = memberships.remove(new Group(group, on));
        if (membership == null) return false;
        membership.drop();
        return true;
    }

    void receive(long token) {
        incoming.begin(token);
        incoming.await(SelectionKey.OP_READ);
    }

    @Override
    void incomingReady() {
        for (var reads = 0; reads < DatagramBatch.COUNT_MAX && incoming.isWaiting(); reads++) {
            if (!receiveOne()) return;
        }
    }

    /// @return whether there may be more
    private boolean receiveOne() {
        InetSocketAddress sender;
        var into = poller.views.at(all.memory(), NioDatagrams.RECEIVE_BYTES);
        var start = into.position();
        try {
            poller.counters.systemCalls++;
            sender = (InetSocketAddress) channel.receive(into);
        } catch (IOException refused) {
            poller.report(incoming.end(), -JavaErrors.errno(refused));
            return false;
        }
        if (sender == null) return false;
        var bytes = into.position() - start;
        poller.report(incoming.token(), bytes, true, all.received(sender, bytes));
        return true;
    }

    void send(DatagramBatch batch, long token) {
        outgoing.begin(token);
        var sent = attempt(batch);
        if (sent != -Errno.EAGAIN) {
            outgoing.decide(sent);
        } else {
            unsent = batch;
            outgoing.await(SelectionKey.OP_WRITE);
        }
    }

    /// @return datagrams taken, or a negated errno
    private int attempt(DatagramBatch batch) {
        for (var i = 0; i < batch.count(); i++) {
            var result = attempt(batch, i);
            if (result < 0) return i > 0 ? i : result;
        }
        return batch.count();
    }

    private int attempt(DatagramBatch batch, int index) {
        try {
            poller.counters.systemCalls++;
            var bytes = poller.views.at(batch.address(index), batch.length(index));
            var peer = batch.peer(index);
            var sent = peer == null ? channel.write(bytes) : channel.send(bytes, peer);
            return sent == 0 && batch.length(index) > 0 ? -Errno.EAGAIN : 0;
        } catch (IOException | UnresolvedAddressException | UnsupportedAddressTypeException refused) {
            return -JavaErrors.errno(refused);
        }
    }

    @Override
    void outgoingReady() {
        var sent = attempt(unsent);
        if (sent == -Errno.EAGAIN) return;
        unsent = null;
        poller.report(outgoing.end(), sent);
    }
}
