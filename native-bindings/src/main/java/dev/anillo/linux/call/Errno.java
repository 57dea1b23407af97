package dev.anillo.linux.call;

import static dev.anillo.linux.Linux.*;
import static java.util.Map.entry;

import java.util.Map;

/// Errnos in words, for messages to people.
public final class Errno {
    /// Written out rather than asked of strerror: no call to link, one language on every machine.
    private static final Map<Integer, String> WORDS = Map.ofEntries(
            entry(EPERM(), "EPERM, operation not permitted"),
            entry(ENOENT(), "ENOENT, no such file or directory"),
            entry(EINTR(), "EINTR, interrupted by a signal"),
            entry(EIO(), "EIO, input or output error"),
            entry(ENXIO(), "ENXIO, no such device or address"),
            entry(E2BIG(), "E2BIG, argument too big"),
            entry(EBADF(), "EBADF, bad file descriptor"),
            entry(EAGAIN(), "EAGAIN, not ready, try again"),
            entry(ENOMEM(), "ENOMEM, out of memory"),
            entry(EACCES(), "EACCES, permission denied"),
            entry(EFAULT(), "EFAULT, bad address"),
            entry(EBUSY(), "EBUSY, resource busy"),
            entry(EEXIST(), "EEXIST, exists already"),
            entry(ENODEV(), "ENODEV, no such device"),
            entry(ENOTDIR(), "ENOTDIR, not a directory"),
            entry(EINVAL(), "EINVAL, invalid argument"),
            entry(ENFILE(), "ENFILE, too many open files in the system"),
            entry(EMFILE(), "EMFILE, too many open files in this process"),
            entry(ENOSPC(), "ENOSPC, no space left"),
            entry(ESPIPE(), "ESPIPE, not seekable"),
            entry(EROFS(), "EROFS, read-only file system"),
            entry(EPIPE(), "EPIPE, broken pipe"),
            entry(ERANGE(), "ERANGE, out of range"),
            entry(EDEADLK(), "EDEADLK, would deadlock"),
            entry(ENAMETOOLONG(), "ENAMETOOLONG, name too long"),
            entry(ENOSYS(), "ENOSYS, no such system call"),
            entry(ELOOP(), "ELOOP, too many symbolic links"),
            entry(ETIME(), "ETIME, timer expired"),
            entry(EPROTO(), "EPROTO, protocol error"),
            entry(EOVERFLOW(), "EOVERFLOW, value too large"),
            entry(EBADFD(), "EBADFD, descriptor in a bad state"),
            entry(ENOTSOCK(), "ENOTSOCK, not a socket"),
            entry(EDESTADDRREQ(), "EDESTADDRREQ, destination address required"),
            entry(EMSGSIZE(), "EMSGSIZE, message too long"),
            entry(EPROTOTYPE(), "EPROTOTYPE, wrong protocol for the socket"),
            entry(ENOPROTOOPT(), "ENOPROTOOPT, no such socket option"),
            entry(EPROTONOSUPPORT(), "EPROTONOSUPPORT, protocol not supported"),
            entry(EOPNOTSUPP(), "EOPNOTSUPP, operation not supported"),
            entry(EAFNOSUPPORT(), "EAFNOSUPPORT, address family not supported"),
            entry(EADDRINUSE(), "EADDRINUSE, address already in use"),
            entry(EADDRNOTAVAIL(), "EADDRNOTAVAIL, address not available here"),
            entry(ENETDOWN(), "ENETDOWN, network is down"),
            entry(ENETUNREACH(), "ENETUNREACH, network unreachable"),
            entry(ENETRESET(), "ENETRESET, connection dropped by the network"),
            entry(ECONNABORTED(), "ECONNABORTED, connection aborted"),
            entry(ECONNRESET(), "ECONNRESET, connection reset by the peer"),
            entry(ENOBUFS(), "ENOBUFS, no buffer space"),
            entry(EISCONN(), "EISCONN, already connected"),
            entry(ENOTCONN(), "ENOTCONN, not connected"),
            entry(ESHUTDOWN(), "ESHUTDOWN, already shut down"),
            entry(ETIMEDOUT(), "ETIMEDOUT, timed out"),
            entry(ECONNREFUSED(), "ECONNREFUSED, connection refused"),
            entry(EHOSTDOWN(), "EHOSTDOWN, host is down"),
            entry(EHOSTUNREACH(), "EHOSTUNREACH, host unreachable"),
            entry(EALREADY(), "EALREADY, already in progress"),
            entry(EINPROGRESS(), "EINPROGRESS, in progress"),
            entry(ECANCELED(), "ECANCELED, canceled"));

    private Errno() {}

    /// As in `ECONNREFUSED, connection refused (errno 111)`.
    ///
    /// @param errno positive: what [Syscalls] and a ring return, negated
    public static String describe(int errno) {
        return WORDS.getOrDefault(errno, "unknown error") + " (errno " + errno + ")";
    }
}
