package dev.anillo.loop.stream;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

/// A [Readable] for the world of Reactive Streams: what is not asked for is not read.
///
/// Threads: any; the subscriber is called on the loop's.
final class ReadablePublisher implements Flow.Publisher<ByteBuffer> {
    private static final Flow.Subscription NONE = new Flow.Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    };

    private final Readable source;
    private final EventLoop loop;
    private Reading reading;
    private boolean ended;
    /// Null for an end without error.
    private Throwable problem;

    ReadablePublisher(Readable source) {
        this.source = source;
        loop = source.loop();
        source.onEnd(() -> end(null)).onError(this::end)
                .onClose(() -> end(new IOException("the source was closed before its end")));
    }

    /// Perhaps before there is a subscriber.
    private void end(Throwable reason) {
        if (ended) return;
        ended = true;
        problem = reason;
        if (reading != null) reading.deliver();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        Objects.requireNonNull(subscriber);
        try {
            loop.execute(() -> subscribeOnLoop(subscriber));
        } catch (RejectedExecutionException ended) {
            refuse(subscriber, ended);
        }
    }

    private void subscribeOnLoop(Flow.Subscriber<? super ByteBuffer> subscriber) {
        if (reading != null) {
            refuse(subscriber, new IllegalStateException("bytes are read once: a second subscriber finds none"));
            return;
        }
        reading = new Reading(subscriber);
        subscriber.onSubscribe(reading);
        reading.begin();
    }

    private static void refuse(Flow.Subscriber<?> subscriber, Throwable reason) {
        subscriber.onSubscribe(NONE);
        subscriber.onError(reason);
    }

    private final class Reading implements Flow.Subscription {
        /// Came after the last request was answered: the bounded rest behind a pause.
        private final ArrayDeque<ByteBuffer> early = new ArrayDeque<>();

        /// Null once it was told the end, or has cancelled.
        private Flow.Subscriber<? super ByteBuffer> subscriber;
        private long requested;
        private boolean begun;
        private boolean started;
        private boolean delivering;

        Reading(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        /// Not from within onSubscribe: an end that is there already comes behind it.
        void begin() {
            begun = true;
            deliver();
        }

        // What the subscriber says.

        @Override
        public void request(long count) {
            onLoop(() -> {
                if (subscriber == null) return;
                if (count <= 0) {
                    source.destroy();
                    fail(new IllegalArgumentException("a request of " + count + " elements: more than 0 (Reactive Streams 3.9)"));
                    return;
                }
                requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
                deliver();
            });
        }

        @Override
        public void cancel() {
            onLoop(() -> {
                if (subscriber == null) return;
                subscriber = null;
                early.clear();
                source.destroy();
            });
        }

        /// A loop that has ended has told the subscriber already.
        private void onLoop(Runnable action) {
            if (loop.inLoop()) {
                action.run();
                return;
            }
            try {
                loop.execute(action);
            } catch (RejectedExecutionException _) {
                // Nothing comes any more, and nothing is held.
            }
        }

        // What the source says.

        private void received(Buffer data) {
            early.add(ByteBuffer.wrap(data.toByteArray()));
            deliver();
        }

        private void deliver() {
            if (!begun || delivering) return; // a request from within onNext is seen by the loop below
            delivering = true;
            try {
                while (subscriber != null && requested > 0 && !early.isEmpty()) {
                    requested--;
                    subscriber.onNext(early.poll());
                }
            } catch (Throwable mistake) {
                cancel(); // it may not throw (2.13)
                throw mistake;
            } finally {
                delivering = false;
            }
            if (subscriber == null) return;
            if (ended && early.isEmpty()) tellEnd();
            else if (!ended) readAsAsked();
        }

        private void tellEnd() {
            if (problem != null) {
                fail(problem);
                return;
            }
            var told = subscriber;
            subscriber = null;
            told.onComplete();
        }

        private void fail(Throwable reason) {
            var told = subscriber;
            subscriber = null;
            early.clear();
            told.onError(reason);
        }

        private void readAsAsked() {
            if (requested == 0) {
                if (started) source.pause();
            } else if (started) {
                source.resume();
            } else {
                started = true;
                source.onData(this::received);
            }
        }
    }
}
