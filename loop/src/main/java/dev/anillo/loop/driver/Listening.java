package dev.anillo.loop.driver;

import java.net.SocketAddress;

/// How to listen.
///
/// @param address where; port 0 lets the system choose
/// @param backlog connections that may wait to be accepted, listen(2); the system may cut it (net.core.somaxconn)
/// @param reusePort several sockets on one port, the kernel spreads connections (SO_REUSEPORT, socket(7))
/// @param noDelay accepted sockets send at once (TCP_NODELAY, tcp(7))
public record Listening(SocketAddress address, int backlog, boolean reusePort, boolean noDelay) {}
