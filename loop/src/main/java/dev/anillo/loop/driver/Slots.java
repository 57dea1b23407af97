package dev.anillo.loop.driver;

import java.util.Arrays;

/// The loop's handles by number. A slot that is freed and taken again has another generation, so that a completion
/// which comes too late finds nobody.
public final class Slots {
    private static final int NONE = -1;

    private Endpoint[] endpoints = new Endpoint[64];
    private int[] generations = new int[64];
    private int[] nextFree = new int[64];
    private int firstFree = NONE;
    private int used;
    private int occupied;
    private long stale;

    /// @throws IllegalStateException with [Token#SLOTS_MAX] handles open
    public int take(Endpoint endpoint) {
        int slot;
        if (firstFree != NONE) {
            slot = firstFree;
            firstFree = nextFree[slot];
        } else {
            slot = used++;
            if (slot == Token.SLOTS_MAX) throw new IllegalStateException("a loop holds at most " + Token.SLOTS_MAX + " handles");
            if (slot == endpoints.length) grow();
        }
        endpoints[slot] = endpoint;
        occupied++;
        return slot;
    }

    private void grow() {
        var length = endpoints.length * 2;
        endpoints = Arrays.copyOf(endpoints, length);
        generations = Arrays.copyOf(generations, length);
        nextFree = Arrays.copyOf(nextFree, length);
    }

    public void free(int slot) {
        if (endpoints[slot] == null) throw new IllegalStateException("slot " + slot + " freed twice");
        endpoints[slot] = null;
        generations[slot]++;
        nextFree[slot] = firstFree;
        firstFree = slot;
        occupied--;
    }

    /// The token of one of the slot's operations.
    public long token(int slot, int operation) {
        return Token.of(slot, generations[slot], operation);
    }

    /// Who waits for this token, or null when it is stale (which is counted).
    public Endpoint find(long token) {
        var slot = Token.slot(token);
        if (slot < used && generations[slot] == Token.generation(token) && endpoints[slot] != null) return endpoints[slot];
        stale++;
        return null;
    }

    /// Tells every endpoint to close itself at once. They free their slots as they complete.
    public void closeAll() {
        for (var slot = 0; slot < used; slot++) {
            if (endpoints[slot] != null) endpoints[slot].closeNow();
        }
    }

    public int occupied() {
        return occupied;
    }

    /// Completions that found nobody.
    public long stale() {
        return stale;
    }
}
