package dev.anillo.loop.driver.uring;

import static dev.anillo.loop.driver.posix.Turns.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.linux.Linux;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.driver.posix.Turns;
import dev.anillo.loop.driver.uring.UringDriver.Sizes;
import dev.anillo.loop.memory.Slabs;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/// For tests of the driver on a ring whose other side the test plays, move by move.
abstract class OnFakeUring {
    static final Sizes SMALL = new Sizes(4, 8, 16, 16);
    static final int MORE = Linux.IORING_CQE_F_MORE();
    static final int ACCEPT = Linux.IORING_OP_ACCEPT();
    static final int RECEIVE = Linux.IORING_OP_RECV();
    static final int SEND = Linux.IORING_OP_SEND();
    static final int CANCEL = Linux.IORING_OP_ASYNC_CANCEL();
    static final int NO_DESCRIPTOR = -1;

    private final int slabsBefore = Slabs.outstanding();
    FakeUring kernel = new FakeUring(0, false);
    UringDriver driver;
    Turns turns;

    void start() throws OsException {
        driver = new UringDriver(kernel, SMALL);
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

    /// A descriptor for operations whose outcome the test says.
    int descriptor() throws OsException {
        return driver.open(Turns.ANY_PORT);
    }

    int receiving() throws OsException {
        var fd = descriptor();
        turns.receive(fd);
        turns.settle();
        return fd;
    }

    void send(int fd) {
        driver.send(fd, kernel.memory(Long.BYTES), 1, false, token(fd, Token.SEND));
    }

    void brings(int fd, String text, boolean more) {
        assertTrue(kernel.receive(kernel.operation(RECEIVE, fd), text.getBytes(UTF_8), more), "no buffer");
    }

    void cancelReceive(int fd) {
        driver.cancel(fd, token(fd, Token.RECEIVE));
    }

    void assertEnds(int fd, int operation, int result) {
        var last = turns.await(fd, operation);
        assertEquals(result, last.result());
        assertFalse(last.more());
        turns.settle();
        assertEquals(List.of(), turns.rest());
    }

    void close(int fd) {
        driver.close(fd, token(fd, Token.CLOSE));
        assertEnds(fd, Token.CLOSE, 0);
    }

    int listener() {
        turns.listen();
        turns.settle();
        return turns.listener();
    }

    /// A connection is accepted.
    ///
    /// @return its number
    int arrives(int listener, boolean more) {
        kernel.arrival(listener);
        var fd = kernel.accepted(listener);
        kernel.complete(kernel.operation(ACCEPT, listener), fd, more ? MORE : 0);
        return fd;
    }
}
