package dev.anillo.loop.driver.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.memory.Slabs;
import org.junit.jupiter.api.Test;

class ByteViewsTest {
    private static final long GIB = 1L << 30;

    private final ByteViews views = new ByteViews();

    @Test
    void aViewShowsTheMemoryAtTheAddress() {
        var slab = Slabs.take();
        try {
            Memory.putByte(slab + 100, (byte) 42);
            var view = views.at(slab + 100, 7);
            assertEquals(7, view.remaining());
            assertEquals(42, view.get());
        } finally {
            Slabs.giveBack(slab);
        }
    }

    @Test
    void addressesOfOneWindowShareAView() {
        assertSame(views.at(5 * GIB, 1), views.at(6 * GIB - 1, 1));
    }

    @Test
    void windowsThatFallOnOnePlaceAreToldApart() {
        assumeTrue(Memory.isWhole());
        var slab = Slabs.take();
        try {
            Memory.putByte(slab, (byte) 7);
            views.at(slab + 64 * GIB, 1);
            assertEquals(7, views.at(slab, 1).get());
        } finally {
            Slabs.giveBack(slab);
        }
    }

    @Test
    void theLongestViewStartsAnywhere() {
        assumeTrue(Memory.isWhole());
        assertEquals(ByteViews.LENGTH_MAX, views.at(6 * GIB - 1, Integer.MAX_VALUE).remaining());
        assertEquals(ByteViews.LENGTH_MAX, views.at(5 * GIB, Integer.MAX_VALUE).remaining());
    }
}
