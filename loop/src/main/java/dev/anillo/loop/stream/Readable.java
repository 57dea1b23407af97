package dev.anillo.loop.stream;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/// Where bytes come from, as callbacks: data again and again, then the end or an error, then the close.
///
/// Threads: the loop's.
public interface Readable {
    /// Bytes. The buffer is lent until the callback returns ([Buffer#keep] to have it longer). Setting the callback starts
    /// the reading.
    Readable onData(Consumer<Buffer> callback);

    /// No more data: the source has ended as it should.
    Readable onEnd(Runnable callback);

    /// The source broke; no end follows.
    Readable onError(Consumer<IOException> callback);

    /// The source is closed and what it held is given back. Called once, after everything else. Several callbacks may be
    /// set, all are called: programs, pipes and pools may each want to know.
    Readable onClose(Runnable callback);

    /// No more [#onData] until [#resume]; the source is not read any further either, but for a bounded rest.
    void pause();

    void resume();

    /// Ends the reading at once; [#onClose] follows.
    void destroy();

    EventLoop loop();

    /// Sends all that comes to the target, no faster than it takes it ([#pause] while [Writable#write] answers false), and
    /// then ends the target. Not a byte is copied: each buffer is handed on.
    ///
    /// Where one side closes before the source has ended, the other is destroyed, so that neither is left over and no part
    /// is taken for the whole. The pipe needs the source's [#onData] and [#onEnd] and the target's [Writable#onDrain];
    /// [#onError] and [Writable#onError] stay the program's.
    ///
    ///     client.pipe(upstream);
    ///     upstream.pipe(client);
    ///
    /// @return the target
    /// @throws IllegalArgumentException when the two belong to different loops
    default <W extends Writable> W pipe(W target) {
        Pipe.connect(this, target);
        return target;
    }

    /// This as a publisher of Reactive Streams, for one subscriber: what is not requested is not read, and to cancel is to
    /// [#destroy]. Each element is a copy, of its subscriber's own, since what arrives here is only lent. It needs [#onData],
    /// [#onEnd] and [#onError]. The subscriber is called on the loop's thread; the rest may be called by any.
    default Flow.Publisher<ByteBuffer> publisher() {
        return new ReadablePublisher(this);
    }
}
