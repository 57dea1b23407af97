package dev.anillo.loop.net;

import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;

/// What runs on a [TcpSocket], told of all its events: one object where callbacks would be five ([TcpSocket#claim]).
///
/// Threads: called on the socket's loop.
public interface SocketProtocol {
    /// As [TcpSocket#onData].
    void received(Buffer data);

    /// As [TcpSocket#onEnd].
    void peerEnded();

    /// As [TcpSocket#onDrain].
    void drained();

    /// As [TcpSocket#onError]: [#closed] follows.
    default void failed(OsException problem) {}

    /// As [TcpSocket#onClose].
    void closed();
}
