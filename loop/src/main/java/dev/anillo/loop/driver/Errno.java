package dev.anillo.loop.driver;

/// The operating system's refusals by name. Linux numbers on every transport: NIO translates what Java tells it.
///
/// A result of the seam is 0 or more, or one of these negated (errno(3)).
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    public static final int EIO = 5;
    public static final int E2BIG = 7;
    public static final int ENOEXEC = 8;
    public static final int EBADF = 9;
    public static final int ECHILD = 10;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENOTDIR = 20;
    public static final int EXDEV = 18;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EPIPE = 32;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ETIME = 62;
    public static final int EPROTO = 71;
    public static final int ENOTSOCK = 88;
    public static final int EMSGSIZE = 90;
    public static final int EPROTOTYPE = 91;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int EISCONN = 106;
    public static final int ENOTCONN = 107;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;
    public static final int EALREADY = 114;
    public static final int EINPROGRESS = 115;
    public static final int ECANCELED = 125;

    private Errno() {}

    /// `ECONNREFUSED`, or `errno 999` for a number that has no name here.
    public static String name(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM";
            case ENOENT -> "ENOENT";
            case ESRCH -> "ESRCH";
            case EINTR -> "EINTR";
            case ENXIO -> "ENXIO";
            case EIO -> "EIO";
            case E2BIG -> "E2BIG";
            case ENOEXEC -> "ENOEXEC";
            case EBADF -> "EBADF";
            case ECHILD -> "ECHILD";
            case EAGAIN -> "EAGAIN";
            case ENOMEM -> "ENOMEM";
            case EACCES -> "EACCES";
            case EBUSY -> "EBUSY";
            case EEXIST -> "EEXIST";
            case ENOTDIR -> "ENOTDIR";
            case EXDEV -> "EXDEV";
            case EISDIR -> "EISDIR";
            case EINVAL -> "EINVAL";
            case ENFILE -> "ENFILE";
            case EMFILE -> "EMFILE";
            case EFBIG -> "EFBIG";
            case ENOSPC -> "ENOSPC";
            case EROFS -> "EROFS";
            case EPIPE -> "EPIPE";
            case ENAMETOOLONG -> "ENAMETOOLONG";
            case ENOSYS -> "ENOSYS";
            case ENOTEMPTY -> "ENOTEMPTY";
            case ELOOP -> "ELOOP";
            case ETIME -> "ETIME";
            case EPROTO -> "EPROTO";
            case ENOTSOCK -> "ENOTSOCK";
            case EMSGSIZE -> "EMSGSIZE";
            case EPROTOTYPE -> "EPROTOTYPE";
            case EOPNOTSUPP -> "EOPNOTSUPP";
            case EAFNOSUPPORT -> "EAFNOSUPPORT";
            case EADDRINUSE -> "EADDRINUSE";
            case EADDRNOTAVAIL -> "EADDRNOTAVAIL";
            case ENETDOWN -> "ENETDOWN";
            case ENETUNREACH -> "ENETUNREACH";
            case ECONNABORTED -> "ECONNABORTED";
            case ECONNRESET -> "ECONNRESET";
            case ENOBUFS -> "ENOBUFS";
            case EISCONN -> "EISCONN";
            case ENOTCONN -> "ENOTCONN";
            case ETIMEDOUT -> "ETIMEDOUT";
            case ECONNREFUSED -> "ECONNREFUSED";
            case EHOSTUNREACH -> "EHOSTUNREACH";
            case EALREADY -> "EALREADY";
            case EINPROGRESS -> "EINPROGRESS";
            case ECANCELED -> "ECANCELED";
            default -> "errno " + errno;
        };
    }

    /// What it means and, where a user can mend it, how.
    public static String describe(int errno) {
        return switch (errno) {
            case EPERM -> "operation not permitted";
            case ENOENT -> "no such file or directory";
            case ESRCH -> "no such process";
            case EINTR -> "interrupted";
            case ENXIO -> "no such device or address";
            case EIO -> "input/output error";
            case E2BIG -> "argument list too long";
            case ENOEXEC -> "not an executable of this system (a script needs a #! line)";
            case EBADF -> "bad file descriptor";
            case ECHILD -> "no such child";
            case EAGAIN -> "not ready";
            case ENOMEM -> "out of memory";
            case EACCES -> "permission denied (ports below 1024 need CAP_NET_BIND_SERVICE, broadcast its option)";
            case EBUSY -> "busy";
            case EEXIST -> "exists already";
            case ENOTDIR -> "not a directory";
            case EXDEV -> "on another file system";
            case EISDIR -> "is a directory";
            case EINVAL -> "invalid argument";
            case ENFILE -> "too many open files in the system (raise the sysctl fs.file-max)";
            case EMFILE -> "too many open files (raise ulimit -n)";
            case EFBIG -> "file too large";
            case ENOSPC -> "no space left on the device";
            case EROFS -> "read-only file system";
            case EPIPE -> "broken pipe: the writing side is closed";
            case ENAMETOOLONG -> "name too long";
            case ENOSYS -> "not in this kernel, or refused by seccomp";
            case ENOTEMPTY -> "directory not empty";
            case ELOOP -> "too many symbolic links";
            case ETIME -> "time is up";
            case EPROTO -> "protocol error";
            case ENOTSOCK -> "not a socket";
            case EMSGSIZE -> "message too long";
            case EPROTOTYPE -> "a socket of another type";
            case EOPNOTSUPP -> "not supported";
            case EAFNOSUPPORT -> "address family not supported (is IPv6 off?)";
            case EADDRINUSE -> "address already in use (stop the other program or choose another port)";
            case EADDRNOTAVAIL -> "not an address of this machine";
            case ENETDOWN -> "network is down";
            case ENETUNREACH -> "network unreachable";
            case ECONNABORTED -> "connection aborted";
            case ECONNRESET -> "connection reset by peer";
            case ENOBUFS -> "no buffers left";
            case EISCONN -> "connected already";
            case ENOTCONN -> "not connected";
            case ETIMEDOUT -> "timed out";
            case ECONNREFUSED -> "connection refused";
            case EHOSTUNREACH -> "host unreachable";
            case EALREADY -> "under way already";
            case EINPROGRESS -> "in progress";
            case ECANCELED -> "cancelled";
            default -> "see errno(3)";
        };
    }
}
