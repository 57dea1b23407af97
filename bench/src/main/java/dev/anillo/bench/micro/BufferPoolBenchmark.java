package dev.anillo.bench.micro;

import dev.anillo.loop.buffer.BufferPool;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What a buffer costs on its way out of the pool and home again, empty and with a typical response head in it.
@State(Scope.Thread)
public class BufferPoolBenchmark extends Part {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int HEAD_BYTES = 150;

    private final BufferPool pool = new BufferPool(BUFFER_BYTES);
    private final byte[] head = new byte[HEAD_BYTES];

    @Benchmark
    public int takeAndRelease() {
        var buffer = pool.take();
        var room = buffer.room();
        buffer.release();
        return room;
    }

    @Benchmark
    public int takeAppendAndRelease() {
        var buffer = pool.take().append(head);
        var readable = buffer.readable();
        buffer.release();
        return readable;
    }

    @TearDown
    public void everyBufferIsHome() {
        require(pool.close() == 0, "a buffer was lost");
    }
}
