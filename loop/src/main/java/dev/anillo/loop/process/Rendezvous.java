package dev.anillo.loop.process;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.net.UnixServer;
import dev.anillo.loop.net.UnixSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Where a forked process finds its parent: a unix socket in a directory of random name that this user alone can look
/// into. It takes one connection and is gone then. By name rather than as an inherited descriptor, so that either end may
/// be on any transport.
final class Rendezvous {
    /// Of the child's environment: `longest message:path`.
    static final String VARIABLE = "ANILLO_CHANNEL";

    private final Path directory;
    private final Consumer<UnixSocket> onConnection;
    private final UnixServer server;
    private boolean over;

    /// Of the one who has knocked, until it is over.
    private Runnable onOver = () -> {};

    private Rendezvous(EventLoop loop, Path directory, Consumer<UnixSocket> onConnection) {
        this.directory = directory;
        this.onConnection = onConnection;
        server = UnixServer.create(loop, this::accepted);
        server.onClose(this::removeDirectory).unref().listen(path().toString());
    }

    /// @throws IOException when there is no temporary directory to write to
    static Rendezvous open(EventLoop loop, Consumer<UnixSocket> onConnection) throws IOException {
        return new Rendezvous(loop, Files.createTempDirectory("anillo"), onConnection);
    }

    private Path path() {
        return directory.resolve("channel");
    }

    String inEnvironment(int messageBytesMax) {
        return messageBytesMax + ":" + path();
    }

    private void accepted(UnixSocket socket) {
        if (over) {
            socket.destroy();
            return;
        }
        onConnection.accept(socket);
        close();
    }

    /// The child has ended: whether it has connected is known once a connection from here, which is accepted behind its own,
    /// has arrived. One from here ends at once, so that what is made of it sees no more than the end.
    ///
    /// @param then called when the child's connection, if there is one, is known
    void knock(Runnable then) {
        onOver = then;
        try {
            UnixSocket.connect(path().toString(), own -> own.onData(_ -> {}).end()).onError(_ -> close()).unref();
        } catch (OsException refused) {
            close(); // nobody was heard of, and nobody can be asked for
        }
    }

    void close() {
        if (over) return;
        over = true;
        server.close();
        onOver.run();
    }

    private void removeDirectory() {
        try {
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record Place(int messageBytesMax, String path) {}

    /// What this process was forked with; null when it was not.
    static Place inEnvironment() {
        var value = System.getenv(VARIABLE);
        if (value == null) return null;
        var colon = value.indexOf(':');
        return new Place(Integer.parseInt(value.substring(0, colon)), value.substring(colon + 1));
    }
}
