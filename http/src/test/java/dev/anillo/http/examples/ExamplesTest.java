package dev.anillo.http.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every program in `examples`, started by the launcher, on every transport that this machine has, its memory watched.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
@Timeout(300)
class ExamplesTest {
    private static final Path EXAMPLES = Launched.PROJECT.resolve("examples");
    private static final int BIG_BYTES = 16 * 1024 * 1024;
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
        try (var hola = Launched.start(directory, "--checks", "--transport=" + transport, "Hola.java");
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
    void echoHttpGivesBodiesBackInEitherFraming(String transport) throws Exception {
        var port = Launched.freePort();
        try (var echo = start(transport, "EchoHttp.java", port); var client = HttpClient.newHttpClient()) {
            assertEquals("echo on http://127.0.0.1:" + port + "/", echo.awaitLine());
            for (var body : new byte[][] {{}, {1}, randomBytes(100_000)}) {
                var known = BodyPublishers.ofByteArray(body);
                for (var publisher : List.of(known, BodyPublishers.fromPublisher(known))) {
                    var request = HttpRequest.newBuilder(uri(port)).POST(publisher).build();
                    assertArrayEquals(body, client.send(request, BodyHandlers.ofByteArray()).body());
                }
            }
            endsQuietly(echo);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void forkCountsPrimesInOtherProcesses(String transport) throws Exception {
        var outcome = Launched.run(directory, "--checks", "--transport=" + transport,
                EXAMPLES.resolve("Fork.java").toString(), "2");
        assertEquals("", outcome.errors());
        assertEquals("a child has ended: exit 0\n".repeat(2) + "78498 primes below 1000000\n", outcome.output());
        assertEquals(0, outcome.status());
    }

    /// Needs a client that receives while it sends: the JDK's own does not.
    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void echoHttpGivesBackMoreThanItCanHold(String transport) throws Exception {
        var port = Launched.freePort();
        try (var echo = start(transport, "EchoHttp.java", port)) {
            echo.awaitLine();
            var body = randomBytes(BIG_BYTES);
            var head = "POST / HTTP/1.0\r\nContent-Length: " + body.length + "\r\n\r\n";
            var response = exchange(port, head.getBytes(StandardCharsets.US_ASCII), body);
            var bodyStart = response.length - body.length;
            assertTrue(new String(response, 0, bodyStart, StandardCharsets.US_ASCII).endsWith("\r\n\r\n"));
            assertArrayEquals(body, Arrays.copyOfRange(response, bodyStart, response.length));
            endsQuietly(echo);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void tcpEchoGivesBytesBack(String transport) throws Exception {
        var port = Launched.freePort();
        try (var echo = start(transport, "TcpEcho.java", port)) {
            assertEquals("echo on 127.0.0.1:" + port, echo.awaitLine());
            var bytes = randomBytes(BIG_BYTES);
            assertArrayEquals(bytes, exchange(port, bytes));
            endsQuietly(echo);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void udpEchoGivesDatagramsBack(String transport) throws Exception {
        try (var echo = start(transport, "UdpEcho.java", 0); var peer = new DatagramSocket()) {
            var told = echo.awaitLine();
            assertTrue(told.startsWith("echo of datagrams on 127.0.0.1:"), told);
            var server = new InetSocketAddress("127.0.0.1", Integer.parseInt(told.substring(told.lastIndexOf(':') + 1)));
            peer.setSoTimeout(20_000);
            for (var size : new int[] {0, 1400, 65_507}) {
                var bytes = randomBytes(size);
                peer.send(new DatagramPacket(bytes, size, server));
                var back = new DatagramPacket(new byte[65_536], 65_536);
                peer.receive(back);
                assertArrayEquals(bytes, Arrays.copyOf(back.getData(), back.getLength()));
            }
            endsQuietly(echo);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void readFileTellsTheSizeAndTheBytes(String transport) throws Exception {
        var file = Files.writeString(directory.resolve("text"), "línea\n".repeat(50_000));
        try (var reading = Launched.start(directory, "--checks", "--transport=" + transport,
                EXAMPLES.resolve("ReadFile.java").toString(), file.toString())) {
            var outcome = reading.await();
            assertEquals(0, outcome.status(), outcome.errors());
            assertEquals(file + " has 350000 bytes", outcome.errors().strip());
            assertEquals(Files.readString(file), outcome.output());
        }
    }

    private Launched start(String transport, String example, int port) throws IOException {
        return Launched.start(directory, "--checks", "--transport=" + transport, EXAMPLES.resolve(example).toString(),
                Integer.toString(port));
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    private static byte[] randomBytes(int count) {
        var bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    /// Sends all parts, and receives meanwhile until the server ends its side.
    private static byte[] exchange(int port, byte[]... parts) throws Exception {
        try (var socket = new Socket("127.0.0.1", port)) {
            var sending = new FutureTask<Void>(() -> {
                for (var part : parts) socket.getOutputStream().write(part);
                socket.shutdownOutput();
                return null;
            });
            Thread.ofVirtual().start(sending);
            var received = socket.getInputStream().readAllBytes();
            sending.get();
            return received;
        }
    }

    private static void endsQuietly(Launched program) throws Exception {
        program.signal("TERM");
        assertEquals(new Launched.Outcome(TERMINATED, "", ""), program.await());
    }
}
