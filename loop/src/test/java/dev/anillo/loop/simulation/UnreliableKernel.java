package dev.anillo.loop.simulation;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.EpollEvent;
import dev.anillo.linux.call.Syscalls;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.memory.Memory;
import java.util.SplittableRandom;

/// The kernel, which makes use of every liberty that its manual gives it: calls are interrupted, take a part of what they are
/// asked for, have no memory just now, tell of events twice or later. By a seed, as far as a real kernel lets itself be
/// replayed.
///
/// What it must not do it does not: a short read or a full socket that is none would promise an edge that never comes.
public final class UnreliableKernel extends Syscalls {
    /// One call of so many is disturbed.
    private static final int EVERY = 4;

    private final SplittableRandom random;
    private long disturbed;

    public UnreliableKernel(long seed) {
        random = new SplittableRandom(seed);
    }

    /// Calls that did not go as usual.
    public long disturbed() {
        return disturbed;
    }

    private boolean disturbs() {
        if (random.nextInt(EVERY) != 0) return false;
        disturbed++;
        return true;
    }

    /// A part that is submitted ends the call: the kernel waits only when all was (io_uring_enter(2)).
    @Override
    public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentSize) {
        if (!disturbs()) return super.ioUringEnter(fd, toSubmit, minComplete, flags, argument, argumentSize);
        return switch (random.nextInt(4)) {
            case 0 -> -Errno.EINTR;
            case 1 -> -Errno.EAGAIN;
            case 2 -> -Errno.EBUSY;
            default -> {
                if (toSubmit < 2) yield -Errno.EINTR;
                var withoutWaiting = flags & ~(Linux.IORING_ENTER_GETEVENTS() | Linux.IORING_ENTER_EXT_ARG());
                yield super.ioUringEnter(fd, random.nextInt(1, toSubmit), 0, withoutWaiting, 0, 0);
            }
        };
    }

    @Override
    public int epollWait(int epfd, long events, int max, int timeoutMillis) {
        if (!disturbs()) return super.epollWait(epfd, events, max, timeoutMillis);
        return random.nextBoolean() ? -Errno.EINTR : twice(events, super.epollWait(epfd, events, 2, timeoutMillis));
    }

    @Override
    public int epollPwait2(int epfd, long events, int max, long timespec) {
        if (!disturbs()) return super.epollPwait2(epfd, events, max, timespec);
        return random.nextBoolean() ? -Errno.EINTR : twice(events, super.epollPwait2(epfd, events, 2, timespec));
    }

    /// The first event once more, as the last.
    private static int twice(long events, int count) {
        if (count <= 0) return count;
        Memory.copy(events, events + count * EpollEvent.SIZE, EpollEvent.SIZE);
        return count + 1;
    }

    /// The connection is accepted the next time.
    @Override
    public int accept4(int fd, long address, long lengthAddress, int flags) {
        if (!disturbs()) return super.accept4(fd, address, lengthAddress, flags);
        return random.nextBoolean() ? -Errno.EINTR : -Errno.ECONNABORTED;
    }

    @Override
    public int sendmmsg(int fd, long messages, int count, int flags) {
        return super.sendmmsg(fd, messages, disturbs() ? random.nextInt(1, count + 1) : count, flags);
    }

    @Override
    public int recvmmsg(int fd, long messages, int count, int flags) {
        return super.recvmmsg(fd, messages, disturbs() ? random.nextInt(1, count + 1) : count, flags);
    }
}
