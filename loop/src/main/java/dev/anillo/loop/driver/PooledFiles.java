package dev.anillo.loop.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Files by helper threads: what has a path by `java.nio.file`, what is open by [OpenFiles].
public final class PooledFiles implements FileOperations {
    /// What is open, by calls that may wait, for helper threads. Results are those of the completions.
    public interface OpenFiles {
        int open(Path path, Set<StandardOpenOption> options) throws IOException;

        int read(int file, long offset, long address, int length) throws IOException;

        int write(int file, long offset, long address, int length) throws IOException;

        int sync(int file, boolean dataOnly) throws IOException;

        int truncate(int file, long length) throws IOException;

        int status(int file, FileFacts into) throws IOException;

        int close(int file) throws IOException;
    }

    private final HelperPool pool;
    private final OpenFiles files;

    public PooledFiles(HelperPool pool, OpenFiles files) {
        this.pool = pool;
        this.files = files;
    }

    @Override
    public void open(Path path, Set<StandardOpenOption> options, long token) {
        pool.start(() -> files.open(path, options), token);
    }

    @Override
    public void read(int file, long offset, long address, int length, long token) {
        pool.start(() -> files.read(file, offset, address, length), token);
    }

    @Override
    public void write(int file, long offset, long address, int length, long token) {
        pool.start(() -> files.write(file, offset, address, length), token);
    }

    @Override
    public void sync(int file, boolean dataOnly, long token) {
        pool.start(() -> files.sync(file, dataOnly), token);
    }

    @Override
    public void truncate(int file, long length, long token) {
        pool.start(() -> files.truncate(file, length), token);
    }

    @Override
    public void status(int file, FileFacts into, long token) {
        pool.start(() -> files.status(file, into), token);
    }

    @Override
    public void close(int file, long token) {
        pool.start(() -> files.close(file), token);
    }

    @Override
    public void status(Path path, boolean followLinks, FileFacts into, long token) {
        pool.start(() -> fill(path, followLinks, into), token);
    }

    /// As [#status(Path, boolean, FileFacts, long)], waiting.
    public static int fill(Path path, boolean followLinks, FileFacts into) throws IOException {
        var links = followLinks ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
        if (path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            var found = Files.readAttributes(path, "unix:mode,size,lastModifiedTime", links);
            into.mode = (int) found.get("mode");
            into.size = (long) found.get("size");
            modified(into, (FileTime) found.get("lastModifiedTime"));
        } else {
            var found = Files.readAttributes(path, BasicFileAttributes.class, links);
            into.mode = found.isRegularFile() ? FileFacts.REGULAR : found.isDirectory() ? FileFacts.DIRECTORY
                    : found.isSymbolicLink() ? FileFacts.LINK : FileFacts.OTHER;
            into.size = found.size();
            modified(into, found.lastModifiedTime());
        }
        return 0;
    }

    private static void modified(FileFacts into, FileTime time) {
        var nanos = time.to(TimeUnit.NANOSECONDS); // until the year 2262
        into.modifiedSeconds = Math.floorDiv(nanos, 1_000_000_000L);
        into.modifiedNanos = (int) Math.floorMod(nanos, 1_000_000_000L);
    }

    @Override
    public void rename(Path from, Path to, long token) {
        pool.start(() -> {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return 0;
        }, token);
    }

    @Override
    public void unlink(Path path, boolean directory, long token) {
        pool.start(() -> {
            var found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (found.isDirectory() != directory) return directory ? -Errno.ENOTDIR : -Errno.EISDIR;
            Files.delete(path);
            return 0;
        }, token);
    }

    @Override
    public void makeDirectory(Path path, long token) {
        pool.start(() -> {
            Files.createDirectory(path);
            return 0;
        }, token);
    }
}
