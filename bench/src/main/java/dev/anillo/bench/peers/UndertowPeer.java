package dev.anillo.bench.peers;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.io.IoCallback;
import io.undertow.io.Receiver;
import io.undertow.io.Sender;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.resource.PathResourceManager;
import io.undertow.server.handlers.resource.ResourceHandler;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.xnio.Options;

/// Undertow with one I/O thread, that also runs the handler; only files are sent by a worker, as its own handler wants
/// it. No `Connection: keep-alive` in answers, as in TechEmpower's benchmarks (frameworks/Java/undertow there).
final class UndertowPeer implements PeerServer {
    private static final ByteBuffer HELLO = constant(Answers.hello());

    private HttpHandler files;

    private static final class Bytes {
        static final ByteBuffer ALL = constant(Answers.bytes());
    }

    /// Outside the heap, so that a send has nothing to copy.
    private static ByteBuffer constant(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Override
    public int listen(int port, Path directory) {
        files = new ResourceHandler(new PathResourceManager(directory, 0));
        var server = Undertow.builder().addHttpListener(port, HOST).setIoThreads(1)
                .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .setSocketOption(Options.BACKLOG, BACKLOG)
                .setHandler(this::answer).build();
        server.start();
        return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
    }

    private void answer(HttpServerExchange exchange) throws Exception {
        var path = exchange.getRequestPath();
        exchange.getResponseHeaders().put(Headers.SERVER, "Undertow");
        switch (path) {
            case "/plaintext" -> head(exchange, Answers.TEXT).send(HELLO.duplicate());
            case "/json" -> head(exchange, Answers.JSON).send(ByteBuffer.wrap(Answers.json()));
            case "/" -> head(exchange, Answers.TEXT).send(ByteBuffer.wrap(Answers.ok()));
            case "/echo" -> echo(exchange);
            case "/file/1m" -> files.handleRequest(exchange);
            default -> head(exchange, Answers.OCTETS).send(Bytes.ALL.slice(0, Answers.count(path)));
        }
    }

    private static Sender head(HttpServerExchange exchange, String type) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
        return exchange.getResponseSender();
    }

    private static void echo(HttpServerExchange exchange) {
        var length = exchange.getRequestContentLength();
        if (length >= 0) exchange.setResponseContentLength(length);
        var sender = head(exchange, Answers.OCTETS);
        var receiver = exchange.getRequestReceiver();
        receiver.receivePartialBytes((_, data, last) -> {
            if (last) {
                sender.send(ByteBuffer.wrap(data));
            } else {
                receiver.pause();
                sender.send(ByteBuffer.wrap(data), new Resume(receiver));
            }
        });
    }

    private record Resume(Receiver receiver) implements IoCallback {
        @Override
        public void onComplete(HttpServerExchange exchange, Sender sender) {
            receiver.resume();
        }

        @Override
        public void onException(HttpServerExchange exchange, Sender sender, IOException failure) {
            IoCallback.END_EXCHANGE.onException(exchange, sender, failure);
        }
    }
}
