package dev.anillo.loop.driver.epoll;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.BufferPool;
import dev.anillo.loop.driver.AddressText;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.DriverFile;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.FileOperations;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.PooledFiles;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.driver.posix.IntQueue;
import dev.anillo.loop.driver.posix.Messages;
import dev.anillo.loop.driver.posix.NativeDriver;
import dev.anillo.loop.driver.posix.PosixDatagrams;
import dev.anillo.loop.driver.posix.PosixFile;
import dev.anillo.loop.driver.posix.PosixFiles;
import dev.anillo.loop.driver.posix.SocketAddresses;
import dev.anillo.loop.driver.posix.Sockets;
import dev.anillo.loop.memory.Memory;
import java.net.SocketAddress;
import java.util.Arrays;

/// The seam over epoll, edge-triggered. Sending, connecting and ending are attempted at once and wait for the edge only
/// after EAGAIN; receiving and accepting begin with the edge. In the steady state a request costs one recv and one
/// send.
public final class EpollDriver extends NativeDriver {
    /// Large enough that a long body needs few calls (measured per MiB: 84 with 16 KiB, 37 with 64, 33 with 128), small
    /// enough that the bytes are still in the cache when they are parsed.
    private static final int RECEIVE_BYTES = 64 * 1024;

    /// What one socket gets of a file before the others have their turn. What is not in memory is read from the disk
    /// meanwhile, and the loop waits for it.
    private static final int FILE_BYTES_PER_TURN = 256 * 1024;

    /// Reads of one descriptor in a row. What is left waits until the others had their turn.
    private static final int READS_PER_TURN = 4;

    /// Connections accepted in a row.
    private static final int ACCEPTS_PER_TURN = 64;

    /// Polls in a row that report what is known without asking the kernel: more would let a chain of operations that
    /// succeed at once starve every other socket.
    private static final int POLLS_WITHOUT_KERNEL_MAX = 16;

    private static final int READABLE_EDGE = Linux.EPOLLIN() | Linux.EPOLLRDHUP() | Linux.EPOLLHUP() | Linux.EPOLLERR();
    private static final int WRITABLE_EDGE = Linux.EPOLLOUT() | Linux.EPOLLHUP() | Linux.EPOLLERR();
    private static final int END_EDGE = Linux.EPOLLRDHUP() | Linux.EPOLLHUP() | Linux.EPOLLERR();

    /// An edge has come and no attempt has found the socket empty since.
    private static final int READABLE = 1;
    /// No attempt has found the socket full since the last edge.
    private static final int WRITABLE = 2;
    /// The peer has ended, or an error is waiting: no further edge will come, so that even a short read is not the
    /// last.
    private static final int ENDED = 4;
    /// The accept or receive was cancelled; its end waits among the local completions.
    private static final int CANCELLED = 8;
    /// The send or connect waits for the edge.
    private static final int OUTWARD_WAITS = 16;
    /// Stands in the queue of those that go on without a further edge.
    private static final int QUEUED = 32;
    /// The kernel reports its edges.
    private static final int REGISTERED = 64;
    /// Others have a descriptor for the same socket, perhaps in another process.
    private static final int SHARED = 128;
    /// A pipe, which knows neither recv nor send.
    private static final int PIPE = 256;

    private final IntQueue goOn = new IntQueue();
    private final BufferPool buffers = new BufferPool(RECEIVE_BYTES);
    private final PooledFiles files = new PooledFiles(helpers, new PosixFiles());
    private final Events events;
    private final long connectAddress;
    private final long fileOffset;
    private final long message;
    /// Of a send that waits: where it goes on in memory, or of a file the descriptor and the offset.
    private long[] sendAddresses = new long[256];
    private int[] sendLengths = new int[256];
    private int[] sendFiles = new int[256];
    private int pollsWithoutKernel;

    /// @throws OsException naming `epoll_create1`, `epoll_ctl`, `eventfd` or `mmap`
    public EpollDriver() throws OsException {
        this(new Syscalls());
    }

    /// On another kernel, as tests have it.
    public EpollDriver(Syscalls kernel) throws OsException {
        super(kernel, Linux.SOCK_CLOEXEC() | Linux.SOCK_NONBLOCK());
        try {
            events = new Events(calls, counters, scratch, wakeUp.descriptor());
        } catch (OsException refused) {
            closeParts();
            throw refused;
        }
        connectAddress = scratch.take(SocketAddresses.BYTES_MAX, Long.BYTES);
        fileOffset = scratch.take(Long.BYTES, Long.BYTES);
        message = scratch.take(Messages.BYTES_MAX, Long.BYTES);
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public void start() {
        // epoll belongs to no thread
    }

    @Override
    public int listen(Listening how) throws OsException {
        requireAlive();
        var fd = sockets.listen(how);
        descriptors.opened(fd);
        var result = register(fd);
        if (result < 0) {
            closeNow(fd);
            throw new OsException("epoll_ctl", AddressText.of(how.address()), -result);
        }
        return fd;
    }

    private int register(int fd) {
        descriptors.mark(fd, REGISTERED | WRITABLE);
        return events.register(fd, descriptors.generation(fd));
    }

    private int closeNow(int fd) {
        descriptors.closed(fd);
        return sockets.close(fd);
    }

    @Override
    public void accept(int descriptor, long token) {
        beginInward(descriptor, Token.ACCEPT, token);
    }

    @Override
    public void receive(int descriptor, long token) {
        beginInward(descriptor, Token.RECEIVE, token);
    }

    private void beginInward(int fd, int operation, long token) {
        descriptors.beginInward(fd, operation, token);
        descriptors.unmark(fd, CANCELLED);
        counters.submissions++;
        if (descriptors.isMarked(fd, READABLE)) goOnNextTurn(fd);
    }

    private void goOnNextTurn(int fd) {
        if (descriptors.isMarked(fd, QUEUED)) return;
        descriptors.mark(fd, QUEUED);
        goOn.add(fd);
    }

    /// Registers only now: an unconnected socket counts as hung up, and that edge would be taken for the connect's.
    @Override
    public void connect(int descriptor, SocketAddress peer, long token) {
        SocketAddresses.require(peer);
        descriptors.beginOutward(descriptor, Token.CONNECT, token);
        counters.submissions++;
        counters.systemCalls++;
        var result = calls.connect(descriptor, connectAddress, SocketAddresses.encode(peer, connectAddress));
        if (result == 0 || result == -Errno.EINPROGRESS) {
            var registered = descriptors.isMarked(descriptor, REGISTERED) ? 0 : register(descriptor);
            if (registered < 0) result = registered;
        }
        if (result == -Errno.EINPROGRESS) descriptors.mark(descriptor, OUTWARD_WAITS);
        else local.outward(descriptor, result);
    }

    @Override
    public void send(int descriptor, long address, int length, boolean more, long token) {
        descriptors.beginOutward(descriptor, Token.SEND, token);
        counters.submissions++;
        var mayTry = descriptors.isMarked(descriptor, WRITABLE);
        var result = mayTry ? attempt(descriptor, address, length, sendFlags(more)) : -Errno.EAGAIN;
        if (result == -Errno.EAGAIN) waitToSend(descriptor, address, length);
        else local.outward(descriptor, result);
    }

    /// Where the socket is full only the first part waits for the edge; its sender comes again with the others.
    @Override
    public void send(int descriptor, SendParts parts, boolean more, long token) {
        descriptors.beginOutward(descriptor, Token.SEND, token);
        counters.submissions++;
        var mayTry = descriptors.isMarked(descriptor, WRITABLE);
        var result = mayTry ? attempt(descriptor, parts, sendFlags(more)) : -Errno.EAGAIN;
        if (result == -Errno.EAGAIN) waitToSend(descriptor, parts.address(0), parts.length(0));
        else local.outward(descriptor, result);
    }

    private static int sendFlags(boolean more) {
        return more ? Linux.MSG_NOSIGNAL() | Linux.MSG_MORE() : Linux.MSG_NOSIGNAL();
    }

    private int attempt(int fd, long address, int length, int flags) {
        counters.systemCalls++;
        if (descriptors.isMarked(fd, PIPE)) return attempted(fd, length, calls.write(fd, address, length));
        return attempted(fd, length, calls.send(fd, address, length, flags));
    }

    private int attempt(int fd, SendParts parts, int flags) {
        if (descriptors.isMarked(fd, PIPE)) return attempt(fd, parts.address(0), parts.length(0), flags);
        counters.systemCalls++;
        return attempted(fd, parts.bytes(), calls.sendmsg(fd, Messages.write(message, parts), flags));
    }

    private int attempted(int fd, int bytes, int result) {
        var full = result == -Errno.EAGAIN || result >= 0 && result < bytes;
        if (full) descriptors.unmark(fd, WRITABLE);
        return result;
    }

    private void waitToSend(int fd, long address, int length) {
        if (fd >= sendLengths.length) {
            sendAddresses = Arrays.copyOf(sendAddresses, descriptors.limit());
            sendLengths = Arrays.copyOf(sendLengths, descriptors.limit());
            sendFiles = Arrays.copyOf(sendFiles, descriptors.limit());
        }
        sendAddresses[fd] = address;
        sendLengths[fd] = length;
        descriptors.mark(fd, OUTWARD_WAITS);
    }

    @Override
    public void sendFile(int descriptor, DriverFile file, long offset, long length, long token) {
        descriptors.beginOutward(descriptor, Token.SEND_FILE, token);
        counters.submissions++;
        var source = ((PosixFile) file).descriptor();
        var slice = (int) Math.min(length, FILE_BYTES_PER_TURN);
        var mayTry = descriptors.isMarked(descriptor, WRITABLE);
        var result = mayTry ? attemptFile(descriptor, source, offset, slice) : -Errno.EAGAIN;
        if (result == -Errno.EAGAIN) {
            waitToSend(descriptor, offset, slice);
            sendFiles[descriptor] = source;
        } else {
            local.outward(descriptor, result);
        }
    }

    /// A short one does not say that the socket is full: the file may have become shorter.
    private int attemptFile(int fd, int file, long offset, int length) {
        counters.systemCalls++;
        Memory.putLong(fileOffset, offset);
        var result = calls.sendfile(fd, file, fileOffset, length);
        if (result == -Errno.EAGAIN) descriptors.unmark(fd, WRITABLE);
        return result;
    }

    @Override
    public void cancel(int descriptor, long token) {
        descriptors.requireOpen(descriptor);
        if (descriptors.isInward(descriptor, token) && !descriptors.isMarked(descriptor, CANCELLED)) {
            descriptors.mark(descriptor, CANCELLED);
            local.inward(descriptor, -Errno.ECANCELED);
        } else if (descriptors.isOutward(descriptor, token) && descriptors.isMarked(descriptor, OUTWARD_WAITS)) {
            descriptors.unmark(descriptor, OUTWARD_WAITS);
            passing.forget(descriptor);
            datagrams.forget(descriptor);
            local.outward(descriptor, -Errno.ECANCELED);
        }
    }

    @Override
    public void receiveDescriptors(int descriptor, long token) {
        beginInward(descriptor, Token.RECEIVE_DESCRIPTORS, token);
    }

    @Override
    public void sendDescriptors(int descriptor, int[] passed, long address, int length, long token) {
        descriptors.beginOutward(descriptor, Token.SEND_DESCRIPTORS, token);
        counters.submissions++;
        var mayTry = descriptors.isMarked(descriptor, WRITABLE);
        var result = mayTry ? passing.send(descriptor, passed, address, length) : -Errno.EAGAIN;
        if (result == -Errno.EAGAIN) {
            passing.await(descriptor, passed, address, length);
            descriptors.unmark(descriptor, WRITABLE);
            descriptors.mark(descriptor, OUTWARD_WAITS);
        } else {
            local.outward(descriptor, result);
        }
    }

    @Override
    public int duplicate(int descriptor) throws OsException {
        var duplicate = super.duplicate(descriptor);
        descriptors.mark(descriptor, SHARED);
        return duplicate;
    }

    @Override
    public void adopt(int descriptor, boolean listening, boolean unix) throws OsException {
        super.adopt(descriptor, listening, unix);
        var result = register(descriptor);
        if (result < 0) throw new OsException("epoll_ctl", "descriptor " + descriptor, -result);
        descriptors.mark(descriptor, SHARED);
    }

    @Override
    protected void watch(int fd, boolean pipe) throws OsException {
        var result = register(fd);
        if (result < 0) throw new OsException("epoll_ctl", "descriptor " + fd, -result);
        if (pipe) descriptors.mark(fd, PIPE);
    }

    @Override
    public void awaitExit(int process, long token) {
        beginInward(process, Token.EXIT, token);
    }

    private void exitOf(int fd, Completions completions) {
        if (!mayGoInward(fd)) return;
        var result = processes.exitOf(fd);
        if (result == -Errno.EAGAIN) {
            descriptors.unmark(fd, READABLE);
            return;
        }
        counters.completions++;
        completions.completed(descriptors.endInward(fd), result, false, null);
    }

    /// The kernel forgets the registration with the last descriptor for the socket.
    @Override
    public void close(int descriptor, long token) {
        counters.submissions++;
        if (descriptors.isMarked(descriptor, SHARED)) events.unregister(descriptor);
        processes.closing(descriptor);
        local.close(token, closeNow(descriptor));
    }

    @Override
    protected PosixDatagrams.Readiness datagramReadiness() {
        return new PosixDatagrams.Readiness() {
            @Override
            public void opened(int fd) throws OsException {
                watch(fd, false);
            }

            @Override
            public void awaitDatagrams(int fd) {
                descriptors.unmark(fd, CANCELLED);
                if (descriptors.isMarked(fd, READABLE)) goOnNextTurn(fd);
            }

            @Override
            public void awaitRoom(int fd) {
                descriptors.unmark(fd, WRITABLE);
                descriptors.mark(fd, OUTWARD_WAITS);
            }
        };
    }

    /// Until the socket is empty: a batch that is not full may have left an error behind, of which no edge tells.
    private void receiveDatagramsFrom(int fd, Completions completions) {
        for (var reads = 0; mayGoInward(fd); reads++) {
            if (reads == READS_PER_TURN) {
                goOnNextTurn(fd);
                return;
            }
            var result = datagrams.receive(fd, completions);
            if (result == -Errno.EAGAIN) {
                descriptors.unmark(fd, READABLE | ENDED);
                return;
            }
            if (result < 0) {
                counters.completions++;
                completions.completed(descriptors.endInward(fd), result, false, null);
                return;
            }
        }
    }

    @Override
    public FileOperations files() {
        return files;
    }

    @Override
    public void poll(long timeoutNanos, Completions completions) {
        requireAlive();
        var known = local.size();
        var goingOn = goOn.size();
        if (!events.hasNext()) { // a callback that threw may have left some
            var idle = known + goingOn == 0 && !helpers.hasDone();
            if (idle || pollsWithoutKernel++ == POLLS_WITHOUT_KERNEL_MAX) {
                pollsWithoutKernel = 0;
                events.await(idle ? timeoutNanos : 0);
            }
        }
        while (events.hasNext()) ready(events.next(), completions);
        local.report(known, completions);
        for (; goingOn > 0; goingOn--) {
            var fd = goOn.remove();
            descriptors.unmark(fd, QUEUED);
            goInward(fd, completions);
        }
        helpers.report(completions);
    }

    private void ready(long event, Completions completions) {
        var fd = Events.descriptor(event);
        var flags = Events.flags(event);
        if (fd == wakeUp.descriptor()) {
            counters.wakeUps++;
            wakeUp.seen();
            return;
        }
        var closedMeanwhile = !descriptors.isOpen(fd) || descriptors.generation(fd) != Events.generation(event);
        if (closedMeanwhile) return;
        if ((flags & READABLE_EDGE) != 0) descriptors.mark(fd, READABLE);
        if ((flags & END_EDGE) != 0) descriptors.mark(fd, ENDED);
        if ((flags & WRITABLE_EDGE) != 0) {
            descriptors.mark(fd, WRITABLE);
            if (descriptors.isMarked(fd, OUTWARD_WAITS)) goOutward(fd, completions);
        }
        goInward(fd, completions);
    }

    private void goOutward(int fd, Completions completions) {
        var result = switch (descriptors.outward(fd)) {
            case Token.CONNECT -> sockets.connectResult(fd);
            case Token.SEND_DESCRIPTORS -> passing.sendAgain(fd);
            case Token.SEND_DATAGRAMS -> datagrams.sendAgain(fd);
            case Token.SEND_FILE -> attemptFile(fd, sendFiles[fd], sendAddresses[fd], sendLengths[fd]);
            default -> attempt(fd, sendAddresses[fd], sendLengths[fd], sendFlags(false));
        };
        if (result == -Errno.EAGAIN) return;
        descriptors.unmark(fd, OUTWARD_WAITS);
        counters.completions++;
        completions.completed(descriptors.endOutward(fd), result, false, null);
    }

    /// Accepts or reads, where that is under way and there may be something.
    private void goInward(int fd, Completions completions) {
        switch (descriptors.inward(fd)) {
            case Token.RECEIVE -> receiveFrom(fd, completions);
            case Token.ACCEPT -> acceptFrom(fd, completions);
            case Token.RECEIVE_DESCRIPTORS -> receiveMessagesFrom(fd, completions);
            case Token.EXIT -> exitOf(fd, completions);
            case Token.RECEIVE_DATAGRAMS -> receiveDatagramsFrom(fd, completions);
            default -> {} // the mark READABLE tells whoever comes next
        }
    }

    private boolean mayGoInward(int fd) {
        return descriptors.isMarked(fd, READABLE) && !descriptors.isMarked(fd, CANCELLED);
    }

    private void receiveFrom(int fd, Completions completions) {
        for (var reads = 0; mayGoInward(fd); reads++) {
            if (reads == READS_PER_TURN) {
                goOnNextTurn(fd);
                return;
            }
            var buffer = buffers.take();
            counters.systemCalls++;
            var result = descriptors.isMarked(fd, PIPE)
                    ? calls.read(fd, buffer.writeAddress(), RECEIVE_BYTES)
                    : calls.recv(fd, buffer.writeAddress(), RECEIVE_BYTES, 0);
            if (result <= 0) buffer.release();
            if (result == -Errno.EAGAIN) {
                descriptors.unmark(fd, READABLE | ENDED);
                return;
            }
            counters.completions++;
            if (result <= 0) {
                completions.completed(descriptors.endInward(fd), result, false, null);
                return;
            }
            // A short read has emptied the socket: whatever comes later brings an edge.
            if (result < RECEIVE_BYTES && !descriptors.isMarked(fd, ENDED)) descriptors.unmark(fd, READABLE);
            completions.completed(descriptors.inwardToken(fd), result, true, buffer.wrote(result));
        }
    }

    /// A short read says nothing here: the kernel ends it behind each message that carries descriptors.
    private void receiveMessagesFrom(int fd, Completions completions) {
        for (var reads = 0; mayGoInward(fd); reads++) {
            if (reads == READS_PER_TURN) {
                goOnNextTurn(fd);
                return;
            }
            var buffer = passing.buffers.take();
            var result = passing.receive(fd, buffer.writeAddress(), buffer.room());
            if (result <= 0) buffer.release();
            if (result == -Errno.EAGAIN) {
                descriptors.unmark(fd, READABLE | ENDED);
                return;
            }
            counters.completions++;
            if (result <= 0) {
                completions.completed(descriptors.endInward(fd), result, false, null);
                return;
            }
            try {
                completions.completed(descriptors.inwardToken(fd), result, true, buffer.wrote(result));
            } finally {
                passing.closeRest();
            }
        }
    }

    private void acceptFrom(int fd, Completions completions) {
        for (var accepts = 0; mayGoInward(fd); accepts++) {
            if (accepts == ACCEPTS_PER_TURN) {
                goOnNextTurn(fd);
                return;
            }
            var result = acceptOne(fd);
            if (Sockets.isConnectionsFault(result)) continue;
            if (result == -Errno.EAGAIN) {
                descriptors.unmark(fd, READABLE);
                return;
            }
            counters.completions++;
            if (result < 0) {
                completions.completed(descriptors.endInward(fd), result, false, null);
                return;
            }
            completions.completed(descriptors.inwardToken(fd), result, true, null);
        }
    }

    private int acceptOne(int fd) {
        counters.systemCalls++;
        var accepted = calls.accept4(fd, 0, 0, Linux.SOCK_CLOEXEC() | Linux.SOCK_NONBLOCK());
        if (accepted < 0) return accepted;
        descriptors.opened(accepted);
        var result = register(accepted);
        if (result == 0) return accepted;
        closeNow(accepted);
        return result; // ENOSPC: /proc/sys/fs/epoll/max_user_watches
    }

    /// Nothing is lent to the kernel: all that was under way ends with its descriptor.
    @Override
    public void shutDown() {
        closeDescriptors();
        events.close();
        buffers.close();
        closeParts();
    }
}
