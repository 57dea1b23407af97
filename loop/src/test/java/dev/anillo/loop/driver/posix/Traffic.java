package dev.anillo.loop.driver.posix;

import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.memory.Slabs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/// A random course of connections through a driver on a [FakeKernel], by one seed: this is the program above
/// the driver, [Network] has the peers below the kernel, and so both ends know what must have come to what. Bytes come
/// in order and whole, what ends is told once, nothing is told of what is not under way, and in the end nothing is open,
/// lent or mapped.
public final class Traffic implements Completions {
    /// Fewer than from where io_uring's driver gathers arrivals by the clock, which no seed replays.
    private static final int CONNECTIONS_MAX = 5;
    private static final int SEND_BYTES_MAX = 48 * 1024;
    private static final int STEPS_MAX = 400;
    /// Far more than it ever takes: something has been forgotten.
    private static final int CALM_POLLS_MAX = 3000;
    private static final int GREED_MAX = 8;
    private static final long WAIT_NANOS = 1_000_000;
    private static final int GENERATION = 7;
    private static final byte USED = (byte) 0xEE;
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Driver driver;
    private final FakeKernel kernel;
    private final SplittableRandom random;
    private final Network network;
    private final int slabsBefore;
    private final List<Line> lines = new ArrayList<>();
    private final Map<Long, Line> underWay = new HashMap<>();
    private final List<Buffer> held = new ArrayList<>();
    private final List<Long> memory = new ArrayList<>();
    private final SendParts parts = new SendParts();
    /// Some runs have a loop that is never idle, and some a program that holds nearly all that it gets: what one of
    /// them hides another one shows.
    private final boolean waits;
    private final PosixFile file;
    private final int greed;
    private int slots;
    private Line listener;
    private boolean polling;
    private boolean calm;
    private long course;

    /// What the program knows of one descriptor.
    private static final class Line {
        final int slot;
        int fd;
        FakeSocket socket;
        long memory;
        boolean inward;
        boolean inwardCancelled;
        /// Of [Token], or 0.
        int outward;
        boolean outwardCancelled;
        boolean closing;
        boolean closed;
        boolean told;
        boolean shutDown;
        long received;
        long sent;
        int sending;
        int checked;

        Line(int slot) {
            this.slot = slot;
        }

        long token(int operation) {
            return Token.of(slot, GENERATION, operation);
        }

        boolean isIdle() {
            return !inward && outward == 0;
        }
    }

    /// @param slabsBefore those in use before the driver was made
    public Traffic(Driver driver, FakeKernel kernel, SplittableRandom random, int slabsBefore) {
        this.driver = driver;
        this.kernel = kernel;
        this.random = random;
        network = new Network(kernel, random);
        this.slabsBefore = slabsBefore;
        waits = random.nextBoolean();
        file = open(StreamPattern.file());
        greed = random.nextInt(GREED_MAX);
    }

    private static PosixFile open(Path path) {
        try {
            return PosixFile.open(path);
        } catch (OsException refused) {
            throw new AssertionError(refused);
        }
    }

    /// From the driver's start to its end, and the kernel's.
    ///
    /// @return what identifies its course: the same each time for a seed
    public long run() {
        try {
            runToTheEnd();
        } finally {
            file.close();
        }
        return course;
    }

    private void runToTheEnd() {
        driver.start();
        for (var steps = random.nextInt(STEPS_MAX); steps > 0; steps--) {
            step();
            if (random.nextInt(3) != 0) poll();
        }
        var orderly = random.nextBoolean();
        if (orderly) finish();
        releaseHeld();
        driver.shutDown();
        for (var line : lines) checkSent(line);
        kernel.end();
        if (Slabs.outstanding() != slabsBefore) throw new AssertionError("buffers have not come home");
    }

    private void poll() {
        polling = true;
        try {
            driver.poll(waits && random.nextInt(3) == 0 ? WAIT_NANOS : 0, this);
        } finally {
            polling = false;
        }
    }

    private void step() {
        switch (random.nextInt(12)) {
            case 0 -> arrive();
            case 1, 2, 3, 4, 5 -> network.act();
            default -> program();
        }
    }

    private boolean isFull() {
        return lines.size() + network.waiting() >= CONNECTIONS_MAX;
    }

    private void arrive() {
        if (listener != null && !listener.closing && !isFull()) network.arrive(listener.fd);
    }

    // The program.

    private void program() {
        var line = lines.isEmpty() ? null : lines.get(random.nextInt(lines.size()));
        switch (random.nextInt(16)) {
            case 0, 1 -> listen();
            case 2 -> {
                if (listener != null && random.nextInt(8) == 0) closeLater(listener);
            }
            case 3 -> {
                if (listener != null) cancelInward(listener);
            }
            case 4 -> connect();
            case 5, 6, 7 -> receive(line);
            case 8 -> cancelInward(line);
            case 9, 10, 11 -> send(line);
            case 12 -> cancelOutward(line);
            case 13 -> {
                if (random.nextInt(4) == 0) shutDown(line);
            }
            case 14 -> {
                if (random.nextInt(3) == 0) closeLater(line);
            }
            default -> {
                if (random.nextInt(1 + greed) == 0) releaseHeld();
            }
        }
    }

    private void releaseHeld() {
        held.forEach(Buffer::release);
        held.clear();
    }

    private Line newLine(int fd) {
        var line = new Line(++slots);
        line.fd = fd;
        line.socket = kernel.socket(fd);
        if (!line.socket.listening) network.meet(line.socket);
        return line;
    }

    private void begin(Line line, int operation) {
        var token = line.token(operation);
        if (underWay.put(token, line) != null) throw new IllegalStateException("a mistake of the test's");
    }

    /// Or begins to accept again.
    private void listen() {
        if (listener == null) {
            try {
                listener = newLine(driver.listen(new Listening(ANYWHERE, 128, false, true)));
            } catch (OsException refused) {
                return; // ENOSPC: the next time
            }
        }
        if (listener.inward || listener.closing) return;
        listener.inward = true;
        listener.inwardCancelled = false;
        begin(listener, Token.ACCEPT);
        driver.accept(listener.fd, listener.token(Token.ACCEPT));
    }

    private void connect() {
        if (isFull()) return;
        try {
            var line = newLine(driver.open(ANYWHERE));
            lines.add(line);
            beginOutward(line, Token.CONNECT);
            driver.connect(line.fd, ANYWHERE, line.token(Token.CONNECT));
        } catch (OsException refused) {
            throw new AssertionError(refused);
        }
    }

    private void receive(Line line) {
        if (line == null || line.inward || line.closing || line.told) return;
        if (line.outward == Token.CONNECT || !line.socket.connected) return;
        line.inward = true;
        line.inwardCancelled = false;
        begin(line, Token.RECEIVE);
        driver.receive(line.fd, line.token(Token.RECEIVE));
    }

    private void cancelInward(Line line) {
        if (line == null || !line.inward) return;
        line.inwardCancelled = true;
        driver.cancel(line.fd, line.token(line == listener ? Token.ACCEPT : Token.RECEIVE));
    }

    private void beginOutward(Line line, int operation) {
        line.outward = operation;
        line.outwardCancelled = false;
        begin(line, operation);
    }

    private void send(Line line) {
        if (line == null || line.outward != 0 || line.closing || line.shutDown || !line.socket.connected) return;
        line.sending = 1 + random.nextInt(random.nextInt(4) == 0 ? SEND_BYTES_MAX : 500);
        if (random.nextInt(3) == 0) {
            sendFile(line);
            return;
        }
        if (line.memory == 0) line.memory = memory.isEmpty() ? kernel.memory(SEND_BYTES_MAX) : memory.removeLast();
        Memory.copy(StreamPattern.bytes(-line.socket.id, line.sent, line.sending), 0, line.memory, line.sending);
        beginOutward(line, Token.SEND);
        if (line.sending > 2 && random.nextBoolean()) {
            var first = 1 + random.nextInt(line.sending - 1);
            parts.clear().add(line.memory, first);
            parts.add(line.memory + first, line.sending - first);
            driver.send(line.fd, parts, false, line.token(Token.SEND));
            parts.clear();
        } else {
            driver.send(line.fd, line.memory, line.sending, false, line.token(Token.SEND));
        }
    }

    /// The file holds the pattern: what belongs at a position of a stream begins somewhere in it.
    private void sendFile(Line line) {
        var offset = StreamPattern.start(-line.socket.id, line.sent);
        line.sending = Math.min(line.sending, StreamPattern.fileBytes() - offset);
        kernel.cached(random.nextBoolean());
        beginOutward(line, Token.SEND_FILE);
        driver.sendFile(line.fd, file, offset, line.sending, line.token(Token.SEND_FILE));
    }

    private void cancelOutward(Line line) {
        if (line == null || line.outward == 0 || line.outward == Token.SHUTDOWN) return;
        line.outwardCancelled = true;
        driver.cancel(line.fd, line.token(line.outward));
    }

    private void shutDown(Line line) {
        if (line == null || line.outward != 0 || line.closing || line.shutDown || !line.socket.connected) return;
        line.shutDown = true;
        beginOutward(line, Token.SHUTDOWN);
        driver.shutdown(line.fd, line.token(Token.SHUTDOWN));
    }

    private void closeLater(Line line) {
        if (line == null || line.closing) return;
        line.closing = true;
        cancelInward(line);
        cancelOutward(line);
        closeIfIdle(line);
    }

    private void closeIfIdle(Line line) {
        if (!line.closing || line.closed || !line.isIdle()) return;
        line.closed = true;
        if (line == listener) for (var waiting : line.socket.waiting) waiting.closed = true;
        begin(line, Token.CLOSE);
        driver.close(line.fd, line.token(Token.CLOSE));
    }

    // What it is told.

    @Override
    public void completed(long token, int result, boolean more, Buffer data) {
        if (!polling) throw new AssertionError("told outside a poll");
        course = course * 31 + token * 7 + result * 3L + (more ? 1 : 0);
        var line = more ? underWay.get(token) : underWay.remove(token);
        var operation = Token.operation(token);
        if (line == null) throw new AssertionError("operation " + operation + ", " + result + ", is not under way");
        switch (operation) {
            case Token.ACCEPT -> accepted(line, result, more);
            case Token.RECEIVE -> received(line, result, more, data);
            case Token.CLOSE -> {
                if (result != 0) throw new AssertionError("close: " + result);
                if (line == listener) listener = null;
                checkSent(line);
                lines.remove(line);
                if (line.memory != 0) memory.add(line.memory);
            }
            default -> outwardEnded(line, operation, result);
        }
        if (line != listener || operation != Token.CLOSE) closeIfIdle(line);
        if (!calm && random.nextInt(4) == 0) program();
        if (!calm && random.nextInt(8) == 0) closeOther(line);
    }

    /// Of what the same batch may tell of as well; and the number may come again at once.
    private void closeOther(Line line) {
        for (var other : lines) {
            if (other == line || !other.isIdle() || other.closing) continue;
            closeLater(other);
            connect();
            return;
        }
    }

    private void accepted(Line line, int result, boolean more) {
        if (result >= 0) {
            if (!more) throw new AssertionError("a connection as the last completion");
            var accepted = newLine(result);
            accepted.socket.descriptor = result;
            lines.add(accepted);
            return;
        }
        if (more) throw new AssertionError("an error that is not the last");
        line.inward = false;
        switch (-result) {
            case Errno.EMFILE -> requireTaken(Liberty.EXHAUSTED);
            case Errno.ENOSPC, Errno.ENOMEM -> requireTaken(Liberty.NOT_REGISTERED);
            case Errno.ECANCELED -> require(line.inwardCancelled, "an accept that nobody cancelled ends as cancelled");
            default -> throw new AssertionError("accept: " + Errno.name(-result));
        }
    }

    private void requireTaken(Liberty liberty) {
        require(kernel.taken(liberty) > 0, "an error that the kernel has not told");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) throw new AssertionError(otherwise);
    }

    private void received(Line line, int result, boolean more, Buffer data) {
        if (result > 0) {
            require(more && data != null && data.readable() == result, "bytes without bytes");
            StreamPattern.check(data.toByteArray(), line.socket.id, line.received, "received");
            line.received += result;
            require(line.received <= network.sent(line.socket), "more bytes than were sent");
            if (!calm && random.nextInt(GREED_MAX) < greed) held.add(data);
            else data.release();
            return;
        }
        require(!more && data == null, "an end that is none");
        line.inward = false;
        if (result == -Errno.ECANCELED) {
            require(line.inwardCancelled, "a receive that nobody cancelled ends as cancelled");
            return;
        }
        line.told = true;
        if (result == 0) {
            require(line.socket.isPeerEnded() || line.socket.isReset(), "an end that the peer has not sent");
            require(line.socket.isReset() || line.received == network.sent(line.socket),
                    "the end before the last bytes: " + line.received);
        } else {
            require(line.socket.isReset(), "receive: " + Errno.name(-result));
        }
    }

    private void outwardEnded(Line line, int operation, int result) {
        line.outward = 0;
        switch (operation) {
            case Token.CONNECT -> {
                if (result == 0) require(line.socket.connected, "connected before the network has answered");
                else refusedConnect(line, -result);
            }
            case Token.SEND, Token.SEND_FILE -> {
                require(result != 0 && result <= line.sending, "a send tells nothing, or more than there was");
                if (result > 0) line.sent += result;
                else refusedSend(line, -result);
                if (operation == Token.SEND) Memory.fill(line.memory, line.sending, USED); // it is ours again
                checkSent(line);
            }
            default -> require(result == 0 || line.socket.isReset(), "a shutdown is refused");
        }
    }

    private void refusedConnect(Line line, int errno) {
        switch (errno) {
            case Errno.ECANCELED -> require(line.outwardCancelled, "a connect that nobody cancelled ends as cancelled");
            case Errno.ENOSPC, Errno.ENOMEM -> requireTaken(Liberty.NOT_REGISTERED);
            default -> require(line.socket.isReset(), "connect: " + Errno.name(errno));
        }
        closeLater(line);
    }

    private static void refusedSend(Line line, int errno) {
        if (errno == Errno.ECANCELED) require(line.outwardCancelled, "a send that nobody cancelled ends as cancelled");
        else require(line.socket.isReset(), "send: " + Errno.name(errno));
    }

    private void checkSent(Line line) {
        var count = line.socket.sentBytes();
        if (line.outward == 0 && !line.socket.isReset() && count != line.sent) {
            throw new AssertionError(count + " bytes were sent, and " + line.sent + " told");
        }
        StreamPattern.check(line.socket.sent(line.checked), -line.socket.id, line.checked, "sent");
        line.checked = count;
    }

    // The end.

    /// Everything that is on its way comes, and then everything is closed.
    private void finish() {
        calm = true;
        kernel.calm();
        network.calm();
        releaseHeld();
        pollUntil("what is on its way", () -> {
            if (listener != null && !listener.closing) listen();
            network.answerConnects(CONNECTIONS_MAX);
            for (var line : List.copyOf(lines)) {
                if (line.closing) continue; // what is cancelled ends without the peer's help
                if (line.socket.connected) line.socket.addRoom(Network.ROOM_BYTES_MAX);
                receive(line);
            }
            var nobodyListens = listener == null || listener.closing;
            return lines.stream().allMatch(this::hasAll) && (nobodyListens || network.waiting() == 0);
        });
        if (listener != null) closeLater(listener);
        pollUntil("closing", () -> {
            for (var line : List.copyOf(lines)) closeLater(line); // a listener that ends may bring another one
            return lines.isEmpty() && listener == null && underWay.isEmpty();
        });
        var left = kernel.openSockets();
        if (left > 0) throw new AssertionError(left + " sockets are open, and nobody has them");
    }

    private boolean hasAll(Line line) {
        if (line.closing) return false;
        if (line.outward != 0) return false;
        if (line.told || !line.socket.connected) return true;
        var all = line.received == network.sent(line.socket);
        return all && !line.socket.isPeerEnded() && !line.socket.isReset();
    }

    private void pollUntil(String what, BooleanSupplier done) {
        for (var polls = 0; !done.getAsBoolean(); polls++) {
            if (polls == CALM_POLLS_MAX) {
                throw new AssertionError(what + " never ends: " + lines.stream().map(line -> line.socket + " received "
                        + line.received + " of " + network.sent(line.socket) + (line.inward ? ", receiving" : "")
                        + (line.outward != 0 ? ", operation " + line.outward : "")
                        + (line.closing ? ", closing" : "")).toList()
                        + (listener == null ? "" : ", listening"));
            }
            poll();
        }
    }
}
