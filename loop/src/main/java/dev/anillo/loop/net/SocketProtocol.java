package dev.anillo.loop.net;

import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;

/// What runs on a [StreamSocket], told of all its events: one object where callbacks would be five ([StreamSocket#claim]).
///
/// Threads: called on the socket's loop.
public interface SocketProtocol {
    /// As [StreamSocket#onData].
    void received(Buffer data);

    /// As [StreamSocket#onEnd].
    void peerEnded();

    /// As [StreamSocket#onDrain].
    void drained();

    /// As [StreamSocket#onError]: [#closed] follows.
    default void failed(OsException problem) {}

    /// As [StreamSocket#onClose].
    void closed();
}
