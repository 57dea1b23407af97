package dev.anillo.loop.driver.nio;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// [Poller] over a selector without channels.
public final class NioSleep {
    /// As the documentation of [Selector#wakeup] has it: the next selection returns at once, whenever that is.
    private static final class Bare extends Selector {
        private final AtomicBoolean woken = new AtomicBoolean();
        private final Error asleep;

        Bare(Error asleep) {
            this.asleep = asleep;
        }

        @Override
        public Selector wakeup() {
            woken.set(true);
            return this;
        }

        @Override
        public int selectNow() {
            woken.set(false);
            return 0;
        }

        @Override
        public int selectNow(Consumer<SelectionKey> action) {
            return selectNow();
        }

        @Override
        public int select(Consumer<SelectionKey> action) {
            return select();
        }

        @Override
        public int select(Consumer<SelectionKey> action, long millis) {
            return select();
        }

        @Override
        public int select(long millis) {
            return select();
        }

        @Override
        public int select() {
            if (!woken.getAndSet(false)) throw asleep;
            return 0;
        }

        @Override
        public Set<SelectionKey> keys() {
            return Set.of();
        }

        @Override
        public Set<SelectionKey> selectedKeys() {
            return Set.of();
        }

        @Override
        public SelectorProvider provider() {
            return SelectorProvider.provider();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() throws IOException {}
    }

    private final Bare selector;
    private final Poller poller;

    /// @param asleep thrown where a thread would wait
    public NioSleep(Error asleep) {
        selector = new Bare(asleep);
        poller = new Poller(selector);
    }

    /// Any thread.
    public void wake() {
        poller.wake();
    }

    /// With nothing to report.
    public void poll(long timeoutNanos) {
        poller.poll(timeoutNanos, (_, _, _, _) -> {
            throw new AssertionError("a completion of nothing");
        });
    }

    /// The selector has been told.
    public boolean isWoken() {
        return selector.woken.get();
    }
}
