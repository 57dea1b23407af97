package dev.anillo.http.server;

/// What a connection may cost, beside the limits of the wire format ([dev.anillo.http.wire.WireLimits]).
final class Limits {
    /// Bytes of a response head, all headers together. It is written in one piece, into one pooled buffer of 16 KiB.
    static final int RESPONSE_HEAD_BYTES_MAX = 16 * 1024;

    /// Bytes of a request body that are read and thrown away when the response has ended without it, so that the next
    /// request can follow. Above, closing the connection is cheaper.
    static final int DRAIN_BYTES_MAX = 256 * 1024;

    /// How long a connection that was refused stays open for the client to read why, in milliseconds. Closing at once,
    /// with bytes unread, would send RST, which discards the answer on its way (RFC 9112 §9.6).
    static final int LINGER_MILLIS_MAX = 2_000;

    /// Exchanges that a server keeps for reuse. More were in use at once only under a rare load.
    static final int EXCHANGES_KEPT_MAX = 1_024;

    private Limits() {}
}
