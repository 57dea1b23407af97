package dev.anillo.loop.buffer;

import dev.anillo.loop.memory.Slabs;
import java.util.Arrays;

/// A loop's buffers, of one size, cut from slabs. The last one returned is the next one out, while the caches still
/// hold it. Grows by a slab when empty; the slabs go back when the loop ends.
///
/// Threads: the loop's thread.
public final class BufferPool implements BufferHome {
    private final int bufferBytes;
    private Buffer[] atHome = new Buffer[16];
    private int count;
    private int made;
    private long[] slabs = new long[4];
    private int slabCount;

    /// @param bufferBytes a power of two, at the most [Slabs#SLAB_BYTES]
    public BufferPool(int bufferBytes) {
        if (Integer.bitCount(bufferBytes) != 1 || bufferBytes > Slabs.SLAB_BYTES) {
            throw new IllegalArgumentException("buffer of " + bufferBytes + " bytes: a power of two up to " + Slabs.SLAB_BYTES);
        }
        this.bufferBytes = bufferBytes;
    }

    public int bufferBytes() {
        return bufferBytes;
    }

    /// An empty buffer, the caller's to release.
    public Buffer take() {
        if (count == 0) addSlab();
        return atHome[--count].leaveHome();
    }

    private void addSlab() {
        var slab = Slabs.take(bufferBytes);
        if (slabCount == slabs.length) slabs = Arrays.copyOf(slabs, slabCount * 2);
        slabs[slabCount++] = slab;
        var each = Slabs.SLAB_BYTES / bufferBytes;
        if (made + each > atHome.length) atHome = Arrays.copyOf(atHome, Math.max(atHome.length * 2, made + each));
        for (var i = each - 1; i >= 0; i--) {
            atHome[count++] = Buffer.atHome(this, made++, Slabs.part(slab, i, bufferBytes), bufferBytes);
        }
    }

    @Override
    public void takeBack(Buffer buffer) {
        atHome[count++] = buffer;
    }

    /// Buffers that are out.
    public int outstanding() {
        return made - count;
    }

    /// Gives the memory to the next loop. Where buffers are still out nothing is given: their memory would get a second
    /// owner.
    ///
    /// @return the buffers that are still out
    public int close() {
        if (outstanding() == 0) {
            for (var i = 0; i < slabCount; i++) Slabs.giveBack(slabs[i]);
        }
        var leaked = outstanding();
        slabCount = count = made = 0;
        return leaked;
    }
}
