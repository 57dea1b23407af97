package dev.anillo.http.server;

/// Bounds that are not a user's to set; the others are [dev.anillo.http.HttpLimits].
final class Limits {
    /// Bytes of a response head, all headers together. It is written in one piece, into one pooled buffer of 16 KiB.
    static final int RESPONSE_HEAD_BYTES_MAX = 16 * 1024;

    /// How long a connection that was refused stays open for the client to read why, in milliseconds. Closing at once,
    /// with bytes unread, would send RST, which discards the answer on its way (RFC 9112 §9.6).
    static final int LINGER_MILLIS_MAX = 2_000;

    /// Exchanges that a server keeps for reuse. More were in use at once only under a rare load.
    static final int EXCHANGES_KEPT_MAX = 1_024;

    /// Connections above the user's bound that are told so (503) at once. Each lingers for a while; those above are reset.
    static final int BUSY_ANSWERS_MAX = 256;

    /// How often deadlines are looked at, in milliseconds, unless a shorter bound asks for more.
    static final int TICK_MILLIS_MAX = 1_000;

    /// Ticks in the shortest bound.
    static final int TICKS_PER_BOUND = 4;

    /// How long idle connections of a closing server wait for a request that may be on its way, in milliseconds. Its
    /// answer then says close; without this grace it would meet a closed connection.
    static final int IDLE_GRACE_MILLIS = 500;

    /// Bytes of the name that a program gives its server: a few words, in each response.
    static final int SERVER_NAME_BYTES_MAX = 80;

    private Limits() {}
}
