package dev.anillo.loop.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// The file that stands for a unix socket, and not another one that has taken its path meanwhile.
///
/// @param key device and inode; null where the file system has none
record SocketFile(Path path, Object key) {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    /// @return null when no socket is there
    static SocketFile at(Path path) {
        try {
            if (!isSocket(path)) return null;
            return new SocketFile(path, attributes(path).fileKey());
        } catch (IOException _) {
            return null; // nothing there, or nothing that is ours to look at
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) return attributes(path).isOther();
        var mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & TYPE) == SOCKET;
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /// Removes it, unless the path leads to another by now.
    ///
    /// @return whether the path is free
    boolean remove() {
        try {
            if (!this.equals(at(path))) return !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            Files.deleteIfExists(path);
            return true;
        } catch (IOException _) {
            return false; // a directory that may not be written: who wants the path will be told EADDRINUSE
        }
    }
}
