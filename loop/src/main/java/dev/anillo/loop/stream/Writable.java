package dev.anillo.loop.stream;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/// Where bytes go. What is written keeps its order and nothing is lost; [#write] answers false when much waits already,
/// and [#onDrain] tells when to go on.
///
/// Threads: the loop's.
public interface Writable {
    /// Puts the bytes behind those that wait. The buffer is the stream's from now on, whatever the answer.
    ///
    /// @return false when much waits: better go on at [#onDrain]
    /// @throws IllegalStateException after [#end]
    boolean write(Buffer buffer);

    /// As [#write(Buffer)], with a copy of the bytes.
    boolean write(byte[] bytes);

    /// As [#write(byte\[\])], as UTF-8.
    boolean write(String text);

    /// Whether [#write] may be called: neither ended nor destroyed.
    boolean isWritable();

    /// All that waited was taken, after a [#write] that answered false.
    Writable onDrain(Runnable callback);

    /// The target broke: what waited is lost.
    Writable onError(Consumer<IOException> callback);

    /// The target is closed and what it held is given back. Called once, after everything else. Several callbacks may be
    /// set, all are called.
    Writable onClose(Runnable callback);

    /// No more writes: what waits is still taken.
    void end();

    /// Drops what waits; [#onClose] follows.
    void destroy();

    EventLoop loop();

    /// This as a subscriber of Reactive Streams: it requests as the target takes, copies each element, ends the target at the
    /// publisher's end, and destroys it at its error. It needs [#onDrain]. Any thread may call it.
    default Flow.Subscriber<ByteBuffer> subscriber() {
        return new WritableSubscriber(this);
    }
}
