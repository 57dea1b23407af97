package dev.anillo.loop.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.loop.EventLoop;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The cache of names, and the order of addresses, with a resolver and a clock of the test's own.
class NamesTest {
    private static final InetAddress FOUR = InetAddress.ofLiteral("127.0.0.4");
    private static final InetAddress FIVE = InetAddress.ofLiteral("127.0.0.5");
    private static final InetAddress SIX = InetAddress.ofLiteral("::6");
    private static final InetAddress SEVEN = InetAddress.ofLiteral("::7");

    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicLong clock = new AtomicLong();
    private final EventLoop loop = EventLoop.start();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    private List<InetAddress> find(Names names, String host) throws Exception {
        var found = new CompletableFuture<List<InetAddress>>();
        loop.execute(() -> names.find(host).whenComplete((addresses, problem) -> {
            if (problem != null) found.completeExceptionally(problem);
            else found.complete(addresses);
        }));
        return found.get(20, TimeUnit.SECONDS);
    }

    private InetAddress[] resolve(String host) throws UnknownHostException {
        lookups.incrementAndGet();
        if (host.equals("unknown")) throw new UnknownHostException(host);
        return new InetAddress[] {FOUR};
    }

    @Test
    void anAnswerIsGoodUntilItsTimeIsOver() throws Exception {
        var names = new Names(this::resolve, clock::get);
        assertEquals(List.of(FOUR), find(names, "known"));
        clock.set(TimeUnit.MILLISECONDS.toNanos(Names.TTL_MILLIS) - 1);
        find(names, "known");
        assertEquals(1, lookups.get());
        clock.incrementAndGet();
        find(names, "known");
        assertEquals(2, lookups.get());
    }

    @Test
    void aFailureIsNotKept() {
        var names = new Names(this::resolve, clock::get);
        for (var i = 1; i <= 2; i++) {
            var failed = assertThrows(ExecutionException.class, () -> find(names, "unknown"));
            assertEquals("lookup unknown: no address is known for this name", failed.getCause().getMessage());
            assertEquals(i, lookups.get());
        }
    }

    @Test
    void manyWhoAskAtOnceShareALookup() throws Exception {
        var go = new Semaphore(0);
        var names = new Names(host -> {
            go.acquireUninterruptibly();
            return resolve(host);
        }, clock::get);
        var answers = new CompletableFuture<?>[10];
        var asked = new CompletableFuture<Void>();
        loop.execute(() -> {
            for (var i = 0; i < answers.length; i++) answers[i] = names.find("known");
            asked.complete(null);
        });
        asked.get(20, TimeUnit.SECONDS);
        go.release();
        CompletableFuture.allOf(answers).get(20, TimeUnit.SECONDS);
        assertEquals(1, lookups.get());
    }

    @Test
    void noMoreThanTheBoundIsKept() throws Exception {
        var names = new Names(this::resolve, clock::get);
        for (var i = 0; i <= Names.KEPT_MAX; i++) find(names, "name" + i);
        find(names, "name1"); // kept
        assertEquals(Names.KEPT_MAX + 1, lookups.get());
        find(names, "name0"); // the oldest: looked up anew
        assertEquals(Names.KEPT_MAX + 2, lookups.get());
    }

    /// RFC 8305 §4.
    @Test
    void familiesTakeTurnsBeginningWithTheSystemsChoice() {
        assertEquals(List.of(SIX, FOUR, SEVEN, FIVE), Names.interlaced(List.of(SIX, SEVEN, FOUR, FIVE)));
        assertEquals(List.of(FOUR, SIX, FIVE), Names.interlaced(List.of(FOUR, FIVE, SIX)));
    }
}
