package dev.anillo.loop.driver.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.AbstractName;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.memory.Memory;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class SocketsTest {
    private final Syscalls calls = new Syscalls();
    private Scratch scratch;
    private Sockets sockets;
    private long memory;

    @BeforeEach
    void open() throws OsException {
        scratch = new Scratch(calls);
        sockets = new Sockets(calls, new Counters(), scratch, Linux.SOCK_CLOEXEC());
        memory = scratch.take(SocketAddresses.BYTES_MAX, Long.BYTES);
    }

    @AfterEach
    void close() {
        scratch.close();
    }

    private static InetSocketAddress address(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException noAddress) {
            throw new AssertionError(noAddress);
        }
    }

    private int option(int fd, int level, int name) {
        Memory.putInt(memory, 0);
        Memory.putInt(memory + 8, Integer.BYTES);
        assertEquals(0, calls.getsockopt(fd, level, name, memory, memory + 8));
        return Memory.getInt(memory);
    }

    @Test
    void anAddressComesBackAsItWent() {
        for (var address : new SocketAddress[] {
            address("127.0.0.1", 3000), address("0.0.0.0", 0), address("255.254.253.252", 65535),
            address("::1", 3000), address("::", 1), address("2001:db8::ff00:42:8329", 443),
            UnixDomainSocketAddress.of("/run/x"), UnixDomainSocketAddress.of("x".repeat(107)), new AbstractName("x\0y")
        }) {
            var length = SocketAddresses.encode(address, memory);
            assertEquals(address, SocketAddresses.decode(memory, length));
        }
    }

    @Test
    void aLinkLocalAddressKeepsItsInterface() throws Exception {
        var ip = Inet6Address.getByAddress(null, address("fe80::1", 0).getAddress().getAddress(), 3);
        SocketAddresses.encode(new InetSocketAddress(ip, 80), memory);
        var back = (InetSocketAddress) SocketAddresses.decode(memory, SocketAddresses.BYTES_MAX);
        assertEquals(3, ((Inet6Address) back.getAddress()).getScopeId());
    }

    @Test
    void anUnresolvedOrTooLongAddressIsAProgramsMistake() {
        var unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
        assertThrows(IllegalArgumentException.class, () -> SocketAddresses.encode(unresolved, memory));
        var tooLong = UnixDomainSocketAddress.of("x".repeat(108));
        assertThrows(IllegalArgumentException.class, () -> SocketAddresses.encode(tooLong, memory));
    }

    @Test
    void aListenerHasItsOptionsBeforeItIsBound() throws Exception {
        var fd = sockets.listen(new Listening(Turns.ANY_PORT, 16, true, true));
        try {
            assertEquals(1, option(fd, Linux.SOL_SOCKET(), Linux.SO_REUSEADDR()));
            assertEquals(1, option(fd, Linux.SOL_SOCKET(), Linux.SO_REUSEPORT()));
            assertEquals(1, option(fd, Linux.IPPROTO_TCP(), Linux.TCP_NODELAY()));
            var second = sockets.listen(new Listening(sockets.localAddress(fd), 16, true, true));
            sockets.close(second);
        } finally {
            sockets.close(fd);
        }
    }

    @Test
    void anAcceptedSocketInheritsNoDelayFromItsListener() throws Exception {
        var fd = sockets.listen(new Listening(Turns.ANY_PORT, 16, false, true));
        try (var _ = SocketChannel.open(sockets.localAddress(fd))) {
            Memory.putInt(memory, 0);
            var accepted = calls.accept4(fd, 0, 0, Linux.SOCK_CLOEXEC());
            assertEquals(1, option(accepted, Linux.IPPROTO_TCP(), Linux.TCP_NODELAY()));
            sockets.close(accepted);
        } finally {
            sockets.close(fd);
        }
    }

    @Test
    void aPortInUseIsRefusedByAddressAndNothingStaysOpen() throws Exception {
        var fd = sockets.listen(new Listening(Turns.ANY_PORT, 16, false, true));
        var address = (InetSocketAddress) sockets.localAddress(fd);
        var open = Turns.openDescriptors();
        var refused = assertThrows(OsException.class, () -> sockets.listen(new Listening(address, 16, false, true)));
        assertEquals(open, Turns.openDescriptors());
        sockets.close(fd);
        assertEquals("bind", refused.operation());
        assertEquals("127.0.0.1:" + address.getPort(), refused.target());
        assertEquals(Errno.EADDRINUSE, refused.errno());
    }

    @Test
    void theIpv6WildcardTakesIpv4PeersToo() throws Exception {
        int fd;
        try {
            fd = sockets.listen(new Listening(address("::", 0), 16, false, true));
        } catch (OsException noIpv6) {
            assertEquals(Errno.EAFNOSUPPORT, noIpv6.errno());
            return;
        }
        var port = ((InetSocketAddress) sockets.localAddress(fd)).getPort();
        try (var peer = SocketChannel.open(address("127.0.0.1", port))) {
            var accepted = calls.accept4(fd, 0, 0, Linux.SOCK_CLOEXEC());
            assertEquals(peer.getLocalAddress(), sockets.peerAddress(accepted));
            sockets.close(accepted);
        } finally {
            sockets.close(fd);
        }
    }

    @Test
    void keepAliveSetsTheIdleTimeWhenThereIsOne() throws Exception {
        var fd = sockets.open(Turns.ANY_PORT);
        try {
            sockets.keepAlive(fd, true, 45);
            assertEquals(1, option(fd, Linux.SOL_SOCKET(), Linux.SO_KEEPALIVE()));
            assertEquals(45, option(fd, Linux.IPPROTO_TCP(), Linux.TCP_KEEPIDLE()));
            sockets.keepAlive(fd, false, 0);
            assertEquals(0, option(fd, Linux.SOL_SOCKET(), Linux.SO_KEEPALIVE()));
        } finally {
            sockets.close(fd);
        }
    }

    @Test
    void aClosedDescriptorIsRefusedByNumber() {
        var refused = assertThrows(OsException.class, () -> sockets.noDelay(999_999, true));
        assertEquals("TCP_NODELAY of descriptor 999999", refused.target());
        assertEquals(Errno.EBADF, refused.errno());
    }

    @Test
    void aLateWakeUpWritesToNobodysDescriptor() throws IOException {
        var wakeUp = new WakeUp(calls);
        var number = wakeUp.descriptor();
        wakeUp.close();
        var reused = calls.eventfd(0, Linux.EFD_NONBLOCK() | Linux.EFD_CLOEXEC());
        assertEquals(number, reused, "the lowest free number");
        wakeUp.wake();
        assertEquals(-Errno.EAGAIN, calls.read(reused, memory, Long.BYTES));
        assertTrue(calls.close(reused) == 0);
    }
}
