package dev.anillo.loop.driver.nio;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.SendParts;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/// A stream socket: connects, receives, sends.
final class Connection extends Descriptor {
    /// Reads of one readiness, 16 KiB each. A peer that fills the socket faster than it is read must not keep the loop
    /// from the others; one read per select would spend a selector's round trip on every 16 KiB of an upload.
    static final int READS_MAX = 4;

    /// What one socket gets of a file before the others have their turn.
    private static final int FILE_BYTES_PER_TURN = 256 * 1024;

    private final SocketChannel channel;
    /// Where a send that waits goes on: in memory, or in a file.
    private long unsentAddress;
    private long unsentLength;
    /// Null when it is memory that is sent.
    private ChannelFile unsentFile;
    private boolean broken;

    Connection(Poller poller, SocketChannel channel) {
        super(poller, channel);
        this.channel = channel;
    }

    @Override
    SocketChannel channel() {
        return channel;
    }

    /// @return null when there is none, or none any more: Java would go on telling the address of a reset connection
    SocketAddress peerAddress() throws IOException {
        return broken || !channel.isOpen() ? null : channel.getRemoteAddress();
    }

    void connect(SocketAddress peer, long token) {
        outgoing.begin(token);
        try {
            poller.counters.systemCalls++;
            if (channel.connect(peer)) outgoing.decide(0);
            else outgoing.await(SelectionKey.OP_CONNECT);
        } catch (IOException | UnresolvedAddressException | UnsupportedAddressTypeException
                | AlreadyConnectedException | ConnectionPendingException refused) {
            outgoing.decide(-JavaErrors.errno(refused));
        }
    }

    private void connectReady() {
        try {
            poller.counters.systemCalls++;
            if (channel.finishConnect()) poller.report(outgoing.end(), 0);
        } catch (IOException refused) {
            poller.report(outgoing.end(), -JavaErrors.errno(refused));
        }
    }

    /// Waits for readiness first: seldom has anything arrived when a receive is started.
    void receive(long token) {
        incoming.begin(token);
        if (channel.isOpen()) incoming.await(SelectionKey.OP_READ);
        else incoming.decide(-Errno.ENOTCONN); // a refused connect has closed the channel
    }

    @Override
    void incomingReady() {
        var full = true;
        for (var reads = 0; full && reads < READS_MAX && incoming.isWaiting(); reads++) full = read();
    }

    /// @return whether there may be more to read
    private boolean read() {
        var buffer = takeBuffer();
        if (buffer == null) return endReceive(-Errno.ENOBUFS);
        var asked = buffer.room();
        int received;
        try {
            poller.counters.systemCalls++;
            received = channel.read(poller.views.at(buffer.writeAddress(), asked));
        } catch (IOException | NotYetConnectedException e) {
            buffer.release();
            broken = true;
            return endReceive(-JavaErrors.errno(e));
        }
        if (received > 0) {
            poller.report(incoming.token(), received, true, buffer.wrote(received));
            return received == asked;
        }
        buffer.release();
        return received < 0 && endReceive(0);
    }

    /// @return null when the off-heap memory is used up, which ends this receive and not the loop
    private Buffer takeBuffer() {
        try {
            return poller.buffers.take();
        } catch (OutOfMemoryError e) {
            poller.counters.bufferShortages++;
            return null;
        }
    }

    /// @return false: there is no more to read
    private boolean endReceive(int result) {
        poller.report(incoming.end(), result);
        return false;
    }

    /// Attempts first: most often the socket takes all.
    void send(long address, int length, long token) {
        outgoing.begin(token);
        var sent = write(address, length);
        if (sent != 0 || length == 0) outgoing.decide(sent);
        else awaitRoom(address, length);
    }

    /// Where the socket is full only the first part waits for room; its sender comes again with the others.
    void send(SendParts parts, long token) {
        outgoing.begin(token);
        var sent = write(parts);
        if (sent != 0) outgoing.decide(sent);
        else awaitRoom(parts.address(0), parts.length(0));
    }

    private void awaitRoom(long address, int length) {
        unsentAddress = address;
        unsentLength = length;
        unsentFile = null;
        outgoing.await(SelectionKey.OP_WRITE);
    }

    void sendFile(ChannelFile file, long offset, long length, long token) {
        outgoing.begin(token);
        var sent = transfer(file, offset, length);
        if (sent != -Errno.EAGAIN) {
            outgoing.decide(sent);
        } else {
            unsentAddress = offset;
            unsentLength = length;
            unsentFile = file;
            outgoing.await(SelectionKey.OP_WRITE);
        }
    }

    /// @return bytes taken, 0 at the file's end, `-EAGAIN` for a full socket, or another negated errno
    private int transfer(ChannelFile file, long offset, long length) {
        try {
            poller.counters.systemCalls++;
            var sent = (int) file.channel().transferTo(offset, Math.min(length, FILE_BYTES_PER_TURN), channel);
            var full = sent == 0 && length > 0 && offset < file.channel().size();
            return full ? -Errno.EAGAIN : sent;
        } catch (ClosedChannelException e) {
            return -Errno.EPIPE; // the socket's, as with a write
        } catch (IOException | NotYetConnectedException e) {
            broken = true;
            return -JavaErrors.errno(e);
        }
    }

    /// @return bytes taken, or a negated errno
    private int write(long address, int length) {
        try {
            poller.counters.systemCalls++;
            return channel.write(poller.views.at(address, length));
        } catch (IOException | NotYetConnectedException refused) {
            return writeRefused(refused);
        }
    }

    /// @return bytes taken, or a negated errno
    private int write(SendParts parts) {
        try {
            poller.counters.systemCalls++;
            return (int) channel.write(poller.partViews.of(parts), 0, parts.count());
        } catch (IOException | NotYetConnectedException refused) {
            return writeRefused(refused);
        }
    }

    private int writeRefused(Exception refused) {
        if (refused instanceof ClosedChannelException) {
            return -Errno.EPIPE; // what the kernel says after a shutdown, and after a refused connect
        }
        broken = true;
        return -JavaErrors.errno(refused);
    }

    @Override
    void outgoingReady() {
        if (outgoing.awaited() == SelectionKey.OP_CONNECT) {
            connectReady();
        } else {
            sendReady();
        }
    }

    private void sendReady() {
        if (unsentFile != null) {
            var sent = transfer(unsentFile, unsentAddress, unsentLength);
            if (sent != -Errno.EAGAIN) poller.report(outgoing.end(), sent);
        } else {
            var sent = write(unsentAddress, (int) unsentLength);
            if (sent != 0) poller.report(outgoing.end(), sent);
        }
    }

    void shutdown(long token) {
        outgoing.begin(token);
        try {
            poller.counters.systemCalls++;
            channel.shutdownOutput();
            outgoing.decide(0);
        } catch (ClosedChannelException | NotYetConnectedException e) {
            outgoing.decide(-Errno.ENOTCONN);
        } catch (IOException e) {
            outgoing.decide(-JavaErrors.errno(e));
        }
    }

    void abortOnClose() {
        var linger = StandardSocketOptions.SO_LINGER;
        if (!channel.isOpen() || !channel.supportedOptions().contains(linger)) return;
        try {
            poller.counters.systemCalls++;
            channel.setOption(linger, 0);
        } catch (IOException disconnected) {
            broken = true; // macOS refuses options of a socket whose peer is gone: there is nothing left to abort
        }
    }
}
