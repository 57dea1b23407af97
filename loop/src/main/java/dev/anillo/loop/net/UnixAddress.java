package dev.anillo.loop.net;

import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.AbstractName;
import dev.anillo.loop.driver.Errno;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Where a unix socket is: a path, or an abstract name behind a NUL.
final class UnixAddress {
    private static final String ABSTRACT = "\0";

    /// What fits beside a NUL into sun_path (unix(7)). Other systems than Linux may refuse a few bytes earlier.
    private static final int BYTES_MAX = 107;

    private static final Charset PATHS = Charset.forName(System.getProperty("sun.jnu.encoding"));

    private UnixAddress() {}

    /// @throws OsException `ENAMETOOLONG`
    static SocketAddress of(String operation, String path) throws OsException {
        if (path.isEmpty()) throw new IllegalArgumentException("an empty path");
        var isAbstract = path.startsWith(ABSTRACT);
        var bytes = isAbstract ? path.substring(1).getBytes(StandardCharsets.UTF_8) : path.getBytes(PATHS);
        if (bytes.length > BYTES_MAX) {
            throw new OsException(operation, path.replace(ABSTRACT, "@") + " (" + bytes.length + " bytes, more than "
                    + BYTES_MAX + ")", Errno.ENAMETOOLONG);
        }
        return isAbstract ? new AbstractName(path.substring(1)) : UnixDomainSocketAddress.of(path);
    }
}
