package dev.anillo.loop.process;

import dev.anillo.loop.EventLoop;
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
    private final UnixServer server;

    private Rendezvous(EventLoop loop, Path directory, Consumer<UnixSocket> onConnection) {
        this.directory = directory;
        server = UnixServer.create(loop, socket -> {
            close();
            onConnection.accept(socket);
        });
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

    void close() {
        server.close();
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
