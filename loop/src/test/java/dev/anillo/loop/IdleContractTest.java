package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;

/// With nothing to do a loop sleeps in the kernel.
@EnabledOnOs(value = LINUX, disabledReason = "only Linux counts a thread's sleeps in /proc")
class IdleContractTest extends TransportTest {
    @Test
    void aLoopWithNothingToDoDoesNotWakeUpInTwoSeconds() throws Exception {
        var pair = accept(Echo::on);
        pair.peer().send("x");
        assertEquals("x", pair.peer().receive(1));
        var far = onLoop(() -> loop.setTimeout(() -> {}, 3_600_000));

        var thread = new LoopThread("self", loop.thread().getName());
        var sleeps = sleepsOnceAsleep(thread);
        passes(2000);
        assertEquals(sleeps, thread.sleeps(), "times it went to sleep again");

        onLoop(far::cancel);
        pair.peer().close();
        await(pair.accepted().closed);
    }

    private static long sleepsOnceAsleep(LoopThread thread) throws InterruptedException {
        long before;
        do {
            before = thread.sleeps();
            passes(50);
        } while (thread.sleeps() != before);
        return before;
    }

    /// Here it is time itself that is waited for: nothing is to happen in it.
    private static void passes(int millis) throws InterruptedException {
        assertFalse(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS));
    }
}
