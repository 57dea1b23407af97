package dev.anillo.loop.driver.uring;

import dev.anillo.linux.Linux;
import dev.anillo.linux.io_uring_buf;
import dev.anillo.linux.io_uring_buf_reg;
import dev.anillo.linux.io_uring_buf_ring;
import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferHome;
import dev.anillo.loop.buffer.BufferPool;
import dev.anillo.loop.driver.posix.Scratch;
import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.memory.Slabs;
import java.util.Arrays;

/// Receive buffers lent to the kernel, which takes one only when bytes have arrived: an idle connection holds none.
///
///     kernel's head … our tail, index = position & mask
///     io_uring_buf: | addr u64 | len u32 | bid u16 | the ring's tail u16, in the first entry alone |
///
/// Starts small and grows by slabs while the kernel runs short, up to a bound.
final class BufferRing implements BufferHome {
    /// The one group of buffers in this ring.
    static final int GROUP = 0;

    /// What a TCP sender on a fast network hands over at once, and a request's head with room to spare.
    static final int BUFFER_BYTES = 16 * 1024;

    private static final int PER_SLAB = Slabs.SLAB_BYTES / BUFFER_BYTES;
    private static final int ENTRY_BYTES = (int) io_uring_buf.sizeof();
    private static final long ADDRESS = io_uring_buf.addr$offset();
    private static final long LENGTH = io_uring_buf.len$offset();
    private static final long ID = io_uring_buf.bid$offset();
    private static final long TAIL = io_uring_buf_ring.tail$offset();

    private final int buffersMax;
    private final int mask;
    private final long entries;
    private final BufferPool reserve = new BufferPool(BUFFER_BYTES);
    private Buffer[] buffers = new Buffer[64];
    private long[] slabs = new long[4];
    private int made;
    private int lent;
    private int tail;
    private int publishedTail;
    private boolean closed;

    /// @param buffersMax a power of two
    /// @throws OsException naming `io_uring_register`
    BufferRing(Ring ring, Scratch scratch, int buffersAtStart, int buffersMax) throws OsException {
        this.buffersMax = buffersMax;
        mask = buffersMax - 1;
        entries = scratch.take(buffersMax * ENTRY_BYTES, Scratch.PAGE_BYTES_MAX);
        var registration = scratch.take((int) io_uring_buf_reg.sizeof(), Long.BYTES);
        Memory.putLong(registration + io_uring_buf_reg.ring_addr$offset(), entries);
        Memory.putInt(registration + io_uring_buf_reg.ring_entries$offset(), buffersMax);
        Memory.putShort(registration + io_uring_buf_reg.bgid$offset(), (short) GROUP);
        ring.register(Linux.IORING_REGISTER_PBUF_RING(), "PBUF_RING", registration);
        grow(buffersAtStart);
    }

    /// Makes sure that the kernel holds `wanted` buffers, as far as the bound allows.
    void grow(int wanted) {
        while (lent < wanted && made < buffersMax) addSlab();
    }

    private void addSlab() {
        var slab = Slabs.take(BUFFER_BYTES);
        var index = made / PER_SLAB;
        if (index == slabs.length) slabs = Arrays.copyOf(slabs, index * 2);
        slabs[index] = slab;
        if (made + PER_SLAB > buffers.length) buffers = Arrays.copyOf(buffers, buffers.length * 2);
        for (var i = 0; i < PER_SLAB; i++) {
            var buffer = Buffer.atHome(this, made, Slabs.part(slab, i, BUFFER_BYTES), BUFFER_BYTES);
            buffers[made++] = buffer;
            lend(buffer);
        }
    }

    private void lend(Buffer buffer) {
        var at = entries + (long) (tail++ & mask) * ENTRY_BYTES;
        Memory.putLong(at + ADDRESS, buffer.address());
        Memory.putInt(at + LENGTH, BUFFER_BYTES);
        Memory.putShort(at + ID, (short) buffer.id());
        lent++;
    }

    /// Shows the kernel what was lent since. Once a turn: before the system call nobody looks.
    void publish() {
        if (tail == publishedTail) return;
        Memory.putShortRelease(entries + TAIL, (short) tail);
        publishedTail = tail;
    }

    /// Buffers that the kernel holds, as far as its completions tell.
    int lent() {
        return lent;
    }

    /// The buffer that a completion names, now out.
    ///
    /// @param result of the completion: received bytes, or a negated errno
    Buffer taken(int completionFlags, int result) {
        lent--;
        return buffers[completionFlags >>> Linux.IORING_CQE_BUFFER_SHIFT()].leaveHome(Math.max(0, result));
    }

    @Override
    public void takeBack(Buffer buffer) {
        if (!closed) lend(buffer);
    }

    /// The buffer itself, unless more than half of what the ring may hold is out: then a copy, so that slow consumers
    /// can't starve every connection of the loop.
    @Override
    public Buffer keep(Buffer buffer) {
        if (made - lent <= buffersMax / 2) return buffer;
        var copy = reserve.take();
        copy.append(buffer.readAddress(), buffer.readable());
        buffer.release();
        return copy;
    }

    /// After the ring's end. The slabs go to the next loop unless somebody still holds a buffer, or the kernel might.
    void close(boolean kernelHasEnded) {
        closed = true;
        reserve.close();
        if (!kernelHasEnded || lent != made) return;
        for (var i = 0; i < made / PER_SLAB; i++) Slabs.giveBack(slabs[i]);
    }
}
