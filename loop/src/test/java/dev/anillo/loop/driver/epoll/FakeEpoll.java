package dev.anillo.loop.driver.epoll;

import dev.anillo.linux.Linux;
import dev.anillo.linux.call.EpollEvent;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.posix.FakeKernel;
import dev.anillo.loop.driver.posix.FakeSocket;
import dev.anillo.loop.driver.posix.Liberty;
import dev.anillo.loop.memory.Memory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// epoll in memory, edge-triggered by the letter of epoll(7): a descriptor is told of when something has changed, with
/// all that is true of it by then, and not again before the next change. So whoever stops reading too early is told
/// nothing more.
class FakeEpoll extends FakeKernel {
    private static final int END = Linux.EPOLLIN() | Linux.EPOLLRDHUP();
    private static final int FAILED =
            Linux.EPOLLIN() | Linux.EPOLLOUT() | Linux.EPOLLERR() | Linux.EPOLLHUP() | Linux.EPOLLRDHUP();
    private static final int ALWAYS = Linux.EPOLLERR() | Linux.EPOLLHUP();

    private record Registration(long data, int interest) {}

    private record Event(int fd, long data, int flags) {}

    private final Map<Integer, Registration> registrations = new HashMap<>();
    private final Set<Integer> changed = new LinkedHashSet<>();
    private final List<Event> extra = new ArrayList<>();
    private final Map<String, ArrayDeque<Integer>> refusals = new HashMap<>();
    private int epoll = -1;
    private boolean withoutNanos;
    /// The batch that the driver looks through.
    private final List<Event> told = new ArrayList<>();

    // For scripts.

    /// The next call of this name does nothing and answers so.
    void refuse(String call, int errno) {
        refusals.computeIfAbsent(call, _ -> new ArrayDeque<>()).add(errno);
    }

    /// An event more in the next batch, whether it is true or not.
    void tell(int fd, int flags) {
        extra.add(new Event(fd, registrations.get(fd).data, flags));
    }

    /// As before Linux 5.11.
    void withoutNanos() {
        withoutNanos = true;
    }

    boolean isRegistered(int fd) {
        return registrations.containsKey(fd);
    }

    // What more lively kernels do otherwise.

    /// @return a negated errno, or 0
    int refusal(String call) {
        var scripted = refusals.get(call);
        return scripted == null || scripted.isEmpty() ? 0 : -scripted.remove();
    }

    /// Changes the batch that is to be told.
    List<Integer> batch(List<Integer> descriptors) {
        return descriptors;
    }

    boolean connectsAtOnce() {
        return false;
    }

    @Override
    public void calm() {
        refusals.clear();
    }

    @Override
    protected void changed(FakeSocket socket) {
        if (socket.descriptor >= 0 && registrations.containsKey(socket.descriptor)) changed.add(socket.descriptor);
    }

    Set<Integer> registered() {
        return registrations.keySet();
    }

    int state(int fd) {
        var socket = socket(fd);
        if (socket.listening) return socket.waiting.isEmpty() ? 0 : Linux.EPOLLIN();
        if (socket.isReset()) return FAILED;
        if (socket.connecting) return 0;
        if (!socket.connected) return Linux.EPOLLOUT() | Linux.EPOLLHUP();
        var state = socket.available() > 0 ? Linux.EPOLLIN() : 0;
        if (socket.isPeerEnded()) state |= socket.ended ? END | Linux.EPOLLHUP() : END;
        if (socket.room() > 0) state |= Linux.EPOLLOUT();
        return state;
    }

    // The calls.

    @Override
    public int epollCreate1(int flags) {
        epoll = open("an epoll");
        return epoll;
    }

    @Override
    public int epollCtl(int epfd, int op, int fd, long event) {
        if (epfd != epoll) throw new AssertionError("descriptor " + epfd + " is no epoll");
        if (op == Linux.EPOLL_CTL_DEL()) {
            changed.remove(fd);
            return registrations.remove(fd) == null ? -Errno.ENOENT : 0;
        }
        var refused = refusal("epoll_ctl");
        if (refused != 0) return refused;
        if (registrations.containsKey(fd)) return -Errno.EEXIST;
        registrations.put(fd, new Registration(Memory.getLong(event + EpollEvent.DATA),
                Memory.getInt(event + EpollEvent.EVENTS)));
        if (!isEventfd(fd) && state(fd) != 0) changed.add(fd);
        return 0;
    }

    @Override
    public int epollWait(int epfd, long events, int max, int timeoutMillis) {
        return await(epfd, events, max, timeoutMillis < 0);
    }

    @Override
    public int epollPwait2(int epfd, long events, int max, long timespec) {
        if (withoutNanos) return -Errno.ENOSYS;
        return await(epfd, events, max, timespec == 0);
    }

    private int await(int epfd, long events, int max, boolean withoutEnd) {
        if (epfd != epoll) throw new AssertionError("descriptor " + epfd + " is no epoll");
        var refused = refusal("epoll_wait");
        if (refused != 0) return refused;
        told.clear();
        wakeUp();
        for (var fd : batch(List.copyOf(changed))) {
            if (told.size() == max) break;
            changed.remove(fd);
            var registration = registrations.get(fd);
            var flags = state(fd) & (registration.interest | ALWAYS);
            if (flags != 0) told.add(new Event(fd, registration.data, flags));
        }
        for (; !extra.isEmpty() && told.size() < max; extra.removeFirst()) told.add(extra.getFirst());
        if (told.isEmpty() && withoutEnd) throw new AssertionError("waits without end, and nothing will come");
        for (var i = 0; i < told.size(); i++) {
            var at = events + i * EpollEvent.SIZE;
            Memory.putInt(at + EpollEvent.EVENTS, told.get(i).flags);
            Memory.putLong(at + EpollEvent.DATA, told.get(i).data);
        }
        return told.size();
    }

    private void wakeUp() {
        if (!takeWakeUp()) return;
        for (var each : registrations.entrySet()) {
            if (isEventfd(each.getKey())) told.add(new Event(each.getKey(), each.getValue().data, Linux.EPOLLIN()));
        }
    }

    @Override
    public int accept4(int fd, long address, long lengthAddress, int flags) {
        var listener = socket(fd);
        var refused = refusal("accept4");
        if (refused == -Errno.ECONNABORTED && listener.waiting.isEmpty()) refused = 0;
        if (refused == -Errno.ECONNABORTED) listener.waiting.remove().closed = true;
        if (refused != 0) return refused;
        return listener.waiting.isEmpty() ? -Errno.EAGAIN : accepted(fd);
    }

    @Override
    public int connect(int fd, long address, int length) {
        var refused = refusal("connect");
        if (refused != 0) return refused;
        var socket = socket(fd);
        if (connectsAtOnce()) {
            socket.connected = true;
            return 0;
        }
        socket.connecting = true;
        return -Errno.EINPROGRESS;
    }

    @Override
    public int recv(int fd, long address, int length, int flags) {
        var socket = socket(fd);
        if (socket.isReset()) return -socket.takeError();
        if (socket.available() > 0) {
            var bytes = socket.take(length);
            Memory.copy(bytes, 0, address, bytes.length);
            return bytes.length;
        }
        return socket.isPeerEnded() ? 0 : -Errno.EAGAIN;
    }

    @Override
    public int send(int fd, long address, int length, int flags) {
        return put(fd, bytes(address, length));
    }

    @Override
    public int sendmsg(int fd, long message, int flags) {
        return put(fd, bytes(parts(message), 0));
    }

    private int put(int fd, byte[] bytes) {
        var socket = socket(fd);
        if (socket.isReset() || !socket.connected || socket.ended) return -Errno.EPIPE;
        var count = socket.put(bytes);
        if (count < bytes.length) takes(Liberty.SHORT_SEND);
        return count == 0 ? -Errno.EAGAIN : count;
    }

    /// Of what this batch has told, or is about to: the driver may come upon it after the close.
    @Override
    public int close(int fd) {
        if (told.stream().anyMatch(each -> each.fd == fd)) takes(Liberty.STALE);
        registrations.remove(fd);
        changed.remove(fd);
        extra.removeIf(each -> each.fd == fd);
        return super.close(fd);
    }
}
