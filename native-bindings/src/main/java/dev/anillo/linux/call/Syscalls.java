package dev.anillo.linux.call;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.anillo.linux.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Every system call of this project, with one convention: 0 or more, or a negated errno, as in a ring's completions.
/// EINTR is an answer like any other; nothing is repeated here. What a call means is in section 2 of the manual.
///
/// Addresses are plain longs and nobody checks them. Belongs to one thread at a time, which is the one that reads the
/// errno of its own last call; only [#wake] is for all.
public class Syscalls {
    /// A cache line, so that two threads' errnos don't share one.
    private static final long ERRNO_BYTES = 64;

    /// What an eventfd is told to add.
    private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_LONG, 1);

    /// The size of the kernel's sigset_t, which epoll_pwait2 wants to hear even where there is no mask.
    private static final long SIGNAL_SET_BYTES = 8;

    private final MemorySegment errno;

    public Syscalls() {
        this(Arena.global());
    }

    /// @param arena its end is the end of this object
    public Syscalls(Arena arena) {
        errno = arena.allocate(ERRNO_BYTES, ERRNO_BYTES);
    }

    public int socket(int domain, int type, int protocol) {
        return intResult(call(Libc.SOCKET, domain, type, protocol, 0, 0));
    }

    public int bind(int fd, long address, int length) {
        return intResult(call(Libc.BIND, fd, address, length, 0, 0));
    }

    public int listen(int fd, int backlog) {
        return intResult(call(Libc.LISTEN, fd, backlog, 0, 0, 0));
    }

    /// The descriptor must be non-blocking. Both addresses may be 0.
    public int accept4(int fd, long address, long lengthAddress, int flags) {
        return intResult(callNeverWaiting(Libc.ACCEPT4, fd, address, lengthAddress, flags));
    }

    public int connect(int fd, long address, int length) {
        return intResult(call(Libc.CONNECT, fd, address, length, 0, 0));
    }

    public int getsockname(int fd, long address, long lengthAddress) {
        return intResult(call(Libc.GETSOCKNAME, fd, address, lengthAddress, 0, 0));
    }

    public int getpeername(int fd, long address, long lengthAddress) {
        return intResult(call(Libc.GETPEERNAME, fd, address, lengthAddress, 0, 0));
    }

    public int setsockopt(int fd, int level, int name, long value, int length) {
        return intResult(call(Libc.SETSOCKOPT, fd, level, name, value, length));
    }

    public int getsockopt(int fd, int level, int name, long value, long lengthAddress) {
        return intResult(call(Libc.GETSOCKOPT, fd, level, name, value, lengthAddress));
    }

    public int shutdown(int fd, int how) {
        return intResult(call(Libc.SHUTDOWN, fd, how, 0, 0, 0));
    }

    /// The descriptor must be non-blocking, or `flags` hold MSG_DONTWAIT.
    public int recv(int fd, long address, int length, int flags) {
        return (int) result(callNeverWaiting(Libc.RECV, fd, address, length, flags));
    }

    /// As [#recv]. Without MSG_NOSIGNAL a peer that is gone raises SIGPIPE, which the JVM ignores.
    public int send(int fd, long address, int length, int flags) {
        return (int) result(callNeverWaiting(Libc.SEND, fd, address, length, flags));
    }

    /// As [#send].
    public int sendmsg(int fd, long msghdr, int flags) {
        return (int) result(callNeverWaiting(Libc.SENDMSG, fd, msghdr, flags, 0));
    }

    /// As [#recv].
    public int recvmsg(int fd, long msghdr, int flags) {
        return (int) result(callNeverWaiting(Libc.RECVMSG, fd, msghdr, flags, 0));
    }

    /// As [#send], of several messages.
    ///
    /// @param messages mmsghdr, `count` of them
    /// @return messages sent, at least 1
    public int sendmmsg(int fd, long messages, int count, int flags) {
        return intResult(callNeverWaiting(Libc.SENDMMSG, fd, messages, count, flags));
    }

    /// As [#recv], of several messages.
    ///
    /// @return messages received, at least 1
    public int recvmmsg(int fd, long messages, int count, int flags) {
        return intResult(call(Libc.RECVMMSG, fd, messages, count, flags, 0));
    }

    public int read(int fd, long address, int length) {
        return (int) result(call(Libc.READ, fd, address, length, 0, 0));
    }

    /// @param parts an iovec, or several
    public int preadv2(int fd, long parts, int count, long offset, int flags) {
        return (int) result(call(Libc.PREADV2, fd, parts, count, offset, flags));
    }

    public int write(int fd, long address, int length) {
        return (int) result(call(Libc.WRITE, fd, address, length, 0, 0));
    }

    /// The descriptor is gone whatever the result says: close(2) must not be repeated, not even after EINTR.
    public int close(int fd) {
        return intResult(call(Libc.CLOSE, fd, 0, 0, 0, 0));
    }

    public int fcntl(int fd, int command, int argument) {
        return intResult(call(Libc.FCNTL, fd, command, argument, 0, 0));
    }

    /// @param path ends with NUL
    /// @param flags none that creates a file
    public int open(long path, int flags) {
        return intResult(call(Libc.OPEN, path, flags, 0, 0, 0));
    }

    /// @param path ends with NUL
    /// @param mode of a file that is created
    public int open(long path, int flags, int mode) {
        return intResult(call(Libc.OPEN, path, flags, mode, 0, 0));
    }

    public int pread(int fd, long address, int length, long offset) {
        return (int) result(call(Libc.PREAD, fd, address, length, offset, 0));
    }

    public int pwrite(int fd, long address, int length, long offset) {
        return (int) result(call(Libc.PWRITE, fd, address, length, offset, 0));
    }

    public int fsync(int fd) {
        return intResult(call(Libc.FSYNC, fd, 0, 0, 0, 0));
    }

    public int fdatasync(int fd) {
        return intResult(call(Libc.FDATASYNC, fd, 0, 0, 0, 0));
    }

    public int ftruncate(int fd, long length) {
        return intResult(call(Libc.FTRUNCATE, fd, length, 0, 0, 0));
    }

    /// @param path ends with NUL; an empty one and AT_EMPTY_PATH mean `fd` itself
    /// @param buffer a statx
    public int statx(int fd, long path, int flags, int mask, long buffer) {
        return intResult(call(Libc.STATX, fd, path, flags, mask, buffer));
    }

    /// May wait for the disk.
    ///
    /// @param offset where the offset in the file stands; the kernel moves it on
    public int sendfile(int socket, int file, long offset, int count) {
        return (int) result(call(Libc.SENDFILE, socket, file, offset, count, 0));
    }

    /// An address, which is positive in user space, or a negated errno.
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return result(call(Libc.MMAP, address, length, protection, flags, fd, offset, 0));
    }

    public int munmap(long address, long length) {
        return intResult(call(Libc.MUNMAP, address, length, 0, 0, 0));
    }

    public int epollCreate1(int flags) {
        return intResult(call(Libc.EPOLL_CREATE1, flags, 0, 0, 0, 0));
    }

    /// @param event an epoll_event as [EpollEvent] lays it out; 0 for EPOLL_CTL_DEL
    public int epollCtl(int epfd, int op, int fd, long event) {
        return intResult(callNeverWaiting(Libc.EPOLL_CTL, epfd, op, fd, event));
    }

    /// @param events room for `max` epoll_events, see [EpollEvent]
    /// @param timeoutMillis -1 waits without end
    public int epollWait(int epfd, long events, int max, int timeoutMillis) {
        return intResult(call(Libc.EPOLL_WAIT, epfd, events, max, timeoutMillis, 0));
    }

    /// As [#epollWait] with nanoseconds. ENOSYS before Linux 5.11.
    ///
    /// @param timespec a __kernel_timespec; 0 waits without end
    public int epollPwait2(int epfd, long events, int max, long timespec) {
        return (int) syscall(Linux.SYS_epoll_pwait2(), epfd, events, max, timespec, 0, SIGNAL_SET_BYTES);
    }

    public int eventfd(int initial, int flags) {
        return intResult(call(Libc.EVENTFD, initial, flags, 0, 0, 0));
    }

    /// Adds one to an eventfd. A counter that is full already wakes its reader, so that the result tells nothing. The
    /// eventfd must be open: whoever closes it sees to that.
    ///
    /// Threads: any, alone of all calls here: it leaves errno alone.
    public void wake(int eventfd) {
        try {
            var _ = (long) Libc.Wake.CALL.invokeExact(eventfd, ONE.address(), JAVA_LONG.byteSize());
        } catch (Throwable impossible) {
            throw new AssertionError("write to an eventfd", impossible);
        }
    }

    /// @param params an io_uring_params, which the kernel completes
    public int ioUringSetup(int entries, long params) {
        return (int) syscall(Linux.SYS_io_uring_setup(), entries, params, 0, 0, 0, 0);
    }

    /// @param argument 0, or with IORING_ENTER_EXT_ARG an io_uring_getevents_arg
    /// @param argumentSize the size of that
    public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentSize) {
        return (int) syscall(Linux.SYS_io_uring_enter(), fd, toSubmit, minComplete, flags, argument, argumentSize);
    }

    public int ioUringRegister(int fd, int opcode, long argument, int count) {
        return (int) syscall(Linux.SYS_io_uring_register(), fd, opcode, argument, count, 0, 0);
    }

    // Processes.

    /// @param ends room for two ints: where it is read, where it is written
    public int pipe2(long ends, int flags) {
        return intResult(call(Libc.PIPE2, ends, flags, 0, 0, 0));
    }

    /// A descriptor that becomes readable when the process has ended.
    public int pidfdOpen(int pid) {
        return (int) syscall(Linux.SYS_pidfd_open(), pid, 0, 0, 0, 0, 0);
    }

    public int kill(int pid, int signal) {
        return intResult(call(Libc.KILL, pid, signal, 0, 0, 0));
    }

    /// @param status room for an int
    /// @return the process; 0 when it has not ended and `options` hold WNOHANG
    public int waitpid(int pid, long status, int options) {
        return intResult(call(Libc.WAITPID, pid, status, options, 0, 0));
    }

    /// A function that tells its errno as its result, as those of spawn.h do.
    int callOfSpawn(MemorySegment function, long a, long b, long c, long d, long e, long f) {
        return -(int) call(function, a, b, c, d, e, f, 0);
    }

    private long syscall(long number, long a, long b, long c, long d, long e, long f) {
        return result(call(Libc.SYSCALL, number, a, b, c, d, e, f));
    }

    // Arguments that a function does not take are 0: they are in registers, or behind those that it looks at.

    private long call(MemorySegment function, long a, long b, long c, long d, long e) {
        return call(function, a, b, c, d, e, 0, 0);
    }

    private long call(MemorySegment function, long a, long b, long c, long d, long e, long f, long g) {
        try {
            return (long) Libc.Waiting.CALL.invokeExact(function, errno, a, b, c, d, e, f, g);
        } catch (Throwable impossible) {
            throw new AssertionError("call of libc", impossible);
        }
    }

    private long callNeverWaiting(MemorySegment function, long a, long b, long c, long d) {
        try {
            return (long) Libc.NeverWaiting.CALL.invokeExact(function, errno, a, b, c, d);
        } catch (Throwable impossible) {
            throw new AssertionError("call of libc", impossible);
        }
    }

    /// Of a function that returns an int: what the upper half of the register holds is undefined.
    private int intResult(long returned) {
        return (int) returned != -1 ? (int) returned : -errno.get(JAVA_INT, 0);
    }

    private long result(long returned) {
        return returned != -1 ? returned : -errno.get(JAVA_INT, 0);
    }
}
