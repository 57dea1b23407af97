package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.driver.LoopInternals;

/// Our end of a pipe to or from a child process, as callbacks: see [StreamSocket], of which it has one side. The end of
/// that side closes it. It has no addresses.
///
/// Threads: the loop's.
public final class PipeStream extends StreamSocket<PipeStream> {
    private final String name;

    private PipeStream(EventLoop loop, LoopInternals internals, int descriptor, String name) {
        super(loop, internals, descriptor);
        this.name = name;
    }

    /// For the package of processes.
    ///
    /// @param descriptor the stream's from now on
    /// @param name for messages: `stdout of process 4711`
    @SuppressWarnings("exports") // whoever has the loop's inner side knows its package
    public static PipeStream toRead(EventLoop loop, LoopInternals internals, int descriptor, String name) {
        var stream = new PipeStream(loop, internals, descriptor, name);
        stream.receiveOnly();
        return stream;
    }

    /// As [#toRead], for what the child reads.
    @SuppressWarnings("exports")
    public static PipeStream toWrite(EventLoop loop, LoopInternals internals, int descriptor, String name) {
        var stream = new PipeStream(loop, internals, descriptor, name);
        stream.input.none();
        return stream;
    }

    @Override
    String describePeer() {
        return name;
    }
}
