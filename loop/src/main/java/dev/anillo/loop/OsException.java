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
        super(operation + " " + oneLine(target) + ": " + Errno.name(errno) + ", " + Errno.describe(errno)
                + " (errno " + errno + ")");
        this.operation = operation;
        this.target = target;
        this.errno = errno;
    }

    /// A path or an address may be a peer's choice, and messages end up in logs and on terminals.
    private static String oneLine(String target) {
        if (target.chars().noneMatch(Character::isISOControl)) return target;
        var shown = new StringBuilder();
        target.chars().forEach(c -> {
            if (Character.isISOControl(c)) shown.append(String.format("\\u%04x", c));
            else shown.append((char) c);
        });
        return shown.toString();
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
