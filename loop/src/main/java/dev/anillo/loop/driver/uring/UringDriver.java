package dev.anillo.loop.driver.uring;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.DriverFile;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.FileOperations;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.driver.posix.IntQueue;
import dev.anillo.loop.driver.posix.NativeDriver;
import dev.anillo.loop.driver.posix.PosixDatagrams;
import dev.anillo.loop.driver.posix.PosixFile;
import dev.anillo.loop.driver.posix.SocketAddresses;
import dev.anillo.loop.driver.posix.Sockets;
import java.net.SocketAddress;

/// The seam over io_uring: operations become submission entries, and each turn makes one system call that submits them
/// all, waits, and brings the completions.
///
/// What travels through the kernel is not the loop's token but the descriptor and the operation, in the shape of a
/// [Token] that is [Token#DRIVER_PRIVATE]: so a completion leads to the descriptor's state by an index, and a multishot
/// that the kernel has ended early can be started again. Close alone carries the loop's token, since the number may
/// have a new owner before the completion arrives.
public final class UringDriver extends NativeDriver {
    /// @param submissions entries of the queue: more operations in one turn cost one more system call
    /// @param completions the kernel keeps what does not fit aside, and that costs: several for each submission,
    ///     because accepts and receives complete without being submitted again
    /// @param buffersAtStart receive buffers of [BufferRing#BUFFER_BYTES]
    /// @param buffersMax bounds the memory that peers can make a loop receive into, a power of two
    record Sizes(int submissions, int completions, int buffersAtStart, int buffersMax) {
        /// Queues of 32 and 64 KiB; receive buffers of 1 to 64 MiB.
        static final Sizes USUAL = new Sizes(512, 4096, 64, 4096);
    }

    private static final int ACCEPT = Token.DRIVER_PRIVATE | Token.ACCEPT;
    private static final int CONNECT = Token.DRIVER_PRIVATE | Token.CONNECT;
    private static final int RECEIVE = Token.DRIVER_PRIVATE | Token.RECEIVE;
    private static final int SEND = Token.DRIVER_PRIVATE | Token.SEND;
    private static final int SEND_FILE = Token.DRIVER_PRIVATE | Token.SEND_FILE;
    private static final int SEND_DESCRIPTORS = Token.DRIVER_PRIVATE | Token.SEND_DESCRIPTORS;
    private static final int RECEIVE_DESCRIPTORS = Token.DRIVER_PRIVATE | Token.RECEIVE_DESCRIPTORS;
    private static final int EXIT = Token.DRIVER_PRIVATE | Token.EXIT;
    private static final int RECEIVE_DATAGRAMS = Token.DRIVER_PRIVATE | Token.RECEIVE_DATAGRAMS;
    private static final int SEND_DATAGRAMS = Token.DRIVER_PRIVATE | Token.SEND_DATAGRAMS;
    private static final int READ_FILE = Token.DRIVER_PRIVATE | 0x12;
    private static final int FILE_ROOM = Token.DRIVER_PRIVATE | 0x13;
    private static final int WAKE = Token.DRIVER_PRIVATE | 0x10;
    private static final int CANCEL = Token.DRIVER_PRIVATE | 0x11;

    /// The accept or receive of this descriptor was cancelled.
    private static final int CANCELLING = 1;
    /// The receive of this descriptor waits for buffers, unknown to the kernel.
    private static final int PARKED = 2;
    /// A part of a file waits until the socket has room for it.
    private static final int AWAITS_ROOM = 4;
    /// That part was cancelled; the room that may have come meanwhile is not used.
    private static final int ROOM_REFUSED = 8;
    /// The accept was cancelled, and takes what waits before it ends.
    private static final int LAST_LOOK = 32;
    /// A pipe, which knows neither recv nor send.
    private static final int PIPE = 16;

    /// For cancelled operations at shut-down. They end at once; a kernel that can't end them keeps their memory.
    private static final long SHUT_DOWN_NANOS_MAX = 2_000_000_000L;

    private final IntQueue parked = new IntQueue();
    private final Reaped reaped = new Reaped();
    private final Gathering gathering = new Gathering(nanoTime());
    private final Ring ring;
    private final Submissions submissions;
    private final BufferRing buffers;
    private final FileSends files;
    private final CachedFileSends cachedFiles;
    private final UringFiles openFiles;
    private boolean started;
    /// Receives and accepts of the turn that is going on.
    private int arrivals;

    /// @throws OsException naming `io_uring_setup` or `io_uring_register` where io_uring is missing, refused or too old
    public UringDriver() throws OsException {
        this(Sizes.USUAL);
    }

    /// On another kernel, as tests have it.
    public UringDriver(Syscalls kernel) throws OsException {
        this(kernel, Sizes.USUAL);
    }

    UringDriver(Sizes sizes) throws OsException {
        this(new Syscalls(), sizes);
    }

    UringDriver(Syscalls kernel, Sizes sizes) throws OsException {
        super(kernel, Linux.SOCK_CLOEXEC());
        Ring ring = null;
        try {
            ring = new Ring(calls, counters, scratch, sizes.submissions(), sizes.completions());
            buffers = new BufferRing(ring, scratch, sizes.buffersAtStart(), sizes.buffersMax());
        } catch (OsException refused) {
            if (ring != null) ring.close();
            closeParts();
            throw refused;
        }
        this.ring = ring;
        submissions = new Submissions(ring, scratch);
        files = new FileSends(submissions);
        cachedFiles = new CachedFileSends(calls, counters, scratch);
        openFiles = new UringFiles(submissions, helpers, calls, counters);
        submissions.pollReadable(wakeUp.descriptor(), WAKE);
    }

    @Override
    public String name() {
        return "io_uring";
    }

    @Override
    public void start() {
        ring.enable();
        started = true;
    }

    @Override
    public int listen(Listening how) throws OsException {
        requireAlive();
        var fd = sockets.listen(how);
        descriptors.opened(fd);
        return fd;
    }

    @Override
    public void accept(int descriptor, long token) {
        descriptors.beginInward(descriptor, Token.ACCEPT, token);
        descriptors.unmark(descriptor, CANCELLING | LAST_LOOK);
        submissions.accept(descriptor, userData(descriptor, ACCEPT));
    }

    @Override
    public void connect(int descriptor, SocketAddress peer, long token) {
        SocketAddresses.require(peer);
        descriptors.beginOutward(descriptor, Token.CONNECT, token);
        submissions.connect(descriptor, peer, userData(descriptor, CONNECT));
    }

    @Override
    public void receive(int descriptor, long token) {
        descriptors.beginInward(descriptor, Token.RECEIVE, token);
        descriptors.unmark(descriptor, CANCELLING);
        submitReceive(descriptor);
    }

    private void submitReceive(int fd) {
        if (descriptors.isMarked(fd, PIPE)) submissions.read(fd, BufferRing.GROUP, userData(fd, RECEIVE));
        else submissions.receive(fd, BufferRing.GROUP, userData(fd, RECEIVE));
    }

    @Override
    public void send(int descriptor, long address, int length, boolean more, long token) {
        descriptors.beginOutward(descriptor, Token.SEND, token);
        submitSend(descriptor, address, length, more);
    }

    @Override
    public void send(int descriptor, SendParts parts, boolean more, long token) {
        descriptors.beginOutward(descriptor, Token.SEND, token);
        if (descriptors.isMarked(descriptor, PIPE)) submitSend(descriptor, parts.address(0), parts.length(0), more);
        else submissions.send(descriptor, parts, more, userData(descriptor, SEND));
    }

    private void submitSend(int fd, long address, int length, boolean more) {
        if (descriptors.isMarked(fd, PIPE)) submissions.write(fd, address, length, userData(fd, SEND));
        else submissions.send(fd, address, length, more, userData(fd, SEND));
    }

    @Override
    public void sendFile(int descriptor, DriverFile file, long offset, long length, long token) {
        descriptors.beginOutward(descriptor, Token.SEND_FILE, token);
        var source = ((PosixFile) file).descriptor();
        var result = cachedFiles.attempt(descriptor, source, offset, length);
        if (result == CachedFileSends.NOT_CACHED) readAndSend(descriptor, source, offset, length);
        else if (result == -Errno.EAGAIN) awaitRoom(descriptor);
        else local.outward(descriptor, result);
    }

    private void readAndSend(int fd, int file, long offset, long length) {
        descriptors.unmark(fd, AWAITS_ROOM);
        files.start(fd, file, offset, length, userData(fd, READ_FILE));
    }

    private void awaitRoom(int fd) {
        descriptors.mark(fd, AWAITS_ROOM);
        submissions.pollWritable(fd, userData(fd, FILE_ROOM));
    }

    private void roomForFile(int fd, int result, Completions completions) {
        if (descriptors.isMarked(fd, ROOM_REFUSED)) result = -Errno.ECANCELED;
        else if (result >= 0) result = cachedFiles.attemptAgain(fd);
        if (result == CachedFileSends.NOT_CACHED) {
            readAndSend(fd, cachedFiles.file(fd), cachedFiles.offset(fd), cachedFiles.length(fd));
        } else if (result == -Errno.EAGAIN) {
            awaitRoom(fd);
        } else {
            descriptors.unmark(fd, AWAITS_ROOM | ROOM_REFUSED);
            report(descriptors.endOutward(fd), result, false, null, completions);
        }
    }

    /// Attempted at once, and where the socket is full again when the ring tells of room.
    @Override
    public void sendDescriptors(int descriptor, int[] passed, long address, int length, long token) {
        descriptors.beginOutward(descriptor, Token.SEND_DESCRIPTORS, token);
        counters.submissions++;
        var result = passing.send(descriptor, passed, address, length);
        if (result == -Errno.EAGAIN) {
            passing.await(descriptor, passed, address, length);
            submissions.pollWritable(descriptor, userData(descriptor, SEND_DESCRIPTORS));
        } else {
            local.outward(descriptor, result);
        }
    }

    private void roomForDescriptors(int fd, int result, Completions completions) {
        if (result < 0) passing.forget(fd);
        else result = passing.sendAgain(fd);
        if (result == -Errno.EAGAIN) submissions.pollWritable(fd, userData(fd, SEND_DESCRIPTORS));
        else report(descriptors.endOutward(fd), result, false, null, completions);
    }

    @Override
    public void receiveDescriptors(int descriptor, long token) {
        descriptors.beginInward(descriptor, Token.RECEIVE_DESCRIPTORS, token);
        descriptors.unmark(descriptor, CANCELLING);
        submissions.pollReadableOnce(descriptor, userData(descriptor, RECEIVE_DESCRIPTORS));
    }

    /// One message a turn. A cancelled one leaves what has come meanwhile in the socket.
    private void messageArrived(int fd, int result, Completions completions) {
        if (descriptors.isMarked(fd, CANCELLING)) result = -Errno.ECANCELED;
        if (result >= 0) {
            var buffer = passing.buffers.take();
            result = passing.receive(fd, buffer.writeAddress(), buffer.room());
            if (result > 0) {
                try {
                    report(descriptors.inwardToken(fd), result, true, buffer.wrote(result), completions);
                } finally {
                    passing.closeRest();
                    goOnPolling(fd, RECEIVE_DESCRIPTORS, completions);
                }
                return;
            }
            buffer.release();
        }
        if (result == -Errno.EAGAIN) goOnPolling(fd, RECEIVE_DESCRIPTORS, completions);
        else report(descriptors.endInward(fd), result, false, null, completions);
    }

    /// The callback may have cancelled, when there was nothing in the ring to cancel.
    private void goOnPolling(int fd, int operation, Completions completions) {
        if (descriptors.isMarked(fd, CANCELLING)) {
            report(descriptors.endInward(fd), -Errno.ECANCELED, false, null, completions);
        } else {
            submissions.pollReadableOnce(fd, userData(fd, operation));
        }
    }

    /// The ring tells when; the calls that move many at once do the rest.
    @Override
    protected PosixDatagrams.Readiness datagramReadiness() {
        return new PosixDatagrams.Readiness() {
            @Override
            public void opened(int fd) {
                // the ring takes any descriptor
            }

            @Override
            public void awaitDatagrams(int fd) {
                descriptors.unmark(fd, CANCELLING);
                submissions.pollReadableOnce(fd, userData(fd, RECEIVE_DATAGRAMS));
            }

            @Override
            public void awaitRoom(int fd) {
                submissions.pollWritable(fd, userData(fd, SEND_DATAGRAMS));
            }
        };
    }

    private void datagramsArrived(int fd, int result, Completions completions) {
        if (descriptors.isMarked(fd, CANCELLING)) result = -Errno.ECANCELED;
        if (result >= 0) result = datagrams.receive(fd, completions);
        if (result >= 0 || result == -Errno.EAGAIN) goOnPolling(fd, RECEIVE_DATAGRAMS, completions);
        else report(descriptors.endInward(fd), result, false, null, completions);
    }

    private void roomForDatagrams(int fd, int result, Completions completions) {
        if (result < 0) datagrams.forget(fd);
        else result = datagrams.sendAgain(fd);
        if (result == -Errno.EAGAIN) submissions.pollWritable(fd, userData(fd, SEND_DATAGRAMS));
        else report(descriptors.endOutward(fd), result, false, null, completions);
    }

    @Override
    protected void watch(int fd, boolean pipe) {
        if (pipe) descriptors.mark(fd, PIPE);
    }

    @Override
    public void awaitExit(int process, long token) {
        descriptors.beginInward(process, Token.EXIT, token);
        descriptors.unmark(process, CANCELLING);
        submissions.pollReadableOnce(process, userData(process, EXIT));
    }

    private void exited(int fd, int result, Completions completions) {
        if (result >= 0) result = processes.exitOf(fd);
        report(descriptors.endInward(fd), result, false, null, completions);
    }

    @Override
    public void cancel(int descriptor, long token) {
        descriptors.requireOpen(descriptor);
        if (descriptors.isInward(descriptor, token)) {
            cancelInward(descriptor);
        } else if (descriptors.isOutward(descriptor, token) && descriptors.outward(descriptor) != Token.SHUTDOWN) {
            var operation = Token.DRIVER_PRIVATE | descriptors.outward(descriptor);
            if (descriptors.isMarked(descriptor, AWAITS_ROOM)) {
                operation = FILE_ROOM;
                descriptors.mark(descriptor, ROOM_REFUSED);
            }
            if (operation == SEND_FILE && !files.cancel(descriptor)) return; // its read ends by itself
            submissions.cancel(userData(descriptor, operation), CANCEL);
        }
    }

    private void cancelInward(int fd) {
        if (descriptors.isMarked(fd, CANCELLING)) return;
        descriptors.mark(fd, CANCELLING);
        if (descriptors.isMarked(fd, PARKED)) {
            descriptors.unmark(fd, PARKED);
            local.inward(fd, -Errno.ECANCELED);
        } else {
            submissions.cancel(userData(fd, Token.DRIVER_PRIVATE | descriptors.inward(fd)), CANCEL);
        }
    }

    @Override
    public void close(int descriptor, long token) {
        processes.closing(descriptor);
        descriptors.closed(descriptor);
        submissions.close(descriptor, token);
    }

    @Override
    public FileOperations files() {
        return openFiles;
    }

    private static long userData(int fd, int operation) {
        return Token.of(fd, 0, operation);
    }

    @Override
    public void poll(long timeoutNanos, Completions completions) {
        requireAlive();
        var known = local.size();
        if (!reaped.hasNext()) { // a callback that threw may have left some
            turn(known == 0 && !helpers.hasDone() ? timeoutNanos : 0);
            ring.reap(reaped);
        }
        while (reaped.hasNext()) {
            var i = reaped.next++;
            dispatch(reaped.userData[i], reaped.results[i], reaped.flags[i], completions);
        }
        if (known > 0) local.report(known, completions);
        helpers.report(completions);
    }

    /// No system call where there is nothing to submit, to fetch or to wait for.
    private void turn(long timeoutNanos) {
        if (parked.size() > 0) resumeParked();
        buffers.publish();
        gathering.arrived(arrivals, nanoTime());
        arrivals = 0;
        var smallSends = submissions.takeSmallSends();
        if (timeoutNanos != 0 && !ring.hasCompletions()) {
            var wanted = gathering.wanted(descriptors.inwardCount());
            if (wanted > 1 && timeoutNanos > Gathering.NANOS_MAX) {
                ring.submitAndWait(Gathering.NANOS_MAX, wanted + smallSends);
                if (ring.hasCompletions()) return;
                timeoutNanos -= Gathering.NANOS_MAX;
            }
            ring.submitAndWait(timeoutNanos, 1);
        } else if (ring.hasSubmissions() || ring.hasHiddenCompletions()) {
            ring.submit();
        }
    }

    private void dispatch(long userData, int result, int flags, Completions completions) {
        var fd = Token.slot(userData);
        switch (Token.operation(userData)) {
            case RECEIVE -> {
                arrivals++;
                received(fd, result, flags, completions);
            }
            case SEND, CONNECT -> report(descriptors.endOutward(fd), result, false, null, completions);
            case READ_FILE -> {
                var read = files.readCompleted(fd, result, userData(fd, SEND_FILE));
                if (read != FileSends.GOES_ON) report(descriptors.endOutward(fd), read, false, null, completions);
            }
            case SEND_FILE -> {
                files.release(fd);
                report(descriptors.endOutward(fd), result, false, null, completions);
            }
            case SEND_DESCRIPTORS -> roomForDescriptors(fd, result, completions);
            case EXIT -> exited(fd, result, completions);
            case RECEIVE_DESCRIPTORS -> messageArrived(fd, result, completions);
            case RECEIVE_DATAGRAMS -> {
                arrivals++;
                datagramsArrived(fd, result, completions);
            }
            case SEND_DATAGRAMS -> roomForDatagrams(fd, result, completions);
            case FILE_ROOM -> roomForFile(fd, result, completions);
            case ACCEPT -> {
                arrivals++;
                accepted(fd, result, flags, completions);
            }
            case Token.FILE -> openFiles.completed(userData, result, completions);
            case WAKE -> woken(flags);
            case CANCEL -> {} // what was cancelled tells for itself; that it had ended already is as good
            default -> report(userData, result, false, null, completions); // close
        }
    }

    private void report(long token, int result, boolean more, Buffer data, Completions completions) {
        counters.completions++;
        completions.completed(token, result, more, data);
    }

    private void received(int fd, int result, int flags, Completions completions) {
        var buffer = (flags & Linux.IORING_CQE_F_BUFFER()) != 0 ? buffers.taken(flags, result) : null;
        if (result <= 0) {
            if (buffer != null) buffer.release();
            if (result == -Errno.ENOBUFS) outOfBuffers(fd, completions);
            else report(descriptors.endInward(fd), result, false, null, completions);
            return;
        }
        var endedEarly = (flags & Linux.IORING_CQE_F_MORE()) == 0;
        var cancelled = descriptors.isMarked(fd, CANCELLING);
        if (endedEarly && !cancelled) submitReceive(fd);
        report(descriptors.inwardToken(fd), result, true, buffer, completions);
        if (endedEarly && cancelled) report(descriptors.endInward(fd), -Errno.ECANCELED, false, null, completions);
    }

    private void outOfBuffers(int fd, Completions completions) {
        counters.bufferShortages++;
        if (descriptors.isMarked(fd, CANCELLING)) {
            report(descriptors.endInward(fd), -Errno.ECANCELED, false, null, completions);
        } else {
            descriptors.mark(fd, PARKED);
            parked.add(fd);
        }
    }

    /// As many receives as there are buffers, those that waited longest first.
    private void resumeParked() {
        buffers.grow(parked.size());
        for (var turns = Math.min(parked.size(), buffers.lent()); turns > 0; turns--) {
            var fd = parked.remove();
            if (!descriptors.isMarked(fd, PARKED)) continue; // was cancelled
            descriptors.unmark(fd, PARKED);
            submitReceive(fd);
        }
    }

    private void accepted(int fd, int result, int flags, Completions completions) {
        if (result >= 0) descriptors.opened(result);
        var endedEarly = (flags & Linux.IORING_CQE_F_MORE()) == 0;
        var cancelled = descriptors.isMarked(fd, CANCELLING);
        if (endedEarly && cancelled) {
            if (result >= 0) report(descriptors.inwardToken(fd), result, true, null, completions);
            endAccepting(fd, result, completions);
        } else if (result < 0 && !Sockets.isConnectionsFault(result)) {
            report(descriptors.endInward(fd), result, false, null, completions);
        } else {
            if (endedEarly) submissions.accept(fd, userData(fd, ACCEPT));
            if (result >= 0) report(descriptors.inwardToken(fd), result, true, null, completions);
        }
    }

    /// The kernel wakes one waiter for each connection. Where several share a socket, the one that goes may have been woken
    /// for a connection that the others are not told of: it looks once more, and takes what is there.
    private void endAccepting(int fd, int result, Completions completions) {
        if (descriptors.isMarked(fd, LAST_LOOK) && result < 0) {
            report(descriptors.endInward(fd), -Errno.ECANCELED, false, null, completions);
        } else {
            descriptors.mark(fd, LAST_LOOK);
            submissions.acceptWaiting(fd, userData(fd, ACCEPT));
        }
    }

    private void woken(int flags) {
        counters.wakeUps++;
        wakeUp.seen();
        if ((flags & Linux.IORING_CQE_F_MORE()) == 0) submissions.pollReadable(wakeUp.descriptor(), WAKE);
    }

    @Override
    public void shutDown() {
        if (!started) start(); // closes may be among what was never submitted
        submissions.cancelAll(CANCEL);
        awaitCompletions();
        closeDescriptors();
        ring.close();
        buffers.close(ring.underWay() == 0);
        files.close();
        openFiles.shutDown();
        closeParts();
    }

    private void awaitCompletions() {
        var deadline = nanoTime() + SHUT_DOWN_NANOS_MAX;
        discardReaped();
        for (var left = SHUT_DOWN_NANOS_MAX; ring.underWay() > 0 && left > 0; left = deadline - nanoTime()) {
            if (ring.hasCompletions()) ring.submit();
            else ring.submitAndWait(left, 1);
            ring.reap(reaped);
            discardReaped();
        }
    }

    /// Nobody is told any more, but buffers come home and descriptors don't get lost.
    private void discardReaped() {
        while (reaped.hasNext()) {
            var i = reaped.next++;
            switch (Token.operation(reaped.userData[i])) {
                case ACCEPT -> {
                    if (reaped.results[i] >= 0) descriptors.opened(reaped.results[i]);
                }
                case READ_FILE, SEND_FILE -> files.release(Token.slot(reaped.userData[i]));
                case Token.FILE -> openFiles.discarded(reaped.userData[i], reaped.results[i]);
                default -> {} // holds nothing
            }
            if ((reaped.flags[i] & Linux.IORING_CQE_F_BUFFER()) != 0) {
                buffers.taken(reaped.flags[i], reaped.results[i]).release();
            }
        }
    }
}
