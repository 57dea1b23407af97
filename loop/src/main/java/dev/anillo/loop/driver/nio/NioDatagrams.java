package dev.anillo.loop.driver.nio;

import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.LentView;
import dev.anillo.loop.driver.AddressText;
import dev.anillo.loop.driver.DatagramBatch;
import dev.anillo.loop.driver.DatagramBinding;
import dev.anillo.loop.driver.DatagramOperations;
import dev.anillo.loop.driver.DatagramOption;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.memory.Slabs;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/// Datagrams on `DatagramChannel`, one at a time.
final class NioDatagrams implements DatagramOperations {
    /// Room for the longest datagram.
    static final int RECEIVE_BYTES = 64 * 1024;

    private static final long NONE = -1;

    private final Poller poller;
    private final LentView view = new LentView();
    private long memory = NONE;
    private InetSocketAddress sender;

    NioDatagrams(Poller poller) {
        this.poller = poller;
    }

    /// Where a datagram is received. Taken with the first socket.
    long memory() {
        return memory;
    }

    Buffer received(InetSocketAddress from, int bytes) {
        sender = from;
        return view.of(memory, bytes);
    }

    @Override
    public InetSocketAddress sender() {
        return sender;
    }

    private Datagrams find(int descriptor) {
        if (poller.descriptors.find(descriptor) instanceof Datagrams found) return found;
        throw new IllegalArgumentException("descriptor " + descriptor + " is not an open datagram socket");
    }

    @Override
    public int open(DatagramBinding how) throws OsException {
        var target = AddressText.of(how.address());
        var channel = NioDriver.attempt("socket", target, () -> open(((InetSocketAddress) how.address()).getAddress()));
        try {
            NioDriver.unblock(channel, target);
            if (how.reuseAddress()) NioDriver.set(channel, target, StandardSocketOptions.SO_REUSEADDR, true);
            if (how.reusePort()) NioDriver.set(channel, target, StandardSocketOptions.SO_REUSEPORT, true);
            NioDriver.attempt("bind", target, () -> channel.bind(how.address()));
        } catch (OsException refused) {
            NioDriver.close(channel, refused);
            throw refused;
        }
        if (memory == NONE) memory = Slabs.take(RECEIVE_BYTES);
        return new Datagrams(poller, this, channel).number();
    }

    /// Of both families where it is bound to all addresses of IPv6.
    private static DatagramChannel open(InetAddress address) throws IOException {
        var is4 = address instanceof Inet4Address;
        return DatagramChannel.open(is4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
    }

    @Override
    public void connect(int descriptor, SocketAddress peer) throws OsException {
        var channel = find(descriptor).channel();
        if (peer == null) {
            NioDriver.attempt("connect", "nobody", channel::disconnect);
        } else {
            NioDriver.attempt("connect", AddressText.of(peer), () -> {
                if (channel.isConnected()) channel.disconnect();
                return channel.connect(peer);
            });
        }
    }

    @Override
    public void receive(int descriptor, long token) {
        find(descriptor).receive(token);
    }

    @Override
    public void send(int descriptor, DatagramBatch batch, long token) {
        find(descriptor).send(batch, token);
    }

    @Override
    public void set(int descriptor, DatagramOption option, int value) throws OsException {
        var channel = find(descriptor).channel();
        var target = "descriptor " + descriptor;
        switch (option) {
            case BROADCAST -> NioDriver.set(channel, target, StandardSocketOptions.SO_BROADCAST, value != 0);
            case RECEIVE_BUFFER -> NioDriver.set(channel, target, StandardSocketOptions.SO_RCVBUF, value);
            case SEND_BUFFER -> NioDriver.set(channel, target, StandardSocketOptions.SO_SNDBUF, value);
            case MULTICAST_HOPS -> NioDriver.set(channel, target, StandardSocketOptions.IP_MULTICAST_TTL, value);
            case MULTICAST_LOOPBACK -> NioDriver.set(channel, target, StandardSocketOptions.IP_MULTICAST_LOOP, value != 0);
            case MULTICAST_INTERFACE ->
                NioDriver.set(channel, target, StandardSocketOptions.IP_MULTICAST_IF, interfaceOf(value, target));
        }
    }

    @Override
    public void membership(int descriptor, InetAddress group, int interfaceIndex, boolean joins) throws OsException {
        var socket = find(descriptor);
        var what = (joins ? "joining " : "leaving ") + group.getHostAddress();
        var on = interfaceOf(interfaceIndex, what);
        if (joins) {
            NioDriver.attempt("setsockopt", what, () -> {
                socket.join(group, on);
                return null;
            });
        } else if (!socket.leave(group, on)) {
            throw new OsException("setsockopt", what, Errno.EADDRNOTAVAIL);
        }
    }

    /// @param index 0: the first one that is up and takes part in groups
    private static NetworkInterface interfaceOf(int index, String what) throws OsException {
        var found = NioDriver.attempt("setsockopt", what,
                () -> index > 0 ? NetworkInterface.getByIndex(index) : firstForGroups());
        if (found == null) throw new OsException("setsockopt", what, Errno.EADDRNOTAVAIL);
        return found;
    }

    private static NetworkInterface firstForGroups() throws IOException {
        for (var each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isUp() && each.supportsMulticast()) return each;
        }
        return null;
    }

    void close() {
        view.close();
        if (memory != NONE) Slabs.giveBack(memory);
        memory = NONE;
    }
}
