package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.DriverFile;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.LoopInternals;
import java.io.IOException;
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

    /// As [#open(EventLoop, Path)], but only what is below a directory: whichever way links lead, and also when one is
    /// put there at this very moment. What counts is where the file is that was opened.
    ///
    /// On the nio transport that is not told: there the path is looked at once more behind the opening, and who swaps
    /// links twice in the right moments may still win.
    ///
    /// @param directory a real path ([Path#toRealPath])
    /// @throws OsException also `EXDEV`, for what is elsewhere
    public static SendableFile openBelow(EventLoop loop, Path directory, Path path) throws OsException {
        var file = open(loop, path);
        try {
            if (file.isBelow(directory)) return file;
        } catch (OsException unknown) {
            file.close();
            throw unknown;
        }
        file.close();
        throw new OsException("open", path + " (which is not below " + directory + ")", Errno.EXDEV);
    }

    private boolean isBelow(Path directory) throws OsException {
        var location = opened.location();
        try {
            return (location != null ? location : path.toRealPath()).startsWith(directory);
        } catch (IOException gone) {
            return false;
        }
    }

    /// Its bytes from the beginning. Waits for the disk, as [#open] does.
    ///
    /// @param bytesMax where it is longer there are no more
    /// @throws OsException naming `read`
    public byte[] readBytes(int bytesMax) throws OsException {
        return opened.read(bytesMax);
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
