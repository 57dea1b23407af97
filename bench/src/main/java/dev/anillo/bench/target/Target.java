package dev.anillo.bench.target;

import dev.anillo.bench.Control;
import dev.anillo.http.Handler;
import dev.anillo.http.HttpServer;
import dev.anillo.http.HttpServerGroup;
import dev.anillo.loop.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// `./anillo bench target [--port P] [--loops N] [--transport T]`: the server under test, with default settings. Prints
/// where it listens, and serves until it is told to stop. `--extra-percent N`, `--extra-calls N` and `--extra-objects N` make each
/// request dearer ([Handicap]).
///
/// Without `--loops` it is the script that a newcomer writes, on the default loop. With it there are that many loops,
/// each with a listener of its own on the same port, among which the kernel spreads the connections.
final class Target {
    private static final String USAGE = "usage: ./anillo bench target [--port P] [--loops N] [--transport T]";
    private static final List<String> OPTIONS = List.of("--port", "--loops", "--transport", "--extra-percent", "--extra-calls",
            "--extra-objects");
    private static final String EXTRA = "--extra-";
    private static final int EXTRA_MAX = 1_000_000;
    private static final String NAME = "Anillo";
    private static final String HOST = "127.0.0.1";
    private static final int PORT_MAX = 65_535;
    private static final int LOOPS_MAX = 1_024;
    private static final int WRONG_COMMAND_LINE = 2;
    private static final int REFUSED = 1;

    private int port = 3000;
    /// 0 for the default loop.
    private int loops;
    /// Null: requests cost what they cost.
    private Handicap handicap;

    private Target() {}

    public static void main(String[] arguments) {
        if (List.of(arguments).contains("--help")) {
            IO.println(USAGE);
            return;
        }
        var target = new Target();
        try {
            target.read(arguments);
        } catch (IllegalArgumentException wrong) {
            exit(WRONG_COMMAND_LINE, wrong);
        }
        Control.start();
        target.start();
    }

    private static void exit(int status, Exception problem) {
        System.err.println("anillo: " + problem.getMessage());
        System.exit(status);
    }

    private void read(String[] arguments) {
        for (var i = 0; i < arguments.length; i++) {
            var argument = arguments[i];
            var equals = argument.indexOf('=');
            var name = equals < 0 ? argument : argument.substring(0, equals);
            if (!OPTIONS.contains(name)) {
                throw new IllegalArgumentException("unknown option " + name + "; " + USAGE);
            }
            if (equals < 0 && ++i == arguments.length) throw new IllegalArgumentException(name + " of what? " + USAGE);
            var value = equals < 0 ? arguments[i] : argument.substring(equals + 1);
            if (name.startsWith(EXTRA) && handicap == null) handicap = Handicap.NONE;
            switch (name) {
                case "--port" -> port = number(name, value, 0, PORT_MAX);
                case "--loops" -> loops = number(name, value, 1, LOOPS_MAX);
                case "--extra-percent" -> handicap = handicap.withPercent(number(name, value, 0, EXTRA_MAX));
                case "--extra-calls" -> handicap = handicap.withCalls(number(name, value, 0, EXTRA_MAX));
                case "--extra-objects" -> handicap = handicap.withObjects(number(name, value, 0, EXTRA_MAX));
                default -> System.setProperty("anillo.transport", value);
            }
        }
    }

    private static int number(String name, String text, int min, int max) {
        try {
            var number = Integer.parseInt(text);
            if (number >= min && number <= max) return number;
        } catch (NumberFormatException _) {
            // told below, with what is out of range
        }
        throw new IllegalArgumentException(name + " " + text + ": a number from " + min + " to " + max);
    }

    private void start() {
        if (loops == 0) {
            var server = HttpServer.create(answers()).serverName(NAME);
            server.listen(port, HOST, () -> announce(server));
            return;
        }
        try {
            var group = HttpServerGroup.create(loops, this::answers).each(server -> server.serverName(NAME));
            group.listen(port, HOST, () -> announce(group.servers().getFirst()));
        } catch (TransportException refused) {
            exit(REFUSED, refused);
        }
    }

    private Handler answers() {
        return handicap == null ? new Answers() : handicap.on(new Answers());
    }

    private void announce(HttpServer server) {
        var transport = server.loop().transport();
        IO.println("http://" + HOST + ":" + portOf(server) + "/ on " + transport + ", " + Math.max(1, loops)
                + (loops > 1 ? " loops" : " loop"));
    }

    private static int portOf(HttpServer server) {
        try {
            return server.port();
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }
}
