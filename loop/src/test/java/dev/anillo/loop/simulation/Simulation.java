package dev.anillo.loop.simulation;

import dev.anillo.loop.SimulatedLoop;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Runs of scenarios by seed, and what they came to.
///
///     ./anillo simulate [--kernel io_uring|epoll] [--seed N] [--minutes M]
public final class Simulation {
    /// Real time for one run: a thousand times what it takes. Longer means that the loop turns without end.
    private static final int RUN_SECONDS_MAX = 30;

    private static final Logger LOOPS_LOG = Logger.getLogger("dev.anillo.loop");

    /// What happens on the loop of one run.
    public interface Scenario {
        /// On the loop's thread.
        ///
        /// @param done to be completed when all is over, or with what was wrong
        void begin(SimulatedLoop host, long seed, CompletableFuture<Void> done);
    }

    private final SequencedMap<String, Scenario> scenarios = new LinkedHashMap<>();
    private final long[] injected = new long[Fault.values().length];
    private long runs;

    /// Of connections and bytes.
    public static Simulation ofTcp() {
        return new Simulation().with("tcp", TcpScenario::new).with("connector", ConnectorScenario::new);
    }

    /// A seed runs this one too, after those that were named before.
    public Simulation with(String name, Scenario scenario) {
        scenarios.put(name, scenario);
        return this;
    }

    /// One run of each scenario.
    ///
    /// @return what identifies its course: the same each time for a seed
    /// @throws AssertionError naming the seed and the scenario
    public long run(long seed) {
        var trace = 0L;
        for (var scenario : scenarios.entrySet()) {
            trace = 31 * trace + run(scenario.getValue(), seed, scenario.getKey() + " seed " + seed);
        }
        runs++;
        return trace;
    }

    private long run(Scenario scenario, long seed, String name) {
        var host = new SimulatedLoop(seed);
        var done = new CompletableFuture<Void>();
        var level = LOOPS_LOG.getLevel();
        LOOPS_LOG.setLevel(Level.OFF); // of faults by the thousand
        try {
            host.loop.execute(() -> scenario.begin(host, seed, done));
            done.get(RUN_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException wrong) {
            throw new AssertionError(name + ": " + wrong.getCause().getMessage(), wrong.getCause());
        } catch (TimeoutException late) {
            throw new AssertionError(name + ": not over after " + RUN_SECONDS_MAX + " s", late);
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted in " + name, interrupted);
        } finally {
            host.loop.close();
            LOOPS_LOG.setLevel(level);
        }
        for (var fault : Fault.values()) injected[fault.ordinal()] += host.driver.faults().injected(fault);
        return host.driver.trace();
    }

    /// Runs seeds one after the other.
    ///
    /// @return how many
    public long runFor(long firstSeed, long nanos) {
        var start = System.nanoTime();
        var before = runs;
        for (var seed = firstSeed; System.nanoTime() - start < nanos; seed++) run(seed);
        return runs - before;
    }

    public long injected(Fault fault) {
        return injected[fault.ordinal()];
    }

    /// A line for each kind of fault.
    public String report() {
        var text = new StringBuilder();
        for (var fault : Fault.values()) text.append("  %-18s %,d%n".formatted(fault, injected(fault)));
        return text.toString();
    }

    static void main(String[] arguments) {
        ofTcp().command(arguments);
    }

    /// `[--kernel NAME] [--seed N | --minutes M]`, as of `./anillo simulate`: one seed, or fresh ones for a time. Prints what they came to.
    public void command(String... arguments) {
        long seed = System.nanoTime();
        var once = false;
        var minutes = 1.0;
        KernelSimulation kernel = null;
        for (var i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) throw new IllegalArgumentException(arguments[i] + " lacks its value");
            switch (arguments[i]) {
                case "--seed" -> {
                    seed = Long.parseLong(arguments[i + 1]);
                    once = true;
                }
                case "--kernel" -> kernel = KernelSimulation.of(arguments[i + 1]);
                case "--minutes" -> {
                    minutes = Double.parseDouble(arguments[i + 1]);
                    once = false;
                }
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        if (kernel != null) kernel.main(seed, once, minutes);
        else main(seed, once, minutes);
    }

    private void main(long seed, boolean once, double minutes) {
        if (once) {
            IO.println("seed " + seed + ": " + Long.toHexString(run(seed)) + "; faults injected:");
        } else {
            var start = System.nanoTime();
            var count = runFor(seed, (long) (minutes * 60e9));
            IO.println("%,d seeds from %d on, %.0f a second, in %s; faults injected:".formatted(count, seed,
                    count / ((System.nanoTime() - start) / 1e9), String.join(", ", scenarios.keySet())));
        }
        IO.print(report());
    }
}
