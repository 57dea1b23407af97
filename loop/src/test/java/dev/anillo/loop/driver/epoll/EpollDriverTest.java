package dev.anillo.loop.driver.epoll;

import static dev.anillo.loop.driver.posix.Turns.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.driver.posix.Turns;
import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.memory.Slabs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/// What is special to epoll; what all drivers have in common is tested elsewhere, for all.
class EpollDriverTest {
    private final Set<String> openBefore = Turns.openDescriptors();
    private final long slab = Slabs.take();
    private EpollDriver driver;
    private Turns turns;

    @BeforeAll
    static void requireLinux() {
        if (!"Linux".equals(System.getProperty("os.name"))) throw new TestAbortedException("epoll is a part of Linux");
    }

    @BeforeEach
    void start() throws OsException {
        driver = new EpollDriver();
        turns = new Turns(driver);
        driver.start();
    }

    @AfterEach
    void allDescriptorsAreClosed() {
        turns.end();
        Slabs.giveBack(slab);
        assertEquals(openBefore, Turns.openDescriptors());
    }

    private static void write(SocketChannel peer, String text) throws IOException {
        peer.write(UTF_8.encode(text));
    }

    /// A connection on which the kernel buffers next to nothing.
    private Turns.Pair narrow() throws IOException {
        var pair = turns.connect();
        pair.peer().setOption(StandardSocketOptions.SO_RCVBUF, 2048);
        var calls = new Syscalls();
        Memory.putInt(slab, 2048);
        var fd = pair.descriptor();
        assertEquals(0, calls.setsockopt(fd, Linux.SOL_SOCKET(), Linux.SO_SNDBUF(), slab, Integer.BYTES));
        return pair;
    }

    private void send(int fd, int bytes) {
        driver.send(fd, slab, bytes, false, token(fd, Token.SEND));
    }

    @Test
    void aFullSocketMakesASendShortAndTheNextOneWaitsForRoom() throws Exception {
        var pair = narrow();
        var fd = pair.descriptor();
        send(fd, Slabs.SLAB_BYTES);
        var sent = turns.await(fd, Token.SEND).result();
        assertTrue(sent > 0 && sent < Slabs.SLAB_BYTES, "sent " + sent);

        var calls = driver.counters().systemCalls;
        send(fd, Slabs.SLAB_BYTES);
        assertEquals(calls, driver.counters().systemCalls, "no attempt: the socket is known to be full");
        sent += sendUntilOneWaits(fd);

        var sink = ByteBuffer.allocate(sent);
        while (sink.hasRemaining()) pair.peer().read(sink);
        assertTrue(turns.await(fd, Token.SEND).result() > 0);
    }

    /// The kernel moves bytes on to the peer's socket for a while.
    ///
    /// @return the bytes that it took
    private int sendUntilOneWaits(int fd) {
        var sent = 0;
        while (true) {
            turns.settle();
            var done = turns.rest();
            if (done.isEmpty()) return sent;
            sent += done.getFirst().result();
            send(fd, Slabs.SLAB_BYTES);
        }
    }

    @Test
    void aWaitingSendCanBeCancelled() throws Exception {
        var pair = narrow();
        var fd = pair.descriptor();
        send(fd, Slabs.SLAB_BYTES);
        sendUntilOneWaits(fd);
        driver.cancel(fd, token(fd, Token.SEND));
        assertEquals(List.of(), turns.rest(), "nothing is reported from within cancel");
        assertEquals(-Errno.ECANCELED, turns.await(fd, Token.SEND).result());
        turns.settle();
        assertEquals(List.of(), turns.rest());
    }

    @Test
    void aSendThatWasDoneAtOnceIsNotUndoneByACancel() throws Exception {
        var fd = turns.connect().descriptor();
        send(fd, 3);
        driver.cancel(fd, token(fd, Token.SEND));
        assertEquals(3, turns.await(fd, Token.SEND).result());
        turns.settle();
        assertEquals(List.of(), turns.rest());
    }

    @Test
    void aRequestCostsOneReceiveAndOneSendBesidesTheWait() throws Exception {
        var pair = turns.connect();
        var fd = pair.descriptor();
        turns.receive(fd);
        turns.settle();
        var before = driver.counters().systemCalls;
        write(pair.peer(), "request");
        assertEquals("request", turns.awaitText(fd));
        assertEquals(before + 2, driver.counters().systemCalls, "a wait and a receive, none to hear of EAGAIN");
        send(fd, 3);
        assertEquals(before + 3, driver.counters().systemCalls);
        assertEquals(3, turns.await(fd, Token.SEND).result());
        assertEquals(before + 3, driver.counters().systemCalls, "what is known is reported without a call");
    }

    @Test
    void theEndThatCameWithTheLastBytesIsNotMissed() throws Exception {
        var pair = turns.connect();
        var fd = pair.descriptor();
        write(pair.peer(), "goodbye");
        pair.peer().shutdownOutput();
        turns.settle();
        turns.receive(fd);
        assertEquals("goodbye", turns.awaitText(fd));
        assertEquals(0, turns.await(fd, Token.RECEIVE).result());
    }

    @Test
    void bytesThatCameBeforeTheReceiveBeganAreReceived() throws Exception {
        var pair = turns.connect();
        write(pair.peer(), "early");
        turns.settle();
        turns.receive(pair.descriptor());
        assertEquals(List.of(), turns.rest(), "nothing is reported from within receive");
        assertEquals("early", turns.awaitText(pair.descriptor()));
    }

    @Test
    void aLongBodyIsReadInTurnsBetweenWhichOthersHaveTheirs() throws Exception {
        var busy = turns.connect();
        var other = turns.connect();
        busy.peer().configureBlocking(false);
        var body = ByteBuffer.allocate(16 << 20);
        var sent = busy.peer().write(body); // what the two sockets hold
        turns.settle();
        write(other.peer(), "a word");
        turns.receive(busy.descriptor());
        turns.receive(other.descriptor());
        var received = 0L;
        var othersTurn = Long.MAX_VALUE;
        while (received < sent) {
            driver.poll(Long.MAX_VALUE, turns);
            for (var completion : turns.rest()) {
                if (completion.token() == token(busy.descriptor(), Token.RECEIVE)) received += completion.result();
                else othersTurn = received;
                completion.data().release();
            }
        }
        assertTrue(sent > 1 << 20, "the sockets hold only " + sent);
        assertTrue(othersTurn < sent, "had to wait for all of the other's " + sent);
    }

    @Test
    void aChainOfOperationsThatSucceedAtOnceDoesNotStarveTheKernel() throws Exception {
        var chained = turns.connect();
        var patient = turns.connect();
        turns.receive(patient.descriptor());
        turns.settle();
        var heard = new AtomicBoolean();
        turns.onReport(completion -> {
            if (completion.token() == token(chained.descriptor(), Token.SEND)) send(chained.descriptor(), 1);
            else heard.set(true);
        });
        send(chained.descriptor(), 1);
        write(patient.peer(), "me too");
        for (var polls = 0; !heard.get(); polls++) {
            assertTrue(polls < 100, "starved");
            driver.poll(Long.MAX_VALUE, turns);
            turns.releaseRest();
        }
        turns.onReport(_ -> {});
        turns.settle();
    }

    @Test
    void anEventOfAClosedDescriptorIsNotTakenForItsNumbersNextOwner() throws Exception {
        var first = turns.connect();
        var second = turns.connect();
        turns.settle();
        try (var crowded = ServerSocketChannel.open().bind(Turns.ANY_PORT, 1)) {
            var waiting = fill(crowded);
            var reused = new ArrayList<Integer>();
            turns.receive(first.descriptor());
            turns.receive(second.descriptor());
            // Whichever event comes first closes the other connection and connects to where nobody answers.
            turns.onReport(completion -> {
                if (completion.token() == token(first.descriptor(), Token.RECEIVE)) reuse(second, crowded, reused);
            });
            driver.cancel(second.descriptor(), token(second.descriptor(), Token.RECEIVE));
            assertEquals(-Errno.ECANCELED, turns.await(second.descriptor(), Token.RECEIVE).result());
            write(first.peer(), "first in the batch");
            write(second.peer(), "second in the batch");
            assertEquals("first in the batch", turns.awaitText(first.descriptor()));
            assertEquals(List.of(second.descriptor()), reused);
            assertEquals(0, turns.await(second.descriptor(), Token.CLOSE).result());
            turns.settle();
            assertEquals(List.of(), turns.rest(), "the connect is not over");
            for (var channel : waiting) channel.close();
        }
    }

    private void reuse(Turns.Pair pair, ServerSocketChannel crowded, List<Integer> reused) {
        var fd = pair.descriptor();
        driver.close(fd, token(fd, Token.CLOSE));
        try {
            reused.add(driver.open(crowded.getLocalAddress()));
            driver.connect(reused.getLast(), crowded.getLocalAddress(), token(reused.getLast(), Token.CONNECT));
        } catch (IOException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    /// Connections until the kernel lets the next one wait.
    private static List<SocketChannel> fill(ServerSocketChannel crowded) throws IOException {
        var waiting = new ArrayList<SocketChannel>();
        while (true) {
            var channel = SocketChannel.open();
            waiting.add(channel);
            channel.configureBlocking(false);
            if (!channel.connect(crowded.getLocalAddress()) && !channel.finishConnect()) return waiting;
        }
    }

    @Test
    void aCancelledReceiveReportsThatAsItsLastAndItsBytesStayInTheSocket() throws Exception {
        var pair = turns.connect();
        var fd = pair.descriptor();
        turns.receive(fd);
        driver.cancel(fd, token(fd, Token.RECEIVE));
        driver.cancel(fd, token(fd, Token.RECEIVE)); // asking twice is asking once
        write(pair.peer(), "still there");
        var last = turns.await(fd, Token.RECEIVE);
        assertEquals(-Errno.ECANCELED, last.result());
        assertFalse(last.more());
        turns.settle();
        assertEquals(List.of(), turns.rest());
        turns.receive(fd);
        assertEquals("still there", turns.awaitText(fd));
    }

    @Test
    void aCallbackThatThrowsLosesNoOtherCompletion() throws Exception {
        var one = turns.connect();
        var two = turns.connect();
        turns.receive(one.descriptor());
        turns.receive(two.descriptor());
        turns.settle();
        write(one.peer(), "one");
        write(two.peer(), "two");
        turns.onReport(_ -> {
            turns.onReport(_ -> {});
            throw new IllegalStateException("a program's mistake");
        });
        assertThrows(IllegalStateException.class, () -> driver.poll(Long.MAX_VALUE, turns));
        assertEquals("one", turns.awaitText(one.descriptor()));
        assertEquals("two", turns.awaitText(two.descriptor()));
    }

    @Test
    void aWakeUpEndsTheNextWaitAndManyCountAsOne() {
        for (var i = 0; i < 5; i++) driver.wake();
        driver.poll(Long.MAX_VALUE, turns);
        assertEquals(1, driver.counters().wakeUps);
        driver.wake();
        driver.poll(Long.MAX_VALUE, turns);
        assertEquals(2, driver.counters().wakeUps);
    }

    @Test
    void aWaitEndsWhenItsTimeIsUpAndNotBefore() {
        var from = driver.nanoTime();
        driver.poll(3_000_000, turns);
        assertTrue(driver.nanoTime() - from >= 3_000_000);
        assertEquals(List.of(), turns.rest());
    }

    @Test
    void aTimeLimitInMillisecondsIsRoundedUp() {
        assertEquals(1, Events.millisRoundedUp(1));
        assertEquals(1, Events.millisRoundedUp(1_000_000));
        assertEquals(2, Events.millisRoundedUp(1_000_001));
        assertEquals(Integer.MAX_VALUE, Events.millisRoundedUp(Long.MAX_VALUE - 1));
    }

    @Test
    void shutDownClosesWhatIsOpen() throws Exception {
        var pair = turns.connect();
        turns.receive(pair.descriptor());
        driver.open(Turns.ANY_PORT);
        turns.track(SocketChannel.open(driver.localAddress(turns.listener()))); // never reported
        turns.end();
        driver.wake(); // late, and nobody's descriptor is touched
        assertThrows(IllegalStateException.class, () -> driver.poll(0, turns));
        assertThrows(IllegalStateException.class, () -> driver.open(Turns.ANY_PORT));
        assertThrows(IllegalStateException.class, () -> driver.localAddress(pair.descriptor()));
    }

    @Test
    void aConnectToAnAddressThatIsNoneIsAProgramsMistakeAndLeavesNothingUnderWay() throws Exception {
        var fd = driver.open(Turns.ANY_PORT);
        var nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
        assertThrows(IllegalArgumentException.class, () -> driver.connect(fd, nowhere, token(fd, Token.CONNECT)));
        driver.close(fd, token(fd, Token.CLOSE));
        assertEquals(0, turns.await(fd, Token.CLOSE).result());
    }

    @Test
    void twoReceivesTwoSendsOrAnEarlyCloseAreAProgramsMistake() throws Exception {
        var fd = turns.connect().descriptor();
        turns.receive(fd);
        assertThrows(IllegalStateException.class, () -> turns.receive(fd));
        send(fd, 1);
        assertThrows(IllegalStateException.class, () -> send(fd, 1));
        assertThrows(IllegalStateException.class, () -> driver.shutdown(fd, token(fd, Token.SHUTDOWN)));
        assertThrows(IllegalStateException.class, () -> driver.close(fd, token(fd, Token.CLOSE)));
        assertThrows(IllegalStateException.class, () -> driver.receive(fd + 1000, token(fd, Token.RECEIVE)));
    }
}
