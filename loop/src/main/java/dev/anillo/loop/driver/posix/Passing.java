package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.linux.cmsghdr;
import dev.anillo.linux.iovec;
import dev.anillo.linux.msghdr;
import dev.anillo.loop.buffer.BufferPool;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.memory.Memory;
import java.util.HashMap;
import java.util.Map;

/// Descriptors that travel with bytes over unix sockets (SCM_RIGHTS, unix(7) and cmsg(3)).
///
///     | msghdr | iovec | cmsghdr · descriptor s32 … |
///
/// Calls of its own on both native drivers, never waiting: this is the way of control messages, not of bulk.
public final class Passing {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int HEADER = (int) cmsghdr.sizeof();
    private static final int CONTROL_BYTES_MAX = HEADER + Driver.PASSED_MAX * Integer.BYTES;
    private static final int FLAGS = Linux.MSG_DONTWAIT() | Linux.MSG_NOSIGNAL();

    /// Where messages are received. Takes no memory until the first.
    public final BufferPool buffers = new BufferPool(BUFFER_BYTES);

    private final Syscalls calls;
    private final Counters counters;
    private final Descriptors descriptors;
    private final long message;
    private final long part;
    private final long control;

    /// Sends that wait for room, by the socket.
    private final Map<Integer, Waiting> waiting = new HashMap<>();

    private final int[] received = new int[Driver.PASSED_MAX];
    private int receivedCount;
    private int takenCount;

    private record Waiting(int[] passed, long address, int length) {}

    Passing(Syscalls calls, Counters counters, Descriptors descriptors, Scratch scratch) {
        this.calls = calls;
        this.counters = counters;
        this.descriptors = descriptors;
        message = scratch.take((int) msghdr.sizeof(), Long.BYTES);
        part = scratch.take((int) iovec.sizeof(), Long.BYTES);
        control = scratch.take(CONTROL_BYTES_MAX, Long.BYTES);
    }

    // Sending.

    /// @return bytes taken, and the descriptors with the first of them; or a negated errno
    public int send(int socket, int[] passed, long address, int length) {
        if (passed.length > Driver.PASSED_MAX) {
            throw new IllegalArgumentException(passed.length + " descriptors in a message");
        }
        var controlBytes = HEADER + passed.length * Integer.BYTES;
        write(address, length, controlBytes);
        Memory.putLong(control + cmsghdr.cmsg_len$offset(), controlBytes);
        Memory.putInt(control + cmsghdr.cmsg_level$offset(), Linux.SOL_SOCKET());
        Memory.putInt(control + cmsghdr.cmsg_type$offset(), Linux.SCM_RIGHTS());
        for (var i = 0; i < passed.length; i++) Memory.putInt(control + HEADER + (long) i * Integer.BYTES, passed[i]);
        counters.systemCalls++;
        return calls.sendmsg(socket, message, FLAGS);
    }

    private void write(long address, int length, int controlBytes) {
        Memory.fill(message, msghdr.sizeof(), (byte) 0);
        Memory.putLong(part + iovec.iov_base$offset(), address);
        Memory.putLong(part + iovec.iov_len$offset(), length);
        Memory.putLong(message + msghdr.msg_iov$offset(), part);
        Memory.putLong(message + msghdr.msg_iovlen$offset(), 1);
        Memory.putLong(message + msghdr.msg_control$offset(), control);
        Memory.putLong(message + msghdr.msg_controllen$offset(), controlBytes);
    }

    /// The socket was full: what is to be sent by [#sendAgain].
    public void await(int socket, int[] passed, long address, int length) {
        waiting.put(socket, new Waiting(passed, address, length));
    }

    /// As [#send]; what waits goes on waiting after `-EAGAIN`.
    public int sendAgain(int socket) {
        var again = waiting.get(socket);
        var result = send(socket, again.passed, again.address, again.length);
        if (result != -Errno.EAGAIN) waiting.remove(socket);
        return result;
    }

    public void forget(int socket) {
        waiting.remove(socket);
    }

    // Receiving.

    /// What came with the bytes is asked for by [#next], and closed by [#closeRest] where nobody did.
    ///
    /// @return bytes received, or a negated errno; `-EMSGSIZE` when descriptors were lost, because a message carried more
    ///     than [Driver#PASSED_MAX] or the process has no room for them
    public int receive(int socket, long address, int length) {
        write(address, length, CONTROL_BYTES_MAX);
        counters.systemCalls++;
        var result = calls.recvmsg(socket, message, Linux.MSG_DONTWAIT() | Linux.MSG_CMSG_CLOEXEC());
        receivedCount = takenCount = 0;
        if (result <= 0) return result;
        if (Memory.getLong(message + msghdr.msg_controllen$offset()) > HEADER) readControl();
        if ((Memory.getInt(message + msghdr.msg_flags$offset()) & Linux.MSG_CTRUNC()) == 0) return result;
        closeRest();
        return -Errno.EMSGSIZE;
    }

    /// Nothing else was asked for, so that no other kind of control message comes.
    private void readControl() {
        var bytes = (int) Memory.getLong(control + cmsghdr.cmsg_len$offset()) - HEADER;
        receivedCount = bytes / Integer.BYTES;
        for (var i = 0; i < receivedCount; i++) {
            received[i] = Memory.getInt(control + HEADER + (long) i * Integer.BYTES);
            descriptors.opened(received[i]);
        }
    }

    /// @return the caller's from now on; -1 when all were asked for
    int next() {
        return takenCount < receivedCount ? received[takenCount++] : -1;
    }

    /// What nobody asked for must not stay open unknown to all.
    public void closeRest() {
        for (var fd = next(); fd >= 0; fd = next()) {
            descriptors.closed(fd);
            counters.systemCalls++;
            calls.close(fd);
        }
    }
}
