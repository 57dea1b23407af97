package dev.anillo.loop;

import dev.anillo.loop.driver.Errno;
import java.io.IOException;

/// The operating system refused: which operation, on what, with which errno.
///
/// The message is one line: `connect 127.0.0.1:5432: ECONNREFUSED, connection refused (errno 111)`.
public final class OsException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final String target;
    private final int errno;

    /// @param operation the system call or step that was refused, in the words of its man page: `bind`, `connect`
    /// @param target what it was applied to: an address, a path
    /// @param errno the positive error number, as Linux counts
    public OsException(String operation, String target, int errno) {
        super(operation + " " + target + ": " + Errno.name(errno) + ", " + Errno.describe(errno)
                + " (errno " + errno + ")");
        this.operation = operation;
        this.target = target;
        this.errno = errno;
    }

    /// The system call or step that was refused.
    public String operation() {
        return operation;
    }

    /// What the operation was applied to.
    public String target() {
        return target;
    }

    /// Positive, in Linux' numbering on every transport.
    public int errno() {
        return errno;
    }

    /// The errno's name: `ECONNREFUSED`.
    public String code() {
        return Errno.name(errno);
    }
}
