package dev.anillo.loop.driver.epoll;

import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.posix.Liberty;
import dev.anillo.loop.driver.posix.Traffic;
import dev.anillo.loop.memory.Slabs;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// Runs of [Traffic] through the epoll driver.
public final class EpollTraffic {
    /// What epoll, and the calls beside it, may do.
    public static final Set<Liberty> LIBERTIES = Set.of(Liberty.INTERRUPTED, Liberty.LATE, Liberty.SHORT_SEND,
            Liberty.ABORTED, Liberty.EXHAUSTED, Liberty.SPURIOUS, Liberty.TWICE, Liberty.STALE, Liberty.NOT_REGISTERED);

    private EpollTraffic() {}

    /// @param taken adds what liberties the kernel took
    /// @return what identifies the run's course
    public static long run(long seed, Map<Liberty, Integer> taken) {
        var random = new SplittableRandom(seed);
        var kernel = new RandomEpoll(random.split());
        var slabs = Slabs.outstanding();
        long course;
        try {
            course = new Traffic(new EpollDriver(kernel), kernel, random.split(), slabs).run();
        } catch (OsException refused) {
            throw new AssertionError(refused);
        }
        for (var liberty : LIBERTIES) taken.merge(liberty, kernel.taken(liberty), Integer::sum);
        return course;
    }
}
