package dev.anillo.loop.driver;

import dev.anillo.loop.OsException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.util.List;
import java.util.Locale;

/// From what `java.nio.file` throws back to the errno it was made of: by type, then by the system's text, which Java keeps.
/// What neither tells is [Errno#EIO].
public final class FileErrors {
    private record Text(String part, int errno) {}

    /// Parts of messages, in lower case.
    private static final List<Text> TEXTS = List.of(
            new Text("no such file or directory", Errno.ENOENT),
            new Text("no space left", Errno.ENOSPC),
            new Text("not a directory", Errno.ENOTDIR),
            new Text("is a directory", Errno.EISDIR),
            new Text("file exists", Errno.EEXIST),
            new Text("directory not empty", Errno.ENOTEMPTY),
            new Text("read-only file system", Errno.EROFS),
            new Text("cross-device link", Errno.EXDEV),
            new Text("too many levels of symbolic links", Errno.ELOOP),
            new Text("file too large", Errno.EFBIG),
            new Text("file name too long", Errno.ENAMETOOLONG),
            new Text("no such device or address", Errno.ENXIO),
            new Text("resource busy", Errno.EBUSY),
            new Text("permission denied", Errno.EACCES),
            new Text("operation not permitted", Errno.EPERM),
            new Text("too many open files in system", Errno.ENFILE),
            new Text("too many open files", Errno.EMFILE),
            new Text("bad file descriptor", Errno.EBADF),
            new Text("invalid argument", Errno.EINVAL));

    private FileErrors() {}

    /// @return a positive errno
    public static int errno(Exception refused) {
        return switch (refused) {
            case OsException known -> known.errno();
            case NoSuchFileException _ -> Errno.ENOENT;
            case AccessDeniedException _ -> Errno.EACCES;
            case FileAlreadyExistsException _ -> Errno.EEXIST;
            case DirectoryNotEmptyException _ -> Errno.ENOTEMPTY;
            case NotDirectoryException _ -> Errno.ENOTDIR;
            case NotLinkException _ -> Errno.EINVAL;
            case FileSystemLoopException _ -> Errno.ELOOP;
            case FileSystemException other -> byText(other.getReason()); // its message is the path
            case ClosedChannelException _ -> Errno.EBADF;
            case NonReadableChannelException _ -> Errno.EBADF;
            case NonWritableChannelException _ -> Errno.EBADF;
            case UnsupportedOperationException _ -> Errno.EOPNOTSUPP;
            default -> byText(refused.getMessage());
        };
    }

    public static OsException refusal(String operation, String target, IOException refused) {
        var refusal = new OsException(operation, target, errno(refused));
        refusal.initCause(refused);
        return refusal;
    }

    private static int byText(String message) {
        if (message == null) return Errno.EIO;
        var text = message.toLowerCase(Locale.ROOT);
        for (var known : TEXTS) {
            if (text.contains(known.part)) return known.errno;
        }
        return Errno.EIO;
    }
}
