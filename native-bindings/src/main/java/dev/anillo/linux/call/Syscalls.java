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
public final class Syscalls {
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
        try {
            return result((int) Libc.Socket.CALL.invokeExact(errno, domain, type, protocol));
        } catch (Throwable impossible) {
            throw new AssertionError("socket", impossible);
        }
    }

    public int bind(int fd, long address, int length) {
        try {
            return result((int) Libc.Bind.CALL.invokeExact(errno, fd, address, length));
        } catch (Throwable impossible) {
            throw new AssertionError("bind", impossible);
        }
    }

    public int listen(int fd, int backlog) {
        try {
            return result((int) Libc.Listen.CALL.invokeExact(errno, fd, backlog));
        } catch (Throwable impossible) {
            throw new AssertionError("listen", impossible);
        }
    }

    /// The descriptor must be non-blocking. Both addresses may be 0.
    public int accept4(int fd, long address, long lengthAddress, int flags) {
        try {
            return result((int) Libc.Accept4.CALL.invokeExact(errno, fd, address, lengthAddress, flags));
        } catch (Throwable impossible) {
            throw new AssertionError("accept4", impossible);
        }
    }

    public int connect(int fd, long address, int length) {
        try {
            return result((int) Libc.Connect.CALL.invokeExact(errno, fd, address, length));
        } catch (Throwable impossible) {
            throw new AssertionError("connect", impossible);
        }
    }

    public int getsockname(int fd, long address, long lengthAddress) {
        try {
            return result((int) Libc.Getsockname.CALL.invokeExact(errno, fd, address, lengthAddress));
        } catch (Throwable impossible) {
            throw new AssertionError("getsockname", impossible);
        }
    }

    public int getpeername(int fd, long address, long lengthAddress) {
        try {
            return result((int) Libc.Getpeername.CALL.invokeExact(errno, fd, address, lengthAddress));
        } catch (Throwable impossible) {
            throw new AssertionError("getpeername", impossible);
        }
    }

    public int setsockopt(int fd, int level, int name, long value, int length) {
        try {
            return result((int) Libc.Setsockopt.CALL.invokeExact(errno, fd, level, name, value, length));
        } catch (Throwable impossible) {
            throw new AssertionError("setsockopt", impossible);
        }
    }

    public int getsockopt(int fd, int level, int name, long value, long lengthAddress) {
        try {
            return result((int) Libc.Getsockopt.CALL.invokeExact(errno, fd, level, name, value, lengthAddress));
        } catch (Throwable impossible) {
            throw new AssertionError("getsockopt", impossible);
        }
    }

    public int shutdown(int fd, int how) {
        try {
            return result((int) Libc.Shutdown.CALL.invokeExact(errno, fd, how));
        } catch (Throwable impossible) {
            throw new AssertionError("shutdown", impossible);
        }
    }

    /// The descriptor must be non-blocking, or `flags` hold MSG_DONTWAIT.
    public int recv(int fd, long address, int length, int flags) {
        try {
            return (int) result((long) Libc.Recv.CALL.invokeExact(errno, fd, address, (long) length, flags));
        } catch (Throwable impossible) {
            throw new AssertionError("recv", impossible);
        }
    }

    /// As [#recv]. Without MSG_NOSIGNAL a peer that is gone raises SIGPIPE, which the JVM ignores.
    public int send(int fd, long address, int length, int flags) {
        try {
            return (int) result((long) Libc.Send.CALL.invokeExact(errno, fd, address, (long) length, flags));
        } catch (Throwable impossible) {
            throw new AssertionError("send", impossible);
        }
    }

    /// As [#send].
    public int sendmsg(int fd, long msghdr, int flags) {
        try {
            return (int) result((long) Libc.Sendmsg.CALL.invokeExact(errno, fd, msghdr, flags));
        } catch (Throwable impossible) {
            throw new AssertionError("sendmsg", impossible);
        }
    }

    public int read(int fd, long address, int length) {
        try {
            return (int) result((long) Libc.Read.CALL.invokeExact(errno, fd, address, (long) length));
        } catch (Throwable impossible) {
            throw new AssertionError("read", impossible);
        }
    }

    public int write(int fd, long address, int length) {
        try {
            return (int) result((long) Libc.Write.CALL.invokeExact(errno, fd, address, (long) length));
        } catch (Throwable impossible) {
            throw new AssertionError("write", impossible);
        }
    }

    /// The descriptor is gone whatever the result says: close(2) must not be repeated, not even after EINTR.
    public int close(int fd) {
        try {
            return result((int) Libc.Close.CALL.invokeExact(errno, fd));
        } catch (Throwable impossible) {
            throw new AssertionError("close", impossible);
        }
    }

    public int fcntl(int fd, int command, int argument) {
        try {
            return result((int) Libc.Fcntl.CALL.invokeExact(errno, fd, command, argument));
        } catch (Throwable impossible) {
            throw new AssertionError("fcntl", impossible);
        }
    }

    /// @param path ends with NUL
    /// @param flags none that creates a file
    public int open(long path, int flags) {
        try {
            return result((int) Libc.Open.CALL.invokeExact(errno, path, flags));
        } catch (Throwable impossible) {
            throw new AssertionError("open", impossible);
        }
    }

    /// @param path ends with NUL; an empty one and AT_EMPTY_PATH mean `fd` itself
    /// @param buffer a statx
    public int statx(int fd, long path, int flags, int mask, long buffer) {
        try {
            return result((int) Libc.Statx.CALL.invokeExact(errno, fd, path, flags, mask, buffer));
        } catch (Throwable impossible) {
            throw new AssertionError("statx", impossible);
        }
    }

    /// May wait for the disk.
    ///
    /// @param offset where the offset in the file stands; the kernel moves it on
    public int sendfile(int socket, int file, long offset, int count) {
        try {
            return (int) result((long) Libc.Sendfile.CALL.invokeExact(errno, socket, file, offset, (long) count));
        } catch (Throwable impossible) {
            throw new AssertionError("sendfile", impossible);
        }
    }

    /// An address, which is positive in user space, or a negated errno.
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        try {
            return result((long) Libc.Mmap.CALL.invokeExact(errno, address, length, protection, flags, fd, offset));
        } catch (Throwable impossible) {
            throw new AssertionError("mmap", impossible);
        }
    }

    public int munmap(long address, long length) {
        try {
            return result((int) Libc.Munmap.CALL.invokeExact(errno, address, length));
        } catch (Throwable impossible) {
            throw new AssertionError("munmap", impossible);
        }
    }

    public int epollCreate1(int flags) {
        try {
            return result((int) Libc.EpollCreate1.CALL.invokeExact(errno, flags));
        } catch (Throwable impossible) {
            throw new AssertionError("epoll_create1", impossible);
        }
    }

    /// @param event an epoll_event as [EpollEvent] lays it out; 0 for EPOLL_CTL_DEL
    public int epollCtl(int epfd, int op, int fd, long event) {
        try {
            return result((int) Libc.EpollCtl.CALL.invokeExact(errno, epfd, op, fd, event));
        } catch (Throwable impossible) {
            throw new AssertionError("epoll_ctl", impossible);
        }
    }

    /// @param events room for `max` epoll_events, see [EpollEvent]
    /// @param timeoutMillis -1 waits without end
    public int epollWait(int epfd, long events, int max, int timeoutMillis) {
        try {
            return result((int) Libc.EpollWait.CALL.invokeExact(errno, epfd, events, max, timeoutMillis));
        } catch (Throwable impossible) {
            throw new AssertionError("epoll_wait", impossible);
        }
    }

    /// As [#epollWait] with nanoseconds. ENOSYS before Linux 5.11.
    ///
    /// @param timespec a __kernel_timespec; 0 waits without end
    public int epollPwait2(int epfd, long events, int max, long timespec) {
        return (int) syscall("epoll_pwait2",
                Linux.SYS_epoll_pwait2(), epfd, events, max, timespec, 0, SIGNAL_SET_BYTES);
    }

    public int eventfd(int initial, int flags) {
        try {
            return result((int) Libc.Eventfd.CALL.invokeExact(errno, initial, flags));
        } catch (Throwable impossible) {
            throw new AssertionError("eventfd", impossible);
        }
    }

    /// Adds one to an eventfd, from any thread. A counter that is full already wakes its reader, so that the result
    /// tells nothing. The eventfd must be open: whoever closes it sees to that.
    public static void wake(int eventfd) {
        try {
            var _ = (long) Libc.Wake.CALL.invokeExact(eventfd, ONE.address(), JAVA_LONG.byteSize());
        } catch (Throwable impossible) {
            throw new AssertionError("write to an eventfd", impossible);
        }
    }

    /// @param params an io_uring_params, which the kernel completes
    public int ioUringSetup(int entries, long params) {
        return (int) syscall("io_uring_setup", Linux.SYS_io_uring_setup(), entries, params, 0, 0, 0, 0);
    }

    /// @param argument 0, or with IORING_ENTER_EXT_ARG an io_uring_getevents_arg
    /// @param argumentSize the size of that
    public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentSize) {
        return (int) syscall("io_uring_enter",
                Linux.SYS_io_uring_enter(), fd, toSubmit, minComplete, flags, argument, argumentSize);
    }

    public int ioUringRegister(int fd, int opcode, long argument, int count) {
        return (int) syscall("io_uring_register", Linux.SYS_io_uring_register(), fd, opcode, argument, count, 0, 0);
    }

    private long syscall(String name, long number, long a, long b, long c, long d, long e, long f) {
        try {
            return result((long) Libc.Syscall.CALL.invokeExact(errno, number, a, b, c, d, e, f));
        } catch (Throwable impossible) {
            throw new AssertionError(name, impossible);
        }
    }

    private int result(int returned) {
        return returned != -1 ? returned : -errno.get(JAVA_INT, 0);
    }

    private long result(long returned) {
        return returned != -1 ? returned : -errno.get(JAVA_INT, 0);
    }
}
