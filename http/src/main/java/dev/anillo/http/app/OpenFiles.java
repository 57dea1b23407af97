package dev.anillo.http.app;

import java.util.LinkedHashMap;
import java.util.function.LongSupplier;

/// Files that are held open from one request to the next, by the paths that were asked for.
///
///     looked up    [#RENEW_MILLIS]                     [#SERVED_MILLIS_MAX]
///        | served     | served, and looked up anew        | looked up before it is served
///
/// So no answer is older than the second bound, and what is asked for all the time is never waited for. What nobody asks
/// for any more is closed then.
///
/// Threads: one loop's.
final class OpenFiles implements AutoCloseable {
    /// A change is seen after so long. Short for people; for a server thousands of requests.
    static final int SERVED_MILLIS_MAX = 1000;

    /// Time enough for a look-up on a slow disk.
    static final int RENEW_MILLIS = SERVED_MILLIS_MAX / 2;

    /// A look at a path.
    static final class Entry {
        final FoundFile found;
        private final long lookedUpMillis;
        private boolean isRenewing;

        private Entry(FoundFile found, long lookedUpMillis) {
            this.found = found;
            this.lookedUpMillis = lookedUpMillis;
        }
    }

    private final int filesMax;
    private final LongSupplier clock;

    /// The least recently used first.
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private int files;

    /// @param clock milliseconds
    OpenFiles(int filesMax, LongSupplier clock) {
        this.filesMax = filesMax;
        this.clock = clock;
    }

    /// Null for what must be looked up.
    Entry find(String path) {
        var entry = entries.get(path);
        return entry != null && isServed(entry) ? entry : null;
    }

    /// A clock that was set back makes old what is younger than now.
    private boolean isServed(Entry entry) {
        var age = clock.getAsLong() - entry.lookedUpMillis;
        return age >= 0 && age < SERVED_MILLIS_MAX;
    }

    /// Whether the caller is to look it up anew. True once.
    boolean beginsRenewal(Entry entry) {
        if (entry.isRenewing || clock.getAsLong() - entry.lookedUpMillis < RENEW_MILLIS) return false;
        entry.isRenewing = true;
        return true;
    }

    /// Takes over what a look-up has found. Not what a later one has overtaken: that is closed.
    ///
    /// @param lookedUpMillis when the look-up began
    void add(String path, FoundFile found, long lookedUpMillis) {
        var former = entries.get(path);
        if (former != null && former.lookedUpMillis > lookedUpMillis) {
            found.close();
            return;
        }
        if (former != null) found = found.withTextsOf(former.found);
        remove(path);
        entries.put(path, new Entry(found, lookedUpMillis));
        files += found.openCount();
        while (files > filesMax) close(entries.pollFirstEntry().getValue());
    }

    /// A look-up has found no file.
    void remove(String path) {
        var former = entries.remove(path);
        if (former != null) close(former);
    }

    private void close(Entry entry) {
        files -= entry.found.openCount();
        entry.found.close();
    }

    /// Those that would not be served any more.
    void closeOld() {
        entries.values().removeIf(entry -> {
            if (isServed(entry)) return false;
            close(entry);
            return true;
        });
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /// All of them.
    @Override
    public void close() {
        entries.values().forEach(this::close);
        entries.clear();
    }
}
