package dev.anillo.loop.driver.uring;

import dev.anillo.linux.Linux;
import dev.anillo.linux.io_uring_sqe;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.driver.posix.Messages;
import dev.anillo.loop.driver.posix.Scratch;
import dev.anillo.loop.driver.posix.SocketAddresses;
import dev.anillo.loop.memory.Memory;
import java.net.SocketAddress;

/// Fills submission entries: one method for each operation, named after it. See io_uring_enter(2).
///
///     io_uring_sqe: | opcode u8 | flags u8 | ioprio u16 | fd s32 | off u64 | addr u64 |
///                   | len u32 | operation's flags u32 | user_data u64 | buf_group u16 | 22 bytes unused here |
final class Submissions {
    private static final long OPCODE = io_uring_sqe.opcode$offset();
    private static final long FLAGS = io_uring_sqe.flags$offset();
    /// Where accept, receive and send take flags of io_uring's own.
    private static final long MODE = io_uring_sqe.ioprio$offset();
    private static final long FD = io_uring_sqe.fd$offset();
    private static final long OFFSET = io_uring_sqe.off$offset();
    private static final long ADDRESS = io_uring_sqe.addr$offset();
    private static final long LENGTH = io_uring_sqe.len$offset();
    private static final long OPERATION_FLAGS = io_uring_sqe.msg_flags$offset();
    private static final long USER_DATA = io_uring_sqe.user_data$offset();
    private static final long BUFFER_GROUP = io_uring_sqe.buf_group$offset();
    /// A send of this size finds room in the socket but for the rarest case, and completes while it is submitted.
    private static final int SMALL_SEND_BYTES = 4096;

    private static final int SEND_FLAGS = Linux.MSG_NOSIGNAL() | Linux.MSG_WAITALL();
    private static final int ROW_BYTES = Math.max(SocketAddresses.BYTES_MAX, Messages.BYTES_MAX);
    private static final int NO_DESCRIPTOR = -1;
    private static final int POLLIN = Linux.EPOLLIN(); // the same numbers, epoll_ctl(2)
    private static final int POLLOUT = Linux.EPOLLOUT();

    private final Ring ring;
    /// A row for each entry, with what the entry points to: the address to connect to, or the message to send. The kernel
    /// has copied it when the entry's place is free again.
    private final long rows;
    private int smallSends;

    Submissions(Ring ring, Scratch scratch) {
        this.ring = ring;
        rows = scratch.take(ring.entryCount() * ROW_BYTES, Long.BYTES);
    }

    private long row(long entry) {
        return rows + (long) ring.indexOf(entry) * ROW_BYTES;
    }

    /// The next free entry, cleared, with what all operations have.
    long entry(int opcode, int fd, long userData) {
        var at = ring.nextEntry();
        for (var i = 0L; i < io_uring_sqe.sizeof(); i += Long.BYTES) Memory.putLong(at + i, 0);
        Memory.putByte(at + OPCODE, (byte) opcode);
        Memory.putInt(at + FD, fd);
        Memory.putLong(at + USER_DATA, userData);
        return at;
    }

    /// Multishot. The socket must be blocking: on a non-blocking one io_uring answers EAGAIN instead of waiting.
    void accept(int fd, long userData) {
        accept(fd, Linux.IORING_ACCEPT_MULTISHOT(), userData);
    }

    /// Takes the connections that are there, then answers EAGAIN; before Linux 6.10 EINVAL at once.
    void acceptWaiting(int fd, long userData) {
        accept(fd, Linux.IORING_ACCEPT_MULTISHOT() | Linux.IORING_ACCEPT_DONTWAIT(), userData);
    }

    private void accept(int fd, int mode, long userData) {
        var at = entry(Linux.IORING_OP_ACCEPT(), fd, userData);
        Memory.putShort(at + MODE, (short) mode);
        Memory.putInt(at + OPERATION_FLAGS, Linux.SOCK_CLOEXEC());
    }

    /// Multishot, into buffers that the kernel takes from the ring of `bufferGroup` as bytes arrive.
    void receive(int fd, int bufferGroup, long userData) {
        var at = entry(Linux.IORING_OP_RECV(), fd, userData);
        Memory.putByte(at + FLAGS, (byte) Linux.IOSQE_BUFFER_SELECT());
        Memory.putShort(at + MODE, (short) Linux.IORING_RECV_MULTISHOT());
        Memory.putShort(at + BUFFER_GROUP, (short) bufferGroup);
    }

    /// Once, into a buffer as [#receive].
    void read(int fd, int bufferGroup, long userData) {
        var at = entry(Linux.IORING_OP_READ(), fd, userData);
        Memory.putByte(at + FLAGS, (byte) Linux.IOSQE_BUFFER_SELECT());
        Memory.putShort(at + BUFFER_GROUP, (short) bufferGroup);
    }

    void write(int fd, long address, int length, long userData) {
        var at = entry(Linux.IORING_OP_WRITE(), fd, userData);
        Memory.putLong(at + ADDRESS, address);
        Memory.putInt(at + LENGTH, length);
    }

    /// With MSG_WAITALL the kernel goes on by itself when the socket's buffer was full. A cancel still makes it short.
    void send(int fd, long address, int length, boolean more, long userData) {
        var at = entry(Linux.IORING_OP_SEND(), fd, userData);
        Memory.putLong(at + ADDRESS, address);
        Memory.putInt(at + LENGTH, length);
        Memory.putInt(at + OPERATION_FLAGS, more ? SEND_FLAGS | Linux.MSG_MORE() : SEND_FLAGS);
        if (length <= SMALL_SEND_BYTES) smallSends++;
    }

    /// As [#send(int, long, int, boolean, long)], with sendmsg(2).
    void send(int fd, SendParts parts, boolean more, long userData) {
        var at = entry(Linux.IORING_OP_SENDMSG(), fd, userData);
        Memory.putLong(at + ADDRESS, Messages.write(row(at), parts));
        Memory.putInt(at + LENGTH, 1);
        Memory.putInt(at + OPERATION_FLAGS, more ? SEND_FLAGS | Linux.MSG_MORE() : SEND_FLAGS);
        if (parts.bytes() <= SMALL_SEND_BYTES) smallSends++;
    }

    /// Of a file. From the page cache it completes while it is submitted, else a thread of the kernel waits for the disk.
    void readFile(int file, long offset, long address, int length, long userData) {
        var at = entry(Linux.IORING_OP_READ(), file, userData);
        Memory.putLong(at + OFFSET, offset);
        Memory.putLong(at + ADDRESS, address);
        Memory.putInt(at + LENGTH, length);
    }

    /// The small sends since the last call of this: completions that come by themselves, not worth waking up for.
    int takeSmallSends() {
        var count = smallSends;
        smallSends = 0;
        return count;
    }

    void connect(int fd, SocketAddress peer, long userData) {
        var at = entry(Linux.IORING_OP_CONNECT(), fd, userData);
        var address = row(at);
        Memory.putLong(at + ADDRESS, address);
        Memory.putLong(at + OFFSET, SocketAddresses.encode(peer, address));
    }

    void close(int fd, long userData) {
        entry(Linux.IORING_OP_CLOSE(), fd, userData);
    }

    /// Reports each time that the descriptor has become readable.
    void pollReadable(int fd, long userData) {
        var at = entry(Linux.IORING_OP_POLL_ADD(), fd, userData);
        Memory.putInt(at + LENGTH, Linux.IORING_POLL_ADD_MULTI());
        Memory.putInt(at + OPERATION_FLAGS, POLLIN);
    }

    /// Reports once that there is something to read, or that the descriptor has failed.
    void pollReadableOnce(int fd, long userData) {
        var at = entry(Linux.IORING_OP_POLL_ADD(), fd, userData);
        Memory.putInt(at + OPERATION_FLAGS, POLLIN);
    }

    /// Reports once that the descriptor can be written to, or has failed.
    void pollWritable(int fd, long userData) {
        var at = entry(Linux.IORING_OP_POLL_ADD(), fd, userData);
        Memory.putInt(at + OPERATION_FLAGS, POLLOUT);
    }

    /// @param target the user data of the operation that should end
    void cancel(long target, long userData) {
        var at = entry(Linux.IORING_OP_ASYNC_CANCEL(), NO_DESCRIPTOR, userData);
        Memory.putLong(at + ADDRESS, target);
    }

    /// Everything that was submitted and has not ended.
    void cancelAll(long userData) {
        var at = entry(Linux.IORING_OP_ASYNC_CANCEL(), NO_DESCRIPTOR, userData);
        Memory.putInt(at + OPERATION_FLAGS, Linux.IORING_ASYNC_CANCEL_ANY() | Linux.IORING_ASYNC_CANCEL_ALL());
    }
}
