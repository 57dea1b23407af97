package dev.anillo.loop.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// All off-heap memory behind one `static final` segment, so that an address is a plain `long` and an access is
/// one machine instruction with nothing to look up.
///
/// With native access the segment covers the whole address space. Where native access is denied
/// ([MemorySegment#reinterpret] is refused) a slab of [#SLAB_BYTES] takes its place and addresses are offsets into it:
/// whoever parses or copies need not know.
///
/// Callers vouch for their addresses: with the whole address space behind it a wrong one ends the process. With
/// `-Danillo.checks=on` every access is compared with what [Guards] knows of buffers, and with the window that a test
/// has set by [#within].
public final class Memory {
    /// Bytes of the stand-in slab. Bounds what a program without native access can hold in buffers.
    /// `-Danillo.memory=BYTES` sets another.
    public static final long SLAB_BYTES = Long.getLong("anillo.memory", 64L << 20);

    /// True with `-Danillo.checks=on`. A constant: where it is false the checks are not even compiled.
    public static final boolean CHECKED = "on".equals(System.getProperty("anillo.checks"));

    /// The whole address space, or the slab.
    public static final MemorySegment ALL;

    private static final boolean WHOLE;

    private static final ValueLayout.OfShort SHORT_UNALIGNED = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT_UNALIGNED = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG_UNALIGNED = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfLong LITTLE_ENDIAN =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Address 0 is never handed out, so that it can mean "none" in the slab as well.
    private static final long SLAB_START = 64;

    /// What was allocated outside the slab: its buffers would take the memory with them.
    private static final List<ByteBuffer> KEPT = new ArrayList<>();

    private static long slabNext = SLAB_START;
    private static long windowFrom = Long.MIN_VALUE;
    private static long windowTo = Long.MAX_VALUE;

    static {
        var whole = wholeAddressSpace();
        WHOLE = whole != null;
        ALL = WHOLE ? whole : Arena.global().allocate(SLAB_BYTES, SLAB_START);
    }

    private Memory() {}

    private static MemorySegment wholeAddressSpace() {
        var permitted = Memory.class.getModule().isNativeAccessEnabled();
        if (!permitted && nioIsForced()) return null; // nobody asked for native access: don't make the JVM warn of it
        try {
            return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
        } catch (IllegalCallerException denied) {
            return null; // the documented answer to --illegal-native-access=deny: the slab serves
        }
    }

    private static boolean nioIsForced() {
        var name = System.getProperty("anillo.transport", System.getenv("ANILLO_TRANSPORT"));
        return name != null && name.toLowerCase(Locale.ROOT).equals("nio");
    }

    /// Whether [#ALL] is the address space that the kernel sees too. False on the stand-in slab.
    public static boolean isWhole() {
        return WHOLE;
    }

    /// The option of java that gives this code native access, on the module path or on the class path.
    public static String nativeAccessFlag() {
        return "--enable-native-access="
                + (Memory.class.getModule().isNamed() ? "dev.anillo.linux,dev.anillo.loop" : "ALL-UNNAMED");
    }

    /// Zeroed memory that lives as long as the process. For slabs: whoever takes it keeps it or passes it on.
    ///
    /// @param bytes more than 0
    /// @param alignment a power of two
    /// @throws OutOfMemoryError when the stand-in slab is used up (raise `-Danillo.memory`), or the system's memory is
    public static long allocate(long bytes, long alignment) {
        return WHOLE ? allocateOutside(bytes, alignment) : allocateInSlab(bytes, alignment);
    }

    /// By way of a buffer, since those are zeroed by native code: an arena's allocations are by a loop in Java, and a
    /// program that starts would run it in the interpreter, for 10 ms or more until it serves.
    private static synchronized long allocateOutside(long bytes, long alignment) {
        var buffer = ByteBuffer.allocateDirect(Math.toIntExact(bytes + alignment));
        KEPT.add(buffer);
        var address = MemorySegment.ofBuffer(buffer).address();
        return (address + alignment - 1) & -alignment;
    }

    private static synchronized long allocateInSlab(long bytes, long alignment) {
        var at = (slabNext + alignment - 1) & -alignment;
        if (bytes > SLAB_BYTES - at) {
            throw new OutOfMemoryError("off-heap slab of " + SLAB_BYTES + " bytes is used up: raise -Danillo.memory=BYTES,"
                    + " or give native access with " + nativeAccessFlag());
        }
        slabNext = at + bytes;
        return at;
    }

    public static byte getByte(long address) {
        if (CHECKED) check(address, 1);
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    /// Native byte order, any alignment.
    public static short getShort(long address) {
        if (CHECKED) check(address, 2);
        return ALL.get(SHORT_UNALIGNED, address);
    }

    /// Native byte order, any alignment.
    public static int getInt(long address) {
        if (CHECKED) check(address, 4);
        return ALL.get(INT_UNALIGNED, address);
    }

    /// Native byte order, any alignment.
    public static long getLong(long address) {
        if (CHECKED) check(address, 8);
        return ALL.get(LONG_UNALIGNED, address);
    }

    /// Eight bytes with the first one lowest, on every machine: for scanning text eight bytes at a time.
    public static long getLongLittleEndian(long address) {
        if (CHECKED) check(address, 8);
        return ALL.get(LITTLE_ENDIAN, address);
    }

    public static void putByte(long address, byte value) {
        if (CHECKED) check(address, 1);
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    /// Native byte order, any alignment.
    public static void putShort(long address, short value) {
        if (CHECKED) check(address, 2);
        ALL.set(SHORT_UNALIGNED, address, value);
    }

    /// Native byte order, any alignment.
    public static void putInt(long address, int value) {
        if (CHECKED) check(address, 4);
        ALL.set(INT_UNALIGNED, address, value);
    }

    /// Native byte order, any alignment.
    public static void putLong(long address, long value) {
        if (CHECKED) check(address, 8);
        ALL.set(LONG_UNALIGNED, address, value);
    }

    /// The first byte lowest, on every machine: the twin of [#getLongLittleEndian].
    public static void putLongLittleEndian(long address, long value) {
        if (CHECKED) check(address, 8);
        ALL.set(LITTLE_ENDIAN, address, value);
    }

    // With fences, since a layout's VarHandle costs a program some 20 ms of its start, on one processor. An access to an aligned
    // int or short is one instruction.

    /// Reads what another party (the kernel) published. The address is a multiple of 4.
    public static int getIntAcquire(long address) {
        var value = ALL.get(ValueLayout.JAVA_INT, address);
        VarHandle.acquireFence();
        return value;
    }

    /// Publishes to another party (the kernel) all that was written before. The address is a multiple of 4.
    public static void putIntRelease(long address, int value) {
        VarHandle.releaseFence();
        ALL.set(ValueLayout.JAVA_INT, address, value);
    }

    /// As [#putIntRelease], for 16 bits. The address is a multiple of 2.
    public static void putShortRelease(long address, short value) {
        VarHandle.releaseFence();
        ALL.set(ValueLayout.JAVA_SHORT, address, value);
    }

    public static void copy(long from, long to, long bytes) {
        if (CHECKED) {
            check(from, bytes);
            check(to, bytes);
        }
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    public static void copy(byte[] from, int offset, long to, int bytes) {
        if (CHECKED) check(to, bytes);
        MemorySegment.copy(from, offset, ALL, ValueLayout.JAVA_BYTE, to, bytes);
    }

    public static void copy(long from, byte[] to, int offset, int bytes) {
        if (CHECKED) check(from, bytes);
        MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, from, to, offset, bytes);
    }

    public static void fill(long address, long bytes, byte value) {
        if (CHECKED) check(address, bytes);
        segment(address, bytes).fill(value);
    }

    /// A view for APIs that want one. Makes an object: not for the hot path.
    public static MemorySegment segment(long address, long bytes) {
        return ALL.asSlice(address, bytes);
    }

    /// For tests: runs the action while every access outside [from, to) throws. Needs [#CHECKED]. One test at a time.
    public static void within(long from, long to, Runnable action) {
        if (!CHECKED) throw new IllegalStateException("Memory.within needs -Danillo.checks=on");
        windowFrom = from;
        windowTo = to;
        try {
            action.run();
        } finally {
            windowFrom = Long.MIN_VALUE;
            windowTo = Long.MAX_VALUE;
        }
    }

    /// What the accessors do first while [#CHECKED], for those who access memory in another way.
    ///
    /// @throws IndexOutOfBoundsException naming the buffer that the bytes are not within, or that is at home
    public static void check(long address, long bytes) {
        if (address < windowFrom || address > windowTo - bytes) {
            throw new IndexOutOfBoundsException(bytes + " bytes at " + address + " are outside [" + windowFrom + ", " + windowTo + ")");
        }
        Guards.check(address, bytes);
    }
}
