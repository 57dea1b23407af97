package dev.anillo.loop.driver.nio;

import dev.anillo.loop.memory.Memory;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// From an address to the `ByteBuffer` that a channel wants, without making one each time: long-lived views, each over
/// a window of the address space (or of the slab that stands in for it).
///
///     window 0          window 1          window 2
///     |---- 1 GiB ------|---- 1 GiB ------|----
///     [ view 0: almost 2 GiB            ]
///                       [ view 1: almost 2 GiB            ]
///
/// Views overlap, so that up to [#LENGTH_MAX] bytes from anywhere lie within one. A view of memory that isn't there
/// does no harm until somebody touches it. All are of the global scope: channels have nothing to lock.
final class ByteViews {
    private static final int WINDOW_SHIFT = 30;
    private static final int WINDOW_BYTES = 1 << WINDOW_SHIFT;

    /// `MemorySegment.asByteBuffer` allows no more: the longest array that virtual machines agree on.
    private static final int VIEW_BYTES_MAX = Integer.MAX_VALUE - 8;

    /// What is asked beyond is cut: a channel call may be short anyway.
    static final int LENGTH_MAX = VIEW_BYTES_MAX - WINDOW_BYTES;

    /// A power of two. The allocator's addresses lie together in a few windows; each takes the place of its number
    /// modulo this.
    private static final int PLACES = 64;
    private static final long NONE = -1;

    private final ByteBuffer[] views = new ByteBuffer[PLACES];
    private final long[] windows = new long[PLACES];

    ByteViews() {
        Arrays.fill(windows, NONE);
    }

    /// The memory from `address` on between the view's position and limit, until the next call.
    ByteBuffer at(long address, int length) {
        if (Memory.CHECKED) Memory.check(address, length);
        var window = address >>> WINDOW_SHIFT;
        var place = (int) window & PLACES - 1;
        if (windows[place] != window) {
            views[place] = view(window);
            windows[place] = window;
        }
        var from = (int) address & WINDOW_BYTES - 1;
        return views[place].limit(from + Math.min(length, LENGTH_MAX)).position(from);
    }

    private static ByteBuffer view(long window) {
        var start = window << WINDOW_SHIFT;
        return Memory.segment(start, Math.min(VIEW_BYTES_MAX, Memory.ALL.byteSize() - start)).asByteBuffer();
    }
}
