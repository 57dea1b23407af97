package dev.anillo.loop.driver.uring;

import static dev.anillo.loop.driver.posix.Turns.token;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.linux.Linux;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Token;
import dev.anillo.loop.driver.posix.PosixFile;
import dev.anillo.loop.driver.posix.Turns.Completion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Cancels, and what comes at the end and after it.
class FakeUringCancelTest extends OnFakeUring {
    private static final int OPEN = Linux.IORING_OP_OPENAT();
    private static final int AT_FDCWD = Linux.AT_FDCWD();

    // Cancelling.

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCancelAndWhatItCancelsMayCompleteInEitherOrder(boolean targetFirst) throws Exception {
        start();
        for (var i = 0; i < 3; i++) {
            var fd = receiving();
            cancelReceive(fd);
            turns.settle();
            var target = kernel.operation(RECEIVE, fd);
            var cancel = kernel.operation(CANCEL, NO_DESCRIPTOR);
            assertEquals(target.userData, cancel.address);
            kernel.complete(targetFirst ? target : cancel, targetFirst ? -Errno.ECANCELED : 0, 0);
            if (!targetFirst) {
                turns.settle();
                assertEquals(List.of(), turns.rest(), "it has not ended");
            }
            kernel.complete(targetFirst ? cancel : target, targetFirst ? 0 : -Errno.ECANCELED, 0);
            assertEnds(fd, Token.RECEIVE, -Errno.ECANCELED);
            close(fd);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOENT, Errno.EALREADY})
    void aCancelThatComesTooLateTellsNothingAndItsTargetTellsForItself(int answer) throws Exception {
        start();
        var fd = receiving();
        brings(fd, "in time", true);
        cancelReceive(fd);
        turns.settle();
        kernel.complete(kernel.operation(CANCEL, NO_DESCRIPTOR), -answer, 0);
        assertEquals("in time", turns.awaitText(fd));
        kernel.complete(kernel.operation(RECEIVE, fd), 0, 0);
        assertEnds(fd, Token.RECEIVE, 0);
        close(fd);

        var sender = descriptor();
        send(sender);
        turns.settle();
        driver.cancel(sender, token(sender, Token.SEND));
        turns.settle();
        kernel.complete(kernel.operation(CANCEL, NO_DESCRIPTOR), -answer, 0);
        turns.settle();
        assertEquals(List.of(), turns.rest());
        kernel.complete(kernel.operation(SEND, sender), 1, 0);
        assertEnds(sender, Token.SEND, 1);
        close(sender);
    }

    @Test
    void aCancelledReceiveThatEndsWithBytesTellsThemAndThenItsEnd() throws Exception {
        start();
        var fd = receiving();
        cancelReceive(fd);
        turns.settle();
        brings(fd, "the last ones", false);
        kernel.complete(kernel.operation(CANCEL, NO_DESCRIPTOR), -Errno.EALREADY, 0);
        assertEquals("the last ones", turns.awaitText(fd));
        assertEnds(fd, Token.RECEIVE, -Errno.ECANCELED);
        assertFalse(kernel.isUnderWay(RECEIVE, fd));
        turns.receive(fd);
        turns.settle();
        brings(fd, "new ones", true);
        assertEquals("new ones", turns.awaitText(fd));
    }

    /// What was begun again stands in the queue before the cancel, and so the cancel finds it.
    @Test
    void aReceiveThatIsCancelledByTheCallbackThatItsEndHasBegunItAgainForIsCancelled() throws Exception {
        start();
        var fd = receiving();
        brings(fd, "enough", false);
        turns.onReport(_ -> {
            turns.onReport(_ -> {});
            cancelReceive(fd);
        });
        assertEquals("enough", turns.awaitText(fd));
        turns.settle();
        var target = kernel.operation(RECEIVE, fd);
        var cancel = kernel.operation(CANCEL, NO_DESCRIPTOR);
        assertTrue(kernel.underWay.indexOf(target) < kernel.underWay.indexOf(cancel));
        kernel.complete(cancel, 0, 0);
        kernel.complete(target, -Errno.ECANCELED, 0);
        assertEnds(fd, Token.RECEIVE, -Errno.ECANCELED);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EAGAIN, Errno.EINVAL}) // since Linux 6.10, and before
    void aCancelledAcceptHandsOutWhatItBringsAndLooksOnceMore(int nothingWaits) throws Exception {
        start();
        var listener = listener();
        driver.cancel(listener, token(listener, Token.ACCEPT));
        turns.settle();
        var late = arrives(listener, false);
        kernel.complete(kernel.operation(CANCEL, NO_DESCRIPTOR), -Errno.ENOENT, 0);
        var told = turns.await(listener, Token.ACCEPT);
        assertEquals(late, told.result());
        assertTrue(told.more());
        turns.settle();
        var lastLook = kernel.operation(ACCEPT, listener);
        assertTrue((lastLook.mode & Linux.IORING_ACCEPT_DONTWAIT()) != 0, "it must not wait");
        if (nothingWaits == Errno.EAGAIN) {
            var waited = arrives(listener, true);
            assertEquals(waited, turns.await(listener, Token.ACCEPT).result());
        }
        kernel.complete(lastLook, -nothingWaits, 0);
        assertEnds(listener, Token.ACCEPT, -Errno.ECANCELED);
        close(listener);
    }

    @Test
    void aSendThatACancelMakesShortTellsWhatItSent() throws Exception {
        start();
        var fd = descriptor();
        driver.send(fd, kernel.memory(100), 100, false, token(fd, Token.SEND));
        turns.settle();
        driver.cancel(fd, token(fd, Token.SEND));
        turns.settle();
        kernel.complete(kernel.operation(CANCEL, NO_DESCRIPTOR), 0, 0);
        kernel.complete(kernel.operation(SEND, fd), 40, 0);
        assertEnds(fd, Token.SEND, 40);
        close(fd);
    }

    @Test
    void aPartOfAFileThatIsSentAtOnceCanBeCancelledOnAnyDescriptor(@TempDir Path directory) throws Exception {
        start();
        var path = Files.write(directory.resolve("file"), new byte[] {1, 2, 3});
        var listener = listener();
        var fd = arrives(listener, true);
        turns.await(listener, Token.ACCEPT);
        var file = PosixFile.open(path);
        try {
            driver.sendFile(fd, file, 0, 3, token(fd, Token.SEND_FILE));
            driver.cancel(fd, token(fd, Token.SEND_FILE));
            assertEquals(3, turns.await(fd, Token.SEND_FILE).result());
            turns.settle();
            assertFalse(kernel.isUnderWay(CANCEL, NO_DESCRIPTOR), "there is nothing to cancel");
            assertEquals(List.of(), turns.rest());
        } finally {
            file.close();
        }
    }

    // What comes after the end.

    @Test
    void whatArrivesDuringTheShutDownIsClosedAndGivenBack() throws Exception {
        kernel = new FakeUring(0, false) {
            @Override
            void taken(Taken operation) {
                if (isCancelOfAll(operation)) {
                    for (var each : List.copyOf(underWay)) {
                        if (each.opcode == ACCEPT) arrives(each.fd, true); // was on its way
                        if (each.opcode == RECEIVE) brings(each.fd, "too late", true);
                    }
                }
                super.taken(operation);
            }
        };
        start();
        var listener = listener();
        for (var i = 0; i < 3; i++) {
            arrives(listener, true);
            turns.await(listener, Token.ACCEPT);
        }
        receiving();
        arrives(listener, true); // told to nobody
        // shut down after each test, which finds nothing open and every buffer at home
    }

    @Test
    void whatACallbackThatThrewHasLeftIsClosedAndGivenBackAtTheEnd() throws Exception {
        start();
        var listener = listener();
        var fd = receiving();
        arrives(listener, true);
        arrives(listener, true);
        brings(fd, "never told", true);
        turns.onReport(_ -> {
            throw new IllegalStateException("a program's mistake");
        });
        assertThrows(IllegalStateException.class, () -> driver.poll(0, turns));
        assertEquals(1, turns.rest().size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileThatIsBeingOpenedAtTheEndIsClosed(boolean lookedAt) throws Exception {
        kernel = new FakeUring(0, false) {
            @Override
            void taken(Taken operation) {
                if (isCancelOfAll(operation) && !lookedAt) complete(operation(OPEN, AT_FDCWD), opened(), 0); // too late
                super.taken(operation);
            }
        };
        start();
        driver.files().open(Path.of("file"), Set.of(StandardOpenOption.READ), Token.of(1, 7, Token.FILE));
        turns.settle();
        if (!lookedAt) return;
        kernel.complete(kernel.operation(OPEN, AT_FDCWD), kernel.opened(), 0);
        turns.settle(); // now it is looked at
    }

    @Test
    void aCloseThatIsStillInTheQueueAtTheEndIsDone() throws Exception {
        start();
        var fd = descriptor();
        kernel.takeAtMost(0);
        driver.close(fd, token(fd, Token.CLOSE));
        driver.poll(0, turns);
        assertTrue(kernel.isOpen(fd));
    }

    /// A completion of the number's former owner is not told to the new one.
    @Test
    void aNumberThatComesAgainBeforeItsCloseIsToldServesItsNewOwner() throws Exception {
        start();
        var listener = listener();
        var old = arrives(listener, true);
        turns.await(listener, Token.ACCEPT);
        driver.close(old, token(old, Token.CLOSE));
        send(descriptor());
        kernel.takeAtMost(1); // the close, and then the completions are not looked at
        driver.poll(0, turns);
        assertFalse(kernel.isOpen(old));
        var renewed = arrives(listener, true);
        assertEquals(old, renewed);
        var told = new ArrayList<Completion>();
        turns.onReport(told::add);
        driver.poll(0, turns);
        driver.poll(0, turns);
        assertEquals(2, told.size());
        turns.rest();
        turns.receive(renewed);
        turns.settle();
        brings(renewed, "new", true);
        assertEquals("new", turns.awaitText(renewed));
    }
}
