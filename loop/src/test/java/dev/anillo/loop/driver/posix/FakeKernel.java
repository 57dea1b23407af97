package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.linux.iovec;
import dev.anillo.linux.msghdr;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.memory.Memory;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A kernel in memory: descriptors, sockets whose other end is the test, and memory that is counted. What is the same
/// for the two that stand beneath the native drivers; how the driver hears of things is theirs.
///
/// Only the eventfd of wake-ups is a real one, and files that are sent are. On the test's thread.
public abstract class FakeKernel extends Syscalls {
    /// Far from those that the process really has, and above what drivers' tables hold at first.
    private static final int FIRST_DESCRIPTOR = 3000;
    private static final int PORT = 4711;
    private static final long WORD_BYTES = Long.BYTES;

    private static final long LOWEST_ADDRESS = 64 * 1024;

    private final Arena memory;
    private final TreeMap<Integer, Object> open = new TreeMap<>();
    private final Set<Long> mapped = new HashSet<>();
    private final Map<Liberty, Integer> taken = new HashMap<>();
    private final long word;
    private int eventfd = -1;
    private int sockets;
    private boolean cached = true;

    protected FakeKernel() {
        this(Arena.ofConfined());
    }

    private FakeKernel(Arena memory) {
        super(memory);
        this.memory = memory;
        word = memory.allocate(WORD_BYTES, WORD_BYTES).address();
    }

    // For tests.

    /// Something of the socket has changed that the driver may want to know.
    protected abstract void changed(FakeSocket socket);

    /// From now on it does what programs like to think that a kernel does.
    public abstract void calm();

    /// @throws AssertionError when it is closed
    public FakeSocket socket(int fd) {
        if (open.get(fd) instanceof FakeSocket socket) return socket;
        throw new AssertionError("descriptor " + fd + " is no socket: the driver uses what it has closed");
    }

    public boolean isOpen(int fd) {
        return open.containsKey(fd);
    }

    public int openSockets() {
        return (int) open.values().stream().filter(FakeSocket.class::isInstance).count();
    }

    /// A connection that waits to be accepted.
    public FakeSocket arrival(int listener) {
        var socket = new FakeSocket(this, ++sockets);
        socket.connected = true;
        socket(listener).waiting.add(socket);
        changed(socket(listener));
        return socket;
    }

    /// The first of those that wait is accepted.
    ///
    /// @return its number
    public int accepted(int listener) {
        return open(socket(listener).waiting.remove());
    }

    /// The number of a file that has just been opened.
    public int opened() {
        return open("a file");
    }

    /// Whether files that are sent are in memory.
    public void cached(boolean yes) {
        cached = yes;
    }

    /// Memory for a test, as long as the kernel.
    public long memory(int bytes) {
        return memory.allocate(bytes, WORD_BYTES).address();
    }

    protected void takes(Liberty liberty) {
        taken.merge(liberty, 1, Integer::sum);
    }

    /// How often.
    public int taken(Liberty liberty) {
        return taken.getOrDefault(liberty, 0);
    }

    /// After the driver's end: fails when something is open or mapped still.
    public void end() {
        var left = new ArrayList<>(open.values());
        var mappedLeft = mapped.size();
        memory.close();
        if (!left.isEmpty()) throw new AssertionError("still open: " + left);
        if (mappedLeft > 0) throw new AssertionError(mappedLeft + " mappings are left");
        if (eventfd >= 0) throw new AssertionError("the eventfd is still open");
    }

    // For the kernels.

    /// The lowest free number.
    protected int open(Object what) {
        var fd = FIRST_DESCRIPTOR;
        while (open.containsKey(fd)) fd++;
        open.put(fd, what);
        if (what instanceof FakeSocket socket) socket.descriptor = fd;
        return fd;
    }

    protected boolean isEventfd(int fd) {
        return fd == eventfd;
    }

    /// Whether somebody has called since the last time.
    protected boolean takeWakeUp() {
        return eventfd >= 0 && super.read(eventfd, word, (int) WORD_BYTES) > 0;
    }

    /// @throws AssertionError where no process has memory (mmap_min_addr): a driver that asks for that is wrong
    protected static byte[] bytes(long address, int length) {
        if (address < LOWEST_ADDRESS) throw new AssertionError("a send from 0x" + Long.toHexString(address));
        var bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return bytes;
    }

    /// The bytes of several parts, from `skip` on.
    ///
    /// @param parts addresses and lengths by turns
    protected static byte[] bytes(List<long[]> parts, int skip) {
        var total = parts.stream().mapToInt(part -> (int) part[1]).sum();
        var bytes = new byte[total - skip];
        var at = -skip;
        for (var part : parts) {
            var from = Math.max(0, -at);
            if (from < part[1]) Memory.copy(part[0] + from, bytes, at + from, (int) part[1] - from);
            at += (int) part[1];
        }
        return bytes;
    }

    /// Of a msghdr.
    protected static List<long[]> parts(long message) {
        var list = Memory.getLong(message + msghdr.msg_iov$offset());
        var count = Memory.getLong(message + msghdr.msg_iovlen$offset());
        var parts = new ArrayList<long[]>();
        for (var i = 0; i < count; i++) {
            var at = list + i * iovec.sizeof();
            parts.add(new long[] {Memory.getLong(at + iovec.iov_base$offset()),
                    Memory.getLong(at + iovec.iov_len$offset())});
        }
        return parts;
    }

    // The calls.

    @Override
    public int socket(int domain, int type, int protocol) {
        return open(new FakeSocket(this, ++sockets));
    }

    @Override
    public int bind(int fd, long address, int length) {
        return isOpen(fd) ? 0 : -Errno.EBADF;
    }

    @Override
    public int listen(int fd, int backlog) {
        socket(fd).listening = true;
        return 0;
    }

    @Override
    public int setsockopt(int fd, int level, int name, long value, int length) {
        return isOpen(fd) ? 0 : -Errno.EBADF;
    }

    @Override
    public int getsockopt(int fd, int level, int name, long value, long lengthAddress) {
        if (name != Linux.SO_ERROR()) throw new AssertionError("getsockopt " + name + " is not known here");
        Memory.putInt(value, socket(fd).takeError());
        return 0;
    }

    @Override
    public int getsockname(int fd, long address, long lengthAddress) {
        var local = new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT);
        Memory.putInt(lengthAddress, SocketAddresses.encode(local, address));
        return isOpen(fd) ? 0 : -Errno.EBADF;
    }

    @Override
    public int shutdown(int fd, int how) {
        var socket = socket(fd);
        if (!socket.connected || socket.isReset()) return -Errno.ENOTCONN;
        socket.ended = true;
        return 0;
    }

    @Override
    public int fcntl(int fd, int command, int argument) {
        return isOpen(fd) ? 0 : -Errno.EBADF;
    }

    /// Of a file that is to be sent: asked only whether it would have to wait.
    @Override
    public int preadv2(int fd, long parts, int count, long offset, int flags) {
        return cached ? 1 : -Errno.EAGAIN;
    }

    @Override
    public int sendfile(int fd, int file, long offset, int count) {
        var socket = socket(fd);
        if (socket.isReset()) return -Errno.EPIPE;
        if (socket.room() == 0) {
            socket.put(new byte[1]);
            return -Errno.EAGAIN;
        }
        var buffer = memory(Math.max(1, count));
        var read = super.pread(file, buffer, count, Memory.getLong(offset));
        return read <= 0 ? read : socket.put(bytes(buffer, read));
    }

    @Override
    public int close(int fd) {
        if (fd == eventfd) {
            eventfd = -1;
            return super.close(fd);
        }
        var was = open.remove(fd);
        if (was == null) throw new AssertionError("descriptor " + fd + " is closed, and it is not open");
        if (was instanceof FakeSocket socket) {
            socket.closed = true;
            socket.descriptor = -1;
        }
        return 0;
    }

    @Override
    public int eventfd(int initial, int flags) {
        eventfd = super.eventfd(initial, flags);
        return eventfd;
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        var at = memory.allocate(length, Scratch.PAGE_BYTES_MAX).address();
        mapped.add(at);
        return at;
    }

    @Override
    public int munmap(long address, long length) {
        return mapped.remove(address) ? 0 : -Errno.EINVAL;
    }
}
