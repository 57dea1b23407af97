package dev.anillo.loop.driver;

import dev.anillo.loop.buffer.Buffer;

/// Where a [Driver] reports what has happened. Called from within [Driver#poll] only, on the loop's thread.
@FunctionalInterface
public interface Completions {
    /// @param token the operation's token
    /// @param result 0 or more, or a negated [Errno]: the accepted descriptor, the bytes sent or received (0: the peer
    ///     has ended), 0 for the rest
    /// @param more true when the operation goes on and will complete again (accept, receive); false with its last one
    /// @param data the received bytes, now the callee's to [Buffer#release]; null but for a receive above 0
    void completed(long token, int result, boolean more, Buffer data);
}
