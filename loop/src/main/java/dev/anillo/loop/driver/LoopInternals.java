package dev.anillo.loop.driver;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import java.util.function.Function;

/// The loop's inner side, for the packages that build handles on it (sockets, servers). Not for programs.
///
/// Threads: the loop's.
public abstract class LoopInternals {
    private static Function<EventLoop, LoopInternals> opener;

    private final SendParts sendParts = new SendParts();

    protected LoopInternals() {}

    public static LoopInternals of(EventLoop loop) {
        return opener.apply(loop);
    }

    /// Called once by [EventLoop], which alone knows its inner side.
    public static void openWith(Function<EventLoop, LoopInternals> opener) {
        LoopInternals.opener = opener;
    }

    public abstract Driver driver();

    /// Gives the endpoint a slot.
    public abstract int attach(Endpoint endpoint);

    /// Frees the slot; later completions for it are dropped.
    public abstract void detach(int slot);

    /// The token for one of the slot's operations.
    public abstract long token(int slot, int operation);

    /// Calls [Flushable#flush] once this turn's callbacks have run. The caller asks once per turn.
    public abstract void flushLater(Flushable flushable);

    /// An empty buffer of the loop's pools, with room for at least so many bytes.
    ///
    /// @throws IllegalArgumentException for more than the largest buffer holds
    public abstract Buffer takeBuffer(int bytes);

    /// For a send that is started now.
    public final SendParts sendParts() {
        return sendParts;
    }

    /// One reason more for the loop to go on.
    public abstract void retain();

    /// One reason less.
    public abstract void release();

    /// A callback threw, or an error found no handler.
    public abstract void uncaught(Throwable problem);

    /// @throws IllegalStateException on another thread than the loop's
    public abstract void checkThread();

    public abstract boolean inLoop();
}
