package dev.anillo.loop.driver;

import dev.anillo.loop.buffer.Buffer;

/// Whoever holds a slot of the loop: a socket, a server. Told of every completion of its operations.
public interface Endpoint {
    /// As [Completions#completed], the token resolved to its operation ([Token#ACCEPT] and its siblings).
    void completed(int operation, int result, boolean more, Buffer data);

    /// The loop ends: closes without waiting for the peer. Harmless when it is closing already.
    void closeNow();
}
