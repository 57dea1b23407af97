package dev.anillo.loop.driver.uring;

import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.posix.Liberty;
import dev.anillo.loop.driver.posix.Traffic;
import dev.anillo.loop.driver.uring.UringDriver.Sizes;
import dev.anillo.loop.memory.Slabs;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// Runs of [Traffic] through the io_uring driver.
public final class UringTraffic {
    /// What io_uring may do.
    public static final Set<Liberty> LIBERTIES = Set.of(Liberty.INTERRUPTED, Liberty.NO_MEMORY, Liberty.BUSY,
            Liberty.PARTLY_SUBMITTED, Liberty.OVERFLOW, Liberty.ENDED_EARLY, Liberty.NO_BUFFERS,
            Liberty.BUFFER_WITH_END, Liberty.LATE, Liberty.TARGET_FIRST, Liberty.CANCEL_FIRST,
            Liberty.NOTHING_TO_CANCEL, Liberty.CANCEL_TOO_LATE, Liberty.CANCELLED_WITH_RESULT,
            Liberty.SHORT_SEND, Liberty.ABORTED, Liberty.EXHAUSTED, Liberty.SPURIOUS);

    private static final int[] SUBMISSIONS = {1, 2, 4, 64};
    private static final int[] COMPLETIONS = {2, 4, 8, 256};

    private UringTraffic() {}

    /// @param taken adds what liberties the kernel took
    /// @return what identifies the run's course
    public static long run(long seed, Map<Liberty, Integer> taken) {
        var random = new SplittableRandom(seed);
        var kernel = new RandomUring(random.split());
        var slabs = Slabs.outstanding();
        var sizes = new Sizes(SUBMISSIONS[random.nextInt(SUBMISSIONS.length)],
                COMPLETIONS[random.nextInt(COMPLETIONS.length)], 16, 16 << random.nextInt(2));
        long course;
        try {
            course = new Traffic(new UringDriver(kernel, sizes), kernel, random.split(), slabs).run();
        } catch (OsException refused) {
            throw new AssertionError(refused);
        }
        for (var liberty : LIBERTIES) taken.merge(liberty, kernel.taken(liberty), Integer::sum);
        return course;
    }
}
