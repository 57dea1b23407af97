package dev.anillo.loop.driver.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.linux.cmsghdr;
import dev.anillo.linux.iovec;
import dev.anillo.linux.msghdr;
import dev.anillo.loop.driver.AbstractName;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.memory.Memory;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Messages with descriptors, those of a sender included that keeps to no bound.
@EnabledOnOs(OS.LINUX)
class PassingTest {
    private static final int BYTES = 16;
    private static final int MESSAGE_BYTES_MAX = 4096;

    private final Syscalls calls = new Syscalls();
    private final Descriptors descriptors = new Descriptors();
    private Scratch scratch;
    private Passing passing;
    private long memory;
    private int listener;
    private int sender;
    private int receiver;

    @BeforeEach
    void connect() throws Exception {
        scratch = new Scratch(calls);
        memory = scratch.take(MESSAGE_BYTES_MAX, Long.BYTES);
        passing = new Passing(calls, new Counters(), descriptors, scratch);
        var sockets = new Sockets(calls, new Counters(), scratch, Linux.SOCK_CLOEXEC());
        var name = new AbstractName("anillo-passing-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        listener = sockets.listen(new Listening(name, 1, false, false));
        sender = sockets.open(name);
        assertEquals(0, calls.connect(sender, memory, SocketAddresses.encode(name, memory)));
        receiver = calls.accept4(listener, 0, 0, Linux.SOCK_CLOEXEC());
    }

    @AfterEach
    void close() {
        calls.close(listener);
        calls.close(sender);
        calls.close(receiver);
        scratch.close();
    }

    @Test
    void asManyAsAreAllowedArriveAndThoseThatNobodyAsksForAreClosed() throws Exception {
        var before = Turns.openDescriptors();
        assertEquals(BYTES, passing.send(sender, copies(Driver.PASSED_MAX), memory, BYTES));
        assertEquals(BYTES, passing.receive(receiver, memory, BYTES));
        var taken = passing.next();
        passing.closeRest();
        assertEquals(-1, passing.next());
        descriptors.closed(taken);
        calls.close(taken);
        assertEquals(before, Turns.openDescriptors());
    }

    @Test
    void moreThanAreAllowedAreAnErrorAndNoneStaysOpen() throws Exception {
        var before = Turns.openDescriptors();
        sendUnbounded(Driver.PASSED_MAX + 1);
        assertEquals(-Errno.EMSGSIZE, passing.receive(receiver, memory, BYTES));
        assertEquals(-1, passing.next());
        assertEquals(before, Turns.openDescriptors());
    }

    @Test
    void aProgramCannotSendMoreThanAreAllowed() {
        var tooMany = copies(Driver.PASSED_MAX + 1);
        assertThrows(IllegalArgumentException.class, () -> passing.send(sender, tooMany, memory, BYTES));
    }

    @Test
    void plainBytesComeWithoutAnyAndAnEmptySocketIsToldAsSuch() {
        assertEquals(BYTES, calls.send(sender, memory, BYTES, 0));
        assertEquals(BYTES, passing.receive(receiver, memory, BYTES));
        assertEquals(-1, passing.next());
        assertEquals(-Errno.EAGAIN, passing.receive(receiver, memory, BYTES));
    }

    private int[] copies(int count) {
        var copies = new int[count];
        Arrays.fill(copies, listener);
        return copies;
    }

    /// As another program would, by hand: | msghdr | iovec | cmsghdr · descriptors |.
    private void sendUnbounded(int count) {
        var part = memory + msghdr.sizeof();
        var control = part + iovec.sizeof();
        var controlBytes = cmsghdr.sizeof() + (long) count * Integer.BYTES;
        Memory.fill(memory, MESSAGE_BYTES_MAX, (byte) 0);
        Memory.putLong(memory + msghdr.msg_iov$offset(), part);
        Memory.putLong(memory + msghdr.msg_iovlen$offset(), 1);
        Memory.putLong(memory + msghdr.msg_control$offset(), control);
        Memory.putLong(memory + msghdr.msg_controllen$offset(), controlBytes);
        Memory.putLong(part + iovec.iov_base$offset(), memory);
        Memory.putLong(part + iovec.iov_len$offset(), BYTES);
        Memory.putLong(control + cmsghdr.cmsg_len$offset(), controlBytes);
        Memory.putInt(control + cmsghdr.cmsg_level$offset(), Linux.SOL_SOCKET());
        Memory.putInt(control + cmsghdr.cmsg_type$offset(), Linux.SCM_RIGHTS());
        for (var i = 0; i < count; i++) Memory.putInt(control + cmsghdr.sizeof() + (long) i * Integer.BYTES, listener);
        assertEquals(BYTES, calls.sendmsg(sender, memory, 0));
    }
}
