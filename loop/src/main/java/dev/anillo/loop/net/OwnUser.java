package dev.anillo.loop.net;

import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whose process this is.
final class OwnUser {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String LINE = "Uid:";

    private OwnUser() {}

    /// By proc_pid_status(5): real, effective, saved, file system.
    ///
    /// @throws OsException naming `geteuid`, where /proc is not mounted
    static int effective() throws OsException {
        try (var lines = Files.lines(STATUS)) {
            var users = lines.filter(line -> line.startsWith(LINE)).findFirst().orElseThrow();
            return Integer.parseUnsignedInt(users.substring(LINE.length()).strip().split("\\s+")[1]);
        } catch (IOException absent) {
            throw new OsException("geteuid", STATUS + " (/proc must be mounted)", Errno.ENOENT);
        }
    }
}
