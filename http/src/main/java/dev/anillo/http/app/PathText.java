package dev.anillo.http.app;

/// Paths as sent, escapes and all.
final class PathText {
    private PathText() {}

    /// Where the segment that begins here ends: at the next `/` or with the path.
    static int segmentEnd(String path, int from) {
        var slash = path.indexOf('/', from);
        return slash < 0 ? path.length() : slash;
    }

    /// Whether all readers agree on what the path says: escapes are well-formed ([Percent]), and no segment is `.` or
    /// `..`, escaped or not. Clients have resolved those before they send (RFC 3986 §5.2.4, §6.2.2.3); who sends them
    /// hopes to find a server, or a file system behind it, that resolves them after something else was decided by the
    /// path.
    static boolean isUnambiguous(String path) {
        // A sequence of UTF-8 can't reach across a slash: checking all at once is as strict as checking each segment.
        if (Percent.decode(path, false) == null) return false;
        return !hasDotSegment(path.indexOf('%') < 0 ? path : path.replace("%2e", ".").replace("%2E", "."));
    }

    private static boolean hasDotSegment(String path) {
        for (var at = path.indexOf("/."); at >= 0; at = path.indexOf("/.", at + 1)) {
            var from = at + 1;
            var length = segmentEnd(path, from) - from;
            if (length == 1 || length == 2 && path.charAt(from + 1) == '.') return true;
        }
        return false;
    }
}
