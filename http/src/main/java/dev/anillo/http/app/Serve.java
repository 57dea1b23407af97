package dev.anillo.http.app;

import dev.anillo.http.HttpServer;
import dev.anillo.loop.net.ServiceManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;

/// `./anillo serve DIR [--port P] [--host H]`: the files below a directory over HTTP. Prints where, tells a service manager
/// that it is ready, and serves until it is told to stop.
final class Serve {
    private static final String USAGE = "usage: ./anillo serve DIR [--port P] [--host H]";
    private static final Set<String> OPTIONS = Set.of("--port", "--host");
    private static final int PORT_MAX = 65_535;
    private static final int WRONG_COMMAND_LINE = 2;

    private String directory;
    private String host = "127.0.0.1";
    private int port = 3000;

    private Serve() {}

    public static void main(String[] arguments) throws IOException {
        var serve = new Serve();
        serve.start(serve.files(arguments));
    }

    private StaticFiles files(String[] arguments) {
        try {
            read(arguments);
            return StaticFiles.of(root());
        } catch (IOException | IllegalArgumentException refused) {
            System.err.println("anillo: " + refused.getMessage());
            System.exit(WRONG_COMMAND_LINE);
            throw new AssertionError(refused);
        }
    }

    private void read(String[] arguments) {
        for (var i = 0; i < arguments.length; i++) {
            var argument = arguments[i];
            var equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            var name = equals < 0 ? argument : argument.substring(0, equals);
            if (!name.startsWith("-")) {
                if (directory != null) throw new IllegalArgumentException("one directory at a time; " + USAGE);
                directory = argument;
                continue;
            }
            if (!OPTIONS.contains(name)) throw new IllegalArgumentException("unknown option " + name + "; " + USAGE);
            if (equals < 0 && ++i == arguments.length) throw new IllegalArgumentException(name + " of what? " + USAGE);
            var value = equals < 0 ? arguments[i] : argument.substring(equals + 1);
            if (name.equals("--port")) port = portNumber(value);
            else host = value;
        }
        if (directory == null) throw new IllegalArgumentException(USAGE);
    }

    private static int portNumber(String text) {
        try {
            var number = Integer.parseInt(text);
            if (number >= 0 && number <= PORT_MAX) return number;
        } catch (NumberFormatException _) {
            // told below, with what is out of range
        }
        throw new IllegalArgumentException("no port: " + text + " (0 to " + PORT_MAX + ", 0 for any that is free)");
    }

    private Path root() {
        try {
            var path = Path.of(directory);
            if (Files.isDirectory(path)) return path;
        } catch (InvalidPathException _) {
            // told below, as what is not there
        }
        throw new IllegalArgumentException("no directory " + directory);
    }

    /// On the sockets that a service manager has opened, if it has; then port and host are the manager's choice.
    private void start(StaticFiles files) throws IOException {
        var passed = ServiceManager.sockets();
        for (var socket : passed) {
            HttpServer.create(files).listen(socket.handle(), () -> listening("socket " + socket.name()));
        }
        if (passed.isEmpty()) listen(HttpServer.create(files));
    }

    private void listen(HttpServer server) {
        server.listen(port, host, () -> {
            try {
                var name = host.contains(":") ? "[" + host + "]" : host;
                listening("http://" + name + ":" + server.port() + "/");
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
        });
    }

    private void listening(String where) {
        IO.println(where + " serves " + directory);
        ServiceManager.ready();
    }
}
