package dev.anillo.loop.driver.nio;

import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// From Java's exceptions back to the errno they were made of.
///
/// Java keeps the system's text, so the text is looked at first, then the type (which also serves where the system
/// speaks another language than English). What neither tells becomes [Errno#EIO]: the exception then is the cause of
/// the [OsException], or, where only a number can be reported, logged once per text as a warning of
/// `dev.anillo.loop.driver.nio`.
final class JavaErrors {
    /// Texts logged. Bounds the memory that ever-changing texts could take.
    private static final int LOGGED_MAX = 64;
    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    private static final int UNKNOWN = 0;

    private record Text(String part, int errno) {}

    /// Parts of messages, in lower case; the first that occurs counts, so that the longer stands before the shorter.
    /// glibc's text first, then others': musl, macOS, the JDK's own for winsock, Windows' own.
    private static final List<Text> TEXTS = List.of(
            new Text("connection reset", Errno.ECONNRESET),
            new Text("forcibly closed by the remote host", Errno.ECONNRESET),
            new Text("broken pipe", Errno.EPIPE),
            new Text("cannot send after socket shutdown", Errno.EPIPE),
            new Text("connection refused", Errno.ECONNREFUSED),
            new Text("actively refused", Errno.ECONNREFUSED),
            new Text("timed out", Errno.ETIMEDOUT),
            new Text("did not properly respond after a period of time", Errno.ETIMEDOUT),
            new Text("connection abort", Errno.ECONNABORTED),
            new Text("connection was aborted", Errno.ECONNABORTED),
            new Text("address already in use", Errno.EADDRINUSE),
            new Text("address in use", Errno.EADDRINUSE),
            new Text("only one usage of each socket address", Errno.EADDRINUSE),
            new Text("assign requested address", Errno.EADDRNOTAVAIL),
            new Text("address not available", Errno.EADDRNOTAVAIL),
            new Text("requested address is not valid in its context", Errno.EADDRNOTAVAIL),
            new Text("permission denied", Errno.EACCES),
            new Text("forbidden by its access permissions", Errno.EACCES),
            new Text("operation not permitted", Errno.EPERM),
            new Text("too many open files in system", Errno.ENFILE),
            new Text("too many open files", Errno.EMFILE),
            new Text("no file descriptors available", Errno.EMFILE),
            new Text("no route to host", Errno.EHOSTUNREACH),
            new Text("host is unreachable", Errno.EHOSTUNREACH),
            new Text("unreachable host", Errno.EHOSTUNREACH),
            new Text("host is down", Errno.EHOSTUNREACH),
            new Text("network is unreachable", Errno.ENETUNREACH),
            new Text("network unreachable", Errno.ENETUNREACH),
            new Text("unreachable network", Errno.ENETUNREACH),
            new Text("network is down", Errno.ENETDOWN),
            new Text("no buffer space available", Errno.ENOBUFS),
            new Text("lacked sufficient buffer space", Errno.ENOBUFS),
            new Text("cannot allocate memory", Errno.ENOMEM),
            new Text("out of memory", Errno.ENOMEM),
            new Text("is not connected", Errno.ENOTCONN),
            new Text("already connected", Errno.EISCONN),
            new Text("address family not supported", Errno.EAFNOSUPPORT),
            new Text("address family is not supported", Errno.EAFNOSUPPORT),
            new Text("protocol family", Errno.EAFNOSUPPORT),
            new Text("ipv6 not available", Errno.EAFNOSUPPORT),
            new Text("operation not supported", Errno.EOPNOTSUPP),
            new Text("protocol error", Errno.EPROTO),
            new Text("message too long", Errno.EMSGSIZE),
            new Text("bad file descriptor", Errno.EBADF),
            new Text("not a directory", Errno.ENOTDIR),
            new Text("argument list too long", Errno.E2BIG),
            new Text("exec format error", Errno.ENOEXEC),
            new Text("no such file or directory", Errno.ENOENT),
            new Text("path too long", Errno.ENAMETOOLONG),
            new Text("file name too long", Errno.ENAMETOOLONG),
            new Text("wrong type for socket", Errno.EPROTOTYPE),
            new Text("invalid argument", Errno.EINVAL));

    private JavaErrors() {}

    /// For completions.
    ///
    /// @return a positive errno
    static int errno(Exception refused) {
        var errno = known(refused);
        if (errno != UNKNOWN) return errno;
        logOnce(refused);
        return Errno.EIO;
    }

    /// For what is refused at once.
    static OsException refusal(String operation, String target, Exception refused) {
        var errno = known(refused);
        var refusal = new OsException(operation, target, errno != UNKNOWN ? errno : Errno.EIO);
        refusal.initCause(refused);
        return refusal;
    }

    private static int known(Exception refused) {
        var errno = byText(refused.getMessage());
        return errno != UNKNOWN ? errno : byType(refused);
    }

    private static int byText(String message) {
        if (message == null) return UNKNOWN;
        var text = message.toLowerCase(Locale.ROOT);
        for (var known : TEXTS) {
            if (text.contains(known.part)) return known.errno;
        }
        return UNKNOWN;
    }

    private static int byType(Exception refused) {
        return switch (refused) {
            case ConnectException _, PortUnreachableException _ -> Errno.ECONNREFUSED;
            case BindException _ -> Errno.EADDRINUSE;
            case NoRouteToHostException _ -> Errno.EHOSTUNREACH;
            case ClosedChannelException _ -> Errno.EBADF;
            case NotYetConnectedException _ -> Errno.ENOTCONN;
            case AlreadyConnectedException _ -> Errno.EISCONN;
            case ConnectionPendingException _ -> Errno.EALREADY;
            case AlreadyBoundException _ -> Errno.EINVAL;
            case UnresolvedAddressException _ -> Errno.EADDRNOTAVAIL;
            case UnsupportedAddressTypeException _ -> Errno.EAFNOSUPPORT;
            case UnsupportedOperationException _ -> Errno.EOPNOTSUPP;
            default -> UNKNOWN;
        };
    }

    private static void logOnce(Exception refused) {
        if (LOGGED.size() < LOGGED_MAX && LOGGED.add(String.valueOf(refused))) {
            System.getLogger(JavaErrors.class.getPackageName())
                    .log(Level.WARNING, "reported as EIO, for want of an errno", refused);
        }
    }
}
