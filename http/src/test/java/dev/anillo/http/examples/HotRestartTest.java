package dev.anillo.http.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Processes that take each other's place under load.
@EnabledOnOs(value = OS.LINUX, disabledReason = "descriptors are passed on Linux")
@Timeout(300)
class HotRestartTest {
    private static final int RESTARTS = 3;
    private static final int CLIENTS = 4;
    private static final int REQUESTS_PER_CONNECTION = 10;
    private static final String PROGRAM = Launched.PROJECT.resolve("examples").resolve("HotRestart.java").toString();

    @TempDir
    Path directory;

    /// Clients that ask without a pause, on connections of ten requests, until told to stop.
    private static final class Clients {
        private final int port;
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicLong answers = new AtomicLong();
        private final Queue<String> failures = new ConcurrentLinkedQueue<>();
        private final ArrayList<Thread> threads = new ArrayList<>();
        private volatile CountDownLatch nextAnswers = new CountDownLatch(0);

        Clients(int port) {
            this.port = port;
            for (var i = 0; i < CLIENTS; i++) threads.add(Thread.ofVirtual().start(this::ask));
        }

        private void ask() {
            while (!stop.get()) {
                var asked = 0;
                try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    var input = new BufferedInputStream(socket.getInputStream());
                    for (var open = true; open && asked < REQUESTS_PER_CONNECTION; asked++) {
                        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                        open = answered(input);
                        answers.incrementAndGet();
                        nextAnswers.countDown();
                    }
                } catch (IOException failed) {
                    failures.add("request " + asked + " of a connection: " + failed);
                }
            }
        }

        /// @return whether the connection may be used again
        private static boolean answered(InputStream input) throws IOException {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) head.append((char) next(input));
            var text = head.toString();
            if (!text.startsWith("HTTP/1.1 200 ")) throw new IOException("answered " + text);
            var length = text.lines().filter(line -> line.startsWith("Content-Length: ")).findFirst().orElseThrow();
            for (var left = Integer.parseInt(length.substring(16)); left > 0; left--) next(input);
            return !text.contains("\r\nConnection: close\r\n");
        }

        private static int next(InputStream input) throws IOException {
            var next = input.read();
            if (next < 0) throw new IOException("closed within an answer, or before it");
            return next;
        }

        void awaitAnswers(int count) throws InterruptedException {
            nextAnswers = new CountDownLatch(count);
            nextAnswers.await();
        }

        void stop() throws InterruptedException {
            stop.set(true);
            for (var thread : threads) thread.join();
        }
    }

    private Launched start(String transport, int port) throws Exception {
        var launched = Launched.start(directory, "--transport=" + transport, PROGRAM,
                directory.resolve("hot.sock").toString(), Integer.toString(port));
        assertTrue(launched.awaitLine().endsWith(" serves"));
        return launched;
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll"})
    void aProcessThatIsReplacedUnderLoadLosesNoRequestAndRefusesNoConnection(String transport) throws Exception {
        var port = Launched.freePort();
        var running = start(transport, port);
        var clients = new Clients(port);
        try {
            for (var i = 0; i < RESTARTS; i++) {
                clients.awaitAnswers(200);
                var next = start(transport, port);
                var outcome = running.await();
                assertEquals(0, outcome.status(), outcome::errors);
                assertEquals("", outcome.errors());
                running = next;
            }
            clients.awaitAnswers(200);
            clients.stop();
            assertEquals("[]", clients.failures.toString());
        } finally {
            clients.stop();
            running.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll"})
    void whereTheProcessThatRunsIsNotOneOfThemNothingIsTakenOver(String transport) throws Exception {
        try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(directory.resolve("hot.sock")));
            var answer = Thread.ofVirtual().start(() -> {
                try (var connection = other.accept()) {
                    connection.write(StandardCharsets.US_ASCII.encode("220 mail.example ESMTP\n"));
                } catch (IOException unexpected) {
                    throw new AssertionError(unexpected);
                }
            });
            try (var launched = Launched.start(directory, "--transport=" + transport, PROGRAM,
                    directory.resolve("hot.sock").toString(), Integer.toString(Launched.freePort()))) {
                var outcome = launched.await();
                assertEquals(1, outcome.status());
                assertEquals("anillo: take over " + directory.resolve("hot.sock") + " from its process: it does not speak this "
                        + "protocol: EPROTO, protocol error (errno 71)", outcome.errors().strip());
            }
            answer.join();
            assertTrue(Files.exists(directory.resolve("hot.sock")));
        }
    }

    /// In a directory that others may write to: who listens first would choose what we accept on.
    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll"})
    void nothingIsTakenFromAnotherUsersProcess(String transport) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        var path = directory.resolve("hot.sock");
        var other = new ProcessBuilder("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-e",
                "use Socket; socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die; bind($s, sockaddr_un($ARGV[0])) or die;"
                        + " listen($s, 1) or die; $| = 1; print \"listens\\n\"; accept(my $c, $s); sleep 60;", path.toString())
                .redirectErrorStream(true).start();
        try {
            Assumptions.assumeTrue("listens".equals(other.inputReader().readLine()), "only root can become another user");
            try (var launched = Launched.start(directory, "--transport=" + transport, PROGRAM, path.toString(),
                    Integer.toString(Launched.freePort()))) {
                var outcome = launched.await();
                assertEquals(1, outcome.status());
                assertEquals("anillo: take over " + path + " from its process: it is user 65534's: not believed: EPERM, "
                        + "operation not permitted (errno 1)", outcome.errors().strip());
            }
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void withoutNativeAccessItIsRefusedInOneLine() throws Exception {
        try (var launched = Launched.start(directory, "--transport=nio", PROGRAM, directory.resolve("hot.sock").toString())) {
            var outcome = launched.await();
            assertEquals(1, outcome.status());
            assertTrue(outcome.errors().startsWith("anillo: take over ") && outcome.errors().contains("EOPNOTSUPP"),
                    outcome::errors);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll"})
    void aClusterThatIsRestartedUnderLoadLosesNoRequest(String transport) throws Exception {
        var port = Launched.freePort();
        var program = Launched.PROJECT.resolve("examples").resolve("Cluster.java").toString();
        try (var cluster = Launched.start(directory, "--transport=" + transport, program, Integer.toString(port), "2")) {
            for (var i = 0; i < 2; i++) assertTrue(cluster.awaitLine().contains(" listens on "));
            var clients = new Clients(port);
            try {
                clients.awaitAnswers(200);
                cluster.signal("HUP");
                for (var line = ""; !line.equals("all workers are new"); ) line = cluster.awaitLine();
                clients.awaitAnswers(200);
                clients.stop();
                assertEquals("[]", clients.failures.toString());
            } finally {
                clients.stop();
            }
            cluster.signal("TERM");
            assertEquals("", cluster.await().errors());
        }
    }

    @Test
    void aClusterServesOnNioToo() throws Exception {
        var port = Launched.freePort();
        var program = Launched.PROJECT.resolve("examples").resolve("Cluster.java").toString();
        try (var cluster = Launched.start(directory, "--transport=nio", program, Integer.toString(port), "2")) {
            for (var i = 0; i < 2; i++) assertTrue(cluster.awaitLine().contains(" listens on "));
            var clients = new Clients(port);
            clients.awaitAnswers(200);
            clients.stop();
            assertEquals("[]", clients.failures.toString());
            cluster.signal("TERM");
            assertEquals("", cluster.await().errors());
        }
    }
}
