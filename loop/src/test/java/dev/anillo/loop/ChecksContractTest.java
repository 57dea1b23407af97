package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.memory.Memory;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// `-Danillo.checks=on` on running loops.
class ChecksContractTest extends TransportTest {
    /// More than a loop has receive buffers at first, so that each of them comes round.
    private static final int MESSAGES_MAX = 1000;

    private static final List<String> CHECKING =
            List.of("Guards", "GuardPages", "Findings", "BufferChecks", "CheckedBuffer", "BufferAtHome", "Loan");

    private final LinkedBlockingQueue<Buffer> lent = new LinkedBlockingQueue<>();

    private static void assertTold(String expression, String message) {
        assertTrue(Pattern.compile(expression).matcher(message).find(), () -> "no " + expression + " in: " + message);
    }

    @Test
    void aBufferThatWasOnlyLentIsNotToBeUsedAfterTheCallback() throws Exception {
        var peer = accept(socket -> socket.onData(lent::add)).peer();
        peer.send("hello");
        var stale = next(lent);
        var refused = onLoop(() -> assertThrows(IllegalStateException.class, () -> stale.get(0)));
        assertTold("buffer of \\d+ bytes used after its release; taken at dev\\.anillo\\.loop\\.driver\\..* on thread"
                + " anillo-test-0, released at dev\\.anillo\\.loop\\.net\\.Input\\.", refused.getMessage());
        peer.close();
    }

    @Test
    void aBufferOfALoopIsNotForOtherThreads() {
        var buffer = onLoop(() -> loop.takeBuffer(10));
        var refused = assertThrows(IllegalStateException.class, buffer::release);
        assertTold("belongs to thread anillo-test-0 and was used on thread main; taken at dev\\.anillo\\.loop"
                + "\\.ChecksContractTest\\.", refused.getMessage());
        onLoop(buffer::release);
    }

    @Test
    void aWriteIntoAReceiveBufferThatWasGivenBackIsFound() throws Exception {
        var addresses = new LinkedBlockingQueue<Long>();
        var peer = accept(socket -> socket.onData(data -> addresses.add(data.address()))).peer();
        peer.send("a");
        var address = next(addresses);
        onLoop(() -> Memory.ALL.set(ValueLayout.JAVA_BYTE, address + 100, (byte) 'A'));
        var found = MemoryFindings.take();
        for (var i = 0; i < MESSAGES_MAX && found.isEmpty(); i++) {
            peer.send("a");
            next(addresses);
            found = MemoryFindings.take();
        }
        assertEquals(1, found.size(), found::toString);
        assertTold("^byte 100 of a buffer of \\d+ bytes \\(0x41\\) was written while it was (at home|received into);"
                + " taken at dev\\.anillo\\.loop\\.driver\\..*, released at dev\\.anillo\\.loop\\.net\\.Input\\.",
                found.getFirst());
        peer.close();
    }

    @Test
    void whatTheScriptTookIsTheDefaultLoopsWhenItBegins() throws Exception {
        assertEquals(new Child.Outcome(0, "from the script\n", ""), run("bufferOfTheScript"));
    }

    @Test
    void buffersThatWereKeptAreReportedAtTheLoopsEndByPlaces() throws Exception {
        var outcome = run("keepsBuffers");
        assertEquals("4 buffers kept\n", outcome.output());
        assertTold("loop anillo ended: 3 buffers with 49152 bytes not released, taken at dev\\.anillo\\.loop"
                + "\\.Programs\\.keepsBuffers\\(Programs\\.java:\\d+\\)", outcome.errors());
        assertTold("loop anillo ended: 1 buffer with \\d+ bytes not released, taken at dev\\.anillo\\.loop\\.driver\\..*,"
                + " kept at dev\\.anillo\\.loop\\.Programs\\.lambda\\$keepsBuffers", outcome.errors());
        assertTold("\n\tat \\S*dev\\.anillo\\.loop\\.Programs\\.keepsBuffers", outcome.errors());
    }

    /// Where there are pages the process would end.
    @Test
    void aWriteBesideABufferIsFoundAtItsReleaseOnNio() throws Exception {
        Assumptions.assumeTrue(transport.equals("nio"), "guard pages are here");
        assertTold("byte 1 behind the end of a buffer of 16384 bytes \\(0x41\\) was written; taken at dev\\.anillo\\.loop"
                + "\\.Programs\\.writesBesideABuffer", run("writesBesideABuffer").errors());
    }

    /// The classes that check are not even loaded, so that nothing of them can be left in the way of a byte.
    @Test
    void withoutChecksNothingOfThemIsLoaded() throws Exception {
        assertEquals(List.of(), loaded("off"));
        var checking = List.of("Guards", "BufferChecks", "CheckedBuffer", "BufferAtHome", "Loan");
        assertTrue(loaded("on").containsAll(checking));
    }

    private List<String> loaded(String checks) throws Exception {
        var found = new ArrayList<String>();
        var lines = run("conversation", "-Danillo.checks=" + checks, "-Xlog:class+load:stdout").output();
        assertTold("dev\\.anillo\\.loop\\.buffer\\.BufferPool source", lines);
        var name = Pattern.compile("dev\\.anillo\\.loop\\.\\w+(?:\\.\\w+)*\\.(\\w+) source");
        for (var match = name.matcher(lines); match.find(); ) {
            if (CHECKING.contains(match.group(1))) found.add(match.group(1));
        }
        return found;
    }

    private Child.Outcome run(String program, String... options) throws Exception {
        var all = new ArrayList<>(Child.nativeAccessAnd("-Danillo.transport=" + transport));
        all.addAll(List.of(options));
        return Child.run(all, program);
    }
}
