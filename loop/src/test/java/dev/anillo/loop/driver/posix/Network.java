package dev.anillo.loop.driver.posix;

import dev.anillo.loop.driver.Errno;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// The peers of [Traffic]: who is behind the sockets of a [FakeKernel] connects, sends, reads, ends and resets at
/// random.
final class Network {
    /// What a peer reads at once.
    static final int ROOM_BYTES_MAX = 48 * 1024;
    private static final int SLOWLY_BYTES = 500;
    private static final int LITTLE_BYTES = 2000;
    private static final int MUCH_BYTES = 48 * 1024;
    /// More than the epoll driver reads in a turn.
    private static final int FLOOD_BYTES = 300_000;

    private final FakeKernel kernel;
    private final SplittableRandom random;
    private final List<FakeSocket> sockets = new ArrayList<>();
    private final Map<FakeSocket, Long> sent = new HashMap<>();
    /// In some runs the peers are slow, and sockets often full.
    private final int roomMax;
    private boolean calm;

    Network(FakeKernel kernel, SplittableRandom random) {
        this.kernel = kernel;
        this.random = random;
        roomMax = random.nextBoolean() ? ROOM_BYTES_MAX : SLOWLY_BYTES;
    }

    /// Every connect is answered, and nothing ends that has not.
    void calm() {
        calm = true;
    }

    /// A socket that the program has opened.
    void meet(FakeSocket socket) {
        if (!sockets.contains(socket)) sockets.add(socket);
    }

    /// Connections that wait to be accepted: they may have sent already.
    int waiting() {
        forgetTheClosed();
        return (int) sockets.stream().filter(socket -> socket.descriptor < 0).count();
    }

    private void forgetTheClosed() {
        sockets.removeIf(socket -> socket.closed);
    }

    /// What the peer has sent, in bytes.
    long sent(FakeSocket socket) {
        return sent.getOrDefault(socket, 0L);
    }

    void arrive(int listener) {
        var socket = kernel.arrival(listener);
        socket.setRoom(1 + random.nextInt(roomMax));
        sockets.add(socket);
    }

    /// One peer does something.
    void act() {
        forgetTheClosed();
        if (sockets.isEmpty()) return;
        var socket = sockets.get(random.nextInt(sockets.size()));
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> send(socket);
            case 4 -> {
                if (isAlive(socket) && random.nextInt(3) == 0) socket.end();
            }
            case 5 -> {
                if (isAlive(socket) && random.nextInt(8) == 0) socket.reset(Errno.ECONNRESET);
            }
            case 6, 7 -> read(socket);
            default -> answerConnects(1);
        }
    }

    private static boolean isAlive(FakeSocket socket) {
        return socket.connected && !socket.isReset() && !socket.isPeerEnded();
    }

    private void send(FakeSocket socket) {
        if (!isAlive(socket)) return;
        var length = 1 + random.nextInt(switch (random.nextInt(64)) {
            case 0 -> FLOOD_BYTES;
            case 1, 2, 3, 4, 5, 6, 7 -> MUCH_BYTES;
            default -> LITTLE_BYTES;
        });
        var from = sent(socket);
        sent.put(socket, from + length);
        socket.arrive(StreamPattern.bytes(socket.id, from, length));
    }

    private void read(FakeSocket socket) {
        if (socket.connected) socket.addRoom(1 + random.nextInt(roomMax));
    }

    void answerConnects(int most) {
        forgetTheClosed();
        for (var socket : sockets) {
            if (!socket.connecting || most-- == 0) continue;
            socket.setRoom(1 + random.nextInt(roomMax));
            socket.answer(!calm && random.nextInt(4) == 0 ? Errno.ECONNREFUSED : 0);
        }
    }
}
