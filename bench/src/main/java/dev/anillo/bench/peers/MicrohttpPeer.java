package dev.anillo.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.microhttp.EventLoop;
import org.microhttp.Header;
import org.microhttp.NoopLogger;
import org.microhttp.OptionsBuilder;
import org.microhttp.Request;
import org.microhttp.Response;

/// microhttp with one loop for connections, and its author's settings for TechEmpower's benchmarks
/// (frameworks/Java/microhttp there), with room for the longest echo. Bodies are arrays, and it has nothing for files.
final class MicrohttpPeer implements PeerServer {
    private static final Header SERVER = new Header("Server", "microhttp");
    private static final int REQUEST_BYTES_MAX = Answers.BODY_BYTES_MAX + (64 << 10);

    private volatile Header date = new Header("Date", Answers.date());

    @Override
    public int listen(int port, Path directory) throws IOException {
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory())
                .scheduleAtFixedRate(() -> date = new Header("Date", Answers.date()), 1, 1, TimeUnit.SECONDS);
        var options = OptionsBuilder.newBuilder().withHost(HOST).withPort(port).withReuseAddr(true)
                .withAcceptLength(BACKLOG).withMaxRequestSize(REQUEST_BYTES_MAX).withReadBufferSize(64 << 10)
                .withResolution(Duration.ofSeconds(1)).withRequestTimeout(Duration.ofSeconds(90)).withConcurrency(1)
                .build();
        var loop = new EventLoop(options, NoopLogger.instance(), this::answer);
        loop.start();
        return loop.getPort();
    }

    private void answer(Request request, Consumer<Response> callback) {
        var path = request.uri();
        callback.accept(switch (path) {
            case "/plaintext" -> response(Answers.TEXT, Answers.hello());
            case "/json" -> response(Answers.JSON, Answers.json());
            case "/" -> response(Answers.TEXT, Answers.ok());
            case "/echo" -> response(Answers.OCTETS, request.body());
            default -> response(Answers.OCTETS, Arrays.copyOf(Answers.bytes(), Answers.count(path)));
        });
    }

    private Response response(String type, byte[] body) {
        return new Response(200, "OK", List.of(new Header("Content-Type", type), date, SERVER), body);
    }
}
