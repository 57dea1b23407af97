package dev.anillo.loop.buffer;

import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// What loops tell `-Danillo.checks=on`, and the buffers that are out, to find those that nobody gives back. Without checks
/// this class is not loaded.
///
/// Threads: any.
public final class BufferChecks {
    private static final System.Logger LOG = System.getLogger("dev.anillo.loop");
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

    static Cleaner.Cleanable watch(CheckedBuffer buffer, Loan loan) {
        OUT.add(loan);
        return CLEANER.register(buffer, () -> {
            if (loan.hasEnded()) OUT.remove(loan);
            else reportLost(loan);
        });
    }

    private static void reportLost(Loan loan) {
        if (!REPORTED.add(loan.site())) return; // the loop's end tells how many
        LOG.log(System.Logger.Level.WARNING, "a buffer of " + loan.bytes + " bytes was lost: nobody has it any more, and it"
                + " was not released; " + loan, loan.trace());
    }

    /// The default loop begins, and has what its script took.
    ///
    /// @param script has ended
    public static void handOver(Thread script, Thread loop) {
        for (var loan : OUT) if (loan.owner == script) loan.owner = loop;
    }

    /// One warning for each place where buffers were taken that are still out as their loop ends.
    public static void reportLeaks(Thread loop) {
        var sites = new TreeMap<String, List<Loan>>();
        for (var loan : OUT) {
            if (loan.owner != loop) continue;
            sites.computeIfAbsent(loan.bytes + " bytes, " + loan.site(), _ -> new ArrayList<>()).add(loan);
            OUT.remove(loan);
        }
        sites.forEach((site, loans) -> LOG.log(System.Logger.Level.WARNING, "loop " + loop.getName() + " ended: "
                + loans.size() + (loans.size() == 1 ? " buffer was" : " buffers were") + " not released: " + site,
                loans.getFirst().trace()));
    }
}
