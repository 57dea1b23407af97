package dev.anillo.loop.file;

import dev.anillo.loop.driver.FileFacts;
import java.time.Instant;

/// What is known about a file (stat(2)).
///
/// @param kind what it is
/// @param size bytes
/// @param permissions mode bits, 07777 at the most; 0 where the system has none
/// @param modified when its content was changed last
public record FileStatus(Kind kind, long size, int permissions, Instant modified) {
    private static final int PERMISSIONS = 07777;

    /// Kinds of files.
    public enum Kind {
        /// Bytes on a disk.
        REGULAR,
        DIRECTORY,
        /// Symbolic, and not followed.
        LINK,
        /// A device, a FIFO, a socket.
        OTHER
    }

    static FileStatus of(FileFacts facts) {
        var kind = switch (facts.mode & FileFacts.KIND) {
            case FileFacts.REGULAR -> Kind.REGULAR;
            case FileFacts.DIRECTORY -> Kind.DIRECTORY;
            case FileFacts.LINK -> Kind.LINK;
            default -> Kind.OTHER;
        };
        return new FileStatus(kind, facts.size, facts.mode & PERMISSIONS,
                Instant.ofEpochSecond(facts.modifiedSeconds, facts.modifiedNanos));
    }

    public boolean isRegular() {
        return kind == Kind.REGULAR;
    }

    public boolean isDirectory() {
        return kind == Kind.DIRECTORY;
    }
}
