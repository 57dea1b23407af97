package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/// Serving a request allocates nothing on the heap. The loop thread's own count of allocated bytes is the witness.
class ServerAllocationTest extends ServerTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int REQUESTS = 100_000;

    /// Requests sent at once: enough that the client's system calls don't take all the time.
    private static final int BATCH = 100;

    /// Until the compiler has seen to the last of it, what is measured is the warming-up.
    private static final int ROUNDS_MAX = 12;

    @Test
    void aHundredThousandKeepAliveRequestsAllocateNothing(TestReporter reporter) {
        assertAllocatesNothing(REQUESTS, BATCH, reporter);
    }

    /// Each request costs the loop a turn: a wait, a receive and a send.
    @Test
    void turnsOfTheLoopAllocateNothing(TestReporter reporter) {
        assertAllocatesNothing(REQUESTS / 5, 1, reporter);
    }

    private void assertAllocatesNothing(int requests, int batch, TestReporter reporter) {
        var client = clientOf((_, response) -> {
            response.status(200);
            response.header("Content-Type", "text/plain");
            response.end("Hola Mundo");
        });
        var thread = onLoop(() -> Thread.currentThread().threadId());
        var rounds = new ArrayList<Double>();
        do {
            var before = THREADS.getThreadAllocatedBytes(thread);
            serve(client, requests, batch);
            rounds.add((double) (THREADS.getThreadAllocatedBytes(thread) - before) / requests);
        } while (rounds.getLast() >= 1 && rounds.size() < ROUNDS_MAX);
        reporter.publishEntry(transport + ", " + batch + " at once: bytes per request in each round", rounds.toString());
        assertTrue(rounds.getLast() < 1, rounds + " bytes per request");
    }

    private static void serve(RawClient client, int requests, int batch) {
        var request = RawClient.requestText("GET /path?query", "User-Agent: test", "Accept: */*").repeat(batch);
        var response = RawClient.responseText("200 OK", "Hola Mundo", "Content-Type: text/plain").repeat(batch);
        for (var i = 0; i < requests; i += batch) {
            client.send(request);
            assertEquals(response.length(), client.read(response.length()).length);
        }
        client.request("GET /").expectResponse("200 OK", "Hola Mundo", "Content-Type: text/plain");
    }
}
