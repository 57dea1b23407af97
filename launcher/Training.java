package dev.anillo.launcher;

import module dev.anillo.http;
import java.io.UncheckedIOException;

/// What the launcher lets the JVM learn from once it has built the modules: a server, a client, some thousand requests.
/// The JVM keeps the classes that it loaded and linked, and what it learnt about the busy methods, for later starts.
///
/// On the transport that is best here. Ends by itself, with status 0 when all went well, and prints nothing then.
final class Training {
    private static final int REQUESTS = 5_000;
    private static final int LIMIT_MILLIS = 20_000;
    private static final String GET = "GET /path?query HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nhola";

    private final HttpServer server = HttpServer.create(Training::answer);
    private int responses;

    static void main() {
        new Training().run();
    }

    private void run() {
        EventLoop.current().setTimeout(() -> System.exit(1), LIMIT_MILLIS).unref();
        server.listen(0, "127.0.0.1", this::connect);
    }

    private static void answer(HttpRequest request, HttpResponse response) {
        response.status(200).header("Content-Type", "text/plain");
        if (request.method().equals("POST")) {
            request.onData(data -> response.write(data.keep())).onEnd(response::end);
        } else {
            response.end("Hola Mundo");
        }
    }

    private void connect() {
        try {
            var client = TcpSocket.connect(server.localAddress(), socket -> socket.write(GET));
            client.onData(_ -> next(client));
        } catch (OsException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// A response in several parts brings the next request forward: that is as good to learn from.
    private void next(TcpSocket client) {
        if (++responses < REQUESTS) {
            client.write(responses % 2 == 0 ? GET : POST);
        } else {
            client.destroy();
            server.close();
        }
    }
}
