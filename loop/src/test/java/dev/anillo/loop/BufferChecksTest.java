package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferChecks;
import dev.anillo.loop.buffer.BufferPool;
import dev.anillo.loop.buffer.BufferQueue;
import dev.anillo.loop.memory.Memory;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What `-Danillo.checks=on` says of those who break a buffer's rules.
class BufferChecksTest {
    private static final int BYTES = 1024;
    private static final String HERE = "dev.anillo.loop.BufferChecksTest.";

    private final BufferPool pool = new BufferPool(BYTES);

    @BeforeEach
    void collect() {
        MemoryFindings.collect();
    }

    @AfterEach
    void nothingElseIsFound() {
        pool.close();
        MemoryFindings.requireNone();
    }

    private Buffer taken() {
        return pool.take();
    }

    private static void release(Buffer buffer) {
        buffer.release();
    }

    private static String refusal(Executable mistake) {
        return assertThrows(IllegalStateException.class, mistake).getMessage();
    }

    /// By native code, or by the kernel: nothing is compared.
    private static void write(long address) {
        Memory.ALL.set(ValueLayout.JAVA_BYTE, address, (byte) 'A');
    }

    private static void onAnotherThread(Executable action) {
        var result = new CompletableFuture<Void>();
        Thread.ofPlatform().name("another").start(() -> {
            try {
                action.execute();
                result.complete(null);
            } catch (Throwable problem) {
                result.completeExceptionally(problem);
            }
        });
        Deadline.await(result, () -> "the other thread hangs");
    }

    private static void assertTold(String message, String... parts) {
        var at = 0;
        for (var part : parts) {
            at = message.indexOf(part, at);
            assertTrue(at >= 0, () -> "no " + part + " in order in: " + message);
        }
    }

    @Test
    void aUseAfterTheReleaseIsToldWithThePlacesOfBoth() {
        var buffer = taken();
        release(buffer);
        for (Executable use : List.<Executable>of(buffer::readable, buffer::address, () -> buffer.append((byte) 1),
                buffer::segment, buffer::clear, () -> buffer.get(0), buffer::toString, buffer::lend)) {
            assertTold(refusal(use), "buffer of 1024 bytes used after its release; taken at " + HERE + "taken(",
                    "on thread main, released at " + HERE + "release(");
        }
    }

    @Test
    void aSecondReleaseIsToldAlsoWhenTheMemoryHasANewOwner() {
        var first = taken();
        var address = first.address();
        release(first);
        var second = taken();
        assertEquals(address, second.address());
        assertTold(refusal(first::release), "released twice; taken at " + HERE + "taken(",
                "released at " + HERE + "release(");
        assertEquals(1, pool.outstanding());
        second.append((byte) 1).release();
    }

    @Test
    void aUseOnAnotherThreadIsToldWithBothNames() {
        var buffer = taken();
        for (Executable use : List.<Executable>of(buffer::room, () -> buffer.append((byte) 1), buffer::keep, buffer::release)) {
            assertTold(refusal(() -> onAnotherThread(use)), "buffer of 1024 bytes belongs to thread main and was used on"
                    + " thread another; taken at " + HERE + "taken(");
        }
        buffer.release();
    }

    @Test
    void aBufferInAQueueIsTheQueuesToRelease() {
        var buffer = taken();
        var queue = new BufferQueue();
        queue.add(buffer);
        assertTold(refusal(buffer::release), "released while it stands in a queue; taken at " + HERE);
        assertTold(refusal(() -> new BufferQueue().add(buffer)), "put into a second queue; taken at " + HERE);
        queue.release();
        assertEquals(0, pool.outstanding());
    }

    @Test
    void aWriteAfterTheReleaseIsFoundWhenTheMemoryIsTakenAgain() {
        var buffer = taken();
        var address = buffer.address();
        release(buffer);
        write(address + 5);
        taken().release();
        var found = MemoryFindings.take();
        assertEquals(1, found.size(), found::toString);
        assertTold(found.getFirst(), "byte 5 of a buffer of 1024 bytes (0x41) was written while it was at home; taken at "
                + HERE + "taken(", "on thread main, released at " + HERE + "release(");
    }

    @Test
    void anAddressThatOutlivesItsBufferReadsNothing() {
        var buffer = taken().append((byte) 1);
        var address = buffer.readAddress();
        assertEquals(1, Memory.getByte(address));
        release(buffer);
        var refused = assertThrows(IndexOutOfBoundsException.class, () -> Memory.getByte(address));
        assertTold(refused.getMessage(), "access to 1 byte at 0x" + Long.toHexString(address)
                + ", in a buffer of 1024 bytes that is at home; taken at " + HERE, "released at " + HERE + "release(");
    }

    @Test
    void anAccessAcrossTheEndNamesTheBuffer() {
        var buffer = taken();
        var end = buffer.address() + buffer.capacity();
        assertDoesNotThrow(() -> Memory.putLong(end - 8, 1));
        var refused = assertThrows(IndexOutOfBoundsException.class, () -> Memory.putLong(end - 5, 1));
        assertTold(refused.getMessage(), "access to 8 bytes at 0x",
                "3 beyond the end of a buffer of 1024 bytes; taken at " + HERE);
        refused = assertThrows(IndexOutOfBoundsException.class, () -> Memory.fill(buffer.address() - 1, 10, (byte) 1));
        assertTold(refused.getMessage(), "1 before the beginning of a buffer of 1024 bytes");
        buffer.release();
    }

    @Test
    void aViewEndsWithItsBuffer() {
        var buffer = taken().append((byte) 1);
        var segment = buffer.segment();
        var bytes = buffer.asByteBuffer();
        assertEquals(1, segment.get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(1, bytes.get(0));
        buffer.release();
        assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> bytes.get(0));
    }

    @Test
    void whatIsNotReleasedIsReportedByPlacesWithCountBytesAndStack() {
        var kept = new ArrayList<Buffer>();
        var thread = Thread.ofPlatform().name("leaky").unstarted(() -> {
            for (var i = 0; i < 3; i++) kept.add(taken());
            kept.add(pool.take());
            taken().release();
        });
        thread.start();
        Deadline.until(() -> !thread.isAlive(), () -> "the thread hangs");
        BufferChecks.reportLeaks(thread);
        var found = MemoryFindings.take();
        assertEquals(2, found.size(), found::toString);
        found.sort((one, other) -> other.compareTo(one));
        assertTold(found.getFirst(), "loop leaky ended: 3 buffers with 3072 bytes not released, taken at " + HERE
                + "taken(", "\n\tat ", HERE + "taken(");
        assertTold(found.getLast(), "loop leaky ended: 1 buffer with 1024 bytes not released, taken at " + HERE
                + "lambda$");
        assertEquals(4, kept.size());
    }

    @Test
    void aBufferThatNothingRefersToIsReportedWhenTheCollectorFindsIt() {
        for (var i = 0; i < 2; i++) lose();
        var found = new ArrayList<String>();
        Deadline.until(() -> {
            System.gc();
            found.addAll(MemoryFindings.take());
            return !found.isEmpty();
        }, () -> "nothing is found");
        assertTold(found.getFirst(), "a buffer of 1024 bytes was lost: nothing refers to it any more, and it was not"
                + " released; taken at " + HERE + "lose(", "\n\tat ");
        assertEquals(1, found.size(), "once for each place");
    }

    private void lose() {
        pool.take();
    }
}
