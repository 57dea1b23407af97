package dev.anillo.loop.driver.epoll;

import dev.anillo.linux.Linux;
import dev.anillo.linux.__kernel_timespec;
import dev.anillo.linux.call.EpollEvent;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Counters;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.posix.Scratch;
import dev.anillo.loop.memory.Memory;

/// The epoll descriptor, and the events of the last wait that nobody has handled yet. See epoll(7).
///
/// What travels through the kernel is a descriptor and its generation, so that an event of a descriptor which was
/// closed in the same batch is not taken for one of the number's next owner.
final class Events {
    /// Events of one wait. Bounds how long timers and other work wait for the network.
    static final int MAX = 256;

    /// Everything that will ever be asked of a descriptor, registered once: edges cost nothing while nobody waits for
    /// them.
    private static final int INTEREST = Linux.EPOLLIN() | Linux.EPOLLOUT() | Linux.EPOLLRDHUP() | Linux.EPOLLET();

    private static final long SECONDS = __kernel_timespec.tv_sec$offset();
    private static final long NANOS = __kernel_timespec.tv_nsec$offset();
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final int WITHOUT_END = -1;

    private final Syscalls calls;
    private final Counters counters;
    private final int epoll;
    private final long events;
    private final long registration;
    private final long timespec;
    private boolean countsNanos = true;
    private int count;
    private int next;

    /// @param wakeUp the eventfd of other threads
    /// @throws OsException naming `epoll_create1` or `epoll_ctl`
    Events(Syscalls calls, Counters counters, Scratch scratch, int wakeUp) throws OsException {
        this.calls = calls;
        this.counters = counters;
        counters.systemCalls++;
        epoll = calls.epollCreate1(Linux.EPOLL_CLOEXEC());
        if (epoll < 0) throw new OsException("epoll_create1", "for a loop", -epoll);
        events = scratch.take((int) (MAX * EpollEvent.SIZE), Long.BYTES);
        registration = scratch.take((int) EpollEvent.SIZE, Long.BYTES);
        timespec = scratch.take((int) __kernel_timespec.sizeof(), Long.BYTES);
        var result = register(wakeUp, 0, Linux.EPOLLIN() | Linux.EPOLLET());
        if (result == 0) return;
        close();
        throw new OsException("epoll_ctl", "for wake-ups", -result);
    }

    /// From now on every edge of the descriptor is reported, the state that it is in now as the first.
    ///
    /// @return 0, or a negated errno
    int register(int fd, int generation) {
        return register(fd, generation, INTEREST);
    }

    private int register(int fd, int generation, int interest) {
        counters.systemCalls++;
        Memory.putInt(registration + EpollEvent.EVENTS, interest);
        Memory.putLong(registration + EpollEvent.DATA, (long) generation << 32 | fd);
        return calls.epollCtl(epoll, Linux.EPOLL_CTL_ADD(), fd, registration);
    }

    /// Needed before the close of a descriptor whose socket lives on under another one: the kernel would go on reporting
    /// its edges.
    void unregister(int fd) {
        counters.systemCalls++;
        calls.epollCtl(epoll, Linux.EPOLL_CTL_DEL(), fd, 0);
    }

    /// @param timeoutNanos 0: doesn't wait; [Long#MAX_VALUE]: no limit
    void await(long timeoutNanos) {
        counters.systemCalls++;
        if (timeoutNanos != 0) counters.waits++;
        var result = waitFor(timeoutNanos);
        if (result < 0 && result != -Errno.EINTR) throw new IllegalStateException("epoll_wait: " + Errno.name(-result));
        count = Math.max(result, 0);
        next = 0;
    }

    private int waitFor(long timeoutNanos) {
        if (timeoutNanos == 0) return calls.epollWait(epoll, events, MAX, 0);
        if (timeoutNanos == Long.MAX_VALUE) return calls.epollWait(epoll, events, MAX, WITHOUT_END);
        if (countsNanos) {
            Memory.putLong(timespec + SECONDS, timeoutNanos / NANOS_PER_SECOND);
            Memory.putLong(timespec + NANOS, timeoutNanos % NANOS_PER_SECOND);
            var result = calls.epollPwait2(epoll, events, MAX, timespec);
            if (result != -Errno.ENOSYS) return result;
            countsNanos = false; // before Linux 5.11, or behind seccomp
        }
        return calls.epollWait(epoll, events, MAX, millisRoundedUp(timeoutNanos));
    }

    /// Never early: a timer that is not yet due would make the loop turn again and again until it is.
    static int millisRoundedUp(long nanos) {
        return (int) Math.min(Math.ceilDiv(nanos, NANOS_PER_MILLI), Integer.MAX_VALUE);
    }

    boolean hasNext() {
        return next < count;
    }

    /// The position of the next event, for the accessors below.
    long next() {
        return events + next++ * EpollEvent.SIZE;
    }

    static int flags(long event) {
        return Memory.getInt(event + EpollEvent.EVENTS);
    }

    static int descriptor(long event) {
        return (int) Memory.getLong(event + EpollEvent.DATA);
    }

    static int generation(long event) {
        return (int) (Memory.getLong(event + EpollEvent.DATA) >> 32);
    }

    void close() {
        calls.close(epoll);
    }
}
