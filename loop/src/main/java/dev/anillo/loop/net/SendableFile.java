package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.DriverFile;
import dev.anillo.loop.driver.LoopInternals;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/// A regular file, open for sockets of one loop to send parts of it ([TcpSocket#write(SendableFile, long, long)]).
///
///     try (file) {
///         socket.write(file, 0, file.size());
///     }
///
/// Whoever holds it closes it: the one that opened it, and everyone that asked for a [#share]. A socket holds it until
/// its part is sent or the socket gone. The descriptor is given back with the last of them.
///
/// Threads: any, but the sockets' own.
public final class SendableFile implements AutoCloseable {
    private final Path path;
    private final DriverFile opened;
    private final AtomicInteger holders = new AtomicInteger(1);

    private SendableFile(Path path, DriverFile opened) {
        this.path = path;
        this.opened = opened;
    }

    /// Opens a file, following symbolic links. May wait for the disk, and so belongs on another thread than the loop's.
    ///
    /// @throws OsException naming `open`: `ENOENT`, `EACCES`, …; `EINVAL` for what is no regular file
    public static SendableFile open(EventLoop loop, Path path) throws OsException {
        Objects.requireNonNull(path);
        return new SendableFile(path, LoopInternals.of(loop).driver().openFile(path));
    }

    /// Bytes when it was opened.
    public long size() {
        return opened.size();
    }

    /// When its content was changed last, as of the opening.
    public Instant lastModified() {
        return opened.modified();
    }

    /// One holder more.
    ///
    /// @return this file, to be closed once more
    public SendableFile share() {
        if (holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) throw closedAlready();
        return this;
    }

    /// One holder less.
    @Override
    public void close() {
        var before = holders.getAndUpdate(count -> Math.max(0, count - 1));
        if (before == 0) throw closedAlready();
        if (before == 1) opened.close();
    }

    private IllegalStateException closedAlready() {
        return new IllegalStateException(this + " is closed already");
    }

    DriverFile opened() {
        return opened;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
