package dev.anillo.bench.micro;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/// How a part is measured unless it or the command line says otherwise: short enough that all of them take a few minutes.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public abstract class Part {
    protected Part() {}

    /// @throws IllegalStateException unless a benchmark's own work came to what it should
    protected static void require(boolean holds, String what) {
        if (!holds) throw new IllegalStateException("the figures are void: " + what);
    }
}
