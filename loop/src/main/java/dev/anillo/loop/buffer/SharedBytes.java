package dev.anillo.loop.buffer;

import dev.anillo.loop.memory.Memory;
import java.lang.foreign.Arena;

/// Bytes outside the heap that never change, for what is sent again and again: each [dev.anillo.loop.EventLoop#view] of
/// them is a buffer to pass to a socket or a response, and nothing is copied on the way to the kernel.
///
/// The memory is freed some time after the last reference to this and the last view are gone. Where native access is
/// denied it stays for as long as the process.
///
/// Threads: any, and any number of loops at once.
public final class SharedBytes {
    private static final long ALIGNMENT = 64;

    private final long address;
    private final int length;
    /// Keeps the memory from being freed; null where it never is.
    private final Arena arena;

    private SharedBytes(Arena arena, long address, int length) {
        this.arena = arena;
        this.address = address;
        this.length = length;
    }

    /// Copies the bytes out of the heap.
    ///
    /// @throws OutOfMemoryError when there is no room outside the heap
    public static SharedBytes of(byte[] bytes) {
        var arena = Memory.isWhole() ? Arena.ofAuto() : null;
        var room = Math.max(1, bytes.length);
        var address = arena == null
                ? Memory.allocate(room, ALIGNMENT)
                : arena.allocate(room, ALIGNMENT).address();
        Memory.copy(bytes, 0, address, bytes.length);
        return new SharedBytes(arena, address, bytes.length);
    }

    public int length() {
        return length;
    }

    long address() {
        return address;
    }
}
