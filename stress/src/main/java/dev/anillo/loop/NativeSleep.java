package dev.anillo.loop;

import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.driver.posix.WakeUp;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// As io_uring and epoll are woken: by [WakeUp] and an eventfd, of which each write is reported.
final class NativeSleep extends SleepingDriver {
    /// Eventfds that are numbers: those of a million states, more than jcstress has at once.
    private static final class Kernel extends Syscalls {
        private static final int EVENTFDS = 1 << 20;

        private final AtomicInteger next = new AtomicInteger();
        private final AtomicIntegerArray writes = new AtomicIntegerArray(EVENTFDS);

        @Override
        public int eventfd(int initial, int flags) {
            var fd = next.getAndIncrement() & EVENTFDS - 1;
            writes.set(fd, initial);
            return fd;
        }

        @Override
        public void wake(int eventfd) {
            writes.incrementAndGet(eventfd);
        }
    }

    private static final Kernel KERNEL = new Kernel();

    private final WakeUp wakeUp;
    private int reported;

    NativeSleep() {
        try {
            wakeUp = new WakeUp(KERNEL);
        } catch (OsException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    void wake() {
        wakeUp.wake();
    }

    @Override
    void poll(long timeoutNanos) {
        if (isWoken()) {
            reported = KERNEL.writes.get(wakeUp.descriptor());
            wakeUp.seen();
        } else if (timeoutNanos != 0) {
            throw Asleep.ASLEEP;
        }
    }

    @Override
    boolean isWoken() {
        return KERNEL.writes.get(wakeUp.descriptor()) != reported;
    }
}
