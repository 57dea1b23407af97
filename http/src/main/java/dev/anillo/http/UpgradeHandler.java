package dev.anillo.http;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.TcpSocket;

/// Takes a connection over from HTTP. The answer (101, or 200 to CONNECT) is the handler's to write, as bytes.
@FunctionalInterface
public interface UpgradeHandler {
    /// @param request valid until this returns
    /// @param socket without callbacks: set [TcpSocket#onData] and the others
    /// @param first what the client has sent behind the request's head already, perhaps nothing; lent until this
    ///     returns, unless it is kept or written
    void handle(HttpRequest request, TcpSocket socket, Buffer first) throws Exception;
}
