package dev.anillo.loop.driver.posix;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.OsException;
import java.util.concurrent.atomic.AtomicBoolean;

/// The door for other threads: an eventfd that the loop waits for, and a flag that lets only the first of many calls
/// through to the kernel.
///
/// Nobody reads the eventfd: both io_uring's multishot poll and edge-triggered epoll report each write, and a counter
/// of 64 bits does not fill up.
public final class WakeUp {
    private static final int CLOSED = -1;

    private final Syscalls calls;
    private final AtomicBoolean asked = new AtomicBoolean();
    private int eventfd;

    /// @throws OsException naming `eventfd`
    public WakeUp(Syscalls calls) throws OsException {
        this.calls = calls;
        eventfd = calls.eventfd(0, Linux.EFD_CLOEXEC() | Linux.EFD_NONBLOCK());
        if (eventfd < 0) throw new OsException("eventfd", "for wake-ups", -eventfd);
    }

    public int descriptor() {
        return eventfd;
    }

    /// For any thread, at any time.
    public void wake() {
        if (!asked.getAndSet(true)) write();
    }

    /// Under the lock of [#close], so that a late call can't write to a descriptor with a new owner.
    private synchronized void write() {
        if (eventfd != CLOSED) calls.wake(eventfd);
    }

    /// On the loop's thread, before the loop looks for what the waker has left for it: a later call writes again.
    public void seen() {
        asked.set(false);
    }

    public synchronized void close() {
        if (eventfd != CLOSED) calls.close(eventfd);
        eventfd = CLOSED;
    }
}
