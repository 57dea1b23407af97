package dev.anillo.loop.driver.nio;

import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.DriverFile;
import dev.anillo.loop.driver.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Arrays;

/// A regular file by its channel.
record ChannelFile(FileChannel channel, long size, Instant modified) implements DriverFile {
    /// @throws OsException naming `open`; `EINVAL` for what is no regular file
    static ChannelFile open(Path path) throws OsException {
        try {
            // First: opening a FIFO would wait for a writer.
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) throw new OsException("open", path.toString(), Errno.EINVAL);
            var channel = FileChannel.open(path, StandardOpenOption.READ);
            return new ChannelFile(channel, attributes.size(), attributes.lastModifiedTime().toInstant());
        } catch (NoSuchFileException _) {
            throw new OsException("open", path.toString(), Errno.ENOENT);
        } catch (AccessDeniedException _) {
            throw new OsException("open", path.toString(), Errno.EACCES);
        } catch (OsException refused) {
            throw refused;
        } catch (IOException refused) {
            throw JavaErrors.refusal("open", path.toString(), refused);
        }
    }

    /// A channel does not tell.
    @Override
    public Path location() {
        return null;
    }

    @Override
    public byte[] read(int bytesMax) throws OsException {
        var bytes = ByteBuffer.allocate(bytesMax);
        try {
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
                // on to the end
            }
        } catch (IOException refused) {
            throw JavaErrors.refusal("read", channel.toString(), refused);
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing a file that was only read", e);
        }
    }
}
