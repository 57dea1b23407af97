package dev.anillo.loop.driver.uring;

import static dev.anillo.loop.driver.posix.Turns.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.driver.posix.Turns;
import dev.anillo.loop.driver.uring.UringDriver.Sizes;
import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.memory.Slabs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/// What is special to io_uring; what all drivers have in common is tested elsewhere, for all.
class UringDriverTest {
    /// One slab of receive buffers is all there is.
    private static final Sizes SIXTEEN_BUFFERS = new Sizes(64, 256, 16, 16);

    private final Set<String> openBefore = Turns.openDescriptors();
    private final long slab = Slabs.take();
    private UringDriver driver;
    private Turns turns;

    /// Where io_uring is refused there is nothing to test, and that is told apart from having passed.
    @BeforeAll
    static void requireIoUring() {
        try {
            new UringDriver().shutDown();
        } catch (OsException refused) {
            throw new TestAbortedException(refused.getMessage(), refused);
        }
    }

    private void open(Sizes sizes) throws OsException {
        driver = new UringDriver(sizes);
        turns = new Turns(driver);
    }

    private void start(Sizes sizes) throws OsException {
        open(sizes);
        driver.start();
    }

    @AfterEach
    void allDescriptorsAreClosed() {
        turns.end();
        Slabs.giveBack(slab);
        assertEquals(openBefore, Turns.openDescriptors());
    }

    /// Leaves the kernel without buffers and holds them all.
    private List<Buffer> holdEveryBuffer(Turns.Pair pair) throws IOException {
        var held = new ArrayList<Buffer>();
        while (held.size() < SIXTEEN_BUFFERS.buffersMax()) {
            write(pair.peer(), "x");
            held.add(turns.await(pair.descriptor(), Token.RECEIVE).data());
        }
        return held;
    }

    private static void write(SocketChannel peer, String text) throws IOException {
        peer.write(UTF_8.encode(text));
    }

    @Test
    void aReceiveWithoutBuffersIsParkedAndAReturningBufferResumesIt() throws Exception {
        start(SIXTEEN_BUFFERS);
        var pair = turns.connect();
        turns.receive(pair.descriptor());
        var held = holdEveryBuffer(pair);
        write(pair.peer(), "late");
        turns.settle();
        assertEquals(1, driver.counters().bufferShortages);

        var submissions = driver.counters().submissions;
        for (var i = 0; i < 10; i++) driver.poll(0, turns);
        assertEquals(submissions, driver.counters().submissions, "a parked receive costs nothing");
        assertEquals(List.of(), turns.rest());

        held.removeFirst().release();
        assertEquals("late", turns.awaitText(pair.descriptor()));
        held.forEach(Buffer::release);
    }

    @Test
    void theReceivesThatWaitedLongestGetTheFirstBuffers() throws Exception {
        start(SIXTEEN_BUFFERS);
        var greedy = turns.connect();
        turns.receive(greedy.descriptor());
        var held = holdEveryBuffer(greedy);
        var waiting = new ArrayList<Turns.Pair>();
        for (var i = 0; i < 3; i++) {
            var pair = turns.connect();
            turns.receive(pair.descriptor());
            write(pair.peer(), "request " + i);
            turns.settle();
            waiting.add(pair);
        }
        assertEquals(3, driver.counters().bufferShortages);
        for (var i = 0; i < 3; i++) {
            held.removeFirst().release();
            turns.settle();
            assertEquals("request " + i, turns.awaitText(waiting.get(i).descriptor()));
            // its buffer is home again and the next one's turn has come
        }
        held.forEach(Buffer::release);
    }

    @Test
    void aParkedReceiveCanBeCancelledAndItsBytesStayInTheSocket() throws Exception {
        start(SIXTEEN_BUFFERS);
        var pair = turns.connect();
        var fd = pair.descriptor();
        turns.receive(fd);
        var held = holdEveryBuffer(pair);
        write(pair.peer(), "still there");
        turns.settle();
        driver.cancel(fd, token(fd, Token.RECEIVE));
        assertEquals(List.of(), turns.rest(), "nothing is reported from within cancel");
        assertEquals(-Errno.ECANCELED, turns.await(fd, Token.RECEIVE).result());
        held.forEach(Buffer::release);
        turns.settle();
        assertEquals(List.of(), turns.rest(), "nobody receives");
        turns.receive(fd);
        assertEquals("still there", turns.awaitText(fd));
    }

    @Test
    void aShortageAddsBuffersUpToTheBound() throws Exception {
        start(new Sizes(64, 256, 16, 32));
        var pair = turns.connect();
        turns.receive(pair.descriptor());
        var held = holdEveryBuffer(pair);
        write(pair.peer(), "seventeenth");
        var text = turns.awaitText(pair.descriptor());
        assertEquals("seventeenth", text);
        assertEquals(1, driver.counters().bufferShortages);
        held.forEach(Buffer::release);
    }

    @Test
    void aBufferIsKeptAsACopyOnceHalfOfAllAreOut() throws Exception {
        start(SIXTEEN_BUFFERS);
        var pair = turns.connect();
        turns.receive(pair.descriptor());
        var kept = new ArrayList<Buffer>();
        for (var i = 0; i < 20; i++) { // more than there are: the copies leave the others in circulation
            write(pair.peer(), "message " + i);
            var received = turns.await(pair.descriptor(), Token.RECEIVE).data();
            received.lend();
            var mine = received.keep();
            received.endLoan();
            if (i < 8) assertSame(received, mine);
            else assertNotSame(received, mine);
            kept.add(mine);
        }
        assertEquals(0, driver.counters().bufferShortages);
        for (var i = 0; i < 20; i++) assertEquals("message " + i, kept.get(i).toString());
        kept.forEach(Buffer::release);
    }

    @Test
    void moreCompletionsThanTheQueueHoldsAreFlushedAndNoneIsLost() throws Exception {
        start(new Sizes(2, 4, 64, 64));
        var peers = new ArrayList<SocketChannel>();
        var address = turns.listen();
        for (var i = 0; i < 24; i++) peers.add(turns.track(SocketChannel.open(address)));
        var accepted = new ArrayList<Integer>();
        while (accepted.size() < peers.size()) {
            var completion = turns.await(turns.listener(), Token.ACCEPT);
            assertTrue(completion.more(), "re-armed inside the driver");
            accepted.add(completion.result());
            turns.receive(completion.result());
        }
        turns.settle();
        for (var i = 0; i < peers.size(); i++) write(peers.get(i), "from " + i);
        var texts = new TreeSet<String>();
        for (var fd : accepted) texts.add(turns.awaitText(fd));
        assertEquals(peers.size(), texts.size());
        assertTrue(driver.counters().overflows > 0, "the queue was meant to overflow");
    }

    @Test
    void moreOperationsThanTheSubmissionQueueHoldsAreSubmittedMeanwhile() throws Exception {
        start(new Sizes(4, 256, 16, 16));
        var address = turns.listen();
        var connecting = new ArrayList<Integer>();
        for (var i = 0; i < 19; i++) {
            var fd = driver.open(address);
            driver.connect(fd, address, token(fd, Token.CONNECT));
            connecting.add(fd);
        }
        for (var fd : connecting) assertEquals(0, turns.await(fd, Token.CONNECT).result());
        assertEquals(0, driver.counters().overflows);
    }

    @Test
    void operationsStartedBeforeStartAreSubmittedByTheFirstPoll() throws Exception {
        open(Sizes.USUAL);
        var address = turns.listen();
        turns.track(SocketChannel.open(address));
        driver.start();
        assertTrue(turns.await(turns.listener(), Token.ACCEPT).result() >= 0);
    }

    @Test
    void oneThreadMakesTheRingAnotherOwnsItAndAThirdIsRefused() throws Exception {
        open(Sizes.USUAL);
        var address = turns.listen();
        var failure = new AtomicReference<Throwable>();
        var owner = new Thread(() -> {
            driver.start();
            try {
                turns.track(SocketChannel.open(address));
                assertTrue(turns.await(turns.listener(), Token.ACCEPT).result() >= 0);
                onAnotherThread(() -> assertThrows(IllegalStateException.class, () -> {
                    driver.cancel(turns.listener(), token(turns.listener(), Token.ACCEPT));
                    driver.poll(0, turns);
                }));
            } catch (Throwable problem) {
                failure.set(problem);
            }
            turns.end();
        });
        owner.start();
        owner.join();
        if (failure.get() != null) throw new AssertionError(failure.get());
    }

    private static void onAnotherThread(Runnable action) throws InterruptedException {
        var failure = new AtomicReference<Throwable>();
        var thread = new Thread(action);
        thread.setUncaughtExceptionHandler((_, problem) -> failure.set(problem));
        thread.start();
        thread.join();
        if (failure.get() != null) throw new AssertionError(failure.get());
    }

    @Test
    void aDriverThatNeverStartedClosesWhatItWasAskedToClose() throws Exception {
        open(Sizes.USUAL);
        turns.listen();
        var fd = driver.open(Turns.ANY_PORT);
        driver.close(fd, token(fd, Token.CLOSE));
        // shut down after each test, which compares the descriptors
    }

    @Test
    void shutDownEndsWhatIsUnderWayAndClosesWhatIsOpen() throws Exception {
        start(Sizes.USUAL);
        var pair = turns.connect();
        var fd = pair.descriptor();
        turns.receive(fd);
        driver.send(fd, slab, Slabs.SLAB_BYTES, false, token(fd, Token.SEND));
        var unread = turns.connect();
        write(unread.peer(), "never received");
        turns.track(SocketChannel.open(driver.localAddress(turns.listener()))); // never reported
        driver.poll(0, turns);
        turns.end();
        driver.wake(); // late, and nobody's descriptor is touched
        assertThrows(IllegalStateException.class, () -> driver.poll(0, turns));
        assertThrows(IllegalStateException.class, () -> driver.open(Turns.ANY_PORT));
        assertThrows(IllegalStateException.class, () -> driver.localAddress(pair.descriptor()));
    }

    @Test
    void aWakeUpEndsTheNextWaitAndManyCountAsOne() throws Exception {
        start(Sizes.USUAL);
        for (var i = 0; i < 5; i++) driver.wake();
        driver.poll(Long.MAX_VALUE, turns);
        assertEquals(1, driver.counters().wakeUps);
        driver.wake();
        driver.poll(Long.MAX_VALUE, turns);
        assertEquals(2, driver.counters().wakeUps);
    }

    @Test
    void aPollWithNothingToDoMakesNoSystemCall() throws Exception {
        start(Sizes.USUAL);
        turns.settle();
        var before = driver.counters().systemCalls;
        for (var i = 0; i < 10; i++) driver.poll(0, turns);
        assertEquals(before, driver.counters().systemCalls);
    }

    @Test
    void aTurnIsOneSystemCallHoweverManyOperationsItStarts() throws Exception {
        start(Sizes.USUAL);
        var pairs = new ArrayList<Turns.Pair>();
        for (var i = 0; i < 8; i++) pairs.add(turns.connect());
        turns.settle();
        var before = driver.counters().systemCalls;
        Memory.putByte(slab, (byte) '!');
        for (var pair : pairs) driver.send(pair.descriptor(), slab, 1, false, token(pair.descriptor(), Token.SEND));
        for (var pair : pairs) assertEquals(1, turns.await(pair.descriptor(), Token.SEND).result());
        assertEquals(before + 1, driver.counters().systemCalls);
    }

    @Test
    void aWaitEndsWhenItsTimeIsUpAndNotBefore() throws Exception {
        start(Sizes.USUAL);
        turns.settle();
        var from = driver.nanoTime();
        driver.poll(3_000_000, turns);
        assertTrue(driver.nanoTime() - from >= 3_000_000);
        assertEquals(List.of(), turns.rest());
    }

    /// Under load the driver waits for several; when the load ends at once, that must not hold back a single one.
    @Test
    void theFirstRequestAfterALoadIsNotWaitedWith() throws Exception {
        start(Sizes.USUAL);
        var pairs = new ArrayList<Turns.Pair>();
        for (var i = 0; i < 16; i++) pairs.add(turns.connect());
        for (var pair : pairs) turns.receive(pair.descriptor());
        for (var until = driver.nanoTime() + 20_000_000; driver.nanoTime() < until;) {
            for (var pair : pairs) write(pair.peer(), "x");
            driver.poll(Long.MAX_VALUE, turns);
            turns.releaseRest();
        }
        turns.settle();
        turns.releaseRest();
        var calls = driver.counters().systemCalls;
        driver.wake();
        driver.poll(Long.MAX_VALUE, turns);
        assertTrue(driver.counters().systemCalls <= calls + 2, "a wait without limit is one, also after a short one");
        write(pairs.getFirst().peer(), "alone");
        assertEquals("alone", turns.awaitText(pairs.getFirst().descriptor()));
        driver.send(pairs.getFirst().descriptor(), slab, 1, false, token(pairs.getFirst().descriptor(), Token.SEND));
        assertEquals(1, turns.await(pairs.getFirst().descriptor(), Token.SEND).result());
    }

    @Test
    void aCancelledAcceptReportsThatAsItsLast() throws Exception {
        start(Sizes.USUAL);
        turns.listen();
        turns.settle();
        driver.cancel(turns.listener(), token(turns.listener(), Token.ACCEPT));
        driver.cancel(turns.listener(), token(turns.listener(), Token.ACCEPT)); // asking twice is asking once
        var last = turns.await(turns.listener(), Token.ACCEPT);
        assertEquals(-Errno.ECANCELED, last.result());
        assertFalse(last.more());
        turns.settle();
        assertEquals(List.of(), turns.rest());
    }

    @Test
    void aCancelledReceiveReportsThatAsItsLastAndCanBeStartedAgainAtOnce() throws Exception {
        start(Sizes.USUAL);
        var pair = turns.connect();
        var fd = pair.descriptor();
        for (var i = 0; i < 3; i++) {
            turns.receive(fd);
            driver.cancel(fd, token(fd, Token.RECEIVE));
            assertEquals(-Errno.ECANCELED, turns.await(fd, Token.RECEIVE).result());
        }
        write(pair.peer(), "hello");
        turns.receive(fd);
        assertEquals("hello", turns.awaitText(fd));
        assertEquals(List.of(), turns.rest());
    }

    @Test
    void aNumberThatIsReusedBeforeItsCloseIsReportedServesItsNewOwner() throws Exception {
        start(Sizes.USUAL);
        var old = turns.connect();
        driver.close(old.descriptor(), token(old.descriptor(), Token.CLOSE));
        var renewed = turns.connect();
        assertEquals(0, turns.await(old.descriptor(), Token.CLOSE).result());
        turns.receive(renewed.descriptor());
        write(renewed.peer(), "new");
        assertEquals("new", turns.awaitText(renewed.descriptor()));
    }

    @Test
    void aCallbackThatThrowsLosesNoOtherCompletion() throws Exception {
        start(Sizes.USUAL);
        var one = turns.connect();
        var two = turns.connect();
        turns.settle();
        for (var pair : List.of(one, two)) {
            driver.send(pair.descriptor(), slab, 1, false, token(pair.descriptor(), Token.SEND));
        }
        turns.onReport(_ -> {
            turns.onReport(_ -> {});
            throw new IllegalStateException("a program's mistake");
        });
        assertThrows(IllegalStateException.class, () -> driver.poll(Long.MAX_VALUE, turns));
        assertEquals(1, turns.await(one.descriptor(), Token.SEND).result());
        assertEquals(1, turns.await(two.descriptor(), Token.SEND).result());
    }

    @Test
    void aConnectToAnAddressThatIsNoneIsAProgramsMistakeAndLeavesNothingUnderWay() throws Exception {
        start(Sizes.USUAL);
        var fd = driver.open(Turns.ANY_PORT);
        var nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
        assertThrows(IllegalArgumentException.class, () -> driver.connect(fd, nowhere, token(fd, Token.CONNECT)));
        driver.close(fd, token(fd, Token.CLOSE));
        assertEquals(0, turns.await(fd, Token.CLOSE).result());
    }

    @Test
    void twoReceivesTwoSendsOrAnEarlyCloseAreAProgramsMistake() throws Exception {
        start(Sizes.USUAL);
        var fd = turns.connect().descriptor();
        turns.receive(fd);
        assertThrows(IllegalStateException.class, () -> turns.receive(fd));
        driver.send(fd, slab, 1, false, token(fd, Token.SEND));
        assertThrows(IllegalStateException.class, () -> driver.send(fd, slab, 1, false, token(fd, Token.SEND)));
        assertThrows(IllegalStateException.class, () -> driver.shutdown(fd, token(fd, Token.SHUTDOWN)));
        assertThrows(IllegalStateException.class, () -> driver.close(fd, token(fd, Token.CLOSE)));
        assertThrows(IllegalStateException.class, () -> driver.receive(fd + 1000, token(fd, Token.RECEIVE)));
    }
}
