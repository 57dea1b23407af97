package dev.anillo.http.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every program in `examples`, started by the launcher, on every transport that this machine has.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
@Timeout(120)
class ExamplesTest {
    private static final Path EXAMPLES = Launched.PROJECT.resolve("examples");
    private static final int BODY_BYTES = 16 * 1024 * 1024;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void holaGreets(String transport) throws Exception {
        var port = Launched.freePort();
        // The program itself names port 3000, which may be taken here.
        var program = Files.readString(EXAMPLES.resolve("Hola.java")).replace("3000", Integer.toString(port));
        Files.writeString(directory.resolve("Hola.java"), program);
        try (var hola = Launched.start(directory, "--transport=" + transport, "Hola.java");
                var client = HttpClient.newHttpClient()) {
            assertEquals("El servidor se está ejecutando en http://127.0.0.1:" + port + "/", hola.awaitLine());
            var response = client.send(HttpRequest.newBuilder(uri(port)).build(), BodyHandlers.ofString());
            assertEquals(200, response.statusCode());
            assertEquals("text/plain", response.headers().firstValue("content-type").orElseThrow());
            assertEquals("Hola Mundo", response.body());
            endsQuietly(hola);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void echoHttpGivesBodiesBack(String transport) throws Exception {
        var port = Launched.freePort();
        try (var echo = start(transport, "EchoHttp.java", port); var client = HttpClient.newHttpClient()) {
            assertEquals("echo on http://127.0.0.1:" + port + "/", echo.awaitLine());
            for (var body : new byte[][] {{}, {1}, randomBytes()}) {
                var known = HttpRequest.newBuilder(uri(port)).POST(BodyPublishers.ofByteArray(body)).build();
                assertArrayEquals(body, client.send(known, BodyHandlers.ofByteArray()).body());
                var chunked = HttpRequest.newBuilder(uri(port))
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body))).build();
                assertArrayEquals(body, client.send(chunked, BodyHandlers.ofByteArray()).body());
            }
            endsQuietly(echo);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void tcpEchoGivesBytesBack(String transport) throws Exception {
        var port = Launched.freePort();
        try (var echo = start(transport, "TcpEcho.java", port)) {
            assertEquals("echo on 127.0.0.1:" + port, echo.awaitLine());
            var sent = randomBytes();
            try (var socket = new Socket("127.0.0.1", port)) {
                var sender = Thread.ofVirtual().start(() -> send(socket, sent));
                assertArrayEquals(sent, socket.getInputStream().readAllBytes());
                sender.join();
            }
            endsQuietly(echo);
        }
    }

    private Launched start(String transport, String example, int port) throws IOException {
        return Launched.start(directory, "--transport=" + transport, EXAMPLES.resolve(example).toString(),
                Integer.toString(port));
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    private static byte[] randomBytes() {
        var bytes = new byte[BODY_BYTES];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException _) {
            // Then what comes back differs, and the test says how.
        }
    }

    private static void endsQuietly(Launched program) throws Exception {
        program.terminate();
        assertEquals(new Launched.Outcome(TERMINATED, "", ""), program.await());
    }
}
