package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.LentView;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.DatagramBatch;
import dev.anillo.loop.driver.DatagramBinding;
import dev.anillo.loop.driver.DatagramOperations;
import dev.anillo.loop.driver.DatagramOption;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.memory.Slabs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Datagrams by the system calls that move many at once, recvmmsg(2) and sendmmsg(2), never waiting. When to try is the
/// driver's affair.
///
/// Datagrams of one size to one peer that lie behind each other leave as one message, which the kernel cuts (UDP_SEGMENT),
/// and those that came so are cut here (UDP_GRO), where the kernel knows either: udp(7).
public final class PosixDatagrams implements DatagramOperations {
    private static final int COUNT = DatagramBatch.COUNT_MAX;
    private static final int FLAGS = Linux.MSG_DONTWAIT() | Linux.MSG_NOSIGNAL();

    /// Room for the longest datagram, and for what the kernel puts together.
    private static final int RECEIVE_BYTES = 64 * 1024;
    private static final int PER_SLAB = Slabs.SLAB_BYTES / RECEIVE_BYTES;

    /// UDP_MAX_SEGMENTS before Linux 6.6; a batch has fewer.
    private static final int SEGMENTS_MAX = Math.min(64, COUNT);

    /// Of one message: what an IPv4 packet can carry, less both headers.
    private static final int MESSAGE_BYTES_MAX = 65_507;

    /// How the driver learns when to try.
    public interface Readiness {
        /// A socket was opened.
        void opened(int fd) throws OsException;

        /// A receive has begun: calls [#receive] when there is something.
        void awaitDatagrams(int fd);

        /// Calls [#sendAgain] when the socket has room.
        void awaitRoom(int fd);
    }

    private final Syscalls calls;
    private final Counters counters;
    private final Descriptors descriptors;
    private final LocalCompletions local;
    private final DatagramSockets sockets;
    private final Readiness readiness;
    private final LentView view = new LentView();
    private final Senders senders = new Senders();
    /// Batches that wait for room, by the socket.
    private final Map<Integer, DatagramBatch> waiting = new HashMap<>();
    /// Datagrams in each message of the batch that is sent.
    private final int[] grouped = new int[COUNT];
    /// Made with the first socket. One slab for the headers, the others for what is received.
    private long[] slabs;
    private DatagramMessages incoming;
    private DatagramMessages outgoing;
    private boolean knowsSegments;
    /// The message that is reported.
    private int current;

    PosixDatagrams(NativeDriver driver, Readiness readiness) {
        calls = driver.calls;
        counters = driver.counters;
        descriptors = driver.descriptors;
        local = driver.local;
        sockets = new DatagramSockets(driver);
        this.readiness = readiness;
    }

    private void makeMemory(int fd) {
        slabs = new long[1 + COUNT / PER_SLAB];
        slabs[0] = Slabs.take();
        for (var i = 1; i < slabs.length; i++) slabs[i] = Slabs.take(RECEIVE_BYTES);
        incoming = new DatagramMessages(slabs[0]);
        outgoing = new DatagramMessages(slabs[0] + DatagramMessages.BYTES);
        for (var i = 0; i < COUNT; i++) incoming.memory(i, memory(i), RECEIVE_BYTES);
        knowsSegments = sockets.knowsSegments(fd);
    }

    private long memory(int index) {
        return Slabs.part(slabs[1 + index / PER_SLAB], index % PER_SLAB, RECEIVE_BYTES);
    }

    @Override
    public int open(DatagramBinding how) throws OsException {
        var fd = sockets.open(how);
        descriptors.opened(fd);
        if (slabs == null) makeMemory(fd);
        try {
            readiness.opened(fd);
        } catch (OsException refused) {
            descriptors.closed(fd);
            calls.close(fd);
            throw refused;
        }
        return fd;
    }

    @Override
    public void connect(int descriptor, SocketAddress peer) throws OsException {
        descriptors.requireOpen(descriptor);
        sockets.connect(descriptor, peer);
    }

    @Override
    public void set(int descriptor, DatagramOption option, int value) throws OsException {
        descriptors.requireOpen(descriptor);
        sockets.set(descriptor, option, value);
    }

    @Override
    public void membership(int descriptor, InetAddress group, int interfaceIndex, boolean joins) throws OsException {
        descriptors.requireOpen(descriptor);
        sockets.membership(descriptor, group, interfaceIndex, joins);
    }

    // Receiving.

    @Override
    public void receive(int descriptor, long token) {
        descriptors.beginInward(descriptor, Token.RECEIVE_DATAGRAMS, token);
        counters.submissions++;
        readiness.awaitDatagrams(descriptor);
    }

    /// Receives and reports what is there, up to a batch.
    ///
    /// @return messages, 1 or more, or a negated errno
    public int receive(int fd, Completions completions) {
        for (var i = 0; i < COUNT; i++) incoming.prepareToReceive(i);
        counters.systemCalls++;
        var count = calls.recvmmsg(fd, incoming.all(), COUNT, Linux.MSG_DONTWAIT());
        var token = descriptors.inwardToken(fd);
        for (current = 0; current < count; current++) report(token, completions);
        return count;
    }

    private void report(long token, Completions completions) {
        var left = incoming.length(current);
        var segment = incoming.segmentBytes(current);
        var at = memory(current);
        do {
            var bytes = segment > 0 ? Math.min(segment, left) : left;
            counters.completions++;
            completions.completed(token, bytes, true, view.of(at, bytes));
            at += bytes;
            left -= bytes;
        } while (left > 0);
    }

    @Override
    public InetSocketAddress sender() {
        return senders.at(incoming.address(current), incoming.addressLength(current));
    }

    // Sending.

    @Override
    public void send(int descriptor, DatagramBatch batch, long token) {
        descriptors.beginOutward(descriptor, Token.SEND_DATAGRAMS, token);
        counters.submissions++;
        var result = attempt(descriptor, batch);
        if (result == -Errno.EAGAIN) {
            waiting.put(descriptor, batch);
            readiness.awaitRoom(descriptor);
        } else {
            local.outward(descriptor, result);
        }
    }

    /// @return datagrams taken, `-EAGAIN` (it waits on), or another negated errno
    public int sendAgain(int fd) {
        var result = attempt(fd, waiting.get(fd));
        if (result != -Errno.EAGAIN) waiting.remove(fd);
        return result;
    }

    /// The batch that waited was cancelled.
    public void forget(int fd) {
        waiting.remove(fd);
    }

    /// What the path does not take in segments (they are longer than it carries, or it can't make checksums) it may take one
    /// by one.
    private int attempt(int fd, DatagramBatch batch) {
        var result = attempt(fd, batch, knowsSegments);
        if (result < 0 && result != -Errno.EAGAIN && grouped[0] > 1) result = attempt(fd, batch, false);
        return result;
    }

    private int attempt(int fd, DatagramBatch batch, boolean inSegments) {
        var messages = write(batch, inSegments);
        counters.systemCalls++;
        var sent = calls.sendmmsg(fd, outgoing.all(), messages, FLAGS);
        if (sent < 0) return sent;
        var datagrams = 0;
        for (var i = 0; i < sent; i++) datagrams += grouped[i];
        return datagrams;
    }

    private int write(DatagramBatch batch, boolean inSegments) {
        var messages = 0;
        for (var i = 0; i < batch.count(); messages++) {
            var size = inSegments ? segments(batch, i) : 1;
            var last = i + size - 1;
            outgoing.memory(messages, batch.address(i), (int) (batch.address(last) + batch.length(last) - batch.address(i)));
            var peer = batch.peer(i);
            outgoing.addressLength(messages, peer == null ? 0 : SocketAddresses.encode(peer, outgoing.address(messages)));
            outgoing.segmentBytes(messages, size == 1 ? 0 : batch.length(i));
            grouped[messages] = size;
            i += size;
        }
        return messages;
    }

    /// How many from `first` on can leave as one message: of one peer, behind each other, as long as the first, but the last
    /// one may be shorter.
    private static int segments(DatagramBatch batch, int first) {
        var size = batch.length(first);
        if (size == 0) return 1;
        var bytes = size;
        var count = 1;
        while (count < SEGMENTS_MAX && first + count < batch.count()) {
            var next = first + count;
            var length = batch.length(next);
            bytes += length;
            var follows = batch.address(next) == batch.address(next - 1) + batch.length(next - 1);
            var fits = length > 0 && length <= size && bytes <= MESSAGE_BYTES_MAX;
            if (!follows || !fits || !Objects.equals(batch.peer(next), batch.peer(first))) break;
            count++;
            if (length < size) break;
        }
        return count;
    }

    void close() {
        view.close();
        if (slabs == null) return;
        for (var slab : slabs) Slabs.giveBack(slab);
        slabs = null;
    }
}
