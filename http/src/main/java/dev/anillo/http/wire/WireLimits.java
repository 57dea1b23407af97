package dev.anillo.http.wire;

/// How much of a peer's input is held or skipped before it is refused. Every limit is inclusive.
///
/// @param requestLineBytesMax bytes of the request line with its CRLF; default 8 KiB, what RFC 9112 §3 recommends as
///         the least that all should support. Above: 414, or 501 when not even the method has ended
/// @param headBytesMax bytes of one request head, request line and empty lines included; default 16 KiB. Bounds the
///         memory that an unfinished head holds: this × connections. Above: 431
/// @param headerCountMax field lines in a head, and in a trailer section; default 100. Bounds the parser's table (16
///         bytes for each) and the time of a look-up. Above: 431
/// @param chunkExtensionBytesMax bytes of chunk extensions over one whole body; default 16 KiB. They mean nothing to us
///         and cost time, so a body may not consist of them. Above: 413
/// @param trailerBytesMax bytes of a trailer section, final empty line included; default 8 KiB. The section is held
///        until it is complete. Above: 431
public record WireLimits(int requestLineBytesMax, int headBytesMax, int headerCountMax, int chunkExtensionBytesMax,
                         int trailerBytesMax) {
    /// What serves browsers and proxies alike.
    public static final WireLimits DEFAULT = new WireLimits(8 * 1024, 16 * 1024, 100, 16 * 1024, 8 * 1024);

    /// @throws IllegalArgumentException for a limit under which nothing could be parsed
    public WireLimits {
        atLeast(16, requestLineBytesMax, "requestLineBytesMax");
        atLeast(32, headBytesMax, "headBytesMax");
        atLeast(1, headerCountMax, "headerCountMax");
        atLeast(0, chunkExtensionBytesMax, "chunkExtensionBytesMax");
        atLeast(2, trailerBytesMax, "trailerBytesMax");
    }

    private static void atLeast(int least, int value, String name) {
        if (value < least) throw new IllegalArgumentException(name + " is " + value + ", the least is " + least);
    }
}
