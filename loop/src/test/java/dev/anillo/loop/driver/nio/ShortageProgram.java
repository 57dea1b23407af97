package dev.anillo.loop.driver.nio;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.memory.Memory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// Keeps what it receives, a byte at a time, until no receive buffer is left. To be run with memory for one slab.
final class ShortageProgram {
    private static final int RECEIVE = 3;
    private static final int SEND = 4;

    private final List<Buffer> kept = new ArrayList<>();
    private int refused;
    private boolean sent;

    public static void main(String[] arguments) throws Exception {
        new ShortageProgram().run();
    }

    private void run() throws Exception {
        var driver = new NioDriver();
        var recording = new Recording(driver);
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var listener = driver.listen(new Listening(anyPort, 8, false, true));
        var address = driver.localAddress(listener);
        var client = driver.open(address);
        driver.accept(listener, 1);
        driver.connect(client, address, 2);
        recording.await(2);
        var server = recording.result(1);
        var memory = Memory.allocate(1, 1);

        driver.receive(server, RECEIVE);
        while (refused == 0) {
            var before = kept.size();
            sent = false;
            driver.send(client, memory, 1, false, SEND);
            while (!sent || kept.size() == before && refused == 0) {
                driver.poll(Recording.PATIENCE_NANOS, this::completed);
            }
        }
        System.out.println(kept.size() + " buffers, then " + Errno.name(-refused) + ", shortages counted: "
                + driver.counters().bufferShortages);

        kept.forEach(Buffer::release);
        driver.receive(server, RECEIVE);
        System.out.println("and then: " + recording.result(RECEIVE));
        driver.shutDown();
    }

    private void completed(long token, int result, boolean more, Buffer data) {
        if (token == SEND) sent = true;
        else if (data != null) kept.add(data);
        else refused = result;
    }
}
