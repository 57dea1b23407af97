package dev.anillo.loop.buffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.memory.Slabs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BufferTest {
    private final BufferPool pool = new BufferPool(1024);

    @AfterEach
    void everyBufferIsHome() {
        assertEquals(0, pool.outstanding());
        assertEquals(0, pool.close());
    }

    @Test
    void aBufferIsReleasedOnce() {
        var buffer = pool.take();
        buffer.release();
        assertThrows(IllegalStateException.class, buffer::release);
        assertThrows(IllegalStateException.class, buffer::keep);
        assertThrows(IllegalStateException.class, buffer::lend);
    }

    @Test
    void aBufferIsHandedOutOnce() {
        var buffer = pool.take();
        assertThrows(IllegalStateException.class, buffer::leaveHome);
        buffer.release();
    }

    @Test
    void aLoanEndsWithTheCallback() {
        var buffer = pool.take();
        buffer.lend();
        assertThrows(IllegalStateException.class, buffer::lend);
        buffer.endLoan();
        assertEquals(0, pool.outstanding());
    }

    @Test
    void aKeptBufferOutlivesItsLoan() {
        var buffer = pool.take();
        buffer.append("kept".getBytes(StandardCharsets.UTF_8)).lend();
        var kept = buffer.keep();
        buffer.endLoan();
        assertEquals(1, pool.outstanding());
        assertEquals("kept", kept.toString());
        kept.release();
    }

    @Test
    void aBufferReleasedInItsCallbackIsNotReleasedAgain() {
        var buffer = pool.take();
        buffer.lend();
        buffer.release();
        buffer.endLoan();
        assertEquals(0, pool.outstanding());
    }

    @Test
    void bytesAreAppendedBehindAndTakenOffInFront() {
        var buffer = pool.take().append("hello ".getBytes(StandardCharsets.UTF_8)).append((byte) 'w');
        buffer.append("the world".getBytes(StandardCharsets.UTF_8), 5, 4);
        assertEquals("hello world", buffer.toString());
        assertEquals("world", buffer.skip(6).toString());
        assertEquals('w', buffer.get(0));
        assertEquals("wor", buffer.truncate(3).toString());
        assertArrayEquals(new byte[] {'w', 'o', 'r'}, buffer.toByteArray());
        assertEquals('o', buffer.asByteBuffer().get(1));
        assertTrue(buffer.clear().isEmpty());
        assertEquals(buffer.capacity(), buffer.room());
        buffer.release();
    }

    @Test
    void nothingReachesBeyondABuffersBounds() {
        var buffer = pool.take();
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.get(0));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.skip(1));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.skip(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.truncate(1));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.wrote(buffer.capacity() + 1));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.wrote(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.append(new byte[buffer.capacity() + 1]));
        buffer.append(new byte[buffer.capacity()]);
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.append((byte) 0));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.append(buffer.address(), 1));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.get(-1));
        buffer.release();
    }

    @Test
    void theLastOneReturnedIsTheNextOneOutAndEmpty() {
        var buffer = pool.take().append((byte) 1);
        var address = buffer.address();
        buffer.release();
        var again = pool.take();
        assertEquals(address, again.address());
        assertTrue(again.isEmpty());
        again.release();
    }

    @Test
    void noTwoBuffersShareMemory() {
        var buffers = new ArrayList<Buffer>();
        var addresses = new HashSet<Long>();
        var count = 3 * Slabs.SLAB_BYTES / pool.bufferBytes();
        for (var i = 0; i < count; i++) {
            var buffer = pool.take();
            assertTrue(addresses.add(buffer.address()), "an address handed out twice");
            Memory.fill(buffer.address(), buffer.capacity(), (byte) i);
            buffer.wrote(buffer.capacity());
            buffers.add(buffer);
        }
        for (var i = 0; i < count; i++) {
            assertEquals((byte) i, buffers.get(i).get(0));
            assertEquals((byte) i, buffers.get(i).get(pool.bufferBytes() - 1));
            buffers.get(i).release();
        }
    }

    @Test
    void slabsOfAPoolThatEndsServeTheNext() {
        var before = Slabs.outstanding();
        var first = new BufferPool(1024);
        var late = first.take();
        var address = late.address();
        assertNotEquals(before, Slabs.outstanding());
        assertEquals(1, first.close(), "a pool tells of buffers that are out");
        assertEquals(before + 1, Slabs.outstanding(), "memory that is still used must not be given to another");

        var second = new BufferPool(1024);
        var buffer = second.take();
        var shelved = buffer.address();
        assertNotEquals(address, shelved);
        buffer.release();
        assertEquals(0, second.close());
        assertEquals(before + 1, Slabs.outstanding());
        var third = new BufferPool(1024);
        var again = third.take();
        assertEquals(shelved, again.address());
        assertNotSame(buffer, again);
        again.release();
        third.close();
        late.release();
    }

    @Test
    void onlyPowersOfTwoUpToASlabAreBufferSizes() {
        assertThrows(IllegalArgumentException.class, () -> new BufferPool(1000));
        assertThrows(IllegalArgumentException.class, () -> new BufferPool(2 * Slabs.SLAB_BYTES));
        assertThrows(IllegalArgumentException.class, () -> new BufferPool(0));
    }

    @Test
    void aViewShowsItsPartAndNeverHasRoom() {
        var views = new Views();
        var bytes = SharedBytes.of("shared bytes".getBytes(StandardCharsets.UTF_8));
        var view = views.of(bytes, 7, 5);
        assertEquals("bytes", view.toString());
        assertEquals(0, view.room());
        assertEquals("by", view.truncate(2).toString());
        assertThrows(IndexOutOfBoundsException.class, () -> view.append((byte) '!'));
        assertEquals("", view.clear().toString());
        assertThrows(IndexOutOfBoundsException.class, () -> view.append((byte) '!'));
        assertThrows(IndexOutOfBoundsException.class, () -> views.of(bytes, 8, 5));
        view.release();
        var again = views.of(bytes, 0, 12);
        assertEquals(view.id(), again.id());
        assertEquals("shared bytes", again.toString());
        again.release();
        assertEquals(0, views.outstanding());
    }

    @Test
    void moreViewsThanEverBeforeAreOutAtOnce() {
        var views = new Views();
        var bytes = SharedBytes.of(new byte[100]);
        var out = new ArrayList<Buffer>();
        for (var i = 0; i < 100; i++) out.add(views.of(bytes, i, 1));
        assertEquals(100, views.outstanding());
        out.forEach(Buffer::release);
        assertEquals(0, views.outstanding());
    }
}
