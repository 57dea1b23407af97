package dev.anillo.http.app;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.net.SendableFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPOutputStream;

/// From a request's path to an open file below a directory. Waits for the disk, and so runs on threads of its own.
///
/// What is not to be served is told from what is not there by nothing at all: [Absent] is the answer to both.
///
/// @param root a real path
/// @param index the file that stands for its directory; null for none
/// @param dotFiles whether names may begin with a dot
/// @param gzipBytesMax the longest file that is compressed when no sibling is; 0: none is
record FileLookup(Path root, String index, boolean dotFiles, int gzipBytesMax) {
    /// Codings that files may lie beside the original in, the better first, and their endings.
    private enum Sibling {
        BROTLI("br", ".br"),
        GZIP(FoundFile.COMPRESSION, ".gz");

        final String coding;
        final String ending;

        Sibling(String coding, String ending) {
            this.coding = coding;
            this.ending = ending;
        }
    }

    /// Refusals that say nothing of the file: the machine is out of something, and may have it again later.
    private static final Set<String> SHORTAGES = Set.of("EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "EIO");

    private static final Semaphore COMPRESSING = new Semaphore(StaticFiles.COMPRESSIONS_MAX);

    sealed interface Result permits FoundFile, Directory, Absent, Unavailable {}

    /// A directory, asked for without the slash at the end that its relative references need.
    ///
    /// @param path of the directory below the root, encoded, with a slash at both ends
    record Directory(String path) implements Result {}

    record Absent() implements Result {}

    record Unavailable() implements Result {}

    /// @param path below the root, as sent, from its first slash on
    Result find(EventLoop loop, String path) {
        var names = names(path);
        var target = names == null ? null : resolve(names);
        if (target == null) return new Absent();
        var asDirectory = names.getLast().isEmpty();
        if (Files.isDirectory(target)) {
            if (!asDirectory) return new Directory(encode(names));
            target = index == null ? null : within(target.resolve(index));
        } else if (asDirectory) {
            return new Absent();
        }
        try {
            return target == null || !Files.isRegularFile(target) ? new Absent() : open(loop, target);
        } catch (OsException refused) {
            return SHORTAGES.contains(refused.code()) ? new Unavailable() : new Absent();
        }
    }

    /// The decoded segments; the last one is empty for a directory.
    ///
    /// @return null for a path that no file has
    private List<String> names(String path) {
        if (!path.startsWith("/") || !PathText.isUnambiguous(path)) return null;
        var names = new ArrayList<String>();
        for (var from = 1; from <= path.length(); ) {
            var end = PathText.segmentEnd(path, from);
            var name = Percent.decode(path.substring(from, end), false);
            var isLast = end == path.length();
            if (name == null || !(isLast && name.isEmpty()) && !isServed(name)) return null;
            names.add(name);
            from = end + 1;
        }
        return names;
    }

    /// A slash within a name was escaped; a backslash is one too on Windows; no honest name has a control
    /// character.
    private boolean isServed(String name) {
        if (name.isEmpty() || name.startsWith(".") && !dotFiles) return false;
        return name.chars().noneMatch(c -> c < ' ' || c == 0x7F || c == '/' || c == '\\');
    }

    private static String encode(List<String> names) {
        var path = new StringBuilder("/");
        for (var name : names) path.append(Percent.encode(name)).append('/');
        return path.toString();
    }

    private Path resolve(List<String> names) {
        try {
            var path = root;
            for (var name : names) path = path.resolve(name);
            return within(path);
        } catch (InvalidPathException _) {
            return null; // a name that this system can't have
        }
    }

    /// Where it really is, symbolic links followed; null when that is not below the root, or nothing is there.
    private Path within(Path path) {
        try {
            var real = path.toRealPath();
            return real.startsWith(root) ? real : null;
        } catch (IOException _) {
            return null; // not there, or not to be looked at: the same to whoever asks
        }
    }

    private FoundFile open(EventLoop loop, Path target) throws OsException {
        var type = FileTypes.of(target.getFileName().toString());
        var plain = FileVariant.of(SendableFile.openBelow(loop, root, target), null);
        var coded = new ArrayList<FileVariant>();
        for (var sibling : Sibling.values()) {
            var variant = open(loop, target, sibling);
            if (variant != null) coded.add(variant);
        }
        var size = plain.size();
        var isCompressible = size > 0 && size <= gzipBytesMax && FileTypes.isCompressible(type);
        return new FoundFile(target, type, plain, List.copyOf(coded), isCompressible);
    }

    /// Null when it is not there, or not to be had: the original will do.
    private FileVariant open(EventLoop loop, Path target, Sibling kind) {
        var path = target.resolveSibling(target.getFileName() + kind.ending);
        if (!Files.isRegularFile(path)) return null; // mostly, and told without an exception
        var real = within(path);
        try {
            return real == null ? null : FileVariant.of(SendableFile.openBelow(loop, root, real), kind.coding);
        } catch (OsException _) {
            return null;
        }
    }

    /// The form that is best for a request, compressed for it if that is wanted and of use.
    ///
    /// @param acceptEncoding the field's value, or null
    /// @param wantsRange whether only a part may be wanted
    FileVariant choose(FoundFile found, String acceptEncoding, boolean wantsRange) {
        var chosen = found.choose(acceptEncoding);
        if (!found.isToBeCompressed(chosen, acceptEncoding, wantsRange)) return chosen;
        if (!COMPRESSING.tryAcquire()) return chosen;
        try {
            var compressed = gzip(chosen.file());
            return compressed != null && compressed.length < chosen.size() ? chosen.compressed(compressed) : chosen;
        } finally {
            COMPRESSING.release();
        }
    }

    /// @return null when it can't be read, or has changed meanwhile
    private byte[] gzip(SendableFile file) {
        var bytes = new ByteArrayOutputStream();
        try (var compressing = new GZIPOutputStream(bytes)) {
            var plain = file.readBytes((int) file.size() + 1);
            if (plain.length != file.size()) return null;
            compressing.write(plain);
            compressing.finish();
            return bytes.toByteArray();
        } catch (IOException _) {
            return null; // then the open file is sent as it is, and its errors told by whoever sends it
        }
    }
}
