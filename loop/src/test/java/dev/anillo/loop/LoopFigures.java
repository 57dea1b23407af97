package dev.anillo.loop;

/// What a loop holds, for tests of other modules. The loop's thread.
public final class LoopFigures {
    private LoopFigures() {}

    /// Sockets and servers: whatever a driver may complete something for.
    public static int openHandles(EventLoop loop) {
        return loop.reactor().openHandles();
    }

    /// Buffers that have left the loop's pools.
    public static int buffersOut(EventLoop loop) {
        return loop.reactor().buffersOut();
    }
}
