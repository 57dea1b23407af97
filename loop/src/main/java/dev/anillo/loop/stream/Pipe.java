package dev.anillo.loop.stream;

import dev.anillo.loop.buffer.Buffer;

/// Bytes on their way from a source to a target, no faster than the target takes them. See [Readable#pipe].
///
/// Threads: the loop's of both.
final class Pipe {
    private final Readable source;
    private final Writable target;
    private boolean sourceEnded;

    private Pipe(Readable source, Writable target) {
        this.source = source;
        this.target = target;
    }

    static void connect(Readable source, Writable target) {
        if (source.loop() != target.loop()) {
            throw new IllegalArgumentException("a pipe between two loops: buffers belong to one");
        }
        var pipe = new Pipe(source, target);
        target.onDrain(source::resume).onClose(pipe::targetClosed);
        source.onEnd(pipe::sourceEnded).onClose(pipe::sourceClosed).onData(pipe::received);
    }

    /// The lent buffer becomes the target's: not a byte is copied.
    private void received(Buffer data) {
        if (!target.isWritable()) source.destroy(); // ended by others: nobody will take the rest
        else if (!target.write(data)) source.pause();
    }

    private void sourceEnded() {
        sourceEnded = true;
        if (target.isWritable()) target.end();
    }

    private void sourceClosed() {
        if (!sourceEnded) target.destroy(); // what came is not all: the target's reader must not take it for all
    }

    private void targetClosed() {
        if (!sourceEnded) source.destroy();
    }
}
