package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.Timer;
import dev.anillo.loop.driver.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// One process takes the place of another without a connection being refused: the new one gets the listening sockets of
/// the old one through a unix socket, accepts on them, and only then the old one stops accepting and finishes what it has.
/// The queue of connections that nobody has accepted yet belongs to the socket, so that none is lost.
///
///     Takeover.begin("/run/shop.sock", takeover -> {
///         var server = HttpServer.create(shop);
///         takeover.offer("http", server::handle).onReplaced(server::close);
///         takeover.taken("http").ifPresentOrElse(
///                 socket -> server.listen(socket, takeover::ready),
///                 () -> server.listen(3000, takeover::ready));
///     });
///
/// The first process to call this finds nobody and begins by itself. Who may open the socket's file may take over: it is
/// made with mode 0600. Who listens there and is neither this user nor root is not believed (`EPERM`). Both processes
/// should run on the same transport: a listening socket has one blocking mode, for all who share it.
///
/// Native transports only: without native access no socket can be passed (`EOPNOTSUPP`).
///
/// Threads: a loop's.
public final class Takeover {
    /// How long the predecessor may take to hand its sockets over, in milliseconds: one that hangs is no reason to wait
    /// for ever, nor to take its place unasked.
    public static final int PREDECESSOR_MILLIS_MAX = 5_000;

    /// Sockets that are offered, at the most.
    public static final int OFFERS_MAX = 64;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int OWNER_ONLY = 0600;
    private static final int ROOT = 0;

    // The protocol, in lines. Each socket comes with its line; `ready` is the successor's.
    private static final String SOCKET = "socket ";
    private static final String END = "end";
    private static final String READY = "ready";

    private final EventLoop loop;
    private final String path;
    private final Map<String, SocketHandle> taken = new LinkedHashMap<>();
    private final Map<String, Offer> offers = new LinkedHashMap<>();
    private Runnable onReplaced = () -> {};
    /// Null where there was none.
    private UnixSocket predecessor;
    private boolean ready;
    private UnixServer successors;

    /// Makes a handle when somebody takes it.
    @FunctionalInterface
    public interface Offer {
        SocketHandle handle() throws OsException;
    }

    private Takeover(EventLoop loop, String path) {
        this.loop = loop;
        this.path = path;
    }

    /// Asks the process that listens at the path for its sockets, if there is one.
    ///
    /// @param path of a unix socket, as [UnixServer#listen(String)] takes it
    /// @param onBegin called once the sockets are here, or nobody was found. Where a predecessor fails to hand them over
    ///     the error is uncaught (an [OsException] naming `take over`), and the predecessor goes on
    /// @throws OsException `EOPNOTSUPP` on the nio transport, or what [UnixSocket#connect] throws
    public static void begin(String path, Consumer<Takeover> onBegin) throws OsException {
        Objects.requireNonNull(onBegin);
        var loop = EventLoop.current();
        if (loop.transport().equals("nio")) {
            throw new OsException("take over", path + " (to pass sockets needs native access, which nio does without)",
                    Errno.EOPNOTSUPP);
        }
        new Takeover(loop, path).ask(onBegin);
    }

    // As successor.

    private void ask(Consumer<Takeover> onBegin) throws OsException {
        var arriving = new Arriving(onBegin);
        UnixSocket.connect(path, arriving::connected).onError(arriving::failed);
    }

    /// The sockets on their way from the predecessor.
    private final class Arriving {
        private final Consumer<Takeover> onBegin;
        private final Lines lines = new Lines();
        private final ArrayDeque<SocketHandle> handles = new ArrayDeque<>();
        private Timer timeout;
        private boolean over;

        Arriving(Consumer<Takeover> onBegin) {
            this.onBegin = onBegin;
        }

        void connected(UnixSocket socket) {
            predecessor = socket;
            if (isAnotherUsers(socket)) return;
            timeout = loop.setTimeout(() -> broken("no answer in " + PREDECESSOR_MILLIS_MAX + " ms", Errno.ETIMEDOUT),
                    PREDECESSOR_MILLIS_MAX);
            socket.onClose(() -> broken("it closed the connection", Errno.ECONNRESET))
                    .onHandle(handle -> handles.add(handle.keep()))
                    .onData(data -> lines.add(data.toString(), this::line));
        }

        /// In a directory that others may write to, anybody may listen at the path, and would have us accept on sockets of
        /// his choice.
        private boolean isAnotherUsers(UnixSocket socket) {
            try {
                var user = socket.peerCredentials().uid();
                if (user == ROOT || user == OwnUser.effective()) return false;
                broken("it is user " + user + "'s: not believed", Errno.EPERM);
            } catch (OsException refused) {
                broken(refused.getMessage(), refused.errno());
            }
            return true;
        }

        private void line(String line) {
            if (over) return;
            if (line.equals(END) && handles.isEmpty()) {
                end();
                onBegin.accept(Takeover.this);
            } else if (line.startsWith(SOCKET) && !handles.isEmpty()) {
                taken.put(line.substring(SOCKET.length()), handles.poll());
            } else {
                broken("it does not speak this protocol", Errno.EPROTO);
            }
        }

        private void end() {
            over = true;
            if (timeout != null) timeout.cancel();
        }

        /// Nobody listens at the path, or it is out of reach.
        void failed(IOException problem) {
            if (over) return;
            var refused = (OsException) problem;
            if (predecessor == null && (refused.errno() == Errno.ENOENT || refused.errno() == Errno.ECONNREFUSED)) {
                end();
                onBegin.accept(Takeover.this);
            } else {
                broken(problem.getMessage(), refused.errno());
            }
        }

        private void broken(String reason, int errno) {
            if (over) return;
            end();
            handles.forEach(SocketHandle::close);
            taken.values().forEach(SocketHandle::close);
            if (predecessor != null) predecessor.destroy();
            throw new UncheckedIOException(new OsException("take over", path + " from its process: " + reason, errno));
        }
    }

    /// What the predecessor has offered by this name; from now on the caller's.
    public Optional<SocketHandle> taken(String name) {
        return Optional.ofNullable(taken.remove(name));
    }

    /// This process accepts: the predecessor stops ([#onReplaced] there), and this one waits for a successor of its own.
    /// Sockets that were not [#taken] are closed. The first call counts.
    public void ready() {
        if (ready) return;
        ready = true;
        taken.values().forEach(SocketHandle::close);
        taken.clear();
        if (predecessor == null) {
            awaitSuccessor();
        } else {
            predecessor.onClose(this::awaitSuccessor); // it has left the path then
            predecessor.write(READY + "\n");
        }
    }

    // As predecessor.

    /// What a successor gets by this name.
    ///
    /// @param name 1 to 64 letters, digits, dots, underscores and hyphens
    /// @param offer such as `server::handle`
    public Takeover offer(String name, Offer offer) {
        if (!NAME.matcher(name).matches()) throw new IllegalArgumentException("a name of " + NAME + ", not " + name);
        if (offers.size() == OFFERS_MAX) throw new IllegalStateException("more than " + OFFERS_MAX + " offers");
        offers.put(name, Objects.requireNonNull(offer));
        return this;
    }

    /// A successor has taken the place: time to close the servers.
    public Takeover onReplaced(Runnable callback) {
        onReplaced = Objects.requireNonNull(callback);
        return this;
    }

    /// Does not keep the loop running: a process that has nothing else to do has no place to give.
    private void awaitSuccessor() {
        successors = UnixServer.create(loop, this::handOver).fileMode(OWNER_ONLY).unref();
        successors.listen(path);
    }

    private void handOver(UnixSocket successor) {
        var lines = new Lines();
        successor.unref();
        successor.onError(problem -> warn(problem.getMessage())); // it may try again
        try {
            for (var offer : offers.entrySet()) {
                successor.write((SOCKET + offer.getKey() + "\n").getBytes(StandardCharsets.US_ASCII),
                        offer.getValue().handle());
            }
            successor.write(END + "\n");
        } catch (OsException refused) {
            warn(refused.getMessage());
            successor.destroy();
            return;
        }
        successor.onData(data -> lines.add(data.toString(), line -> {
            if (line.equals(READY)) replaced(successor);
        }));
    }

    private void replaced(UnixSocket successor) {
        successors.onClose(() -> {
            successor.end();
            onReplaced.run();
        }).close();
    }

    private void warn(String problem) {
        System.getLogger("dev.anillo.loop").log(System.Logger.Level.WARNING,
                "a process that wants to take over " + path + ": " + problem);
    }

    /// Bytes as lines, whichever way they are cut.
    private static final class Lines {
        /// More than all that the protocol says.
        private static final int CHARACTERS_MAX = 64 * 1024;

        private final StringBuilder text = new StringBuilder();

        void add(String more, Consumer<String> line) {
            text.append(more);
            for (var end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
                var next = text.substring(0, end);
                text.delete(0, end + 1);
                line.accept(next);
            }
            if (text.length() > CHARACTERS_MAX) {
                line.accept(text.toString()); // which is none of the protocol
                text.setLength(0);
            }
        }
    }
}
