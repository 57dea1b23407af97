package dev.anillo.loop.driver.posix;

import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Counters;
import java.util.Arrays;

/// Results that were known at once, kept for the next poll: nothing is reported from within the method that starts an
/// operation. The operation counts as under way until its result is reported.
public final class LocalCompletions {
    /// For a closed descriptor: its number may be somebody else's by the time of the report.
    private static final int NOTHING_ENDS = -1;

    private final Descriptors descriptors;
    private final Counters counters;
    private long[] tokens = new long[64];
    private int[] results = new int[64];
    /// What ends with the report: a descriptor and its side, `fd << 1 | outward`.
    private int[] ending = new int[64];
    private int head;
    private int size;

    public LocalCompletions(Descriptors descriptors, Counters counters) {
        this.descriptors = descriptors;
        this.counters = counters;
    }

    /// The accept or receive of `fd` ends.
    public void inward(int fd, int result) {
        add(descriptors.inwardToken(fd), result, fd << 1);
    }

    /// The connect, send or shutdown of `fd` ends.
    public void outward(int fd, int result) {
        add(descriptors.outwardToken(fd), result, fd << 1 | 1);
    }

    /// A descriptor was closed.
    public void close(long token, int result) {
        add(token, result, NOTHING_ENDS);
    }

    private void add(long token, int result, int ends) {
        if (size == tokens.length) grow();
        var at = (head + size++) & (tokens.length - 1);
        tokens[at] = token;
        results[at] = result;
        ending[at] = ends;
    }

    private void grow() {
        var before = tokens.length;
        tokens = Arrays.copyOf(tokens, before * 2);
        results = Arrays.copyOf(results, before * 2);
        ending = Arrays.copyOf(ending, before * 2);
        System.arraycopy(tokens, 0, tokens, before, head);
        System.arraycopy(results, 0, results, before, head);
        System.arraycopy(ending, 0, ending, before, head);
    }

    public int size() {
        return size;
    }

    /// Reports the first `count`. What their callbacks add waits for the next poll.
    public void report(int count, Completions completions) {
        for (var i = 0; i < count; i++) {
            var at = head;
            head = (head + 1) & (tokens.length - 1);
            size--;
            var ends = ending[at];
            if (ends != NOTHING_ENDS) {
                if ((ends & 1) == 0) descriptors.endInward(ends >>> 1);
                else descriptors.endOutward(ends >>> 1);
            }
            counters.completions++;
            completions.completed(tokens[at], results[at], false, null);
        }
    }
}
