package dev.anillo.loop.driver;

import java.net.SocketAddress;

/// Where a datagram socket is bound, and how.
///
/// @param address port 0 lets the system choose; `::` takes IPv4 too
/// @param reuseAddress others may bind the same address, as the receivers of one group do (SO_REUSEADDR, socket(7))
/// @param reusePort others of the same user may bind the same address, and the kernel spreads the senders (SO_REUSEPORT)
public record DatagramBinding(SocketAddress address, boolean reuseAddress, boolean reusePort) {}
