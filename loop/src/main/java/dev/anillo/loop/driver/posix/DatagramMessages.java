package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.cmsghdr;
import dev.anillo.linux.iovec;
import dev.anillo.linux.mmsghdr;
import dev.anillo.linux.msghdr;
import dev.anillo.loop.driver.DatagramBatch;
import dev.anillo.loop.memory.Memory;

/// Messages as recvmmsg(2) and sendmmsg(2) take them, a row for each of a batch:
///
///     | mmsghdr 64 | iovec 16 | sockaddr 128 | cmsghdr and its data 32 |   × [DatagramBatch#COUNT_MAX]
///
/// The headers lie together, as the calls want them; then the iovecs, the addresses, the control messages.
final class DatagramMessages {
    private static final int COUNT = DatagramBatch.COUNT_MAX;
    private static final int HEADER_BYTES = (int) mmsghdr.sizeof();
    private static final int PART_BYTES = (int) iovec.sizeof();
    private static final int ADDRESS_BYTES = SocketAddresses.BYTES_MAX;
    private static final int CONTROL_BYTES = 32;
    /// One control message, of a number of up to 8 bytes.
    private static final int CONTROL_HEADER = (int) cmsghdr.sizeof();
    private static final int CONTROL_SPACE = CONTROL_HEADER + Long.BYTES;

    static final int BYTES = COUNT * (HEADER_BYTES + PART_BYTES + ADDRESS_BYTES + CONTROL_BYTES);

    private final long headers;
    private final long parts;
    private final long addresses;
    private final long controls;

    /// @param memory [#BYTES], aligned to 8
    DatagramMessages(long memory) {
        Memory.fill(memory, BYTES, (byte) 0);
        headers = memory;
        parts = headers + COUNT * HEADER_BYTES;
        addresses = parts + COUNT * PART_BYTES;
        controls = addresses + COUNT * ADDRESS_BYTES;
        for (var i = 0; i < COUNT; i++) {
            Memory.putLong(header(i) + msghdr.msg_iov$offset(), part(i));
            Memory.putLong(header(i) + msghdr.msg_iovlen$offset(), 1);
        }
    }

    /// Of the first message: what the calls are given.
    long all() {
        return headers;
    }

    private long header(int index) {
        return headers + (long) index * HEADER_BYTES;
    }

    private long part(int index) {
        return parts + (long) index * PART_BYTES;
    }

    /// Where the address of a message is.
    long address(int index) {
        return addresses + (long) index * ADDRESS_BYTES;
    }

    private long control(int index) {
        return controls + (long) index * CONTROL_BYTES;
    }

    /// The memory of a message.
    void memory(int index, long address, int length) {
        Memory.putLong(part(index) + iovec.iov_base$offset(), address);
        Memory.putLong(part(index) + iovec.iov_len$offset(), length);
    }

    /// @param length of the address; 0: none
    void addressLength(int index, int length) {
        Memory.putLong(header(index) + msghdr.msg_name$offset(), length == 0 ? 0 : address(index));
        Memory.putInt(header(index) + msghdr.msg_namelen$offset(), length);
    }

    // Receiving.

    /// Room for an address and for one control message.
    void prepareToReceive(int index) {
        addressLength(index, ADDRESS_BYTES);
        Memory.putLong(header(index) + msghdr.msg_control$offset(), control(index));
        Memory.putLong(header(index) + msghdr.msg_controllen$offset(), CONTROL_SPACE);
    }

    /// Bytes that were received.
    int length(int index) {
        return Memory.getInt(header(index) + mmsghdr.msg_len$offset());
    }

    int addressLength(int index) {
        return Memory.getInt(header(index) + msghdr.msg_namelen$offset());
    }

    /// The size of the datagrams that the kernel has put together (UDP_GRO, udp(7)), the last one perhaps shorter.
    ///
    /// @return 0: it is one
    int segmentBytes(int index) {
        if (Memory.getLong(header(index) + msghdr.msg_controllen$offset()) <= CONTROL_HEADER) return 0;
        var at = control(index);
        var isGro = Memory.getInt(at + cmsghdr.cmsg_level$offset()) == Linux.IPPROTO_UDP()
                && Memory.getInt(at + cmsghdr.cmsg_type$offset()) == Linux.UDP_GRO();
        return isGro ? Memory.getInt(at + CONTROL_HEADER) : 0;
    }

    // Sending.

    /// The kernel cuts the message into datagrams of this size (UDP_SEGMENT, udp(7)).
    ///
    /// @param segmentBytes 0: it is one
    void segmentBytes(int index, int segmentBytes) {
        var at = control(index);
        Memory.putLong(header(index) + msghdr.msg_control$offset(), segmentBytes == 0 ? 0 : at);
        Memory.putLong(header(index) + msghdr.msg_controllen$offset(), segmentBytes == 0 ? 0 : CONTROL_SPACE);
        if (segmentBytes == 0) return;
        Memory.putLong(at + cmsghdr.cmsg_len$offset(), CONTROL_HEADER + Short.BYTES);
        Memory.putInt(at + cmsghdr.cmsg_level$offset(), Linux.IPPROTO_UDP());
        Memory.putInt(at + cmsghdr.cmsg_type$offset(), Linux.UDP_SEGMENT());
        Memory.putShort(at + CONTROL_HEADER, (short) segmentBytes);
    }
}
