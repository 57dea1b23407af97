package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Work that waits, beside the loop.
class BlockingContractTest extends TransportTest {
    /// Waits, as works do, until the test lets it go on.
    private final CountDownLatch gate = new CountDownLatch(1);

    private String wait(String result) throws InterruptedException {
        gate.await();
        return result;
    }

    @Test
    void workRunsOnAVirtualThreadAndItsResultComesOnTheLoop() {
        var where = this.<String>await(told -> loop.blocking(() -> Thread.currentThread().isVirtual() + " " + loop.inLoop())
                .thenAccept(worked -> told.complete(worked + " " + loop.inLoop())));
        assertEquals("true false true", where);
    }

    @Test
    void theLoopGoesOnWhileWorkWaits() {
        var ran = this.<String>await(told -> {
            loop.blocking(() -> wait("late")).thenAccept(told::complete);
            loop.setTimeout(gate::countDown, 20);
        });
        assertEquals("late", ran);
    }

    @Test
    void whatTheWorkThrowsIsTheResult() {
        assertThrows(IOException.class, () -> await(onLoop(() -> loop.blocking(() -> {
            throw new IOException("no such luck");
        }))));
    }

    @Test
    void noMoreThanTheLimitRunAtOnceAndTheRestFollows() throws Exception {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var begun = new LinkedBlockingQueue<Integer>();
        var works = EventLoop.BLOCKING_MAX + 50;
        var all = onLoop(() -> {
            var results = new CompletableFuture<?>[works];
            for (var i = 0; i < works; i++) {
                var number = i;
                results[i] = loop.blocking(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    begun.add(number);
                    wait("");
                    return running.decrementAndGet();
                });
            }
            return CompletableFuture.allOf(results);
        });
        for (var i = 0; i < EventLoop.BLOCKING_MAX; i++) next(begun);
        assertTrue(begun.isEmpty());
        gate.countDown();
        await(all);
        assertEquals(EventLoop.BLOCKING_MAX, most.get());
        assertEquals(50, begun.size());
    }

    @Test
    void cancellingInterruptsTheWork() {
        var interrupted = new CompletableFuture<Void>();
        var begun = new CompletableFuture<Void>();
        var work = onLoop(() -> loop.blocking(() -> {
            begun.complete(null);
            try {
                return wait("never");
            } catch (InterruptedException expected) {
                interrupted.complete(null);
                throw expected;
            }
        }));
        await(begun);
        work.cancel(true);
        await(interrupted);
        assertThrows(CancellationException.class, work::join);
    }

    @Test
    void aResultThatComesAfterTheLoopsEndIsRefused() {
        var work = onLoop(() -> loop.blocking(() -> wait("too late")));
        closeLoop();
        assertFalse(work.isDone());
        gate.countDown();
        assertThrows(RejectedExecutionException.class, () -> await(work));
    }

    @Test
    void otherThreadsAreToldToHandTheWorkOver() {
        assertThrows(IllegalStateException.class, () -> loop.blocking(() -> "never"));
    }
}
