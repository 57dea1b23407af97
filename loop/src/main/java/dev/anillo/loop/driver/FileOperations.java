package dev.anillo.loop.driver;

import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// The seam's part for files ([Driver#files]). As there: what is started completes exactly once, with [Token#FILE] and 0 or
/// more or a negated [Errno], never from within the method that started it, and memory is lent until then. None of it
/// makes the loop wait. Nothing can be cancelled: a file's operation ends by itself, since what could wait without end
/// (a FIFO, a socket) is refused.
///
/// A file's descriptor is another number than a socket's, and only [#close] gives it back. Any number of operations may be
/// under way on one, but with its close.
///
/// Threads: the loop's.
public interface FileOperations {
    /// Completes with a descriptor. `-EINVAL` for a FIFO or a socket: those would wait for a partner. Of a device nothing is
    /// waited for either: it answers `-EAGAIN`.
    void open(Path path, Set<StandardOpenOption> options, long token);

    /// Completes with the bytes that were read, perhaps fewer than asked; 0 at the end of the file.
    void read(int file, long offset, long address, int length, long token);

    /// Completes with the bytes that were taken, perhaps fewer than asked. A file that was opened to append takes no notice
    /// of the offset.
    void write(int file, long offset, long address, int length, long token);

    /// Completes when the disk has what was written.
    ///
    /// @param dataOnly without what only describes the file (fdatasync(2))
    void sync(int file, boolean dataOnly, long token);

    /// Cuts the file, or fills it up with zeros.
    void truncate(int file, long length, long token);

    void status(int file, FileFacts into, long token);

    void close(int file, long token);

    void status(Path path, boolean followLinks, FileFacts into, long token);

    /// Replaces what `to` names (rename(2)).
    void rename(Path from, Path to, long token);

    /// Removes a name, or an empty directory. `-EISDIR` and `-ENOTDIR` for the other kind.
    void unlink(Path path, boolean directory, long token);

    void makeDirectory(Path path, long token);
}
