package dev.anillo.loop.driver.epoll;

import static dev.anillo.loop.driver.posix.Turns.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.linux.Linux;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.driver.posix.FakeSocket;
import dev.anillo.loop.driver.posix.PosixFile;
import dev.anillo.loop.driver.posix.Turns;
import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.memory.Slabs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The driver on an epoll that tells what the test wants it to.
class FakeEpollTest {
    /// What the driver reads at a time.
    private static final int READ_BYTES = 64 * 1024;

    private final int slabsBefore = Slabs.outstanding();
    private final FakeEpoll kernel = new FakeEpoll();
    private EpollDriver driver;
    private Turns turns;

    @BeforeEach
    void start() throws OsException {
        driver = new EpollDriver(kernel);
        turns = new Turns(driver);
        driver.start();
        turns.settle();
    }

    @AfterEach
    void nothingIsLeft() {
        turns.end();
        kernel.end();
        assertEquals(slabsBefore, Slabs.outstanding(), "a buffer has not come home");
    }

    private int listener() {
        if (turns.listener() < 0) turns.listen();
        return turns.listener();
    }

    private FakeSocket connection() {
        var socket = kernel.arrival(listener());
        var fd = turns.await(listener(), Token.ACCEPT).result();
        assertEquals(fd, socket.descriptor);
        turns.settle();
        return socket;
    }

    private FakeSocket receiving() {
        var socket = connection();
        turns.receive(socket.descriptor);
        turns.settle();
        return socket;
    }

    private void send(int fd, String text) {
        var bytes = text.getBytes(UTF_8);
        var at = kernel.memory(bytes.length);
        Memory.copy(bytes, 0, at, bytes.length);
        driver.send(fd, at, bytes.length, false, token(fd, Token.SEND));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private void assertEnds(int fd, int operation, int result) {
        var last = turns.await(fd, operation);
        assertEquals(result, last.result());
        assertFalse(last.more());
        assertNothingMore();
    }

    private void assertNothingMore() {
        turns.settle();
        turns.settle();
        assertEquals(List.of(), turns.rest());
    }

    private void close(int fd) {
        driver.close(fd, token(fd, Token.CLOSE));
        assertEnds(fd, Token.CLOSE, 0);
    }

    // Events.

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 5})
    void anEventWithoutAnythingBehindItTellsNobodyAndLosesNothing(int times) {
        var socket = receiving();
        for (var i = 0; i < times; i++) kernel.tell(socket.descriptor, Linux.EPOLLIN() | Linux.EPOLLOUT());
        kernel.tell(listener(), Linux.EPOLLIN());
        assertNothingMore();
        socket.arrive(bytes("hello"));
        assertEquals("hello", turns.awaitText(socket.descriptor));
        kernel.arrival(listener());
        assertTrue(turns.await(listener(), Token.ACCEPT).result() > 0);
    }

    @Test
    void anEventThatComesTwiceInABatchIsNoHarm() {
        var socket = receiving();
        socket.arrive(bytes("once"));
        kernel.tell(socket.descriptor, Linux.EPOLLIN());
        assertEquals("once", turns.awaitText(socket.descriptor));
        assertNothingMore();
    }

    @Test
    void theEdgesOfAFormerOwnerOfTheNumberAreNotTheNewOnes() throws Exception {
        var first = receiving();
        var second = connection();
        var number = second.descriptor;
        first.arrive(bytes("close the other"));
        kernel.tell(number, Linux.EPOLLIN() | Linux.EPOLLOUT()); // in the same batch, behind it
        turns.onReport(told -> {
            turns.onReport(_ -> {});
            driver.close(number, token(number, Token.CLOSE));
            try {
                assertEquals(number, driver.open(Turns.ANY_PORT));
                driver.connect(number, Turns.ANY_PORT, token(number, Token.CONNECT));
            } catch (OsException refused) {
                throw new AssertionError(refused);
            }
        });
        assertEquals("close the other", turns.awaitText(first.descriptor));
        assertEnds(number, Token.CLOSE, 0);
        kernel.socket(number).answer(0);
        assertEnds(number, Token.CONNECT, 0);
    }

    @Test
    void anEventOfANumberThatIsNobodysNowIsNothing() {
        var first = receiving();
        var second = receiving();
        var number = second.descriptor;
        driver.cancel(number, token(number, Token.RECEIVE));
        assertEnds(number, Token.RECEIVE, -Errno.ECANCELED);
        first.arrive(bytes("close the other"));
        kernel.tell(number, Linux.EPOLLIN() | Linux.EPOLLHUP());
        turns.onReport(_ -> {
            turns.onReport(_ -> {});
            driver.close(number, token(number, Token.CLOSE));
        });
        assertEquals("close the other", turns.awaitText(first.descriptor));
        assertEnds(number, Token.CLOSE, 0);
    }

    @Test
    void anEdgeThatComesWhileNobodyReceivesIsRemembered() {
        var socket = connection();
        socket.arrive(bytes("early"));
        turns.settle();
        turns.receive(socket.descriptor);
        assertEquals("early", turns.awaitText(socket.descriptor));
    }

    @Test
    void whatIsNotReadBeforeACancelIsReadByTheNextReceive() {
        var socket = receiving();
        var fd = socket.descriptor;
        socket.arrive(new byte[3 * READ_BYTES]);
        turns.onReport(_ -> {
            turns.onReport(_ -> {});
            driver.cancel(fd, token(fd, Token.RECEIVE));
        });
        turns.settle();
        turns.releaseRest();
        assertEquals(2 * READ_BYTES, socket.available());
        turns.receive(fd);
        for (var i = 0; i < 10; i++) driver.poll(0, turns);
        turns.releaseRest();
        assertEquals(0, socket.available());
    }

    /// No further edge comes for what is there already, whatever number of reads it takes.
    @ParameterizedTest
    @ValueSource(ints = {1, READ_BYTES - 1, READ_BYTES, READ_BYTES + 1, 4 * READ_BYTES, 9 * READ_BYTES + 1})
    void oneEdgeIsEnoughForAnyNumberOfBytes(int count) {
        var socket = receiving();
        socket.arrive(new byte[count]);
        var received = 0;
        while (received < count) {
            var part = turns.await(socket.descriptor, Token.RECEIVE);
            received += part.result();
            part.data().release();
        }
        assertEquals(count, received);
        assertNothingMore();
        socket.arrive(bytes("and the next edge counts"));
        assertEquals("and the next edge counts", turns.awaitText(socket.descriptor));
    }

    @Test
    void oneEdgeIsEnoughForAnyNumberOfConnections() {
        var listener = listener();
        turns.settle();
        for (var i = 0; i < 200; i++) kernel.arrival(listener);
        for (var i = 0; i < 200; i++) assertTrue(turns.await(listener, Token.ACCEPT).more());
        assertNothingMore();
    }

    // Ends and errors.

    @ParameterizedTest
    @ValueSource(ints = {1, READ_BYTES, READ_BYTES + 1})
    void theEndThatComesWithBytesIsToldBehindThem(int count) {
        var socket = receiving();
        socket.arrive(new byte[count]);
        socket.end(); // one edge: EPOLLIN | EPOLLRDHUP
        var received = 0;
        while (received < count) {
            var part = turns.await(socket.descriptor, Token.RECEIVE);
            received += part.result();
            part.data().release();
        }
        assertEnds(socket.descriptor, Token.RECEIVE, 0);
    }

    @Test
    void theEndThatComesWhileNobodyReceivesIsToldBehindTheBytes() {
        var socket = connection();
        socket.arrive(bytes("last words"));
        socket.end();
        turns.settle();
        turns.receive(socket.descriptor);
        assertEquals("last words", turns.awaitText(socket.descriptor));
        assertEnds(socket.descriptor, Token.RECEIVE, 0);
    }

    @Test
    void aResetEndsTheReceiveAndTheSendThatWaits() {
        var socket = receiving();
        var fd = socket.descriptor;
        socket.setRoom(2);
        send(fd, "four");
        assertEquals(2, turns.await(fd, Token.SEND).result());
        send(fd, "ur");
        turns.settle();
        socket.reset(Errno.ECONNRESET);
        assertEquals(-Errno.ECONNRESET, turns.await(fd, Token.RECEIVE).result());
        assertEnds(fd, Token.SEND, -Errno.EPIPE);
        close(fd);
    }

    // Calls that are refused.

    @Test
    void aWaitThatIsInterruptedIsATurnWithoutEvents() {
        var socket = receiving();
        socket.arrive(bytes("later"));
        for (var i = 0; i < 3; i++) kernel.refuse("epoll_wait", Errno.EINTR);
        for (var timeout : new long[] {0, 1_000_000, Long.MAX_VALUE}) {
            driver.poll(timeout, turns);
            assertEquals(List.of(), turns.rest());
        }
        assertEquals("later", turns.awaitText(socket.descriptor));
    }

    @Test
    void aWaitThatFailsForGoodIsToldWithItsErrno() {
        kernel.refuse("epoll_wait", Errno.EBADF);
        var told = assertThrows(IllegalStateException.class, () -> driver.poll(0, turns));
        assertTrue(told.getMessage().contains("EBADF"), told.getMessage());
    }

    @Test
    void aKernelThatCountsNoNanosecondsIsAskedInMilliseconds() {
        kernel.withoutNanos();
        var socket = receiving();
        socket.arrive(bytes("hello"));
        driver.poll(1_000, turns);
        assertEquals("hello", turns.awaitText(socket.descriptor));
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOSPC, Errno.ENOMEM, Errno.EEXIST})
    void aConnectionThatCantBeRegisteredIsClosedAndTheAcceptEndsWithThat(int errno) {
        var listener = listener();
        kernel.refuse("epoll_ctl", errno);
        kernel.arrival(listener);
        var lost = kernel.socket(listener).waiting.getFirst();
        assertEnds(listener, Token.ACCEPT, -errno);
        assertTrue(lost.closed);
        driver.accept(listener, token(listener, Token.ACCEPT));
        kernel.arrival(listener);
        assertTrue(turns.await(listener, Token.ACCEPT).result() > 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOSPC, Errno.ENOMEM, Errno.EEXIST})
    void aListenerThatCantBeRegisteredIsClosedAndRefused(int errno) {
        kernel.refuse("epoll_ctl", errno);
        var refused = assertThrows(OsException.class,
                () -> driver.listen(new Listening(Turns.ANY_PORT, 128, false, true)));
        assertTrue(refused.getMessage().contains("epoll_ctl"), refused.getMessage());
        assertTrue(refused.getMessage().contains(Errno.name(errno)), refused.getMessage());
        // and nothing is open at the end
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOSPC, Errno.ENOMEM, Errno.EEXIST})
    void aConnectThatCantBeRegisteredFailsWithThat(int errno) throws Exception {
        var fd = driver.open(Turns.ANY_PORT);
        kernel.refuse("epoll_ctl", errno);
        driver.connect(fd, Turns.ANY_PORT, token(fd, Token.CONNECT));
        assertEnds(fd, Token.CONNECT, -errno);
        close(fd);
    }

    @Test
    void aDriverWhoseWakeUpsCantBeRegisteredIsNoneAndLeavesNothingOpen() {
        var other = new FakeEpoll();
        other.refuse("epoll_ctl", Errno.ENOSPC);
        var refused = assertThrows(OsException.class, () -> new EpollDriver(other));
        assertTrue(refused.getMessage().contains("ENOSPC"), refused.getMessage());
        other.end();
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINTR, Errno.ECONNABORTED})
    void anAcceptThatFailsBecauseOfOneConnectionTakesTheOthers(int errno) {
        var listener = listener();
        turns.settle();
        for (var i = 0; i < 3; i++) kernel.arrival(listener);
        kernel.refuse("accept4", errno);
        var left = errno == Errno.ECONNABORTED ? 2 : 3;
        for (var i = 0; i < left; i++) assertTrue(turns.await(listener, Token.ACCEPT).result() > 0);
        assertNothingMore();
    }

    @Test
    void connectionsThatWaitedForDescriptorsNeedNoFurtherEdge() {
        var listener = listener();
        turns.settle();
        kernel.refuse("accept4", Errno.EMFILE);
        kernel.arrival(listener);
        assertEnds(listener, Token.ACCEPT, -Errno.EMFILE);
        driver.accept(listener, token(listener, Token.ACCEPT));
        assertTrue(turns.await(listener, Token.ACCEPT).result() > 0);
    }

    // Sending.

    @Test
    void aShortSendTellsWhatWentAndTheNextWaitsForRoom() {
        var socket = connection();
        var fd = socket.descriptor;
        socket.setRoom(3);
        send(fd, "123456");
        assertEquals(3, turns.await(fd, Token.SEND).result());
        send(fd, "456");
        assertNothingMore();
        kernel.tell(fd, Linux.EPOLLOUT()); // there is none
        assertNothingMore();
        socket.addRoom(2);
        assertEquals(2, turns.await(fd, Token.SEND).result());
        send(fd, "6");
        socket.addRoom(10);
        assertEnds(fd, Token.SEND, 1);
        assertEquals("123456", new String(socket.sent(0), UTF_8));
    }

    @Test
    void ofSeveralPartsThatFindNoRoomTheFirstIsSentWhenThereIsSome() {
        var socket = connection();
        var fd = socket.descriptor;
        socket.setRoom(0);
        var parts = new SendParts();
        for (var text : List.of("one", "two")) {
            var at = kernel.memory(3);
            Memory.copy(bytes(text), 0, at, 3);
            parts.add(at, 3);
        }
        driver.send(fd, parts, false, token(fd, Token.SEND));
        assertNothingMore();
        socket.addRoom(100);
        assertEnds(fd, Token.SEND, 3);
        driver.send(fd, parts, false, token(fd, Token.SEND));
        assertEnds(fd, Token.SEND, 6);
        assertEquals("oneonetwo", new String(socket.sent(0), UTF_8));
    }

    @Test
    void aSendThatWaitsCanBeCancelledAndRoomThatComesThenIsNobodys() {
        var socket = connection();
        var fd = socket.descriptor;
        socket.setRoom(0);
        send(fd, "never");
        turns.settle();
        driver.cancel(fd, token(fd, Token.SEND));
        socket.addRoom(100);
        assertEnds(fd, Token.SEND, -Errno.ECANCELED);
        assertEquals(0, socket.sentBytes());
        send(fd, "other");
        assertEnds(fd, Token.SEND, 5);
        close(fd);
    }

    @Test
    void aPartOfAFileWaitsForRoomAndGoesOn(@TempDir Path directory) throws Exception {
        var content = new byte[1000];
        for (var i = 0; i < content.length; i++) content[i] = (byte) i;
        var file = PosixFile.open(Files.write(directory.resolve("file"), content));
        try {
            var socket = connection();
            var fd = socket.descriptor;
            socket.setRoom(300);
            var done = 0;
            while (done < content.length) {
                driver.sendFile(fd, file, done, content.length - done, token(fd, Token.SEND_FILE));
                turns.settle();
                socket.addRoom(300);
                done += turns.await(fd, Token.SEND_FILE).result();
            }
            assertArrayEquals(content, socket.sent(0));
        } finally {
            file.close();
        }
    }

    // Connecting.

    @ParameterizedTest
    @ValueSource(ints = {0, Errno.ECONNREFUSED, Errno.ETIMEDOUT})
    void aConnectEndsAsTheNetworkAnswersAndNotBefore(int answer) throws Exception {
        var fd = driver.open(Turns.ANY_PORT);
        driver.connect(fd, Turns.ANY_PORT, token(fd, Token.CONNECT));
        assertNothingMore();
        kernel.socket(fd).answer(answer);
        assertEnds(fd, Token.CONNECT, -answer);
        if (answer == 0) {
            send(fd, "hello");
            assertEnds(fd, Token.SEND, 5);
        }
        close(fd);
    }

    @Test
    void numbersThatComeAndGoAreAlwaysRegisteredOnce() {
        for (var i = 0; i < 50; i++) {
            var open = new ArrayList<FakeSocket>();
            for (var j = 0; j < 5; j++) open.add(connection());
            for (var socket : open) {
                var fd = socket.descriptor;
                assertTrue(kernel.isRegistered(fd));
                close(fd);
                assertFalse(kernel.isRegistered(fd));
            }
        }
    }
}
