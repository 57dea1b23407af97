package dev.anillo.http.app;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.net.SendableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// From a request's path to an open file below a directory. Waits for the disk, and so runs on threads of its own.
///
/// What is not to be served is told from what is not there by nothing at all: [Absent] is the answer to both.
///
/// @param root a real path
/// @param index the file that stands for its directory; null for none
/// @param dotFiles whether names may begin with a dot
record FileLookup(Path root, String index, boolean dotFiles) {
    /// Codings that files may lie beside the original in, the better first, and their endings.
    private enum Sibling {
        BROTLI("br", ".br"),
        GZIP("gzip", ".gz");

        final String coding;
        final String ending;

        Sibling(String coding, String ending) {
            this.coding = coding;
            this.ending = ending;
        }
    }

    /// Refusals that say nothing of the file: the machine is out of something, and may have it again later.
    private static final Set<String> SHORTAGES = Set.of("EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "EIO");

    sealed interface Result {}

    /// @param type of the content, whatever its coding
    /// @param coding null for the file as it is
    /// @param varies another request might get another coding
    record Found(SendableFile file, String type, String coding, boolean varies) implements Result {}

    /// A directory, asked for without the slash at the end that its relative references need.
    ///
    /// @param path of the directory below the root, encoded, with a slash at both ends
    record Directory(String path) implements Result {}

    record Absent() implements Result {}

    record Unavailable() implements Result {}

    /// @param path below the root, as sent, from its first slash on
    /// @param acceptEncoding the field's value, or null
    Result find(EventLoop loop, String path, String acceptEncoding) {
        var names = names(path);
        if (names == null) return new Absent();
        var isDirectory = names.getLast().isEmpty();
        var target = resolve(names);
        if (target == null || isDirectory && !Files.isDirectory(target)) return new Absent();
        if (Files.isDirectory(target)) {
            if (!isDirectory) return new Directory(encode(names));
            target = index == null ? null : within(target.resolve(index));
        }
        try {
            return target == null || !Files.isRegularFile(target) ? new Absent() : choose(loop, target, acceptEncoding);
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

    private Result choose(EventLoop loop, Path target, String acceptEncoding) throws OsException {
        var type = FileTypes.of(target.getFileName().toString());
        var offered = new ArrayList<String>();
        for (var sibling : Sibling.values()) {
            if (sibling(target, sibling) != null) offered.add(sibling.coding);
        }
        if (!offered.isEmpty()) {
            var coding = Negotiation.encoding(acceptEncoding, offered);
            for (var sibling : Sibling.values()) {
                if (!sibling.coding.equals(coding)) continue;
                return new Found(SendableFile.open(loop, sibling(target, sibling)), type, coding, true);
            }
        }
        return new Found(SendableFile.open(loop, target), type, null, !offered.isEmpty());
    }

    private Path sibling(Path target, Sibling kind) {
        var path = within(target.resolveSibling(target.getFileName() + kind.ending));
        return path != null && Files.isRegularFile(path) ? path : null;
    }
}
