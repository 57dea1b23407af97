package dev.anillo.bench.peers;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.ResourceFactory;

/// Jetty's core server, without servlets, log or virtual threads: one selector, that itself runs a handler which
/// declares that it does not block (Jetty's programming guide, "Implementing Handler"), and fields encoded once.
final class JettyPeer extends Handler.Abstract.NonBlocking implements PeerServer {
    private static final HttpField TEXT = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Answers.TEXT);
    private static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Answers.JSON);
    private static final HttpField OCTETS = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Answers.OCTETS);
    private static final ByteBuffer HELLO = constant(Answers.hello());

    private final ResourceHandler files = new ResourceHandler();

    private static final class Bytes {
        static final ByteBuffer ALL = constant(Answers.bytes());
    }

    /// Outside the heap, so that a send has nothing to copy.
    private static ByteBuffer constant(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Override
    public int listen(int port, Path directory) throws Exception {
        var server = new Server();
        var configuration = new HttpConfiguration();
        configuration.setSendDateHeader(true);
        configuration.setSendServerVersion(true);
        var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost(HOST);
        connector.setPort(port);
        connector.setAcceptQueueSize(BACKLOG);
        server.addConnector(connector);
        files.setBaseResource(ResourceFactory.of(server).newResource(directory));
        files.setServer(server);
        server.addBean(files);
        server.setHandler(this);
        server.start();
        return connector.getLocalPort();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var path = request.getHttpURI().getPath();
        return switch (path) {
            case "/plaintext" -> end(response, TEXT, HELLO.slice(), callback);
            case "/json" -> end(response, JSON, ByteBuffer.wrap(Answers.json()), callback);
            case "/" -> end(response, TEXT, ByteBuffer.wrap(Answers.ok()), callback);
            case "/echo" -> echo(request, response, callback);
            case "/file/1m" -> files.handle(request, response, callback);
            default -> end(response, OCTETS, Bytes.ALL.slice(0, Answers.count(path)), callback);
        };
    }

    private static boolean end(Response response, HttpField type, ByteBuffer body, Callback callback) {
        response.getHeaders().put(type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
        response.write(true, body, callback);
        return true;
    }

    private static boolean echo(Request request, Response response, Callback callback) {
        response.getHeaders().put(OCTETS);
        if (request.getLength() >= 0) response.getHeaders().put(HttpHeader.CONTENT_LENGTH, request.getLength());
        Content.copy(request, response, callback);
        return true;
    }
}
