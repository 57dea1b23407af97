package dev.anillo.loop.driver;

import java.net.SocketAddress;

/// How to listen.
///
/// @param address where; port 0 lets the system choose
/// @param backlog connections that may wait to be accepted, listen(2); the system may cut it (net.core.somaxconn)
/// @param reusePort several sockets on one port, the kernel spreads connections (SO_REUSEPORT, socket(7))
/// @param noDelay accepted sockets send at once (TCP_NODELAY, tcp(7))
/// @param fileMode of a unix socket's file, or [SocketMode#BY_UMASK]
public record Listening(SocketAddress address, int backlog, boolean reusePort, boolean noDelay, int fileMode) {
    /// On the internet, where no file has a mode.
    public Listening(SocketAddress address, int backlog, boolean reusePort, boolean noDelay) {
        this(address, backlog, reusePort, noDelay, SocketMode.BY_UMASK);
    }
}
