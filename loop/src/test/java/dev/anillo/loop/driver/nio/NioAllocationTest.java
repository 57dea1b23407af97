package dev.anillo.loop.driver.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.memory.Slabs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Echoes one request after the other, both ends on one driver.
@Tag("unchecked")
class NioAllocationTest {
    private static final int ACCEPT = 1;
    private static final int CONNECT = 2;
    private static final int CLIENT_RECEIVE = 3;
    private static final int CLIENT_SEND = 4;
    private static final int SERVER_RECEIVE = 5;
    private static final int SERVER_SEND = 6;

    private static final int WARM_UP_ROUNDS = 5_000;
    private static final int ROUNDS = 20_000;
    private static final int REQUEST_BYTES = 100;

    /// A select, a read and a write for each of the two ends.
    private static final int SYSTEM_CALLS_PER_ROUND = 6;

    private final Completions completions = this::completed;
    private final long request = Slabs.take();
    private NioDriver driver;
    private int client;
    private int server = -1;
    private Buffer echoed;
    private int repliedBytes;
    private int rounds;
    private int roundsWanted;

    @Test
    void nothingIsAllocatedForAReceiveOrASendAndNoSystemCallIsWasted() throws Exception {
        driver = new NioDriver();
        connect();
        run(WARM_UP_ROUNDS);
        var systemCallsBefore = driver.counters().systemCalls;
        var bytesBefore = allocatedBytes();
        run(ROUNDS);
        var bytes = allocatedBytes() - bytesBefore;
        var systemCalls = driver.counters().systemCalls - systemCallsBefore;
        driver.shutDown();
        Slabs.giveBack(request);
        assertTrue(bytes < ROUNDS, bytes + " bytes in " + ROUNDS + " round trips"); // less than one each: the measuring
        assertEquals(SYSTEM_CALLS_PER_ROUND, systemCalls / (double) ROUNDS, 0.1);
    }

    private void connect() throws Exception {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var listener = driver.listen(new Listening(anyPort, 8, false, true));
        var address = driver.localAddress(listener);
        client = driver.open(address);
        driver.accept(listener, ACCEPT);
        driver.connect(client, address, CONNECT);
        while (server < 0) driver.poll(Long.MAX_VALUE, completions);
        driver.receive(server, SERVER_RECEIVE);
        driver.receive(client, CLIENT_RECEIVE);
    }

    private void run(int more) {
        roundsWanted = rounds + more;
        driver.send(client, request, REQUEST_BYTES, false, CLIENT_SEND);
        while (rounds < roundsWanted) driver.poll(Long.MAX_VALUE, completions);
        driver.poll(0, completions); // the completion of the last send
    }

    private void completed(long token, int result, boolean more, Buffer data) {
        switch ((int) token) {
            case ACCEPT -> server = result;
            case SERVER_RECEIVE -> {
                echoed = data;
                driver.send(server, data.readAddress(), data.readable(), false, SERVER_SEND);
            }
            case SERVER_SEND -> echoed.release();
            case CLIENT_RECEIVE -> {
                data.release();
                repliedBytes += result;
                if (repliedBytes == REQUEST_BYTES) replied();
            }
            case CONNECT, CLIENT_SEND -> assertTrue(result >= 0);
            default -> throw new AssertionError("token " + token);
        }
    }

    private void replied() {
        repliedBytes = 0;
        if (++rounds < roundsWanted) driver.send(client, request, REQUEST_BYTES, false, CLIENT_SEND);
    }

    /// By reflection: the module under test has no need of `java.management`.
    private static long allocatedBytes() throws ReflectiveOperationException {
        var threads = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean").invoke(null);
        var method = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        return (long) method.invoke(threads);
    }
}
