package dev.anillo.loop.stream;

import dev.anillo.loop.EventLoop;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// A [Writable] for the world of Reactive Streams: it asks for no more while much waits.
///
/// Threads: any, one after the other, as Reactive Streams have it.
final class WritableSubscriber implements Flow.Subscriber<ByteBuffer> {
    /// Elements asked for at once, so that the source need not wait for each.
    private static final int REQUESTED = 16;

    private final Writable target;
    private final EventLoop loop;

    /// The publisher's; null before it and after the last signal.
    private volatile Flow.Subscription subscription;
    private final AtomicInteger queued = new AtomicInteger();
    private boolean subscribed;
    private int underWay;
    private boolean full;

    WritableSubscriber(Writable target) {
        this.target = target;
        loop = target.loop();
    }

    @Override
    public void onSubscribe(Flow.Subscription offered) {
        Objects.requireNonNull(offered);
        synchronized (this) {
            if (subscribed) {
                offered.cancel();
                return;
            }
            subscribed = true;
        }
        subscription = offered;
        onLoop(() -> {
            target.onDrain(this::drained).onClose(this::cancel);
            if (target.isWritable()) request();
            else cancel();
        });
    }

    /// The bytes are copied.
    @Override
    public void onNext(ByteBuffer element) {
        var bytes = new byte[element.remaining()];
        element.duplicate().get(bytes);
        onLoop(() -> {
            underWay--;
            if (subscription == null) return;
            if (!target.isWritable()) {
                cancel();
                return;
            }
            if (!target.write(bytes)) full = true;
            if (!full && underWay <= REQUESTED / 2) request();
        });
    }

    @Override
    public void onError(Throwable problem) {
        Objects.requireNonNull(problem);
        onLoop(() -> {
            subscription = null;
            target.destroy(); // what came is not all: the target's reader must not take it for all
        });
    }

    @Override
    public void onComplete() {
        onLoop(() -> {
            subscription = null;
            if (target.isWritable()) target.end();
        });
    }

    // On the loop.

    private void request() {
        var more = REQUESTED - underWay;
        underWay = REQUESTED;
        subscription.request(more);
    }

    private void drained() {
        full = false;
        if (subscription != null && underWay <= REQUESTED / 2) request();
    }

    private void cancel() {
        var cancelled = subscription;
        subscription = null;
        if (cancelled != null) cancelled.cancel();
    }

    /// At once on the loop, so that a source's end finds what came before it written; else by the loop's queue, and behind
    /// what is in it.
    private void onLoop(Runnable action) {
        if (loop.inLoop() && queued.get() == 0) {
            action.run();
            return;
        }
        queued.incrementAndGet();
        try {
            loop.execute(() -> {
                queued.decrementAndGet();
                action.run();
            });
        } catch (RejectedExecutionException ended) {
            cancel(); // the target was closed with its loop
        }
    }
}
