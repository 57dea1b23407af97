package dev.anillo.loop.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.ITestResult;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;
import org.testng.annotations.AfterClass;

/// The two adaptors against the Technology Compatibility Kit of Reactive Streams, which is written for TestNG.
class ReactiveStreamsTest {
    /// For what must happen; half of it for what must not.
    private static final long KIT_MILLIS = 500;

    @Test
    void aReadableIsAPublisherAsReactiveStreamsHaveIt() {
        runKit(OfReadables.class, 20);
    }

    @Test
    void aWritableIsASubscriberAsReactiveStreamsHaveIt() {
        runKit(OfWritables.class, 10);
    }

    private static void runKit(Class<?> kit, int atLeast) {
        var listener = new TestListenerAdapter();
        var runner = new TestNG(false);
        runner.setVerbose(0);
        runner.setTestClasses(new Class<?>[] {kit});
        runner.addListener(listener);
        runner.run();
        var failures = new ArrayList<String>();
        for (ITestResult failed : listener.getFailedTests()) failures.add(failed.getName() + ": " + failed.getThrowable());
        for (ITestResult failed : listener.getConfigurationFailures()) failures.add(failed.getName() + ": " + failed.getThrowable());
        assertEquals("[]", failures.toString());
        assertTrue(listener.getPassedTests().size() >= atLeast, () -> listener.getPassedTests().size() + " tests passed");
    }

    private static <T> T on(EventLoop loop, Callable<T> action) {
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                result.complete(action.call());
            } catch (Exception failed) {
                result.completeExceptionally(failed);
            }
        });
        return result.join();
    }

    public static final class OfReadables extends FlowPublisherVerification<ByteBuffer> {
        private final EventLoop loop = EventLoop.start("anillo-tck");

        public OfReadables() {
            super(new TestEnvironment(KIT_MILLIS, KIT_MILLIS / 2));
        }

        @AfterClass
        public void closeLoop() {
            loop.close();
        }

        @Override
        public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
            return on(loop, () -> new Counted(loop, elements).publisher());
        }

        @Override
        public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
            return on(loop, () -> new Counted(loop, -1).publisher());
        }
    }

    public static final class OfWritables extends FlowSubscriberBlackboxVerification<ByteBuffer> {
        private final EventLoop loop = EventLoop.start("anillo-tck");

        public OfWritables() {
            super(new TestEnvironment(KIT_MILLIS, KIT_MILLIS / 2));
        }

        @AfterClass
        public void closeLoop() {
            loop.close();
        }

        @Override
        public Flow.Subscriber<ByteBuffer> createFlowSubscriber() {
            return on(loop, () -> new Swallowing(loop).subscriber());
        }

        @Override
        public ByteBuffer createElement(int element) {
            return ByteBuffer.allocate(4).putInt(element).flip();
        }
    }

    /// So many buffers of one byte, one each turn while it is read; broken from the start for a negative number.
    private static final class Counted implements Readable {
        private final EventLoop loop;
        private long left;
        private boolean paused;
        private boolean over;
        private Consumer<Buffer> onData;
        private Runnable onEnd = () -> {};
        private Consumer<IOException> onError = _ -> {};
        private Runnable onClose = () -> {};

        Counted(EventLoop loop, long elements) {
            this.loop = loop;
            left = elements;
        }

        private void next() {
            if (over) return;
            if (left < 0) {
                over = true;
                onError.accept(new IOException("broken"));
                onClose.run();
            } else if (left == 0) {
                over = true;
                onEnd.run();
                onClose.run();
            } else if (!paused && onData != null) {
                left--;
                var buffer = loop.takeBuffer(1);
                buffer.append((byte) left);
                onData.accept(buffer);
                buffer.release();
                loop.setImmediate(this::next);
            }
        }

        @Override
        public Readable onData(Consumer<Buffer> callback) {
            onData = callback;
            loop.setImmediate(this::next);
            return this;
        }

        @Override
        public Readable onEnd(Runnable callback) {
            onEnd = callback;
            if (left == 0) loop.setImmediate(this::next);
            return this;
        }

        @Override
        public Readable onError(Consumer<IOException> callback) {
            onError = callback;
            if (left < 0) loop.setImmediate(this::next);
            return this;
        }

        @Override
        public Readable onClose(Runnable callback) {
            onClose = callback;
            return this;
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            if (!paused) return;
            paused = false;
            loop.setImmediate(this::next);
        }

        @Override
        public void destroy() {
            if (over) return;
            over = true;
            loop.nextTick(onClose);
        }

        @Override
        public EventLoop loop() {
            return loop;
        }
    }

    /// Takes all, and is full at every third element until the next turn.
    private static final class Swallowing implements Writable {
        private final EventLoop loop;
        private int taken;
        private boolean over;
        private Runnable onDrain = () -> {};
        private Runnable onClose = () -> {};

        Swallowing(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public boolean write(Buffer buffer) {
            throw new AssertionError("elements are arrays");
        }

        @Override
        public boolean write(byte[] bytes) {
            if (++taken % 3 > 0) return true;
            loop.setImmediate(onDrain);
            return false;
        }

        @Override
        public boolean write(String text) {
            throw new AssertionError("elements are arrays");
        }

        @Override
        public boolean isWritable() {
            return !over;
        }

        @Override
        public Writable onDrain(Runnable callback) {
            onDrain = callback;
            return this;
        }

        @Override
        public Writable onError(Consumer<IOException> callback) {
            return this;
        }

        @Override
        public Writable onClose(Runnable callback) {
            onClose = callback;
            return this;
        }

        @Override
        public void end() {
            destroy();
        }

        @Override
        public void destroy() {
            if (over) return;
            over = true;
            loop.nextTick(onClose);
        }

        @Override
        public EventLoop loop() {
            return loop;
        }
    }
}
