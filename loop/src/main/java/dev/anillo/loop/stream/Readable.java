package dev.anillo.loop.stream;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import java.io.IOException;
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

    /// The source is closed and what it held is given back. Called once, after everything else.
    Readable onClose(Runnable callback);

    /// No more [#onData] until [#resume]; the source is not read any further either, but for a bounded rest.
    void pause();

    void resume();

    /// Ends the reading at once; [#onClose] follows.
    void destroy();

    EventLoop loop();
}
