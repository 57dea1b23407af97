package dev.anillo.loop.memory;

import java.util.ArrayDeque;

/// Off-heap memory in equal slabs that outlive the loops which use them: a loop that ends gives its slabs to the next.
/// Closing an arena that several threads may see costs tens of microseconds and halts them all; a slab on a shelf
/// costs nothing.
///
/// Threads: any. Taken and given back when pools grow and loops end, never per request.
public final class Slabs {
    /// Bytes of a slab: sixteen receive buffers of 16 KiB.
    public static final int SLAB_BYTES = 256 * 1024;

    private static final int ALIGNMENT = 4096;

    private static final ArrayDeque<Long> SHELF = new ArrayDeque<>();
    private static int outstanding;

    private Slabs() {}

    /// The address of [#SLAB_BYTES] of memory, aligned to a page. Not zeroed when it was used before.
    public static long take() {
        return take(SLAB_BYTES);
    }

    /// A slab to cut into parts, see [#part].
    ///
    /// @param partBytes a power of two, at the most [#SLAB_BYTES]
    public static long take(int partBytes) {
        synchronized (SHELF) {
            var slab = Memory.CHECKED ? Guards.take(partBytes) : takeOffTheShelf();
            outstanding++;
            return slab;
        }
    }

    private static long takeOffTheShelf() {
        var slab = SHELF.poll();
        return slab != null ? slab : Memory.allocate(SLAB_BYTES, ALIGNMENT);
    }

    /// The address of one of a slab's equal parts: one behind the other, but where checks are on.
    ///
    /// @param partBytes as it was taken
    public static long part(long slab, int index, int partBytes) {
        return Memory.CHECKED ? Guards.part(slab, index) : slab + (long) index * partBytes;
    }

    public static void giveBack(long slab) {
        synchronized (SHELF) {
            if (Memory.CHECKED) Guards.giveBack(slab);
            else SHELF.push(slab);
            outstanding--;
        }
    }

    /// Slabs in use. What tests look at.
    public static int outstanding() {
        synchronized (SHELF) {
            return outstanding;
        }
    }
}
