package dev.anillo.loop.driver;

import dev.anillo.loop.OsException;
import java.nio.file.Path;
import java.time.Instant;

/// A regular file that a driver has opened for reading: what [Driver#sendFile] sends from. Any thread.
public interface DriverFile {
    /// Bytes when it was opened.
    long size();

    /// When its content was changed last, as of the opening.
    Instant modified();

    /// Where the open file itself is at this moment, no symbolic link left in it, whichever way its path leads by now;
    /// null where the system does not tell.
    ///
    /// @throws OsException naming `readlink`
    Path location() throws OsException;

    /// Its bytes from the beginning, at the most so many. Waits for the disk.
    ///
    /// @throws OsException naming `read`
    byte[] read(int bytesMax) throws OsException;

    /// Gives the descriptor back. Once, and not while it is being sent.
    void close();
}
