package dev.anillo.loop.driver.uring;

import static dev.anillo.loop.driver.posix.Turns.token;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.linux.Linux;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Token;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The two queues, multishot operations and buffers.
class FakeUringTest extends OnFakeUring {
    // The two queues.

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void positionsWrapAtThirtyTwoBits(boolean indexed) throws Exception {
        kernel = new FakeUring(-9, indexed);
        start();
        var fds = new ArrayList<Integer>();
        for (var i = 0; i < 7; i++) fds.add(descriptor()); // more than the submission queue holds
        for (var round = 1; round <= 20; round++) {
            for (var fd : fds) send(fd);
            turns.settle();
            for (var fd : fds) kernel.complete(kernel.operation(SEND, fd), round, 0);
            for (var fd : fds) assertEquals(round, turns.await(fd, Token.SEND).result());
        }
        assertTrue(kernel.sqHead() > 0 && kernel.cqTail() > 0, "meant to wrap");
        assertEquals(List.of(), turns.rest());
    }

    @Test
    void theTailOfTheBufferRingWrapsAtSixteenBits() throws Exception {
        start();
        var fd = receiving();
        for (var i = 0; i <= 0x10000; i += SMALL.completions()) {
            for (var j = 0; j < SMALL.completions(); j++) brings(fd, "x", true);
            driver.poll(0, turns);
            turns.releaseRest();
        }
        turns.settle();
        brings(fd, "behind the wrap", true);
        assertEquals("behind the wrap", turns.awaitText(fd));
    }

    @Test
    void whatOverflowsTheCompletionQueueIsFetchedInOrderAndNothingIsLost() throws Exception {
        start();
        var listener = listener();
        for (var i = 0; i < 30; i++) arrives(listener, true);
        for (var i = 0; i < 30; i++) driver.poll(0, turns);
        var told = turns.rest();
        assertEquals(30, told.size());
        for (var i = 1; i < 30; i++) assertEquals(told.get(i - 1).result() + 1, told.get(i).result());
        assertTrue(driver.counters().overflows > 0);
        var enters = kernel.enters;
        for (var i = 0; i < 10; i++) driver.poll(0, turns);
        assertEquals(enters, kernel.enters, "the flag is down, and nobody asks");
    }

    @Test
    void aPollThatWaitsFetchesWhatHasOverflowedToo() throws Exception {
        start();
        var listener = listener();
        for (var i = 0; i < 30; i++) arrives(listener, true);
        for (var i = 0; i < 30; i++) assertTrue(turns.await(listener, Token.ACCEPT).more());
    }

    @Test
    void whatIsNotTakenAtOnceIsSubmittedLaterAndOnce() throws Exception {
        start();
        var fds = new ArrayList<Integer>();
        for (var i = 0; i < 4; i++) fds.add(descriptor());
        for (var fd : fds) send(fd);
        for (var i = 1; i <= 4; i++) {
            kernel.takeAtMost(1);
            driver.poll(0, turns);
            assertEquals(1 + i, kernel.underWay.size(), "the wake-up's poll, and " + i + " sends");
        }
        for (var fd : fds) kernel.complete(kernel.operation(SEND, fd), 1, 0);
        for (var fd : fds) assertEnds(fd, Token.SEND, 1, fds);
    }

    private void assertEnds(int fd, int operation, int result, List<Integer> among) {
        var last = turns.await(fd, operation);
        assertEquals(result, last.result());
        assertFalse(last.more());
        if (fd == among.getLast()) assertEquals(List.of(), turns.rest());
    }

    @Test
    void aFullSubmissionQueueIsSubmittedBeforeTheNextEntryIsWritten() throws Exception {
        start();
        var fds = new ArrayList<Integer>();
        for (var i = 0; i < 11; i++) fds.add(descriptor());
        for (var i = 0; i < 4; i++) send(fds.get(i));
        kernel.refuse(Errno.EAGAIN); // no memory just now
        kernel.refuse(Errno.EINTR);
        kernel.takeAtMost(1);
        for (var i = 4; i < 11; i++) send(fds.get(i));
        turns.settle();
        for (var fd : fds) kernel.complete(kernel.operation(SEND, fd), 1, 0);
        for (var fd : fds) assertEnds(fd, Token.SEND, 1, fds);
    }

    @Test
    void aKernelThatTakesNothingForLongIsNotAskedForEver() throws Exception {
        start();
        for (var i = 0; i < 4; i++) send(descriptor());
        var fifth = descriptor();
        for (var i = 0; i < 1000; i++) kernel.refuse(Errno.EAGAIN);
        var refused = assertThrows(IllegalStateException.class, () -> turns.receive(fifth));
        assertTrue(refused.getMessage().contains("takes no submissions"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINTR, Errno.EAGAIN, Errno.EBUSY, Errno.ETIME})
    void anEnterThatIsRefusedForNowLosesNothingAndRepeatsNothing(int errno) throws Exception {
        start();
        var one = receiving();
        var other = descriptor();
        send(other);
        brings(one, "hello", true);
        for (var i = 0; i < 3; i++) kernel.refuse(errno);
        for (var i = 0; i < 3; i++) driver.poll(i == 1 ? 1_000_000 : 0, turns);
        assertEquals(List.of(), turns.rest());
        assertEquals("hello", turns.awaitText(one));
        kernel.complete(kernel.operation(SEND, other), 1, 0);
        assertEnds(other, Token.SEND, 1);
    }

    @Test
    void anEnterThatFailsForGoodIsToldWithItsErrno() throws Exception {
        start();
        kernel.refuse(Errno.EBADF);
        var told = assertThrows(IllegalStateException.class, () -> driver.poll(1, turns));
        assertEquals("io_uring_enter: EBADF", told.getMessage());
    }

    // Multishot operations.

    @Test
    void aReceiveThatEndsWithBytesIsBegunAgainBeforeTheyAreTold() throws Exception {
        start();
        var fd = receiving();
        brings(fd, "one", false);
        turns.onReport(_ -> turns.onReport(_ -> {}));
        assertEquals("one", turns.awaitText(fd));
        turns.settle();
        brings(fd, "two", true);
        brings(fd, "three", false);
        assertEquals("two", turns.awaitText(fd));
        assertEquals("three", turns.awaitText(fd));
        turns.settle();
        brings(fd, "four", true);
        assertEquals("four", turns.awaitText(fd));
    }

    @Test
    void theEndOrAnErrorOfAReceiveIsItsLastAndItIsNotBegunAgain() throws Exception {
        start();
        for (var result : new int[] {0, -Errno.ECONNRESET, -Errno.ETIMEDOUT}) {
            var fd = receiving();
            brings(fd, "before", true);
            kernel.complete(kernel.operation(RECEIVE, fd), result, 0);
            assertEquals("before", turns.awaitText(fd));
            assertEnds(fd, Token.RECEIVE, result);
            assertFalse(kernel.isUnderWay(RECEIVE, fd));
            close(fd);
        }
    }

    @Test
    void aBufferThatComesWithTheEndGoesBack() throws Exception {
        start();
        for (var i = 0; i < 40; i++) {
            var fd = receiving();
            var flags = kernel.lendBack(new byte[0]);
            kernel.complete(kernel.operation(RECEIVE, fd), i % 2 == 0 ? 0 : -Errno.ECONNRESET, flags);
            assertEnds(fd, Token.RECEIVE, i % 2 == 0 ? 0 : -Errno.ECONNRESET);
            close(fd);
        }
        assertEquals(16, kernel.buffersLent());
    }

    @Test
    void anAcceptThatEndsWithAConnectionIsBegunAgain() throws Exception {
        start();
        var listener = listener();
        for (var i = 0; i < 3; i++) {
            var fd = arrives(listener, false);
            var told = turns.await(listener, Token.ACCEPT);
            assertEquals(fd, told.result());
            assertTrue(told.more(), "to its caller it goes on");
            turns.settle();
        }
        assertTrue(kernel.isUnderWay(ACCEPT, listener));
    }

    @Test
    void anAcceptThatEndsBecauseOfAConnectionThatIsGoneIsBegunAgainAndNobodyIsTold() throws Exception {
        start();
        var listener = listener();
        for (var errno : new int[] {Errno.ECONNABORTED, Errno.EPROTO, Errno.EINTR, Errno.ENETDOWN}) {
            kernel.complete(kernel.operation(ACCEPT, listener), -errno, 0);
            turns.settle();
            turns.settle();
            assertTrue(kernel.isUnderWay(ACCEPT, listener));
        }
        assertEquals(List.of(), turns.rest());
    }

    @Test
    void anAcceptThatEndsForWantOfDescriptorsSaysSo() throws Exception {
        start();
        var listener = listener();
        kernel.complete(kernel.operation(ACCEPT, listener), -Errno.EMFILE, 0);
        assertEnds(listener, Token.ACCEPT, -Errno.EMFILE);
        assertFalse(kernel.isUnderWay(ACCEPT, listener));
        driver.accept(listener, token(listener, Token.ACCEPT));
        turns.settle();
        assertEquals(arrives(listener, true), turns.await(listener, Token.ACCEPT).result());
    }

    @Test
    void thePollForWakeUpsIsBegunAgainWhenItEnds() throws Exception {
        start();
        for (var i = 1; i <= 3; i++) {
            kernel.complete(kernel.underWay.getFirst(), i == 2 ? -Errno.ECANCELED : Linux.EPOLLIN(), 0);
            turns.settle();
            turns.settle();
            driver.wake();
            driver.poll(1, turns);
            assertEquals(2 * i, driver.counters().wakeUps);
        }
    }

    // Buffers.

    private List<Buffer> holdEveryBuffer(int fd) {
        var held = new ArrayList<Buffer>();
        while (held.size() < SMALL.buffersMax()) {
            brings(fd, "x", true);
            held.add(turns.await(fd, Token.RECEIVE).data());
        }
        return held;
    }

    @Test
    void aReceiveWithoutBuffersWaitsForOneAndIsBegunAgain() throws Exception {
        start();
        var fd = receiving();
        var held = new ArrayDeque<>(holdEveryBuffer(fd));
        for (var i = 0; i < 3; i++) {
            assertFalse(kernel.receive(kernel.operation(RECEIVE, fd), new byte[1], true), "a buffer was left");
            turns.settle();
            for (var j = 0; j < 10; j++) driver.poll(0, turns);
            assertFalse(kernel.isUnderWay(RECEIVE, fd), "in vain until a buffer is back");
            assertEquals(List.of(), turns.rest());
            held.remove().release();
            turns.settle();
            assertEquals(1, kernel.buffersLent(), "shown to the kernel before it is asked again");
            brings(fd, "late " + i, true);
            var late = turns.await(fd, Token.RECEIVE).data();
            assertEquals("late " + i, late.toString());
            held.add(late);
        }
        assertEquals(3, driver.counters().bufferShortages);
        held.forEach(Buffer::release);
        driver.poll(0, turns);
        turns.settle();
    }

    @Test
    void aReceiveThatFindsNoBufferAfterItsCancelEndsAsCancelled() throws Exception {
        start();
        var fd = receiving();
        cancelReceive(fd);
        turns.settle();
        kernel.complete(kernel.operation(RECEIVE, fd), -Errno.ENOBUFS, 0);
        kernel.complete(kernel.operation(CANCEL, NO_DESCRIPTOR), -Errno.EALREADY, 0);
        assertEnds(fd, Token.RECEIVE, -Errno.ECANCELED);
        assertFalse(kernel.isUnderWay(RECEIVE, fd));
        close(fd);
    }
}
