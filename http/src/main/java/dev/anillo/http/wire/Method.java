package dev.anillo.http.wire;

/// The methods that a parser recognises (RFC 9110 §9, RFC 5789). Case-sensitive: `get` is [#OTHER].
public enum Method {
    GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH, CONNECT, TRACE,
    /// Any other token; the parser has its offsets.
    OTHER;

    private static final Method[] ALL = values();
    private static final long[] WORDS = new long[OTHER.ordinal()];

    static {
        for (var i = 0; i < WORDS.length; i++) WORDS[i] = Scan.ascii(ALL[i].name());
    }

    /// Parsers keep the number: storing a reference in an old object costs a barrier.
    static Method of(int ordinal) {
        return ALL[ordinal];
    }

    /// @param word the method's bytes, the first one lowest, filled up with zeros; at most 8 of them
    static int ordinalOf(long word) {
        for (var i = 0; i < WORDS.length; i++) {
            if (WORDS[i] == word) return i;
        }
        return OTHER.ordinal();
    }
}
