package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.HttpServer;
import dev.anillo.loop.memory.Slabs;
import dev.anillo.loop.net.TcpSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// A streamed response of 1 GiB costs no more than the high-water mark, whatever its reader does. `ci/slow-reader.sh`
/// does all of it, with a slow curl.
class SlowReaderTest extends ServerTest {
    private static final long TOTAL_BYTES = 1L << 30;
    private static final int TAKEN_BYTES = 64 << 20;
    private static final int PART_BYTES = 16 * 1024;
    /// Of a chunk's line and end, and of the head.
    private static final int FRAMING_BYTES = 1024;
    /// High-water mark and one part, with what the loop keeps ready for receiving and a slab begun anew.
    private static final int SLABS_MAX = 4;
    private static final long RESIDENT_BYTES_MAX = TAKEN_BYTES / 2;

    private final AtomicLong written = new AtomicLong();
    private final AtomicLong waitingMost = new AtomicLong();
    private final LinkedBlockingQueue<TcpSocket> aborted = new LinkedBlockingQueue<>();

    /// Writes as a program should: on while `write` answers true, then at onDrain.
    private void stream(HttpRequest request, HttpResponse response) {
        var socket = request.socket();
        var part = new byte[PART_BYTES];
        written.set(0);
        Runnable go = () -> {
            var mayGoOn = true;
            while (mayGoOn && written.get() < TOTAL_BYTES) {
                mayGoOn = response.write(part);
                written.addAndGet(part.length);
                waitingMost.accumulateAndGet(socket.waitingBytes(), Math::max);
            }
            if (written.get() == TOTAL_BYTES) response.end();
        };
        request.onAborted(() -> aborted.add(socket));
        response.onDrain(go);
        go.run();
    }

    @Test
    void aReaderThatStopsWithinAGibibyteCostsTheHighWaterMark() {
        var server = serve(this::stream);
        takeAndStop(server); // Java's heap and the pools have their sizes now
        var slabs = Slabs.outstanding();
        var resident = residentBytes();
        takeAndStop(server);
        var residentMore = residentBytes() - resident;
        assertTrue(residentMore <= RESIDENT_BYTES_MAX, "resident " + residentMore + " bytes more");
        assertTrue(Slabs.outstanding() - slabs <= SLABS_MAX, Slabs.outstanding() - slabs + " slabs more");
    }

    private void takeAndStop(HttpServer server) {
        var slabs = Slabs.outstanding();
        var client = connect(server).request("GET /").skip(TAKEN_BYTES);
        assertTrue(settled(written) < TOTAL_BYTES, "all was written, though nobody reads");
        assertTrue(written.get() >= TAKEN_BYTES);
        var bound = TcpSocket.HIGH_WATER_BYTES + PART_BYTES + FRAMING_BYTES;
        assertTrue(waitingMost.get() <= bound, "waiting " + waitingMost);
        assertTrue(Slabs.outstanding() - slabs <= SLABS_MAX, Slabs.outstanding() - slabs + " slabs more");
        client.reset();
        Deadline.next(aborted);
    }

    private static long residentBytes() {
        var status = Path.of("/proc/self/status");
        Assumptions.assumeTrue(Files.exists(status), "only Linux tells what a process has resident");
        try {
            return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElseThrow();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
