package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Timers, immediates, ticks, tasks from other threads, and what becomes of exceptions.
class EnvironmentContractTest extends TransportTest {
    private final List<String> ran = new ArrayList<>();

    private void ran(String what) {
        ran.add(what);
    }

    @Test
    void timersRunByDeadlineAndEqualOnesInTheOrderTheyWereSet() {
        this.<Void>await(last -> {
            loop.setTimeout(() -> ran("30"), 30);
            for (var i = 0; i < 5; i++) {
                var number = i;
                loop.setTimeout(() -> ran("10." + number), 10);
            }
            loop.setTimeout(() -> ran("1"), 0);
            loop.setTimeout(() -> last.complete(null), 40);
            loop.setTimeout(() -> ran("never"), 20).cancel();
        });
        assertEquals(List.of("1", "10.0", "10.1", "10.2", "10.3", "10.4", "30"), ran);
    }

    /// Node's timers-ordering: a chain of 1 ms timers, each at least 1 ms later.
    @Test
    void noTimerOfAChainIsEarly() {
        var times = new ArrayList<Long>();
        this.<Void>await(done -> chain(times, 50, done));
        for (var i = 1; i < times.size(); i++) {
            assertTrue(times.get(i) - times.get(i - 1) >= 1_000_000, "timer " + i + " ran early");
        }
    }

    private void chain(List<Long> times, int left, CompletableFuture<Void> done) {
        times.add(System.nanoTime());
        if (left == 0) {
            done.complete(null);
        } else {
            loop.setTimeout(() -> chain(times, left - 1, done), 1);
        }
    }

    /// Node's timers-refresh-in-callback, timers-interval-throw.
    @Test
    void anIntervalRepeatsUntilCancelledAlsoAfterAnException() throws Exception {
        var runs = new AtomicInteger();
        this.<Void>await(done -> {
            var interval = new Timer[1];
            interval[0] = loop.setInterval(() -> {
                if (runs.incrementAndGet() == 5) {
                    interval[0].cancel();
                    done.complete(null);
                }
                if (runs.get() == 2) throw new IllegalArgumentException("second run");
            }, 1);
        });
        this.<Void>await(later -> loop.setTimeout(() -> later.complete(null), 10));
        assertEquals(5, runs.get());
        assertEquals("second run", next(uncaught).getMessage());
    }

    @Test
    void aTimerRefreshedInItsCallbackRunsAgain() {
        var runs = new AtomicInteger();
        this.<Void>await(done -> {
            var timer = new Timer[1];
            timer[0] = loop.setTimeout(() -> {
                if (runs.incrementAndGet() < 3) timer[0].refresh();
                else done.complete(null);
            }, 1);
        });
        assertEquals(3, runs.get());
    }

    @Test
    void theLongestTimerDelaysNoOther() {
        this.<Void>await(done -> {
            var overdue = loop.setTimeout(() -> done.complete(null), 1);
            var deadline = System.nanoTime() + 2_000_000;
            while (System.nanoTime() - deadline < 0) Thread.onSpinWait();
            loop.setTimeout(() -> ran("never"), Long.MAX_VALUE).unref();
            assertTrue(overdue.hasRef());
        });
        assertEquals(List.of(), ran);
    }

    /// Node's next-tick-ordering2, microtask-queue-run-immediate.
    @Test
    void ticksRunRightAfterTheCallbackThatQueuedThem() {
        this.<Void>await(done -> {
            loop.setImmediate(() -> {
                ran("immediate 1");
                loop.nextTick(() -> {
                    ran("tick of 1");
                    loop.nextTick(() -> ran("tick of the tick"));
                });
            });
            loop.setImmediate(() -> ran("immediate 2"));
            loop.setImmediate(() -> done.complete(null));
            loop.setTimeout(() -> {}, 1).cancel();
            loop.nextTick(() -> ran("tick"));
            ran("task");
        });
        assertEquals(List.of("task", "tick", "immediate 1", "tick of 1", "tick of the tick", "immediate 2"), ran);
    }

    /// Node's timers-immediate-queue, timers-immediate-queue-throw.
    @Test
    void immediatesSetByAnImmediateWaitForTheNextTurnAlsoAfterAThrow() throws Exception {
        this.<Void>await(done -> {
            loop.setImmediate(() -> {
                ran("1");
                loop.setImmediate(() -> {
                    ran("next turn");
                    done.complete(null);
                });
                throw new IllegalArgumentException("thrown by an immediate");
            });
            loop.setImmediate(() -> ran("2"));
            loop.setImmediate(() -> ran("cancelled")).cancel();
        });
        assertEquals(List.of("1", "2", "next turn"), ran);
        assertEquals("thrown by an immediate", next(uncaught).getMessage());
    }

    @Test
    void tasksFromEightThreadsAllRunInTheOrderOfTheirThreads() throws Exception {
        var perThread = 20_000;
        var last = new int[8];
        var left = new CountDownLatch(8 * perThread);
        var threads = IntStream.range(0, 8).mapToObj(number -> Thread.ofPlatform().start(() -> {
            var random = Pattern.random();
            for (var i = 0; i < perThread; i++) {
                var expected = i;
                loop.execute(() -> {
                    assertEquals(expected, last[number]++);
                    left.countDown();
                });
                // Now and then let the loop fall asleep, so that it must be woken.
                if (random.nextInt(500) == 0) awaitAsleep();
            }
        })).toList();
        assertTrue(left.await(Deadline.SECONDS, TimeUnit.SECONDS), () -> left.getCount() + " tasks were lost");
        for (var thread : threads) thread.join();
    }

    private void awaitAsleep() {
        for (var spins = 0; spins < 1000; spins++) Thread.onSpinWait();
    }

    @Test
    void aSleepingLoopIsWokenEachTime() {
        for (var i = 0; i < 5000; i++) onLoop(() -> {});
    }

    @Test
    void aTaskThatQueuesATaskRunsItLater() {
        this.<Void>await(done -> {
            loop.execute(() -> {
                ran("second");
                done.complete(null);
            });
            ran("first");
        });
        assertEquals(List.of("first", "second"), ran);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timer", "interval", "immediate", "tick", "task"})
    void anExceptionInACallbackReachesTheHandlerAndTheLoopGoesOn(String kind) throws Exception {
        var problem = new IllegalArgumentException(kind);
        onLoop(() -> {
            Runnable callback = () -> {
                throw problem;
            };
            switch (kind) {
                case "timer" -> loop.setTimeout(callback, 1);
                case "interval" -> {
                    var interval = loop.setInterval(callback, 1);
                    loop.setTimeout(interval::cancel, 1);
                }
                case "immediate" -> loop.setImmediate(callback);
                case "tick" -> loop.nextTick(callback);
                case "task" -> loop.execute(callback);
                default -> throw new AssertionError(kind);
            }
        });
        assertSame(problem, next(uncaught));
        onLoop(() -> ran("after"));
        assertEquals(List.of("after"), ran);
    }

    @Test
    void anExceptionInAConnectionOrDataCallbackReachesTheHandlerAndServingGoesOn() throws Exception {
        var connections = new AtomicInteger();
        var server = listen(socket -> {
            Echo.on(socket);
            if (connections.incrementAndGet() == 1) throw new IllegalArgumentException("connection");
            var first = new boolean[] {true};
            socket.onData(data -> {
                if (first[0]) {
                    first[0] = false;
                    throw new IllegalArgumentException("data");
                }
                socket.write(data.keep());
            });
            socket.onEnd(() -> {
                throw new IllegalArgumentException("end");
            });
            socket.onClose(() -> {
                throw new IllegalArgumentException("close");
            });
        });
        var port = port(server);
        Peer.connect(port).close();
        assertEquals("connection", next(uncaught).getMessage());
        try (var peer = Peer.connect(port)) {
            peer.send("lost");
            assertEquals("data", next(uncaught).getMessage());
            peer.send("echoed");
            assertEquals("echoed", peer.receive(6));
            peer.end();
            assertEquals("", peer.receiveAll());
        }
        assertEquals("end", next(uncaught).getMessage());
        assertEquals("close", next(uncaught).getMessage());
    }

    @Test
    void anExceptionInTheConnectCallbackLeavesTheSocketWorking() throws Exception {
        var server = listen(Echo::on);
        var address = new InetSocketAddress("127.0.0.1", port(server));
        var client = onLoop(() -> {
            var socket = TcpSocket.connect(address, _ -> {
                throw new IllegalArgumentException("connected");
            });
            socket.write("written before");
            return new Watched(socket).receiving();
        });
        assertEquals("connected", next(uncaught).getMessage());
        client.awaitReceived(14);
        onLoop(client.socket::end);
        await(client.closed);
    }

    @Test
    void whatTheHandlerThrowsGoesToTheThreadsHandlerAndTheLoopGoesOn() throws Exception {
        var told = new CompletableFuture<Throwable>();
        onLoop(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, problem) -> told.complete(problem));
            loop.onUncaught(_ -> {
                throw new IllegalStateException("by the handler");
            });
            loop.nextTick(() -> {
                throw new IllegalArgumentException("by the callback");
            });
        });
        assertEquals("by the handler", await(told).getMessage());
        onLoop(() -> loop.onUncaught(uncaught::add));
    }

    @Test
    void aLoopThatHasEndedTakesNoTasksAndClosingItAgainIsHarmless() {
        var closing = loop;
        closeLoop();
        assertThrows(RejectedExecutionException.class, () -> closing.execute(() -> {}));
        closing.close();
        closing.awaitEnd();
    }

    @Test
    void tasksPutInBeforeTheCloseAllRun() {
        var runs = new AtomicInteger();
        for (var i = 0; i < 1000; i++) loop.execute(runs::incrementAndGet);
        closeLoop();
        assertEquals(1000, runs.get());
    }

    @Test
    void aLoopCanBeClosedByItsOwnCallback() {
        var closing = loop;
        onLoop(() -> {
            closing.close();
            assertThrows(IllegalStateException.class, closing::awaitEnd);
        });
        closing.awaitEnd();
        closeLoop();
    }

    @Test
    void anotherThreadIsToldToHandTheWorkOver() {
        var server = listen(_ -> {});
        for (var call : List.<Runnable>of(() -> loop.setTimeout(() -> {}, 1), () -> loop.setInterval(() -> {}, 1),
                () -> loop.setImmediate(() -> {}), () -> loop.nextTick(() -> {}), () -> loop.onUncaught(_ -> {}),
                server::ref, server::unref)) {
            var problem = assertThrows(IllegalStateException.class, call::run);
            assertTrue(problem.getMessage().contains("EventLoop.execute"), problem.getMessage());
        }
        assertFalse(loop.inLoop());
        assertTrue(onLoop(loop::inLoop));
        assertSame(loop, onLoop(EventLoop::current));
        assertEquals(transport, loop.transport());
        assertEquals(loop, onLoop(() -> TcpServer.create(_ -> {}).loop()));
    }
}
