package dev.anillo.http.soak;

import java.util.ArrayList;
import java.util.List;

/// What the server holds while nobody is connected.
///
/// @param descriptors open ones of the process
/// @param handles of the loop: one, the listener, when all connections are gone
/// @param buffers taken from the loop's pools
/// @param slabs of memory outside the heap, 256 KiB each; a loop keeps those that it once needed
/// @param threads of the virtual machine
/// @param heapBytes in use after a full collection
/// @param residentKib of the process
record Balance(int descriptors, int handles, int buffers, int slabs, int threads, long heapBytes, long residentKib) {
    /// Tables grow by doubling, and code that is compiled meanwhile leaves its profiles.
    static final long HEAP_GROWTH_BYTES_MAX = 4L << 20;

    /// Of the process, but for slabs, and with a heap that is resident from the beginning: compiled code, and what malloc keeps.
    /// A leak of one connection in a hundred is more.
    static final long RESIDENT_GROWTH_KIB_MAX = 48 * 1024;

    /// Where no memory is lost the most that was waiting at once decides, which grows with the length of a run (120 in half an
    /// hour): half of what the virtual machine would give. What is lost shows as buffers that are out.
    static final int SLAB_GROWTH_MAX = 128;

    private static final int SLAB_KIB = 256;

    /// What is not as it was; empty when nothing is lost.
    List<String> lostSince(Balance before) {
        var lost = new ArrayList<String>();
        compare(lost, "descriptors", before.descriptors, descriptors, 0);
        compare(lost, "handles", before.handles, handles, 0);
        compare(lost, "buffers", before.buffers, buffers, 0);
        compare(lost, "slabs", before.slabs, slabs, SLAB_GROWTH_MAX);
        compare(lost, "threads", before.threads, threads, 0);
        compare(lost, "bytes of heap", before.heapBytes, heapBytes, HEAP_GROWTH_BYTES_MAX);
        compare(lost, "KiB resident besides slabs", before.residentBesidesSlabsKib(), residentBesidesSlabsKib(),
                RESIDENT_GROWTH_KIB_MAX);
        return lost;
    }

    private long residentBesidesSlabsKib() {
        return residentKib - (long) slabs * SLAB_KIB;
    }

    private static void compare(List<String> lost, String name, long before, long after, long growthMax) {
        if (after - before > growthMax) {
            lost.add(name + ": " + before + " before, " + after + " after, more than " + growthMax + " above");
        }
    }
}
