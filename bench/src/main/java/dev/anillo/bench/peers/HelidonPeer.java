package dev.anillo.bench.peers;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.staticcontent.FileSystemHandlerConfig;
import io.helidon.webserver.staticcontent.StaticContentFeature;
import java.io.IOException;
import java.nio.file.Path;

/// Helidon's WebServer as it is, with a virtual thread for each connection, and its authors' settings for TechEmpower's
/// benchmarks (frameworks/Java/helidon/nima there), but for their queue of asynchronous writes: on one processor its
/// second thread has nowhere to run.
final class HelidonPeer implements PeerServer {
    private static final Header SERVER = HeaderValues.createCached(HeaderNames.SERVER, "Helidon");
    private static final Header TEXT = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, Answers.TEXT);
    private static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, Answers.JSON);
    private static final Header OCTETS = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, Answers.OCTETS);
    private static final int SOCKET_BYTES = 64_000;

    @Override
    public int listen(int port, Path directory) {
        return WebServer.builder().host(HOST).port(port).backlog(BACKLOG)
                .connectionOptions(options -> options.tcpNoDelay(true)
                        .socketReceiveBufferSize(SOCKET_BYTES).socketSendBufferSize(SOCKET_BYTES))
                .addProtocol(Http1Config.builder().validatePath(false).validatePrologue(false)
                        .sendKeepAliveHeader(false).build())
                .routing(routing -> route(routing, directory))
                .build().start().port();
    }

    private static void route(HttpRouting.Builder routing, Path directory) {
        var files = FileSystemHandlerConfig.create(directory.resolve("file"));
        routing.get("/plaintext", (_, response) -> head(response, TEXT).send(Answers.hello()))
                .get("/json", (_, response) -> head(response, JSON).send(Answers.json()))
                .get("/", (_, response) -> head(response, TEXT).send(Answers.ok()))
                .post("/echo", HelidonPeer::echo)
                .get("/bytes/*", (request, response) ->
                        head(response, OCTETS).send(Answers.bytes(), 0, Answers.count(request.path().path())))
                .any("/file/*", (_, response) -> response.header(SERVER).next())
                .register("/file", StaticContentFeature.createService(files));
    }

    private static ServerResponse head(ServerResponse response, Header type) {
        return response.header(SERVER).header(type);
    }

    private static void echo(ServerRequest request, ServerResponse response) throws IOException {
        head(response, OCTETS);
        request.headers().contentLength().ifPresent(response::contentLength);
        try (var in = request.content().inputStream(); var out = response.outputStream()) {
            in.transferTo(out);
        }
    }
}
