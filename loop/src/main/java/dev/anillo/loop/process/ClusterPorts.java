package dev.anillo.loop.process;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.net.TcpServer;
import dev.anillo.loop.net.TcpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a cluster's workers listen at: the primary's listening sockets, and who of the workers has them.
final class ClusterPorts {
    /// Accepted by the primary while no worker takes any. It stops accepting then, so that these are what the kernel had
    /// waiting.
    private static final int WAITING_MAX = TcpServer.BACKLOG;

    private static final System.Logger LOG = System.getLogger("dev.anillo.loop");

    private final EventLoop loop;
    /// Null: the kernel's.
    private final Distribution distribution;
    private final Distribution forOrphans = Distribution.roundRobin();
    private final boolean passesSockets;
    private final Map<Place, Port> ports = new HashMap<>();

    /// @param count how many ports the same worker has asked the system to choose before: each of its servers gets another
    private record Place(String host, int port, int count) {}

    /// A worker's server.
    private static final class Member {
        final Worker worker;
        final long server;
        boolean listens;

        Member(Worker worker, long server) {
            this.worker = worker;
            this.server = server;
        }
    }

    ClusterPorts(EventLoop loop, Distribution distribution) {
        this.loop = loop;
        this.distribution = distribution;
        passesSockets = !loop.transport().equals("nio");
    }

    // What workers ask for.

    void listen(Worker worker, long server, String host, int number) {
        var place = new Place(host, number, 0);
        while (number == 0 && ports.containsKey(place) && ports.get(place).has(worker)) {
            place = new Place(host, 0, place.count + 1);
        }
        var port = ports.computeIfAbsent(place, Port::new);
        var member = new Member(worker, server);
        if (port.has(worker)) {
            refuse(member, new OsException("listen", port.toString(), Errno.EADDRINUSE));
        } else if (distribution != null && !passesSockets) {
            refuse(member, new OsException("listen",
                    port + " (to distribute connections needs native access, which nio does without)", Errno.EOPNOTSUPP));
            port.closeWhenUnused();
        } else {
            port.add(member);
        }
    }

    private static void refuse(Member member, IOException problem) {
        var refusal = problem instanceof OsException known ? known
                : new OsException("listen", problem.getMessage(), Errno.EADDRNOTAVAIL);
        member.worker.tell(null, WorkerSide.REFUSED, member.server, refusal.operation(), refusal.target(), refusal.errno());
    }

    void listens(Worker worker, long server) {
        for (var port : ports.values()) {
            for (var member : port.members) {
                if (member.worker == worker && member.server == server) member.listens = true;
            }
        }
    }

    void closed(Worker worker, long server) {
        for (var port : List.copyOf(ports.values())) {
            if (!port.members.removeIf(member -> member.worker == worker && member.server == server)) continue;
            port.update();
            port.closeWhenUnused();
        }
    }

    /// It has ended. Where it was the last one, its successor will come.
    void left(Worker worker) {
        for (var port : ports.values()) {
            port.members.removeIf(member -> member.worker == worker);
            port.update();
        }
    }

    /// Whether the successor listens at all places where the other one does.
    boolean listensWhere(Worker old, Worker successor) {
        return ports.values().stream().filter(port -> port.has(old))
                .allMatch(port -> port.members.stream().anyMatch(member -> member.worker == successor && member.listens));
    }

    void close() {
        for (var port : List.copyOf(ports.values())) port.close();
    }

    /// One host and port, and the listening sockets there: one for each slot where the kernel spreads connections, else one.
    final class Port {
        private final Place place;
        private final List<Member> members = new ArrayList<>();
        private final Map<Integer, TcpServer> servers = new HashMap<>();
        /// Those whose socket is being opened, or that wait to know the port.
        private final ArrayDeque<Member> asking = new ArrayDeque<>();
        private final ArrayDeque<TcpSocket> waiting = new ArrayDeque<>();
        private int number;
        private boolean opening;

        private Port(Place place) {
            this.place = place;
            number = place.port;
        }

        private boolean has(Worker worker) {
            return members.stream().anyMatch(member -> member.worker == worker)
                    || asking.stream().anyMatch(member -> member.worker == worker);
        }

        private int slot(Worker worker) {
            return distribution == null ? worker.slot() : 0;
        }

        private void add(Member member) {
            asking.add(member);
            if (!opening) openNext();
        }

        /// One at a time: the first may have to find the port for all.
        private void openNext() {
            while (!asking.isEmpty() && !opening) {
                var member = asking.peek();
                if (passesSockets ? servers.containsKey(slot(member.worker)) : number != 0) give(asking.poll());
                else open(member);
            }
        }

        private void open(Member member) {
            opening = true;
            var server = TcpServer.create(loop, this::distribute).reusePort(distribution == null).unref();
            server.pause();
            server.onError(refused -> {
                opening = false;
                refuse(asking.poll(), refused);
                openNext();
                closeWhenUnused();
            });
            Runnable opened = () -> opened(server, member);
            if (place.host.isEmpty()) server.listen(number, opened);
            else server.listen(number, place.host, opened);
        }

        private void opened(TcpServer server, Member member) {
            number = portOf(server);
            if (passesSockets) {
                opening = false;
                servers.put(slot(member.worker), server);
                openNext();
            } else {
                server.onClose(() -> {
                    opening = false;
                    openNext();
                }).close(); // it has found a port: workers listen there by themselves
            }
        }

        private static int portOf(TcpServer server) {
            try {
                return server.port();
            } catch (OsException gone) {
                throw new IllegalStateException("a server listens and has no port", gone);
            }
        }

        private void give(Member member) {
            if (!passesSockets) {
                if (member.worker.tell(null, WorkerSide.ALONE, member.server, number)) members.add(member);
                return;
            }
            try {
                var handle = servers.get(slot(member.worker)).handle();
                if (member.worker.tell(handle, WorkerSide.GIVEN, member.server, distribution == null)) members.add(member);
                else handle.close();
            } catch (OsException refused) {
                refuse(member, refused);
            }
            update();
        }

        // Connections that the primary accepts.

        /// Accepts where that is the primary's task, and as long as somebody takes what comes.
        void update() {
            while (!waiting.isEmpty() && somebodyTakes()) distribute(waiting.poll());
            servers.forEach((slot, server) -> {
                var ours = distribution != null || members.stream().noneMatch(member -> member.worker.slot() == slot);
                if (ours && waiting.isEmpty() && somebodyTakes()) server.resume();
                else server.pause();
            });
        }

        private boolean somebodyTakes() {
            return members.stream().anyMatch(member -> member.worker.takesConnections());
        }

        void distribute(TcpSocket socket) {
            var takers = members.stream().filter(member -> member.worker.takesConnections())
                    .sorted(Comparator.comparingInt(member -> member.worker.slot())).toList();
            if (takers.isEmpty()) {
                keep(socket);
                return;
            }
            try {
                var chooser = distribution == null ? forOrphans : distribution;
                var chosen = chooser.choose((InetSocketAddress) socket.peerAddress(),
                        takers.stream().map(member -> member.worker).toList());
                var taker = takers.stream().filter(member -> member.worker == chosen).findFirst().orElseThrow(
                        () -> new IllegalStateException("the distribution chose " + chosen + ", which takes no connections"));
                taker.worker.give(this, taker.server, socket);
                if (!somebodyTakes()) update();
            } catch (OsException refused) { // the client has gone, or no descriptor is left
                LOG.log(System.Logger.Level.WARNING, "a connection to {0} is dropped: {1}", this, refused.getMessage());
                socket.reset();
            } catch (RuntimeException mistake) {
                socket.reset();
                throw mistake;
            }
        }

        private void keep(TcpSocket socket) {
            if (waiting.size() == WAITING_MAX) socket.reset();
            else waiting.add(socket);
            update();
        }

        // The end.

        private void closeWhenUnused() {
            if (members.isEmpty() && asking.isEmpty() && !opening) close();
        }

        private void close() {
            ports.remove(place, this);
            servers.values().forEach(TcpServer::close);
            servers.clear();
            waiting.forEach(TcpSocket::reset);
            waiting.clear();
        }

        @Override
        public String toString() {
            return (place.host.isEmpty() ? "*" : place.host) + ":" + number;
        }
    }
}
