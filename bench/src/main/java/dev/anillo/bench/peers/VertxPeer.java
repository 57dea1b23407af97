package dev.anillo.bench.peers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.transport.Transport;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Vert.x with one event loop, and its authors' settings for TechEmpower's benchmarks (frameworks/Java/vertx there):
/// headers made once, properties of the JVM in [Contenders].
final class VertxPeer implements PeerServer {
    private static final CharSequence SERVER = HttpHeaders.createOptimized("Vert.x");
    private static final CharSequence TEXT = HttpHeaders.createOptimized(Answers.TEXT);
    private static final CharSequence JSON = HttpHeaders.createOptimized(Answers.JSON);
    private static final CharSequence OCTETS = HttpHeaders.createOptimized(Answers.OCTETS);
    private static final CharSequence HELLO_LENGTH =
            HttpHeaders.createOptimized(Integer.toString(Answers.hello().length));
    private static final Buffer HELLO = Buffer.buffer(Answers.hello());
    private static final long SECOND_MILLIS = 1_000;
    private static final long START_SECONDS_MAX = 20;

    private final Transport transport;
    private CharSequence date = HttpHeaders.createOptimized(Answers.date());
    private String file;

    VertxPeer(Transport transport) {
        this.transport = transport;
    }

    private static final class Bytes {
        static final Buffer ALL = Buffer.buffer(Answers.bytes());
    }

    @Override
    public int listen(int port, Path directory) throws Exception {
        if (!transport.available()) throw new IllegalStateException(transport.name(), transport.unavailabilityCause());
        file = directory.resolve("file").resolve("1m").toString();
        var vertx = Vertx.builder().withTransport(transport)
                .with(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true)).build();
        vertx.setPeriodic(SECOND_MILLIS, _ -> date = HttpHeaders.createOptimized(Answers.date()));
        return vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(BACKLOG)).requestHandler(this::answer)
                .listen(port, HOST).toCompletionStage().toCompletableFuture().get(START_SECONDS_MAX, TimeUnit.SECONDS)
                .actualPort();
    }

    private void answer(HttpServerRequest request) {
        var path = request.path();
        var response = request.response();
        switch (path) {
            case "/plaintext" -> head(response, TEXT).putHeader(HttpHeaders.CONTENT_LENGTH, HELLO_LENGTH).end(HELLO);
            case "/json" -> head(response, JSON).end(Buffer.buffer(Answers.json()));
            case "/" -> head(response, TEXT).end(Buffer.buffer(Answers.ok()));
            case "/echo" -> echo(request, response);
            case "/file/1m" -> head(response, OCTETS).sendFile(file);
            default -> head(response, OCTETS).end(Bytes.ALL.slice(0, Answers.count(path)));
        }
    }

    private HttpServerResponse head(HttpServerResponse response, CharSequence type) {
        return response.putHeader(HttpHeaders.CONTENT_TYPE, type).putHeader(HttpHeaders.SERVER, SERVER)
                .putHeader(HttpHeaders.DATE, date);
    }

    private void echo(HttpServerRequest request, HttpServerResponse response) {
        head(response, OCTETS);
        var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) response.setChunked(true);
        else response.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        request.pipeTo(response);
    }
}
