package dev.anillo.loop.buffer;

import dev.anillo.loop.memory.Findings;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// What loops tell `-Danillo.checks=on`, and the buffers that are out, to find those that nobody gives back. Without
/// checks this class is not loaded.
///
/// Threads: any.
public final class BufferChecks {
    private static final Cleaner CLEANER = Cleaner.create(BufferChecks::cleanerThread);

    /// Those that have not ended, those of lost buffers among them.
    private static final Set<Loan> OUT = ConcurrentHashMap.newKeySet();
    /// Places that a lost buffer was reported of.
    private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

    private BufferChecks() {}

    private static Thread cleanerThread(Runnable body) {
        var thread = new Thread(null, body, "buffer-checks", 0, false);
        thread.setDaemon(true);
        return thread;
    }

    /// @return to be cleaned when the loan has ended; it is also when nothing refers to the buffer any more
    static Cleaner.Cleanable watch(CheckedBuffer buffer, Loan loan) {
        OUT.add(loan);
        return CLEANER.register(buffer, () -> {
            if (loan.hasEnded()) OUT.remove(loan);
            else if (OUT.contains(loan)) reportLost(loan);
        });
    }

    private static void reportLost(Loan loan) {
        if (!REPORTED.add(loan.site())) return; // the loop's end tells how many
        Findings.tell("a buffer of " + loan.bytes + " bytes was lost: nothing refers to it any more, and it was not"
                + " released; " + loan + loan.stacks());
    }

    /// The default loop begins, and has what its script took.
    ///
    /// @param script has ended
    public static void handOver(Thread script, Thread loop) {
        for (var loan : OUT) if (loan.owner == script) loan.owner = loop;
    }

    /// One finding for each place where buffers were taken that are still out as their loop ends.
    public static void reportLeaks(Thread loop) {
        var sites = new TreeMap<String, List<Loan>>();
        for (var loan : OUT) {
            if (loan.owner != loop) continue;
            sites.computeIfAbsent(loan.site(), _ -> new ArrayList<>()).add(loan);
            OUT.remove(loan);
        }
        sites.forEach((site, loans) -> {
            var bytes = loans.stream().mapToLong(loan -> loan.bytes).sum();
            Findings.tell("loop " + loop.getName() + " ended: " + loans.size()
                    + (loans.size() == 1 ? " buffer" : " buffers") + " with " + bytes + " bytes not released, " + site
                    + loans.getFirst().stacks());
        });
    }
}
