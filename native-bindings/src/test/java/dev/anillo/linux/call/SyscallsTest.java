package dev.anillo.linux.call;

import static dev.anillo.linux.Linux.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anillo.linux.__kernel_timespec;
import dev.anillo.linux.io_uring_getevents_arg;
import dev.anillo.linux.io_uring_params;
import dev.anillo.linux.io_uring_probe;
import dev.anillo.linux.iovec;
import dev.anillo.linux.linger;
import dev.anillo.linux.msghdr;
import dev.anillo.linux.sockaddr_in;
import dev.anillo.linux.statx;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real calls to the kernel, on loopback.
class SyscallsTest {
    private static final int WAIT_MILLIS = 10_000;

    private final Arena arena = Arena.ofConfined();
    private final Syscalls syscalls = new Syscalls();
    private final ArrayList<Integer> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        for (var fd : open) assertEquals(0, syscalls.close(fd), "close " + fd);
        arena.close();
    }

    @Test
    void bytesSentOverLoopbackComeBack() {
        var address = arena.allocate(sockaddr_in.sizeof(), Long.BYTES);
        var listener = opened(listenOnLoopback(address));
        var client = opened(syscalls.socket(AF_INET(), SOCK_STREAM() | SOCK_CLOEXEC(), 0));
        assertEquals(0, syscalls.connect(client, address.address(), (int) address.byteSize()));
        awaitReadable(listener);
        var peer = arena.allocate(sockaddr_in.sizeof(), Long.BYTES);
        var length = arena.allocateFrom(JAVA_INT, (int) peer.byteSize());
        var server = opened(syscalls.accept4(listener, peer.address(), length.address(), SOCK_NONBLOCK()));
        var local = arena.allocate(sockaddr_in.sizeof(), Long.BYTES);
        assertEquals(0, syscalls.getsockname(client, local.address(), length.address()));
        assertEquals(-1, local.mismatch(peer), "the server's peer is the client's own address");
        assertEquals(0, syscalls.getpeername(client, local.address(), length.address()));
        var port = sockaddr_in.sin_port$offset();
        assertEquals(address.get(JAVA_SHORT, port), local.get(JAVA_SHORT, port));

        var text = arena.allocateFrom("hola");
        assertEquals(-EAGAIN(), syscalls.recv(server, text.address(), 5, 0));
        assertEquals(5, syscalls.send(client, text.address(), 5, MSG_NOSIGNAL()));
        awaitReadable(server);
        var received = arena.allocate(16);
        assertEquals(5, syscalls.recv(server, received.address(), 16, 0));
        assertEquals("hola", received.getString(0));

        assertEquals(10, syscalls.sendmsg(server, messageOf(text, text).address(), MSG_NOSIGNAL()));
        awaitReadable(client);
        assertEquals(10, syscalls.recv(client, received.address(), 16, MSG_DONTWAIT()));
        assertEquals("hola", received.getString(5));

        assertEquals(0, syscalls.shutdown(client, SHUT_WR()));
        awaitReadable(server);
        assertEquals(0, syscalls.recv(server, received.address(), 16, 0));
    }

    @Test
    void connectingToAClosedPortIsRefused() {
        var address = arena.allocate(sockaddr_in.sizeof(), Long.BYTES);
        assertEquals(0, syscalls.close(listenOnLoopback(address)));
        var client = opened(syscalls.socket(AF_INET(), SOCK_STREAM(), 0));
        assertEquals(-ECONNREFUSED(), syscalls.connect(client, address.address(), (int) address.byteSize()));
    }

    @Test
    void closingNothingIsABadDescriptor() {
        assertEquals(-EBADF(), syscalls.close(-1));
    }

    @Test
    void socketOptionsAreReadBackAsWritten() {
        var socket = opened(syscalls.socket(AF_INET(), SOCK_STREAM(), 0));
        var written = arena.allocate(linger.sizeof(), Long.BYTES);
        written.set(JAVA_INT, linger.l_onoff$offset(), 1);
        written.set(JAVA_INT, linger.l_linger$offset(), 7);
        var length = arena.allocateFrom(JAVA_INT, (int) linger.sizeof());
        var bytes = (int) linger.sizeof();
        assertEquals(0, syscalls.setsockopt(socket, SOL_SOCKET(), SO_LINGER(), written.address(), bytes));
        var read = arena.allocate(linger.sizeof(), Long.BYTES);
        assertEquals(0, syscalls.getsockopt(socket, SOL_SOCKET(), SO_LINGER(), read.address(), length.address()));
        assertEquals(-1, written.mismatch(read));
        assertEquals(-ENOPROTOOPT(), syscalls.getsockopt(socket, SOL_SOCKET(), -1, read.address(), length.address()));
    }

    @Test
    void fcntlTurnsOnNonBlocking() {
        var socket = opened(syscalls.socket(AF_INET(), SOCK_STREAM(), 0));
        var flags = syscalls.fcntl(socket, F_GETFL(), 0);
        assertEquals(0, flags & O_NONBLOCK());
        assertEquals(0, syscalls.fcntl(socket, F_SETFL(), flags | O_NONBLOCK()));
        assertEquals(flags | O_NONBLOCK(), syscalls.fcntl(socket, F_GETFL(), 0));
    }

    @Test
    void aFileIsDescribedAndSentToASocket(@TempDir Path directory) throws Exception {
        var path = Files.writeString(directory.resolve("file"), "0123456789");
        assertEquals(-ENOENT(), syscalls.open(arena.allocateFrom(path + "-absent").address(), O_RDONLY()));
        var file = opened(syscalls.open(arena.allocateFrom(path.toString()).address(), O_RDONLY() | O_CLOEXEC()));
        var status = arena.allocate(statx.sizeof(), Long.BYTES);
        var itself = arena.allocateFrom("").address();
        assertEquals(0, syscalls.statx(file, itself, AT_EMPTY_PATH(), STATX_SIZE() | STATX_TYPE(), status.address()));
        assertEquals(10, status.get(JAVA_LONG, statx.stx_size$offset()));
        assertEquals(S_IFREG(), status.get(JAVA_SHORT, statx.stx_mode$offset()) & S_IFMT());

        var address = arena.allocate(sockaddr_in.sizeof(), Long.BYTES);
        var listener = opened(listenOnLoopback(address));
        var client = opened(syscalls.socket(AF_INET(), SOCK_STREAM() | SOCK_CLOEXEC(), 0));
        assertEquals(0, syscalls.connect(client, address.address(), (int) address.byteSize()));
        awaitReadable(listener);
        var server = opened(syscalls.accept4(listener, 0, 0, SOCK_NONBLOCK()));
        var offset = arena.allocateFrom(JAVA_LONG, 4);
        assertEquals(3, syscalls.sendfile(server, file, offset.address(), 3));
        assertEquals(7, offset.get(JAVA_LONG, 0));
        offset.set(JAVA_LONG, 0, 10);
        assertEquals(0, syscalls.sendfile(server, file, offset.address(), 3));
        awaitReadable(client);
        var received = arena.allocate(16);
        assertEquals(3, syscalls.recv(client, received.address(), 16, MSG_DONTWAIT()));
        assertEquals("456", received.getString(0));
    }

    @Test
    void wakesFromManyThreadsAddUp() throws Exception {
        var eventfd = opened(syscalls.eventfd(0, EFD_CLOEXEC() | EFD_NONBLOCK()));
        var counter = arena.allocate(JAVA_LONG);
        assertEquals(-EAGAIN(), syscalls.read(eventfd, counter.address(), 8));
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 100; i++) threads.submit(() -> syscalls.wake(eventfd));
        }
        assertEquals(8, syscalls.read(eventfd, counter.address(), 8));
        assertEquals(100, counter.get(JAVA_LONG, 0));
    }

    @Test
    void wakingAFullCounterNeitherWaitsNorFails() {
        var eventfd = opened(syscalls.eventfd(0, EFD_NONBLOCK()));
        var counter = arena.allocateFrom(JAVA_LONG, -2); // the most that it holds, 2^64 - 2
        assertEquals(8, syscalls.write(eventfd, counter.address(), 8));
        syscalls.wake(eventfd);
        assertEquals(8, syscalls.read(eventfd, counter.address(), 8));
        assertEquals(-2, counter.get(JAVA_LONG, 0));
    }

    @Test
    void mappedMemoryIsOursUntilUnmapped() {
        var flags = MAP_PRIVATE() | MAP_ANONYMOUS() | MAP_POPULATE();
        var address = syscalls.mmap(0, 4096, PROT_READ() | PROT_WRITE(), flags, -1, 0);
        assertTrue(address > 0, () -> "mmap: " + address);
        var page = MemorySegment.ofAddress(address).reinterpret(4096);
        page.set(JAVA_BYTE, 4095, (byte) 42);
        assertEquals(42, page.get(JAVA_BYTE, 4095));
        assertEquals(0, syscalls.munmap(address, 4096));
        assertEquals(-EINVAL(), syscalls.munmap(address + 1, 4096));
        assertEquals(-EBADF(), syscalls.mmap(0, 4096, PROT_READ(), MAP_SHARED(), -1, 0));
    }

    @Test
    void epollReportsTheDataOfTheReadyDescriptor() {
        var ready = opened(syscalls.eventfd(1, EFD_NONBLOCK()));
        var idle = opened(syscalls.eventfd(0, EFD_NONBLOCK()));
        var epoll = opened(syscalls.epollCreate1(EPOLL_CLOEXEC()));
        watch(epoll, idle, 1L);
        watch(epoll, ready, 0x1122334455667788L);
        var events = arena.allocate(2 * EpollEvent.SIZE);
        assertEquals(1, syscalls.epollWait(epoll, events.address(), 2, WAIT_MILLIS));
        assertEquals(EPOLLIN(), events.get(JAVA_INT, EpollEvent.EVENTS));
        assertEquals(0x1122334455667788L, events.get(JAVA_LONG_UNALIGNED, EpollEvent.DATA));

        assertEquals(0, syscalls.epollCtl(epoll, EPOLL_CTL_DEL(), ready, 0));
        assertEquals(-ENOENT(), syscalls.epollCtl(epoll, EPOLL_CTL_DEL(), ready, 0));
        var aMoment = arena.allocate(__kernel_timespec.sizeof(), Long.BYTES);
        aMoment.set(JAVA_LONG, __kernel_timespec.tv_nsec$offset(), 1);
        assertEquals(0, syscalls.epollPwait2(epoll, events.address(), 2, aMoment.address()));
    }

    @Test
    void aRingAnswersToSetupRegisterAndEnter() {
        var params = arena.allocate(io_uring_params.sizeof(), Long.BYTES);
        var ring = syscalls.ioUringSetup(4, params.address());
        assumeTrue(ring >= 0, () -> KernelProbe.explainIoUringRefusal(-ring));
        opened(ring);
        assertEquals(4, params.get(JAVA_INT, io_uring_params.sq_entries$offset()));
        var probe = arena.allocate(io_uring_probe.sizeof(), Long.BYTES);
        assertEquals(0, syscalls.ioUringRegister(ring, IORING_REGISTER_PROBE(), probe.address(), 0));

        var timeout = arena.allocate(__kernel_timespec.sizeof(), Long.BYTES);
        timeout.set(JAVA_LONG, __kernel_timespec.tv_nsec$offset(), 1);
        var argument = arena.allocate(io_uring_getevents_arg.sizeof(), Long.BYTES);
        argument.set(JAVA_LONG, io_uring_getevents_arg.ts$offset(), timeout.address());
        var flags = IORING_ENTER_GETEVENTS() | IORING_ENTER_EXT_ARG();
        assertEquals(-ETIME(),
                syscalls.ioUringEnter(ring, 0, 1, flags, argument.address(), io_uring_getevents_arg.sizeof()));
        assertEquals(-EBADF(), syscalls.ioUringEnter(-1, 0, 0, 0, 0, 0));
    }

    @Test
    void errnosOfTwoThreadsDoNotMix() throws Exception {
        var start = new CyclicBarrier(2);
        try (var threads = Executors.newFixedThreadPool(2)) {
            var bad = threads.submit(() -> always(-EBADF(), own -> own.close(-1), start));
            var invalid = threads.submit(() -> always(-EINVAL(), own -> own.munmap(1, 1), start));
            assertTrue(bad.get());
            assertTrue(invalid.get());
        }
    }

    private static boolean always(int expected, ToIntFunction<Syscalls> call, CyclicBarrier start) throws Exception {
        var own = new Syscalls();
        start.await();
        return IntStream.range(0, 20_000).allMatch(_ -> call.applyAsInt(own) == expected);
    }

    private int opened(int fd) {
        assertTrue(fd >= 0, () -> "no descriptor: " + fd);
        open.add(fd);
        return fd;
    }

    /// Writes the address that the kernel chose.
    private int listenOnLoopback(MemorySegment address) {
        var listener = syscalls.socket(AF_INET(), SOCK_STREAM() | SOCK_NONBLOCK(), 0);
        address.set(JAVA_SHORT, sockaddr_in.sin_family$offset(), (short) AF_INET());
        var loopback = MemorySegment.ofArray(new byte[] {127, 0, 0, 1});
        MemorySegment.copy(loopback, 0, address, sockaddr_in.sin_addr$offset(), loopback.byteSize());
        assertEquals(0, syscalls.bind(listener, address.address(), (int) address.byteSize()));
        assertEquals(0, syscalls.listen(listener, 8));
        var length = arena.allocateFrom(JAVA_INT, (int) address.byteSize());
        assertEquals(0, syscalls.getsockname(listener, address.address(), length.address()));
        return listener;
    }

    private void watch(int epoll, int fd, long data) {
        var event = arena.allocate(EpollEvent.SIZE);
        event.set(JAVA_INT, EpollEvent.EVENTS, EPOLLIN());
        event.set(JAVA_LONG_UNALIGNED, EpollEvent.DATA, data);
        assertEquals(0, syscalls.epollCtl(epoll, EPOLL_CTL_ADD(), fd, event.address()));
    }

    private void awaitReadable(int fd) {
        var epoll = syscalls.epollCreate1(EPOLL_CLOEXEC());
        watch(epoll, fd, 0);
        assertEquals(1, syscalls.epollWait(epoll, arena.allocate(EpollEvent.SIZE).address(), 1, WAIT_MILLIS));
        assertEquals(0, syscalls.close(epoll));
    }

    private MemorySegment messageOf(MemorySegment... parts) {
        var vector = arena.allocate(parts.length * iovec.sizeof(), Long.BYTES);
        for (int i = 0; i < parts.length; i++) {
            var at = i * iovec.sizeof();
            vector.set(JAVA_LONG, at + iovec.iov_base$offset(), parts[i].address());
            vector.set(JAVA_LONG, at + iovec.iov_len$offset(), parts[i].byteSize());
        }
        var message = arena.allocate(msghdr.sizeof(), Long.BYTES);
        message.set(JAVA_LONG, msghdr.msg_iov$offset(), vector.address());
        message.set(JAVA_LONG, msghdr.msg_iovlen$offset(), parts.length);
        return message;
    }
}
