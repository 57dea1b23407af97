package dev.anillo.loop.driver.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.MemoryFindings;
import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.BufferPool;
import dev.anillo.loop.memory.Memory;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What the kernel is told to write beside a buffer it refuses.
@EnabledOnOs(OS.LINUX)
class GuardPagesTest {
    /// errno(3): bad address.
    private static final int EFAULT = 14;

    /// A size of these tests alone, so that no slab is from before the pages; a whole number of pages.
    private static final int BYTES = 128 * 1024;
    /// As well, and less than a page.
    private static final int FEW_BYTES = 512;

    private final Syscalls calls = new Syscalls();
    private final BufferPool pool = new BufferPool(BYTES);
    private final BufferPool small = new BufferPool(FEW_BYTES);
    private Scratch scratch;
    private int readEnd;
    private int writeEnd;

    @BeforeEach
    void openAPipe() throws OsException {
        GuardPages.use();
        scratch = new Scratch(calls);
        var ends = scratch.take(2 * Integer.BYTES, Integer.BYTES);
        assertEquals(0, calls.pipe2(ends, Linux.O_CLOEXEC()));
        readEnd = Memory.getInt(ends);
        writeEnd = Memory.getInt(ends + Integer.BYTES);
    }

    @AfterEach
    void close() {
        calls.close(readEnd);
        calls.close(writeEnd);
        scratch.close();
        assertEquals(0, pool.close() + small.close());
    }

    private int read(long address, int bytes) {
        var text = scratch.take(16, 1);
        assertEquals(16, calls.write(writeEnd, text, 16));
        return calls.read(readEnd, address, bytes);
    }

    @Test
    void theKernelFillsABufferToItsLastByteAndNoFurther() {
        var buffer = pool.take();
        var end = buffer.address() + BYTES;
        assertEquals(16, read(end - 16, 16));
        assertEquals(-EFAULT, read(end, 1));
        assertEquals(-EFAULT, calls.read(readEnd, end - 8, 16));
        buffer.release();
    }

    @Test
    void theKernelWritesNothingBeforeABuffer() {
        var buffer = pool.take();
        assertEquals(-EFAULT, read(buffer.address() - 16, 16));
        buffer.release();
    }

    @Test
    void aSmallBufferEndsWhereItsPageDoesAndWhatIsWrittenBeforeItIsFoundAtItsRelease() {
        MemoryFindings.collect();
        var buffer = small.take();
        assertEquals(-EFAULT, read(buffer.address() + FEW_BYTES, 1));
        buffer.release();
        assertEquals(List.of(), MemoryFindings.take());
        var another = small.take();
        Memory.ALL.set(ValueLayout.JAVA_BYTE, another.address() - 3, (byte) 'A');
        another.release();
        var found = MemoryFindings.take();
        var what = "byte 3 before the beginning of a buffer of 512 bytes (0x41) was written; taken at "
                + getClass().getName();
        assertTrue(found.size() == 1 && found.getFirst().startsWith(what), found::toString);
    }
}
