package dev.anillo.loop.driver;

import dev.anillo.loop.OsException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;

/// Who may connect to a unix socket's file: those with leave to write it (unix(7)).
public final class SocketMode {
    /// What the process's umask leaves.
    public static final int BY_UMASK = -1;

    private static final int PERMISSIONS = 0777;

    private SocketMode() {}

    /// @param mode permission bits, or [#BY_UMASK]
    /// @throws OsException naming `chmod`
    public static void set(SocketAddress address, int mode) throws OsException {
        if (mode == BY_UMASK || !(address instanceof UnixDomainSocketAddress unix)) return;
        try {
            Files.setAttribute(unix.getPath(), "unix:mode", mode & PERMISSIONS);
        } catch (AccessDeniedException refused) {
            throw refusal(unix, Errno.EACCES, refused);
        } catch (UnsupportedOperationException | IllegalArgumentException noUnix) {
            throw refusal(unix, Errno.EOPNOTSUPP, noUnix);
        } catch (IOException refused) {
            throw refusal(unix, Errno.EIO, refused);
        }
    }

    private static OsException refusal(UnixDomainSocketAddress address, int errno, Exception cause) {
        var refusal = new OsException("chmod", address.getPath().toString(), errno);
        refusal.initCause(cause);
        return refusal;
    }
}
