package dev.anillo.http.soak;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// A request, all of it made of its number: what is asked for, how much of it, and each byte that belongs to the answer.
/// Client and server know it apart from each other.
///
/// @param number 0 or more
/// @param kind how it is answered
/// @param bytes of the answer's body
record Asked(long number, Kind kind, int bytes) {
    /// More than a socket takes at once, so that answers wait for their readers.
    static final int BYTES_MAX = 256 * 1024;

    /// What a request of any kind comes to at the least: few segments of TCP.
    private static final int SMALL_BYTES_MAX = 2 * 1024;

    enum Kind {
        /// At once, in one piece.
        FIXED,
        /// In chunks, as the client takes them.
        CHUNKED,
        /// After a while.
        LATER,
        /// A body by length, sent back as it comes.
        ECHO,
        /// A body in chunks, which the server compares; the answer is another.
        UPLOAD,
        /// A part of a file.
        FILE;

        private static final Kind[] ALL = values();

        boolean hasBody() {
            return this == ECHO || this == UPLOAD;
        }
    }

    static Asked of(long number) {
        var random = new SplittableRandom(number);
        var kind = Kind.ALL[random.nextInt(Kind.ALL.length)];
        var large = random.nextInt(16) == 0 && kind != Kind.UPLOAD;
        return new Asked(number, kind, 1 + random.nextInt(large ? BYTES_MAX : SMALL_BYTES_MAX));
    }

    /// `/echo/4711`
    static Asked of(String path) {
        return of(Long.parseLong(path.substring(path.lastIndexOf('/') + 1)));
    }

    int status() {
        return kind == Kind.FILE ? 206 : 200;
    }

    /// Where in a file as long as two of the longest answers this one's part begins.
    int fileOffset() {
        return (int) (number % BYTES_MAX);
    }

    /// The number whose pattern is the answer's body.
    long contentNumber() {
        return kind == Kind.FILE ? fileOffset() : number;
    }

    /// As it is sent.
    byte[] request(boolean last) {
        var head = new StringBuilder(kind.hasBody() ? "POST " : "GET ");
        head.append(kind == Kind.FILE ? "/files/pattern" : "/" + kind.name().toLowerCase() + "/" + number);
        head.append(" HTTP/1.1\r\nHost: soak\r\n");
        if (last) head.append("Connection: close\r\n");
        if (kind == Kind.FILE) {
            head.append("Range: bytes=").append(fileOffset()).append('-').append(fileOffset() + bytes - 1).append("\r\n");
        }
        if (kind == Kind.ECHO) head.append("Content-Length: ").append(bytes).append("\r\n");
        if (kind == Kind.UPLOAD) head.append("Transfer-Encoding: chunked\r\n");
        head.append("\r\n");
        var start = head.toString().getBytes(StandardCharsets.US_ASCII);
        return switch (kind) {
            case ECHO -> join(start, Content.bytes(number, 0, bytes));
            case UPLOAD -> join(start, (Integer.toHexString(bytes) + "\r\n").getBytes(StandardCharsets.US_ASCII),
                    Content.bytes(~number, 0, bytes), "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            default -> start;
        };
    }

    /// The length of a request's head, the empty line included.
    static int headBytes(byte[] request) {
        return new String(request, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    }

    static byte[] join(byte[]... parts) {
        var length = 0;
        for (var part : parts) length += part.length;
        var whole = new byte[length];
        var at = 0;
        for (var part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
