package dev.anillo.bench.compare;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// A server that allocates for each request as many bytes as it is told. Arguments: port, bytes
public final class SpendingServer {
    @SuppressWarnings("unused")
    private static volatile byte[] kept;

    private SpendingServer() {}

    public static void main(String[] arguments) throws IOException {
        var bytes = Integer.parseInt(arguments[1]);
        var body = "ok".getBytes(StandardCharsets.US_ASCII);
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 0);
        server.createContext("/", exchange -> {
            kept = new byte[bytes];
            exchange.sendResponseHeaders(200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
    }
}
