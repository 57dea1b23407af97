package dev.anillo.bench.micro;

import dev.anillo.loop.buffer.BufferPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What a buffer costs on its way out of the pool and home again, empty and with a typical response head in it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class BufferPoolBenchmark {
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
        if (pool.close() != 0) throw new IllegalStateException("the benchmark has lost a buffer: its figures are void");
    }
}
