package dev.anillo.linux.call;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The functions of libc that [Syscalls] calls, and the three ways to call one.
///
/// A way is linked once, for all functions that are called so: each costs a program some 20 ms of its start, on one
/// processor, so that a handle for each function would cost it a quarter of a second. A function is an argument here, and
/// all its arguments are longs. That is what the calling conventions of Linux on x86-64 and aarch64 come to: an int is
/// the lower half of a register, an argument too many is not looked at, and variadic functions find theirs where others
/// do.
final class Libc {
    static final MemorySegment SOCKET = find("socket");
    static final MemorySegment BIND = find("bind");
    static final MemorySegment LISTEN = find("listen");
    static final MemorySegment ACCEPT4 = find("accept4");
    static final MemorySegment CONNECT = find("connect");
    static final MemorySegment GETSOCKNAME = find("getsockname");
    static final MemorySegment GETPEERNAME = find("getpeername");
    static final MemorySegment SETSOCKOPT = find("setsockopt");
    static final MemorySegment GETSOCKOPT = find("getsockopt");
    static final MemorySegment SHUTDOWN = find("shutdown");
    static final MemorySegment RECV = find("recv");
    static final MemorySegment SEND = find("send");
    static final MemorySegment SENDMSG = find("sendmsg");
    static final MemorySegment READ = find("read");
    static final MemorySegment PREADV2 = find("preadv2");
    static final MemorySegment PREAD = find("pread");
    static final MemorySegment PWRITE = find("pwrite");
    static final MemorySegment FSYNC = find("fsync");
    static final MemorySegment FDATASYNC = find("fdatasync");
    static final MemorySegment FTRUNCATE = find("ftruncate");
    static final MemorySegment WRITE = find("write");
    static final MemorySegment CLOSE = find("close");
    static final MemorySegment FCNTL = find("fcntl");
    static final MemorySegment OPEN = find("open");
    static final MemorySegment STATX = find("statx");
    static final MemorySegment SENDFILE = find("sendfile");
    static final MemorySegment MMAP = find("mmap");
    static final MemorySegment MUNMAP = find("munmap");
    static final MemorySegment EPOLL_CREATE1 = find("epoll_create1");
    static final MemorySegment EPOLL_CTL = find("epoll_ctl");
    static final MemorySegment EPOLL_WAIT = find("epoll_wait");
    static final MemorySegment EVENTFD = find("eventfd");
    static final MemorySegment RECVMSG = find("recvmsg");
    static final MemorySegment SENDMMSG = find("sendmmsg");
    static final MemorySegment RECVMMSG = find("recvmmsg");
    static final MemorySegment SYSCALL = find("syscall");
    static final MemorySegment PIPE2 = find("pipe2");
    static final MemorySegment KILL = find("kill");
    static final MemorySegment WAITPID = find("waitpid");

    static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    private Libc() {}

    private static MemorySegment find(String name) {
        return Linker.nativeLinker().defaultLookup().findOrThrow(name);
    }

    /// Any function.
    static final class Waiting {
        static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(
                FunctionDescriptor.of(JAVA_LONG,
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG), ERRNO);
    }

    /// For calls that can never wait, on non-blocking descriptors: while one runs, the garbage collector can't reach a
    /// safepoint.
    static final class NeverWaiting {
        static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                ERRNO, Linker.Option.critical(false));
    }

    /// write without errno, since it is called by threads that have no segment for it.
    static final class Wake {
        static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(
                WRITE, FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    }
}
