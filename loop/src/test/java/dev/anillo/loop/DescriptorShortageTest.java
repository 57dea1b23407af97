package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.params.Parameter;

/// A server that runs out of descriptors (EMFILE) stops accepting for a moment, keeps serving whom it has, and takes
/// the others when it can.
@EachTransport
@EnabledOnOs(value = LINUX, disabledReason = "needs ulimit and /proc")
class DescriptorShortageTest {
    private static final List<String> FEW_DESCRIPTORS = List.of("/bin/sh", "-c", "ulimit -n 64; exec \"$0\" \"$@\"");
    private static final int CONNECTIONS = 100;

    @Parameter
    String transport;

    @Test
    void acceptingRestsAndResumesAndConnectionsLiveOn() throws Exception {
        TransportTest.open(transport).shutDown();
        var options = Child.nativeAccessAnd("-Danillo.transport=" + transport);
        try (var server = Child.start(FEW_DESCRIPTORS, options, Map.of(), "echoServer")) {
            var port = Integer.parseInt(server.readLine());
            var first = Peer.connect(port);
            assertEchoes(first, "before");
            var waiting = new ArrayList<Peer>();
            for (var i = 0; i < CONNECTIONS; i++) {
                waiting.add(Peer.connect(port));
                waiting.getLast().send("%4d".formatted(i));
            }
            Deadline.until(() -> server.errors().contains("EMFILE"), () -> "no shortage was told: " + server.errors());

            assertRests(new LoopThread(Long.toString(server.pid()), "anillo"));
            assertEchoes(first, "during");

            for (var i = 0; i < CONNECTIONS; i++) { // each one that leaves makes room for one that waits
                assertEquals("%4d".formatted(i), waiting.get(i).receive(4));
                waiting.get(i).close();
            }
            assertEchoes(first, "afterwards");
            first.send("quit");
            var outcome = server.awaitEnd();
            first.close();
            assertEquals(0, outcome.status(), outcome.errors());
            var expected = "accept 127.0.0.1:" + port + ": EMFILE, too many open files";
            assertTrue(outcome.errors().contains(expected), outcome.errors());
            assertFalse(outcome.errors().contains("\tat "), outcome.errors());
        }
    }

    private static void assertEchoes(Peer peer, String text) throws Exception {
        peer.send(text);
        assertEquals(text, peer.receive(text.length()));
    }

    /// For a second that must pass: a server that tries again and again would need all of it.
    private static void assertRests(LoopThread thread) throws InterruptedException {
        var before = thread.ticks();
        assertFalse(new CountDownLatch(1).await(1, TimeUnit.SECONDS));
        var used = thread.ticks() - before;
        assertTrue(used < 30, () -> "accepting spins: " + used + " hundredths of a second of processor time in one");
    }
}
