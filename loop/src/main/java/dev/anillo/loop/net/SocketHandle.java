package dev.anillo.loop.net;

import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.LoopInternals;

/// A socket on its way between processes: a descriptor of its own for the socket that it was made of
/// ([StreamSocket#handle], [StreamServer#handle]) or that another process has sent ([UnixSocket#onHandle]).
///
/// It has one owner at a time. [UnixSocket#write(byte\[\], SocketHandle...)] sends it on; [TcpServer#listen(SocketHandle,
/// Runnable)], [TcpSocket#open] and their siblings make a server or a socket of it; each of them owns it from then on.
/// Whoever does neither closes it. A socket lives until all who have a descriptor for it have closed theirs: only then
/// the peer sees the end, or the port is free.
///
/// Threads: the loop's.
public final class SocketHandle implements AutoCloseable {
    private static final int NONE = -1;

    private final LoopInternals internals;
    private int descriptor;
    private boolean lent;

    SocketHandle(LoopInternals internals, int descriptor) {
        this.internals = internals;
        this.descriptor = descriptor;
    }

    static SocketHandle of(LoopInternals internals, int descriptor) throws OsException {
        return new SocketHandle(internals, internals.driver().duplicate(descriptor));
    }

    /// Lends it to a callback: [#endLoan] closes it unless somebody has become its owner meanwhile.
    ///
    /// @return this
    public SocketHandle lend() {
        lent = true;
        return this;
    }

    /// The callback has returned.
    public void endLoan() {
        if (lent) close();
    }

    /// Makes the callback that was lent this handle its owner.
    public SocketHandle keep() {
        lent = false;
        return this;
    }

    int descriptor() {
        internals.checkThread();
        if (descriptor == NONE) throw new IllegalStateException("the handle was used, sent or closed");
        return descriptor;
    }

    /// The caller owns the descriptor, as soon as nothing can fail any more.
    void given() {
        descriptor = NONE;
        lent = false;
    }

    /// Makes it a descriptor to start operations on, the caller's.
    int adopt(LoopInternals by, boolean listening, boolean unix) throws OsException {
        if (by != internals) throw new IllegalArgumentException("a handle belongs to the loop that it came to");
        var adopted = descriptor();
        internals.driver().adopt(adopted, listening, unix);
        given();
        return adopted;
    }

    /// Gives the descriptor back; harmless when it was used or sent.
    @Override
    public void close() {
        internals.checkThread();
        if (descriptor == NONE) return;
        internals.driver().discard(descriptor);
        given();
    }

    @Override
    public String toString() {
        return "SocketHandle[" + (descriptor == NONE ? "gone" : "descriptor " + descriptor) + "]";
    }
}
