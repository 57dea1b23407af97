package dev.anillo.loop.driver;

import dev.anillo.loop.OsException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// The seam's part for datagram sockets ([Driver#datagrams]). Their descriptors are the driver's like others:
/// [Driver#cancel], [Driver#close] and the addresses are found there.
///
/// Threads: the loop's.
public interface DatagramOperations {
    /// What UDP's length field can count, less its header.
    int PAYLOAD_BYTES_MAX = 65_527;

    /// A bound socket.
    ///
    /// @throws OsException naming `socket`, `setsockopt` or `bind`
    int open(DatagramBinding how) throws OsException;

    /// From now on only this peer is heard. Never waits: nothing is sent.
    ///
    /// @param peer null: everybody again
    /// @throws OsException naming `connect`
    void connect(int descriptor, SocketAddress peer) throws OsException;

    /// Multishot: completes once for each datagram, with its length (0 is one, too) and a buffer that is the endpoint's
    /// until the report returns; [dev.anillo.loop.buffer.Buffer#keep] copies. [#sender] tells whose it is. What was
    /// received together is reported together, a cancel meanwhile or not. Ends with an error or a cancel. At the most one per
    /// socket.
    void receive(int descriptor, long token);

    /// While a datagram is reported: who has sent it.
    InetSocketAddress sender();

    /// Completes with the number of datagrams that were taken, from the first on, 1 or more; or with the errno that the first
    /// one was refused with. Memory and batch are lent until then. At the most one per socket.
    ///
    /// @param batch one or more
    void send(int descriptor, DatagramBatch batch, long token);

    /// @throws OsException naming `setsockopt`
    void set(int descriptor, DatagramOption option, int value) throws OsException;

    /// Hears what is sent to the group from now on, or no more (IP_ADD_MEMBERSHIP, ip(7)).
    ///
    /// @param interfaceIndex 0: the system chooses
    /// @throws OsException naming `setsockopt`; `EADDRINUSE` when it has joined already, `EADDRNOTAVAIL` when it has not
    void membership(int descriptor, InetAddress group, int interfaceIndex, boolean joins) throws OsException;
}
