package dev.anillo.http.wire;

/// The four forms of a request target (RFC 9112 §3.2).
public enum TargetForm {
    /// `/path?query`
    ORIGIN,
    /// `http://host/path?query`, as a proxy gets it. A server must accept it.
    ABSOLUTE,
    /// `host:port`, with CONNECT alone.
    AUTHORITY,
    /// `*`, with OPTIONS alone.
    ASTERISK;

    private static final TargetForm[] ALL = values();

    static TargetForm of(int ordinal) {
        return ALL[ordinal];
    }
}
