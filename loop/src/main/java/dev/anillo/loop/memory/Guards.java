package dev.anillo.loop.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// What `-Danillo.checks=on` makes of the memory of buffers: each part of a slab lies by itself, and only who has it may
/// touch it. Without checks this class is not loaded.
///
///     with pages       | no access | slack · part | no access | slack · part | no access |
///     without, on NIO  | watched | part | watched | part | watched |
///
/// A part ends where a page does that nobody can touch: the kernel is refused with EFAULT, and other native code ends
/// with the process. What goes through [Memory] is compared before it happens, and thrown at whoever asks for it. A part
/// that is at home is filled with [#POISON], as are always the slack and what is watched; whatever else is found there was
/// written by mistake, and is one of the [Findings].
///
/// Threads: any for [#check] and slabs; a part is one thread's at a time.
public final class Guards {
    /// What the memory of a buffer that is at home is filled with.
    public static final byte POISON = (byte) 0xDB;

    /// Between two parts, where there are no pages: more than a mistake by one, and than eight bytes read at once.
    private static final int WATCHED_BYTES = 64;

    private static final MemorySegment POISONED =
            MemorySegment.ofArray(new byte[Slabs.SLAB_BYTES + WATCHED_BYTES * 2]).fill(POISON);

    /// The system's pages, for packages that may touch them.
    public interface Pages {
        int pageBytes();

        /// Address space that nobody can touch.
        ///
        /// @throws OutOfMemoryError when there is none
        long reserve(long bytes);

        /// Makes pages of it usable.
        ///
        /// @throws OutOfMemoryError when the system refuses
        void open(long address, long bytes);
    }

    private static final class Part {
        final long openFrom;
        final long from;
        final long to;
        final long openTo;
        boolean out;
        /// Who has it, or had it last; null for the loop's own memory.
        Object owner;

        Part(long openFrom, long from, long to, long openTo) {
            this.openFrom = openFrom;
            this.from = from;
            this.to = to;
            this.openTo = openTo;
        }

        String owned() {
            if (owner == null) return out ? "of the loop's own memory" : "never taken";
            return owner.toString();
        }
    }

    private record Slab(long start, long end, long stride, Part[] parts) {
        /// The part that these bytes are nearest to.
        Part nearest(long address, long bytes) {
            var index = Math.clamp(Math.floorDiv(address - parts[0].from, stride), 0, parts.length - 1);
            var part = parts[index];
            if (address < part.to || index + 1 == parts.length) return part;
            var next = parts[index + 1];
            return next.from - (address + bytes) < address - part.to ? next : part;
        }
    }

    private static final Map<Integer, ArrayDeque<Slab>> SHELF = new HashMap<>();
    private static Pages pages;

    /// Sorted by their starts; replaced when one is made.
    private static volatile Slab[] slabs = {};
    /// What was touched last is mostly touched next. A race between threads costs one of them a look-up.
    private static Part last = new Part(0, 0, 0, 0);

    private Guards() {}

    /// From now on slabs are made of the system's pages.
    public static synchronized void use(Pages system) {
        if (pages == null && Memory.isWhole()) pages = system;
    }

    // Slabs.

    /// @return the address of the first part; all of them are out
    static synchronized long take(int partBytes) {
        var kept = SHELF.computeIfAbsent(partBytes, _ -> new ArrayDeque<>()).poll();
        var slab = kept == null ? make(partBytes) : kept;
        for (var part : slab.parts) leave(part, 0, part.owner);
        return slab.parts[0].from;
    }

    /// @param slab by the address of its first part
    static synchronized void giveBack(long slab) {
        var given = find(slab);
        for (var part : given.parts) {
            if (part.out) comeHome(part, part.owner);
            else requirePoison(part.from, part, " while it was at home");
        }
        SHELF.get((int) (given.parts[0].to - given.parts[0].from)).push(given);
    }

    static long part(long slab, int index) {
        return find(slab).parts[index].from;
    }

    private static Slab make(int partBytes) {
        var made = pages == null ? watched(partBytes) : guarded(partBytes);
        for (var part : made.parts) poison(part);
        var all = Arrays.copyOf(slabs, slabs.length + 1);
        all[slabs.length] = made;
        Arrays.sort(all, (one, other) -> Long.compare(one.start, other.start));
        slabs = all;
        return made;
    }

    private static Slab guarded(int partBytes) {
        long page = pages.pageBytes();
        var open = (partBytes + page - 1) & -page;
        var parts = new Part[Slabs.SLAB_BYTES / partBytes];
        var bytes = page + parts.length * (open + page);
        var start = pages.reserve(bytes);
        for (var i = 0; i < parts.length; i++) {
            var from = start + page + i * (open + page);
            pages.open(from, open);
            parts[i] = new Part(from, from + open - partBytes, from + open, from + open);
        }
        return new Slab(start, start + bytes, open + page, parts);
    }

    private static Slab watched(int partBytes) {
        var parts = new Part[Slabs.SLAB_BYTES / partBytes];
        var stride = (long) partBytes + WATCHED_BYTES;
        var bytes = WATCHED_BYTES + parts.length * stride;
        var start = Memory.allocate(bytes, WATCHED_BYTES);
        for (var i = 0; i < parts.length; i++) {
            var from = start + WATCHED_BYTES + i * stride;
            parts[i] = new Part(i == 0 ? start : from, from, from + partBytes, from + stride);
        }
        return new Slab(start, start + bytes, stride, parts);
    }

    // Parts.

    /// @param address of a part
    /// @param filled bytes at its beginning that were rightly written meanwhile
    /// @param owner whose [Object#toString] tells who has it
    public static void leavesHome(long address, int filled, Object owner) {
        leave(partAt(address), filled, owner);
    }

    /// @param address of a part
    /// @param owner whose [Object#toString] tells who had it
    public static void comesHome(long address, Object owner) {
        comeHome(partAt(address), owner);
    }

    private static Part partAt(long address) {
        var slab = find(address);
        var part = slab == null ? null : slab.nearest(address, 1);
        if (part != null && part.from == address) return part;
        throw new AssertionError("no buffer at 0x" + Long.toHexString(address));
    }

    private static void leave(Part part, int filled, Object owner) {
        requirePoison(part.from + filled, part, filled == 0 ? " while it was at home" : " while it was received into");
        part.out = true;
        part.owner = owner;
    }

    private static void comeHome(Part part, Object owner) {
        part.owner = owner;
        requirePoison(part.to, part, "");
        part.out = false;
        poison(part);
    }

    /// Whoever finds it is seldom to blame, and goes on.
    private static void requirePoison(long from, Part part, String when) {
        var wrong = firstWrong(from, part.openTo);
        if (wrong < 0) wrong = firstWrong(part.openFrom, part.from);
        if (wrong >= 0) Findings.tell(describe(wrong, part) + " was written" + when + "; " + part.owned());
    }

    private static void poison(Part part) {
        Memory.ALL.asSlice(part.openFrom, part.openTo - part.openFrom).fill(POISON);
    }

    /// @return an address, -1 when all is poison
    private static long firstWrong(long from, long to) {
        var at = MemorySegment.mismatch(Memory.ALL, from, to, POISONED, 0, to - from);
        return at < 0 ? -1 : from + at;
    }

    private static String describe(long at, Part part) {
        var where = at >= part.to ? (at - part.to + 1) + " behind the end"
                : at < part.from ? (part.from - at) + " before the beginning" : Long.toString(at - part.from);
        return "byte " + where + " of a buffer of " + (part.to - part.from) + " bytes (0x"
                + Integer.toHexString(Memory.ALL.get(ValueLayout.JAVA_BYTE, at) & 0xFF) + ")";
    }

    // Accesses.

    /// @throws IndexOutOfBoundsException for what lies in a slab and not within a part that is out
    static void check(long address, long bytes) {
        var part = last;
        if (address < part.from || address + bytes > part.to || !part.out) checkSlowly(address, bytes);
    }

    private static void checkSlowly(long address, long bytes) {
        if (bytes <= 0) return;
        var slab = find(address + bytes - 1);
        if (slab == null || address >= slab.end) return; // none of our memory
        var part = slab.nearest(address, bytes);
        if (address < part.from || address + bytes > part.to) throw outside(address, bytes, part);
        if (!part.out) throw atHome(address, bytes, part);
        last = part;
    }

    /// The slab that begins last of those that don't begin behind this address.
    private static Slab find(long address) {
        var all = slabs;
        var low = 0;
        var high = all.length;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (all[middle].start <= address) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? null : all[low - 1];
    }

    private static IndexOutOfBoundsException outside(long address, long bytes, Part part) {
        var behind = address + bytes - part.to;
        var where = behind > 0 ? behind + " beyond the end" : (part.from - address) + " before the beginning";
        return new IndexOutOfBoundsException(access(address, bytes) + where + " of a buffer of " + (part.to - part.from)
                + " bytes; " + part.owned());
    }

    private static IndexOutOfBoundsException atHome(long address, long bytes, Part part) {
        return new IndexOutOfBoundsException(access(address, bytes) + "in a buffer of " + (part.to - part.from)
                + " bytes that is at home; " + part.owned());
    }

    private static String access(long address, long bytes) {
        return "access to " + bytes + (bytes == 1 ? " byte" : " bytes") + " at 0x" + Long.toHexString(address) + ", ";
    }
}
