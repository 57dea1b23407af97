package dev.anillo.linux.call;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/// The functions of libc that [Syscalls] calls, each in a class of its own: linking one takes milliseconds, so that a
/// program pays for those alone that it uses.
///
/// Pointers are longs. Every handle but [Wake]'s takes the segment for errno first.
final class Libc {
    static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    /// For calls that can never wait, on non-blocking descriptors: while one runs, the garbage collector can't reach a
    /// safepoint.
    private static final Linker.Option NEVER_WAITS = Linker.Option.critical(false);

    private Libc() {}

    private static MethodHandle link(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }

    private static FunctionDescriptor returnsInt(MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_INT, arguments);
    }

    private static FunctionDescriptor returnsLong(MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_LONG, arguments);
    }

    static final class Socket {
        static final MethodHandle CALL = link("socket", returnsInt(JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);
    }

    static final class Bind {
        static final MethodHandle CALL = link("bind", returnsInt(JAVA_INT, JAVA_LONG, JAVA_INT), ERRNO);
    }

    static final class Listen {
        static final MethodHandle CALL = link("listen", returnsInt(JAVA_INT, JAVA_INT), ERRNO);
    }

    static final class Accept4 {
        static final MethodHandle CALL =
                link("accept4", returnsInt(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT), ERRNO, NEVER_WAITS);
    }

    static final class Connect {
        static final MethodHandle CALL = link("connect", returnsInt(JAVA_INT, JAVA_LONG, JAVA_INT), ERRNO);
    }

    static final class Getsockname {
        static final MethodHandle CALL = link("getsockname", returnsInt(JAVA_INT, JAVA_LONG, JAVA_LONG), ERRNO);
    }

    static final class Getpeername {
        static final MethodHandle CALL = link("getpeername", returnsInt(JAVA_INT, JAVA_LONG, JAVA_LONG), ERRNO);
    }

    static final class Setsockopt {
        static final MethodHandle CALL =
                link("setsockopt", returnsInt(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT), ERRNO);
    }

    static final class Getsockopt {
        static final MethodHandle CALL =
                link("getsockopt", returnsInt(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), ERRNO);
    }

    static final class Shutdown {
        static final MethodHandle CALL = link("shutdown", returnsInt(JAVA_INT, JAVA_INT), ERRNO);
    }

    static final class Recv {
        static final MethodHandle CALL =
                link("recv", returnsLong(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT), ERRNO, NEVER_WAITS);
    }

    static final class Send {
        static final MethodHandle CALL =
                link("send", returnsLong(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT), ERRNO, NEVER_WAITS);
    }

    static final class Sendmsg {
        static final MethodHandle CALL =
                link("sendmsg", returnsLong(JAVA_INT, JAVA_LONG, JAVA_INT), ERRNO, NEVER_WAITS);
    }

    static final class Read {
        static final MethodHandle CALL = link("read", returnsLong(JAVA_INT, JAVA_LONG, JAVA_LONG), ERRNO);
    }

    static final class Write {
        static final MethodHandle CALL = link("write", returnsLong(JAVA_INT, JAVA_LONG, JAVA_LONG), ERRNO);
    }

    /// write without errno, since it is called by threads that have no segment for it.
    static final class Wake {
        static final MethodHandle CALL = link("write", returnsLong(JAVA_INT, JAVA_LONG, JAVA_LONG));
    }

    static final class Close {
        static final MethodHandle CALL = link("close", returnsInt(JAVA_INT), ERRNO);
    }

    static final class Fcntl {
        static final MethodHandle CALL =
                link("fcntl", returnsInt(JAVA_INT, JAVA_INT, JAVA_INT), ERRNO, Linker.Option.firstVariadicArg(2));
    }

    static final class Open {
        static final MethodHandle CALL =
                link("open", returnsInt(JAVA_LONG, JAVA_INT), ERRNO, Linker.Option.firstVariadicArg(2));
    }

    static final class Statx {
        static final MethodHandle CALL =
                link("statx", returnsInt(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG), ERRNO);
    }

    static final class Sendfile {
        static final MethodHandle CALL =
                link("sendfile", returnsLong(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), ERRNO);
    }

    static final class Mmap {
        static final MethodHandle CALL =
                link("mmap", returnsLong(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG), ERRNO);
    }

    static final class Munmap {
        static final MethodHandle CALL = link("munmap", returnsInt(JAVA_LONG, JAVA_LONG), ERRNO);
    }

    static final class EpollCreate1 {
        static final MethodHandle CALL = link("epoll_create1", returnsInt(JAVA_INT), ERRNO);
    }

    static final class EpollCtl {
        static final MethodHandle CALL =
                link("epoll_ctl", returnsInt(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG), ERRNO, NEVER_WAITS);
    }

    static final class EpollWait {
        static final MethodHandle CALL =
                link("epoll_wait", returnsInt(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT), ERRNO);
    }

    static final class Eventfd {
        static final MethodHandle CALL = link("eventfd", returnsInt(JAVA_INT, JAVA_INT), ERRNO);
    }

    /// For calls without a function in libc. Takes the number and six arguments; the kernel reads as many as it needs.
    static final class Syscall {
        static final MethodHandle CALL = link("syscall",
                returnsLong(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                ERRNO, Linker.Option.firstVariadicArg(1));
    }
}
