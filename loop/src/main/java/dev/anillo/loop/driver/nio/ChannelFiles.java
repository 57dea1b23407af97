package dev.anillo.loop.driver.nio;

import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.FileFacts;
import dev.anillo.loop.driver.PooledFiles;
import dev.anillo.loop.memory.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Open files by their channels. A descriptor is a number that stands for one.
final class ChannelFiles implements PooledFiles.OpenFiles {
    private static final int KIND = 0170000;
    private static final int FIFO = 0010000;
    private static final int SOCKET = 0140000;

    private record Opened(FileChannel channel, Path path) {}

    private final ConcurrentHashMap<Integer, Opened> files = new ConcurrentHashMap<>();
    private final AtomicInteger last = new AtomicInteger();

    @Override
    public int open(Path path, Set<StandardOpenOption> options) throws IOException {
        if (mayWaitForever(path)) return -Errno.EINVAL; // first: Java's open would wait for a partner
        var channel = FileChannel.open(path, options);
        var number = last.incrementAndGet() & Integer.MAX_VALUE;
        files.put(number, new Opened(channel, path));
        return number;
    }

    private static boolean mayWaitForever(Path path) throws IOException {
        try {
            if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) return false;
        } catch (NoSuchFileException _) {
            return false; // the open will tell, or create it
        }
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) return true;
        var kind = (int) Files.getAttribute(path, "unix:mode") & KIND;
        return kind == FIFO || kind == SOCKET;
    }

    private FileChannel channel(int file) {
        return files.get(file).channel;
    }

    private static ByteBuffer view(long address, int length) {
        if (Memory.CHECKED) Memory.check(address, length);
        return Memory.segment(address, length).asByteBuffer();
    }

    @Override
    public int read(int file, long offset, long address, int length) throws IOException {
        return Math.max(0, channel(file).read(view(address, length), offset)); // -1 is the end
    }

    @Override
    public int write(int file, long offset, long address, int length) throws IOException {
        return channel(file).write(view(address, length), offset);
    }

    @Override
    public int sync(int file, boolean dataOnly) throws IOException {
        channel(file).force(!dataOnly);
        return 0;
    }

    /// Java's own only cuts.
    @Override
    public int truncate(int file, long length) throws IOException {
        var channel = channel(file);
        try {
            if (channel.size() < length) channel.write(ByteBuffer.allocate(1), length - 1);
            else channel.truncate(length);
            return 0;
        } catch (NonWritableChannelException _) {
            return -Errno.EINVAL; // as ftruncate(2)
        }
    }

    /// By its path, but for the size: Java has no other way. A file that was renamed meanwhile is not found.
    @Override
    public int status(int file, FileFacts into) throws IOException {
        var opened = files.get(file);
        PooledFiles.fill(opened.path, true, into);
        into.size = opened.channel.size();
        return 0;
    }

    @Override
    public int close(int file) throws IOException {
        files.remove(file).channel.close();
        return 0;
    }
}
