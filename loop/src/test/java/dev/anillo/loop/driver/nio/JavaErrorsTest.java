package dev.anillo.loop.driver.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.anillo.loop.driver.Errno;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JavaErrorsTest {
    @ParameterizedTest
    @MethodSource
    void findsTheErrno(String errno, Exception exception) {
        assertEquals(errno, Errno.name(JavaErrors.errno(exception)));
    }

    static Stream<Arguments> findsTheErrno() {
        return Stream.of(
                // glibc
                Arguments.of("EADDRINUSE", new BindException("Address already in use")),
                Arguments.of("EADDRNOTAVAIL", new BindException("Cannot assign requested address")),
                Arguments.of("EACCES", new BindException("Permission denied")),
                Arguments.of("ECONNREFUSED", new ConnectException("Connection refused")),
                Arguments.of("ETIMEDOUT", new ConnectException("Connection timed out")),
                Arguments.of("EHOSTUNREACH", new NoRouteToHostException("No route to host")),
                Arguments.of("ENETUNREACH", new SocketException("Network is unreachable")),
                Arguments.of("EMFILE", new SocketException("Too many open files")),
                Arguments.of("ENFILE", new IOException("Too many open files in system")),
                Arguments.of("ECONNRESET", new SocketException("Connection reset")),
                Arguments.of("ECONNRESET", new IOException("Connection reset by peer")),
                Arguments.of("EPIPE", new IOException("Broken pipe")),
                Arguments.of("ENOTCONN", new SocketException("Transport endpoint is not connected")),
                Arguments.of("ECONNABORTED", new SocketException("Software caused connection abort")),
                Arguments.of("EAFNOSUPPORT", new SocketException("Address family not supported by protocol")),
                // macOS
                Arguments.of("EADDRNOTAVAIL", new BindException("Can't assign requested address")),
                Arguments.of("ETIMEDOUT", new ConnectException("Operation timed out")),
                Arguments.of("ENOTCONN", new SocketException("Socket is not connected")),
                Arguments.of("EHOSTUNREACH", new SocketException("Host is down")),
                // musl
                Arguments.of("EADDRINUSE", new BindException("Address in use")),
                Arguments.of("EADDRNOTAVAIL", new BindException("Address not available")),
                Arguments.of("EMFILE", new IOException("No file descriptors available")),
                // Windows
                Arguments.of("EADDRINUSE", new BindException("Address already in use: bind")),
                Arguments.of("ECONNREFUSED", new ConnectException("Connection refused: no further information")),
                Arguments.of("ETIMEDOUT", new ConnectException("Connection timed out: no further information")),
                Arguments.of("ECONNRESET",
                        new IOException("An existing connection was forcibly closed by the remote host")),
                Arguments.of("ECONNABORTED",
                        new IOException("An established connection was aborted by the software in your host machine")),
                // with jdk.includeInExceptions=hostInfo
                Arguments.of("ECONNREFUSED", new ConnectException("Connection refused: /127.0.0.1:1")),
                // in another language only the type is left
                Arguments.of("ECONNREFUSED", new ConnectException("Verbindungsaufbau abgelehnt")),
                Arguments.of("EADDRINUSE", new BindException("Die Adresse wird bereits verwendet")),
                Arguments.of("EHOSTUNREACH", new NoRouteToHostException("Keine Route zum Zielrechner")),
                // Java's own
                Arguments.of("EADDRNOTAVAIL", new UnresolvedAddressException()),
                Arguments.of("EAFNOSUPPORT", new UnsupportedAddressTypeException()),
                Arguments.of("EAFNOSUPPORT", new UnsupportedOperationException("Protocol family not supported")),
                Arguments.of("EOPNOTSUPP", new UnsupportedOperationException("'SO_REUSEPORT' not supported")),
                Arguments.of("EBADF", new ClosedChannelException()),
                Arguments.of("ENOTCONN", new NotYetConnectedException()),
                Arguments.of("EISCONN", new AlreadyConnectedException()),
                Arguments.of("EALREADY", new ConnectionPendingException()));
    }

    @Test
    void anUnknownRefusalIsEioAndKeepsItsCause() {
        var cause = new IOException("flux capacitor discharged");
        var refusal = JavaErrors.refusal("bind", "[::1]:80", cause);
        assertEquals(Errno.EIO, refusal.errno());
        assertSame(cause, refusal.getCause());
        assertEquals("bind [::1]:80: EIO, input/output error (errno 5)", refusal.getMessage());
    }

    @Test
    void thisSystemsRefusalsAreKnown() throws Exception {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        SocketAddress used;
        try (var listener = ServerSocketChannel.open().bind(anyPort); var second = ServerSocketChannel.open()) {
            used = listener.getLocalAddress();
            assertRefused(Errno.EADDRINUSE, () -> second.bind(used));
            assertRefused(Errno.EADDRNOTAVAIL, () -> second.bind(new InetSocketAddress("192.0.2.1", 0)));
        }
        assertRefused(Errno.ECONNREFUSED, () -> SocketChannel.open(used));
    }

    @Test
    void thisSystemsLostConnectionsAreKnown() throws Exception {
        try (var listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var client = SocketChannel.open(listener.getLocalAddress())) {
            listener.accept().setOption(StandardSocketOptions.SO_LINGER, 0).close();
            assertRefused(Errno.ECONNRESET, () -> client.read(ByteBuffer.allocate(1)));
            assertRefused(Errno.EPIPE, () -> client.write(ByteBuffer.allocate(1)));
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private static void assertRefused(int errno, Action action) {
        try {
            action.run();
        } catch (IOException e) {
            assertEquals(Errno.name(errno), Errno.name(JavaErrors.errno(e)), e.toString());
            return;
        }
        throw new AssertionError("not refused");
    }
}
