package dev.anillo.loop.driver.uring;

import dev.anillo.linux.Linux;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.posix.Liberty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import java.util.SplittableRandom;

/// A ring with sockets behind it, which takes every liberty that its manual gives it, by a seed.
final class RandomUring extends FakeUring {
    private static final int BUFFER_BYTES = BufferRing.BUFFER_BYTES;
    /// So that many buffers are out soon.
    private static final int LITTLE_BYTES = 500;
    private static final int MORE = Linux.IORING_CQE_F_MORE();
    private static final int ACCEPT = Linux.IORING_OP_ACCEPT();
    private static final int CONNECT = Linux.IORING_OP_CONNECT();
    private static final int RECEIVE = Linux.IORING_OP_RECV();
    private static final int SEND = Linux.IORING_OP_SEND();
    private static final int SENDMSG = Linux.IORING_OP_SENDMSG();
    private static final int CANCEL = Linux.IORING_OP_ASYNC_CANCEL();
    private static final int POLL = Linux.IORING_OP_POLL_ADD();
    private static final int READ = Linux.IORING_OP_READ();
    private static final int CLOSE = Linux.IORING_OP_CLOSE();
    /// Positions begin so close to their wrap that most runs pass it.
    private static final int BEFORE_THE_WRAP_MAX = 300;

    private final SplittableRandom random;
    /// How much of a buffer is filled at the most.
    private final int fills;
    private boolean calm;
    /// An accept that must not wait is not known before Linux 6.10.
    private final boolean knowsDontWait;

    RandomUring(SplittableRandom random) {
        super(-random.nextInt(BEFORE_THE_WRAP_MAX), random.nextBoolean());
        this.random = random;
        knowsDontWait = random.nextBoolean();
        fills = random.nextBoolean() ? BUFFER_BYTES : LITTLE_BYTES;
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

    @Override
    int refusal() {
        if (strikes(Liberty.INTERRUPTED, 20)) return -Errno.EINTR;
        if (strikes(Liberty.NO_MEMORY, 20)) return -Errno.EAGAIN;
        if (strikes(Liberty.BUSY, 20)) return -Errno.EBUSY;
        return 0;
    }

    @Override
    int mayTake(int count) {
        return count > 1 && strikes(Liberty.PARTLY_SUBMITTED, 5) ? random.nextInt(1, count) : count;
    }

    @Override
    void taken(Taken operation) {
        if (operation.opcode == CLOSE) {
            complete(operation, close(operation.fd), 0);
        } else if (operation.opcode == CANCEL) {
            cancel(operation);
        } else if (operation.opcode == CONNECT) {
            socket(operation.fd).connecting = true;
        } else if (operation.opcode == RECEIVE && buffersLent() == 0 && strikes(Liberty.NO_BUFFERS, 2)) {
            complete(operation, -Errno.ENOBUFS, 0); // it takes a buffer before it looks for bytes
        } else if (!isKnown(operation.opcode)) {
            throw new AssertionError("opcode " + operation.opcode + " is not known here");
        }
        haveWork();
    }

    private static boolean isKnown(int opcode) {
        return opcode == ACCEPT || opcode == RECEIVE || opcode == SEND || opcode == SENDMSG || opcode == POLL
                || opcode == READ;
    }

    // What is cancelled.

    private void cancel(Taken cancel) {
        var all = isCancelOfAll(cancel);
        var targets = underWay.stream()
                .filter(each -> each != cancel && (all || each.userData == cancel.address)).toList();
        if (!all && targets.size() > 1) throw new AssertionError("two operations under one name: " + targets);
        if (targets.isEmpty()) {
            takes(Liberty.NOTHING_TO_CANCEL);
            complete(cancel, -Errno.ENOENT, 0);
        } else if (strikes(Liberty.CANCEL_TOO_LATE, 4)) {
            for (var target : targets) target.dying = true;
            complete(cancel, -Errno.EALREADY, 0);
        } else if (random.nextBoolean()) {
            takes(Liberty.TARGET_FIRST);
            targets.forEach(this::endCancelled);
            complete(cancel, targets.size(), 0);
        } else {
            takes(Liberty.CANCEL_FIRST);
            complete(cancel, targets.size(), 0);
            for (var target : targets) {
                if (strikes(Liberty.LATE, 2)) target.dying = true;
                else endCancelled(target);
            }
        }
    }

    /// With what it has done so far, or could do just now, or with nothing.
    private void endCancelled(Taken target) {
        var brings = strikes(Liberty.CANCELLED_WITH_RESULT, 3);
        if (target.opcode == RECEIVE && brings && socket(target.fd).available() > 0) {
            receiveSome(target, false);
        } else if (target.opcode == RECEIVE && buffersLent() == 0 && strikes(Liberty.NO_BUFFERS, 2)) {
            complete(target, -Errno.ENOBUFS, 0);
        } else if (target.opcode == ACCEPT && brings && !socket(target.fd).waiting.isEmpty()) {
            complete(target, accepted(target.fd), 0);
        } else if (target.opcode == POLL && random.nextBoolean()) {
            complete(target, Linux.EPOLLOUT(), 0);
        } else {
            complete(target, target.done > 0 ? target.done : -Errno.ECANCELED, 0);
        }
    }

    // What goes on.

    @Override
    void goOn() {
        var woken = takeWakeUp();
        var order = new ArrayList<>(underWay);
        if (!calm) Collections.shuffle(order, new Random(random.nextLong()));
        for (var operation : order) {
            if (operation.dying) endCancelled(operation);
            else if (operation.opcode != POLL && strikes(Liberty.LATE, 5)) haveWork();
            else if (operation.opcode == ACCEPT) accept(operation);
            else if (operation.opcode == CONNECT) connect(operation);
            else if (operation.opcode == RECEIVE) receive(operation);
            else if (operation.opcode == SEND || operation.opcode == SENDMSG) send(operation);
            else if (operation.opcode == POLL) poll(operation, woken);
            else if (operation.opcode == READ) read(operation);
        }
    }

    private void poll(Taken poll, boolean woken) {
        if (!isEventfd(poll.fd)) {
            var socket = socket(poll.fd);
            if (socket.room() > 0 || socket.isReset()) complete(poll, Linux.EPOLLOUT(), 0);
            else if (strikes(Liberty.SPURIOUS, 50)) complete(poll, Linux.EPOLLOUT(), 0);
        } else if (woken) complete(poll, Linux.EPOLLIN(), more());
        else if (strikes(Liberty.SPURIOUS, 50)) complete(poll, Linux.EPOLLIN(), 0);
    }

    /// Of a file, whole or a part.
    private void read(Taken read) {
        var length = strikes(Liberty.SHORT_SEND, 4) ? 1 + random.nextInt(read.length) : read.length;
        complete(read, pread(read.fd, read.address, length, read.offset), 0);
    }

    private int more() {
        return strikes(Liberty.ENDED_EARLY, 6) ? 0 : MORE;
    }

    private void accept(Taken accept) {
        var listener = socket(accept.fd);
        var dontWait = (accept.mode & Linux.IORING_ACCEPT_DONTWAIT()) != 0;
        if (dontWait && !knowsDontWait) {
            complete(accept, -Errno.EINVAL, 0);
            return;
        }
        while (!listener.waiting.isEmpty()) {
            if (strikes(Liberty.ABORTED, 6)) {
                listener.waiting.remove().closed = true;
                complete(accept, -Errno.ECONNABORTED, 0);
                return;
            }
            if (strikes(Liberty.EXHAUSTED, 10)) {
                complete(accept, -Errno.EMFILE, 0);
                return;
            }
            var flags = more();
            complete(accept, accepted(accept.fd), flags);
            if (flags == 0) return;
        }
        if (dontWait) complete(accept, -Errno.EAGAIN, 0);
    }

    private void connect(Taken connect) {
        var socket = socket(connect.fd);
        if (socket.connected) complete(connect, 0, 0);
        else if (socket.isReset()) complete(connect, -socket.takeError(), 0);
    }

    private void receive(Taken receive) {
        var socket = socket(receive.fd);
        while (socket.available() > 0) {
            if (!receiveSome(receive, more() != 0)) return;
            if (strikes(Liberty.LATE, 5)) {
                haveWork();
                return;
            }
        }
        if (socket.isReset() || socket.isPeerEnded()) {
            var flags = strikes(Liberty.BUFFER_WITH_END, 3) ? lendBack(new byte[0]) : 0;
            complete(receive, -socket.takeError(), Math.max(0, flags));
        }
    }

    /// @return whether it goes on
    private boolean receiveSome(Taken receive, boolean more) {
        var socket = socket(receive.fd);
        if (buffersLent() == 0) {
            receive(receive, new byte[1], more); // the bytes stay
            return false;
        }
        var most = calm || random.nextBoolean() ? BUFFER_BYTES : 1 + random.nextInt(fills);
        return receive(receive, socket.take(most), more) && more;
    }

    private void send(Taken send) {
        var socket = socket(send.fd);
        if (socket.isReset() || !socket.connected || socket.ended) {
            complete(send, send.done > 0 ? send.done : -Errno.EPIPE, 0);
            return;
        }
        send.done += socket.put(bytes(send.parts, send.done));
        if (send.done == send.bytes() || send.done > 0 && strikes(Liberty.SHORT_SEND, 8)) complete(send, send.done, 0);
    }
}
