package dev.anillo.loop.simulation;

import dev.anillo.loop.driver.epoll.EpollTraffic;
import dev.anillo.loop.driver.posix.Liberty;
import dev.anillo.loop.driver.uring.UringTraffic;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/// Runs of a native driver on a kernel in memory, by seed.
///
///     ./anillo simulate --kernel io_uring|epoll [--seed N | --minutes M]
public enum KernelSimulation {
    IO_URING("io_uring", UringTraffic::run, UringTraffic.LIBERTIES),
    EPOLL("epoll", EpollTraffic::run, EpollTraffic.LIBERTIES);

    private interface Run {
        long run(long seed, Map<Liberty, Integer> taken);
    }

    private final String text;
    private final Run run;
    private final Set<Liberty> liberties;
    private final Map<Liberty, Integer> taken = new EnumMap<>(Liberty.class);

    KernelSimulation(String text, Run run, Set<Liberty> liberties) {
        this.text = text;
        this.run = run;
        this.liberties = liberties;
    }

    static KernelSimulation of(String name) {
        for (var each : values()) {
            if (each.text.equals(name)) return each;
        }
        throw new IllegalArgumentException("no kernel " + name + ": io_uring or epoll");
    }

    /// One run.
    ///
    /// @return what identifies its course: the same each time for a seed
    /// @throws AssertionError naming the seed
    public long run(long seed) {
        try {
            return run.run(seed, taken);
        } catch (AssertionError | RuntimeException wrong) {
            throw new AssertionError("seed " + seed + ": " + wrong.getMessage(), wrong);
        }
    }

    /// Runs seeds one after the other.
    ///
    /// @return how many
    public long runFor(long firstSeed, long nanos) {
        var start = System.nanoTime();
        var seed = firstSeed;
        for (; System.nanoTime() - start < nanos; seed++) run(seed);
        return seed - firstSeed;
    }

    void main(long seed, boolean once, double minutes) {
        if (once) {
            IO.println("seed " + seed + ": " + Long.toHexString(run(seed)) + "; liberties taken:");
        } else {
            var start = System.nanoTime();
            var count = runFor(seed, (long) (minutes * 60e9));
            IO.println("%,d seeds from %d on, %.0f a second; liberties taken:".formatted(count, seed,
                    count / ((System.nanoTime() - start) / 1e9)));
        }
        IO.print(report());
    }

    /// What its kernel may do.
    public Set<Liberty> liberties() {
        return liberties;
    }

    /// How often it did.
    public int taken(Liberty liberty) {
        return taken.getOrDefault(liberty, 0);
    }

    /// A line for each liberty.
    public String report() {
        var text = new StringBuilder();
        for (var liberty : Liberty.values()) {
            if (liberties.contains(liberty)) text.append("  %-21s %,d%n".formatted(liberty, taken(liberty)));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
