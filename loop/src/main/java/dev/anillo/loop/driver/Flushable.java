package dev.anillo.loop.driver;

/// Holds output back until the end of the turn, so that all that was written in it leaves with one send.
public interface Flushable {
    /// Starts sending what waits. Called once for each time it asked by [LoopInternals#flushLater].
    void flush();
}
