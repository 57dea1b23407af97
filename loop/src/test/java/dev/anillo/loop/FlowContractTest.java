package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// Sockets as publishers and subscribers of Reactive Streams.
class FlowContractTest extends TransportTest {
    /// More than all buffers between the two ends hold.
    private static final long MUCH = 64 * 1024 * 1024;

    @Test
    void aSocketSendsBackWhatItPublishesAndEndsBehindIt() throws Exception {
        var server = listen(socket -> socket.publisher().subscribe(socket.subscriber()));
        try (var peer = Peer.connect(port(server))) {
            var sent = peer.sendPattern(1_000_000, 100_000);
            var received = Peer.run(() -> assertEquals(1_000_000, peer.receivePattern()));
            await(sent);
            peer.end();
            await(received);
        }
    }

    /// Asks for what it is told to ask for.
    private static final class Asking implements Flow.Subscriber<ByteBuffer> {
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        final BlockingQueue<ByteBuffer> elements = new LinkedBlockingQueue<>();
        final CompletableFuture<String> end = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription offered) {
            subscription.complete(offered);
        }

        @Override
        public void onNext(ByteBuffer element) {
            elements.add(element);
        }

        @Override
        public void onError(Throwable problem) {
            end.complete(problem.toString());
        }

        @Override
        public void onComplete() {
            end.complete("complete");
        }
    }

    @Test
    void whatNobodyAsksForIsNotReadAndAPeerThatSendsMuchWaits() throws Exception {
        var asking = new Asking();
        var server = listen(socket -> socket.publisher().subscribe(asking));
        try (var peer = Peer.connect(port(server))) {
            var sent = peer.sendPattern(MUCH, 100_000);
            var subscription = await(asking.subscription);
            subscription.request(1);
            next(asking.elements);
            assertTrue(asking.elements.isEmpty());
            assertFalse(sent.isDone());
            subscription.request(2);
            next(asking.elements);
            next(asking.elements);
            assertTrue(asking.elements.isEmpty());
            subscription.cancel();
            assertEquals(true, await(sent.handle((_, broken) -> broken != null)));
        }
        assertFalse(asking.end.isDone());
    }

    @Test
    void theEndCompletesTheSubscriber() throws Exception {
        var asking = new Asking();
        var server = listen(socket -> socket.publisher().subscribe(asking));
        try (var peer = Peer.connect(port(server))) {
            peer.send("last");
            peer.end();
            await(asking.subscription).request(10);
            assertEquals("last", new String(next(asking.elements).array()));
            assertEquals("complete", await(asking.end));
        }
    }

    @Test
    void aSecondSubscriberIsRefused() throws Exception {
        var first = new Asking();
        var second = new Asking();
        var server = listen(socket -> {
            var publisher = socket.publisher();
            publisher.subscribe(first);
            publisher.subscribe(second);
        });
        try (var _ = Peer.connect(port(server))) {
            assertEquals("java.lang.IllegalStateException: bytes are read once: a second subscriber finds none", await(second.end));
            await(first.subscription).cancel();
        }
    }
}
