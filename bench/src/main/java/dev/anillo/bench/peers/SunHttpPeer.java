package dev.anillo.bench.peers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import robaho.net.httpserver.DefaultHttpServerProvider;

/// The two servers with the API of `com.sun.net.httpserver`: the JDK's own, and robaho's, whose guide recommends the
/// executor of virtual threads. Limits of idle connections and TCP_NODELAY are properties in [Contenders].
final class SunHttpPeer implements PeerServer {
    private static final String PROVIDER = "com.sun.net.httpserver.HttpServerProvider";

    private final boolean ofTheJdk;

    private SunHttpPeer(boolean ofTheJdk) {
        this.ofTheJdk = ofTheJdk;
    }

    static SunHttpPeer jdk() {
        return new SunHttpPeer(true);
    }

    static SunHttpPeer robaho() {
        return new SunHttpPeer(false);
    }

    @Override
    public int listen(int port, Path directory) throws IOException {
        var server = provider().createHttpServer(new InetSocketAddress(HOST, port), BACKLOG);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", SunHttpPeer::answer);
        var files = directory.resolve("file").toAbsolutePath();
        server.createContext("/file", ofTheJdk ? jdkFiles(files) : robahoFiles(files));
        server.start();
        return server.getAddress().getPort();
    }

    /// Robaho's declares itself as the service; the JDK's has to be asked for by name then.
    private HttpServerProvider provider() {
        if (!ofTheJdk) return new DefaultHttpServerProvider();
        System.setProperty(PROVIDER, "sun.net.httpserver.DefaultHttpServerProvider");
        return HttpServerProvider.provider();
    }

    private static HttpHandler jdkFiles(Path directory) {
        var files = SimpleFileServer.createFileHandler(directory);
        return exchange -> {
            exchange.getResponseHeaders().set("Server", "httpserver");
            files.handle(exchange);
        };
    }

    /// It has nothing for files, and with the JDK's handler requests hang (1.0.29).
    private static HttpHandler robahoFiles(Path directory) {
        var file = directory.resolve("1m");
        return exchange -> {
            head(exchange, Answers.OCTETS, Files.size(file));
            try (var out = exchange.getResponseBody()) {
                Files.copy(file, out);
            }
        };
    }

    private static void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        switch (path) {
            case "/plaintext" -> end(exchange, Answers.TEXT, Answers.hello());
            case "/json" -> end(exchange, Answers.JSON, Answers.json());
            case "/" -> end(exchange, Answers.TEXT, Answers.ok());
            case "/echo" -> echo(exchange);
            default -> end(exchange, Answers.OCTETS, Answers.bytes(), Answers.count(path));
        }
    }

    private static void end(HttpExchange exchange, String type, byte[] body) throws IOException {
        end(exchange, type, body, body.length);
    }

    private static void end(HttpExchange exchange, String type, byte[] body, int length) throws IOException {
        head(exchange, type, length);
        try (var out = exchange.getResponseBody()) {
            out.write(body, 0, length);
        }
    }

    /// @param length of the body, or -1 if it is not known: this API says 0 for that, and -1 for an empty body
    private static void head(HttpExchange exchange, String type, long length) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Server", "httpserver");
        exchange.sendResponseHeaders(200, length == 0 ? -1 : Math.max(0, length));
    }

    private static void echo(HttpExchange exchange) throws IOException {
        var length = exchange.getRequestHeaders().getFirst("Content-Length");
        head(exchange, Answers.OCTETS, length == null ? -1 : Long.parseLong(length));
        try (var in = exchange.getRequestBody(); var out = exchange.getResponseBody()) {
            in.transferTo(out);
        }
    }
}
