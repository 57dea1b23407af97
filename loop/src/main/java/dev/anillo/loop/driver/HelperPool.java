package dev.anillo.loop.driver;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Threads that wait for the disk in a loop's place, where its transport has no operation for it. Made on demand, gone
/// when idle.
///
/// Threads: the loop's; the work runs on the helpers.
public final class HelperPool {
    /// Helpers of one loop; more work than that waits its turn. As many as libuv has.
    public static final int HELPERS_MAX = 4;

    /// A helper without work ends.
    private static final int IDLE_SECONDS = 10;

    /// For work under way at the end: a disk that does not answer keeps its helper, a daemon, and not the loop.
    private static final int SHUT_DOWN_SECONDS = 2;

    /// What may wait, and comes to 0 or more or a negated [Errno].
    @FunctionalInterface
    public interface Work {
        int run() throws Exception;
    }

    private record Done(long token, int result) {}

    private final Runnable wake;
    private final Counters counters;
    private final ConcurrentLinkedQueue<Done> done = new ConcurrentLinkedQueue<>();
    private ThreadPoolExecutor helpers;

    /// @param wake makes the driver's poll return; any thread
    public HelperPool(Runnable wake, Counters counters) {
        this.wake = wake;
        this.counters = counters;
    }

    public void start(Work work, long token) {
        if (helpers == null) helpers = helpers();
        counters.submissions++;
        helpers.execute(() -> {
            var result = -Errno.EIO;
            try {
                result = work.run();
            } catch (Exception refused) {
                result = -FileErrors.errno(refused);
            } finally {
                done.add(new Done(token, result));
                wake.run();
            }
        });
    }

    private static ThreadPoolExecutor helpers() {
        var made = new ThreadPoolExecutor(HELPERS_MAX, HELPERS_MAX, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().name("anillo files ", 1).factory());
        made.allowCoreThreadTimeOut(true);
        return made;
    }

    /// Whether [#report] has something to tell.
    public boolean hasDone() {
        return !done.isEmpty();
    }

    /// From within [Driver#poll]. What their callbacks start is told with the next poll.
    public void report(Completions completions) {
        if (done.isEmpty()) return;
        for (var left = done.size(); left > 0; left--) {
            var one = done.poll();
            counters.completions++;
            completions.completed(one.token, one.result, false, null);
        }
    }

    /// Nobody is told any more.
    public void shutDown() {
        if (helpers == null) return;
        helpers.shutdown();
        try {
            if (helpers.awaitTermination(SHUT_DOWN_SECONDS, TimeUnit.SECONDS)) return;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the program's own affair; the helpers are daemons
        }
        helpers.shutdownNow();
    }
}
