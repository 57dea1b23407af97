package dev.anillo.loop.driver.epoll;

import dev.anillo.linux.Linux;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.posix.Liberty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/// An epoll that takes every liberty that its manual gives it, by a seed. A short read or a full socket that is none it
/// does not make up: they promise an edge.
final class RandomEpoll extends FakeEpoll {
    private final SplittableRandom random;
    private boolean calm;

    RandomEpoll(SplittableRandom random) {
        this.random = random;
    }

    private boolean strikes(Liberty liberty, int oneOf) {
        if (calm || random.nextInt(oneOf) != 0) return false;
        takes(liberty);
        return true;
    }

    @Override
    public void calm() {
        calm = true;
        super.calm();
    }

    /// Of wake-ups the registration is the first, and the driver's end if it is refused.
    @Override
    int refusal(String call) {
        return switch (call) {
            case "epoll_wait" -> strikes(Liberty.INTERRUPTED, 10) ? -Errno.EINTR : 0;
            case "epoll_ctl" -> {
                if (registered().isEmpty() || !strikes(Liberty.NOT_REGISTERED, 10)) yield 0;
                yield random.nextBoolean() ? -Errno.ENOSPC : -Errno.ENOMEM;
            }
            case "accept4" -> {
                if (strikes(Liberty.ABORTED, 8)) yield -Errno.ECONNABORTED;
                if (strikes(Liberty.INTERRUPTED, 8)) yield -Errno.EINTR;
                yield strikes(Liberty.EXHAUSTED, 10) ? -Errno.EMFILE : 0;
            }
            default -> 0;
        };
    }

    @Override
    boolean connectsAtOnce() {
        return random.nextInt(8) == 0;
    }

    /// In any order, perhaps a part; and what is not true, or is told already, besides.
    @Override
    List<Integer> batch(List<Integer> descriptors) {
        if (calm) return descriptors;
        var batch = new ArrayList<>(descriptors);
        Collections.shuffle(batch, new Random(random.nextLong()));
        if (batch.size() > 1 && strikes(Liberty.LATE, 3)) {
            batch.subList(random.nextInt(1, batch.size()), batch.size()).clear();
        }
        for (var fd : registered()) {
            if (isEventfd(fd) || !isOpen(fd)) continue;
            var socket = socket(fd);
            var both = socket.connected && !socket.isReset();
            if ((both || socket.listening) && strikes(Liberty.SPURIOUS, 12)) {
                tell(fd, both ? Linux.EPOLLIN() | Linux.EPOLLOUT() : Linux.EPOLLIN());
            }
        }
        for (var fd : batch) {
            if (strikes(Liberty.TWICE, 12)) tell(fd, state(fd));
        }
        return batch;
    }
}
