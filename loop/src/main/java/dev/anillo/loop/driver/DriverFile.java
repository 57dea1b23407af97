package dev.anillo.loop.driver;

import java.time.Instant;

/// A regular file that a driver has opened for reading: what [Driver#sendFile] sends from. Any thread.
public interface DriverFile {
    /// Bytes when it was opened.
    long size();

    /// When its content was changed last, as of the opening.
    Instant modified();

    /// Gives the descriptor back. Once, and not while it is being sent.
    void close();
}
