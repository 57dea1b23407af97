package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.OsException;
import dev.anillo.loop.PeerCredentials;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.DatagramOperations;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.DriverFile;
import dev.anillo.loop.driver.Spawn;
import dev.anillo.loop.driver.Spawned;
import dev.anillo.loop.driver.HelperPool;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.memory.Memory;
import java.net.SocketAddress;
import java.nio.file.Path;

/// What is the same for io_uring and epoll: the parts that both are made of, and the socket calls outside the hot path.
public abstract class NativeDriver implements Driver {
    protected final Syscalls calls;
    protected final Counters counters = new Counters();
    protected final Descriptors descriptors = new Descriptors();
    protected final LocalCompletions local = new LocalCompletions(descriptors, counters);
    protected final Scratch scratch;
    protected final Sockets sockets;
    protected final Passing passing;
    protected final Processes processes;
    protected final WakeUp wakeUp;
    protected final HelperPool helpers = new HelperPool(this::wake, counters);
    protected final PosixDatagrams datagrams;
    final int socketFlags;
    private final int statusFlags;
    private boolean ended;

    /// @param calls the kernel
    /// @param socketFlags SOCK_CLOEXEC, perhaps SOCK_NONBLOCK
    /// @throws OsException naming `mmap` or `eventfd`
    protected NativeDriver(Syscalls calls, int socketFlags) throws OsException {
        if (Memory.CHECKED) GuardPages.use();
        this.calls = calls;
        scratch = new Scratch(calls);
        try {
            wakeUp = new WakeUp(calls);
        } catch (OsException refused) {
            scratch.close();
            throw refused;
        }
        sockets = new Sockets(calls, counters, scratch, socketFlags);
        passing = new Passing(calls, counters, descriptors, scratch);
        processes = new Processes(calls, counters, scratch);
        this.socketFlags = socketFlags;
        datagrams = new PosixDatagrams(this, datagramReadiness());
        statusFlags = (socketFlags & Linux.SOCK_NONBLOCK()) != 0 ? Linux.O_NONBLOCK() : 0;
    }

    @Override
    public final long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public final long currentTimeMillis() {
        return System.currentTimeMillis();
    }

    /// How this driver learns when datagrams can be moved. Called once, by the constructor.
    protected abstract PosixDatagrams.Readiness datagramReadiness();

    @Override
    public final DatagramOperations datagrams() {
        requireAlive();
        return datagrams;
    }

    /// After the end the structs of the system calls are gone, and a wrong address would end the process.
    protected final void requireAlive() {
        if (ended) throw new IllegalStateException("the " + name() + " driver has shut down");
    }

    @Override
    public final int open(SocketAddress peer) throws OsException {
        requireAlive();
        var fd = sockets.open(peer);
        descriptors.opened(fd);
        return fd;
    }

    @Override
    public final void abortOnClose(int descriptor) {
        descriptors.requireOpen(descriptor);
        sockets.abortOnClose(descriptor);
    }

    @Override
    public final SocketAddress localAddress(int descriptor) throws OsException {
        descriptors.requireOpen(descriptor);
        return sockets.localAddress(descriptor);
    }

    @Override
    public final SocketAddress peerAddress(int descriptor) throws OsException {
        descriptors.requireOpen(descriptor);
        return sockets.peerAddress(descriptor);
    }

    @Override
    public final void noDelay(int descriptor, boolean on) throws OsException {
        descriptors.requireOpen(descriptor);
        sockets.noDelay(descriptor, on);
    }

    @Override
    public final void keepAlive(int descriptor, boolean on, int idleSeconds) throws OsException {
        descriptors.requireOpen(descriptor);
        sockets.keepAlive(descriptor, on, idleSeconds);
    }

    @Override
    public final int lastArrivalMillis(int descriptor) {
        descriptors.requireOpen(descriptor);
        return sockets.lastArrivalMillis(descriptor);
    }

    @Override
    public final boolean backlog(int descriptor, int connections) {
        descriptors.requireOpen(descriptor);
        return sockets.backlog(descriptor, connections);
    }

    @Override
    public final PeerCredentials peerCredentials(int descriptor) throws OsException {
        descriptors.requireOpen(descriptor);
        return sockets.peerCredentials(descriptor);
    }

    @Override
    public final int receivedDescriptor() {
        return passing.next();
    }

    @Override
    public int duplicate(int descriptor) throws OsException {
        descriptors.requireOpen(descriptor);
        var fd = sockets.duplicate(descriptor);
        descriptors.opened(fd);
        return fd;
    }

    @Override
    public final int inherit(int number) throws OsException {
        var fd = sockets.inherit(number);
        descriptors.opened(fd);
        return fd;
    }

    @Override
    public final void tell(SocketAddress unixSocket, byte[] message) throws OsException {
        sockets.tell(unixSocket, message);
    }

    @Override
    public void adopt(int descriptor, boolean listening, boolean unix) throws OsException {
        descriptors.requireOpen(descriptor);
        sockets.requireKind(descriptor, listening, unix);
        sockets.setStatus(descriptor, statusFlags);
    }

    @Override
    public final void discard(int descriptor) {
        descriptors.closed(descriptor);
        sockets.close(descriptor);
    }

    @Override
    public final Spawned spawn(Spawn how) throws OsException {
        requireAlive();
        var spawned = processes.spawn(how);
        descriptors.opened(spawned.process());
        for (var end : spawned.streams()) {
            if (end != Spawned.NONE) descriptors.opened(end);
        }
        try {
            prepare(spawned);
        } catch (OsException refused) {
            processes.kill(spawned.process(), Processes.SIGKILL);
            processes.closing(spawned.process());
            discard(spawned.process());
            for (var end : spawned.streams()) {
                if (end != Spawned.NONE) discard(end);
            }
            throw refused;
        }
        return spawned;
    }

    private void prepare(Spawned spawned) throws OsException {
        watch(spawned.process(), false);
        for (var end : spawned.streams()) {
            if (end == Spawned.NONE) continue;
            sockets.setStatus(end, statusFlags);
            watch(end, true);
        }
    }

    /// Makes operations possible on what is no socket.
    ///
    /// @param pipe or a process
    protected abstract void watch(int fd, boolean pipe) throws OsException;

    @Override
    public final void kill(int process, int signal) throws OsException {
        descriptors.requireOpen(process);
        processes.kill(process, signal);
    }

    @Override
    public final DriverFile openFile(Path path) throws OsException {
        return PosixFile.open(path);
    }

    /// By a system call of its own on both: io_uring would hand it to a worker thread, which costs far more.
    @Override
    public final void shutdown(int descriptor, long token) {
        descriptors.beginOutward(descriptor, Token.SHUTDOWN, token);
        counters.submissions++;
        local.outward(descriptor, sockets.shutdown(descriptor));
    }

    @Override
    public final void wake() {
        wakeUp.wake();
    }

    @Override
    public final Counters counters() {
        return counters;
    }

    /// Closes the descriptors that nobody has closed.
    protected final void closeDescriptors() {
        for (var fd = 0; fd < descriptors.limit(); fd++) {
            if (!descriptors.abandon(fd)) continue;
            processes.closing(fd);
            sockets.close(fd);
        }
    }

    /// The last step of a shut-down, or of a construction that was refused.
    protected final void closeParts() {
        ended = true;
        helpers.shutDown();
        passing.buffers.close();
        datagrams.close();
        wakeUp.close();
        scratch.close();
    }
}
