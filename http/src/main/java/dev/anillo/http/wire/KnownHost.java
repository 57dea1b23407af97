package dev.anillo.http.wire;

/// The host of the request before, which was found valid: most clients ask the same server for one thing after the
/// other, and comparing is cheaper than checking.
final class KnownHost {
    private static final int WORDS = 8;

    private final long[] words = new long[WORDS];
    private int length = -1;

    /// Whether [at, end) holds the same bytes. Offsets count from `base`.
    boolean is(long base, int at, int end) {
        if (end - at != length) return false;
        for (var i = 0; at < end; at += Long.BYTES, i++) {
            if (Scan.word(base, at, end) != words[i]) return false;
        }
        return true;
    }

    /// A longer one is not kept.
    void set(long base, int at, int end) {
        length = end - at <= WORDS * Long.BYTES ? end - at : -1;
        if (length < 0) return;
        for (var i = 0; at < end; at += Long.BYTES, i++) words[i] = Scan.word(base, at, end);
    }
}
