package dev.anillo.loop;

import dev.anillo.bench.micro.Part;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A timer among thousands, as deadlines of connections are: most are moved before they are due.
@State(Scope.Thread)
public class TimerBenchmark extends Part {
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final int DELAYS = 4096; // drawn ahead: the generator would cost as much as the queue

    @Param({"1000", "10000"})
    public int queued;

    private final TimerQueue queue = new TimerQueue();
    private final long[] delays = new SplittableRandom(23).longs(DELAYS, SECOND_NANOS, 30 * SECOND_NANOS).toArray();
    private Timer[] timers;
    private long now;
    private int next;

    @Setup
    public void fill() {
        timers = new Timer[queued];
        for (var i = 0; i < queued; i++) {
            timers[i] = new Timer(null, () -> {}, 0, false);
            queue.insert(timers[i], now + delay());
        }
    }

    private long delay() {
        return delays[next++ & DELAYS - 1];
    }

    /// The first one is due, and set again.
    @Benchmark
    public long insertAndExpire() {
        var due = queue.first();
        queue.remove(due);
        if (due.deadlineNanos < now) throw new IllegalStateException("a timer runs after one that is later");
        now = due.deadlineNanos;
        queue.insert(due, now + delay());
        return now;
    }

    /// One in the midst counts anew, as at each request of its connection.
    @Benchmark
    public Timer refresh() {
        var timer = timers[next % queued];
        queue.remove(timer);
        queue.insert(timer, now + delay());
        return timer;
    }

    @TearDown
    public void theyStandInOrder() {
        require(queue.size() == queued, "a timer was lost");
        for (var last = queue.first().deadlineNanos; queue.size() > 0; queue.remove(queue.first())) {
            require(queue.first().deadlineNanos >= last, "order");
            last = queue.first().deadlineNanos;
        }
    }
}
