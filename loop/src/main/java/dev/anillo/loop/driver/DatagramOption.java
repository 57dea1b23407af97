package dev.anillo.loop.driver;

/// What can be set of a datagram socket, each by one number.
public enum DatagramOption {
    /// 1: may send to broadcast addresses (SO_BROADCAST, socket(7)).
    BROADCAST,
    /// Networks that what is sent to a group may cross (IP_MULTICAST_TTL, ip(7)).
    MULTICAST_HOPS,
    /// 1: groups that this machine has joined hear what it sends to them (IP_MULTICAST_LOOP).
    MULTICAST_LOOPBACK,
    /// The index of the network interface by which groups are sent to (IP_MULTICAST_IF).
    MULTICAST_INTERFACE,
    /// Bytes that may wait to be received (SO_RCVBUF); the system may cut it.
    RECEIVE_BUFFER,
    /// Bytes that may wait to be sent (SO_SNDBUF); the system may cut it.
    SEND_BUFFER
}
