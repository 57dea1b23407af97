package dev.anillo.http.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs under a service manager, for which a few lines of Perl stand in: they open the socket, and hear what is told.
@EnabledOnOs(value = OS.LINUX, disabledReason = "systemd's protocols")
@Timeout(300)
class ServiceManagerTest {
    private static final int TERMINATED = 128 + 15;
    private static final Path PERL = Path.of("/usr/bin/perl");

    /// Prints the port that it listens on, and becomes the program with the socket as descriptor 3.
    private static final String MANAGER = """
            use Socket; use POSIX (); BEGIN { $^F = 100 }
            socket(my $s, PF_INET, SOCK_STREAM, 0) or die; setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
            bind($s, sockaddr_in(0, INADDR_LOOPBACK)) or die; listen($s, 128) or die;
            $| = 1; print +(sockaddr_in(getsockname($s)))[0], "\\n";
            if (fileno($s) != 3) { POSIX::dup2(fileno($s), 3); close($s); }
            $ENV{LISTEN_PID} = $$; exec @ARGV;
            """;

    private static final String LISTENER = """
            use Socket; socket(my $s, PF_UNIX, SOCK_DGRAM, 0) or die; bind($s, sockaddr_un($ARGV[0])) or die;
            $| = 1; print "bound\\n"; while (defined recv($s, my $m, 4096, 0)) { print "$m\\n" }
            """;

    private static final String SERVER = """
            import module dev.anillo.http;
            void main() throws Exception {
                var sockets = ServiceManager.sockets();
                IO.println(sockets.size() + " " + ServiceManager.sockets().size());
                var server = HttpServer.create((request, response) -> response.end(sockets.getFirst().name()));
                server.listen(sockets.getFirst().handle(), () -> {
                    ServiceManager.ready();
                    IO.println("listening");
                });
            }
            """;

    @TempDir
    Path directory;

    @BeforeAll
    static void perlIsThere() {
        assertTrue(Files.isExecutable(PERL), "these tests need Perl: apt install perl-base");
    }

    private Launched managed(String transport, String program, Map<String, String> environment) throws Exception {
        Files.writeString(directory.resolve("Program.java"), program);
        return managed(transport, environment, "Program.java");
    }

    private Launched managed(String transport, Map<String, String> environment, String... arguments) throws Exception {
        var command = Stream.concat(Stream.of("-e", MANAGER, Launched.PROJECT.resolve("anillo").toString(),
                "--transport=" + transport), Stream.of(arguments));
        return Launched.start(directory, environment, PERL, command.toArray(String[]::new));
    }

    private static String get(int port) throws Exception {
        return get(port, "/");
    }

    private static String get(int port, String path) throws Exception {
        try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll"})
    void aServerTakesTheSocketOverAndTellsHowItFares(String transport) throws Exception {
        var path = directory.resolve("notify").toString();
        try (var listener = Launched.start(directory, Map.of(), PERL, "-e", LISTENER, path)) {
            assertEquals("bound", listener.awaitLine());
            try (var server = managed(transport, SERVER, Map.of("LISTEN_FDS", "1", "LISTEN_FDNAMES", "web",
                    "NOTIFY_SOCKET", path, "WATCHDOG_USEC", "200000"))) {
                var port = Integer.parseInt(server.awaitLine());
                assertEquals("1 0", server.awaitLine(), "taken once");
                assertEquals("listening", server.awaitLine());
                assertEquals("READY=1", listener.awaitLine());
                assertEquals("WATCHDOG=1", listener.awaitLine());
                assertTrue(get(port).endsWith("web"));
                server.signal("TERM");
                assertEquals("STOPPING=1", Stream.generate(() -> line(listener)).filter(line -> !line.equals("WATCHDOG=1"))
                        .findFirst().orElseThrow());
                assertEquals(TERMINATED, server.await().status());
            }
        }
    }

    @Test
    void theCommandThatServesFilesTakesTheSocketAndTellsThatItIsReady() throws Exception {
        var path = directory.resolve("notify").toString();
        Files.writeString(directory.resolve("file.txt"), "found");
        try (var listener = Launched.start(directory, Map.of(), PERL, "-e", LISTENER, path)) {
            assertEquals("bound", listener.awaitLine());
            try (var server = managed("epoll", Map.of("LISTEN_FDS", "1", "LISTEN_FDNAMES", "web", "NOTIFY_SOCKET", path),
                    "serve", ".")) {
                var port = Integer.parseInt(server.awaitLine());
                assertEquals("socket web serves .", server.awaitLine());
                assertEquals("READY=1", listener.awaitLine());
                assertTrue(get(port, "/file.txt").endsWith("found"));
            }
        }
    }

    private static String line(Launched launched) {
        try {
            return launched.awaitLine();
        } catch (Exception ended) {
            throw new AssertionError(ended);
        }
    }

    /// Nobody is refused while the service is down: the manager's socket keeps the connections until the next one comes.
    @Test
    void withoutNativeAccessTheSocketIsRefusedInOneLine() throws Exception {
        try (var server = managed("nio", SERVER, Map.of("LISTEN_FDS", "1"))) {
            server.awaitLine();
            var outcome = server.await();
            assertEquals(1, outcome.status());
            assertTrue(outcome.errors().startsWith("anillo: inherit descriptor 3 (to inherit sockets needs native access"),
                    outcome::errors);
        }
    }

    @Test
    void aNumberOfSocketsThatIsNoneIsRefusedInOneLine() throws Exception {
        try (var server = managed("epoll", SERVER, Map.of("LISTEN_FDS", "many"))) {
            server.awaitLine();
            assertTrue(server.await().errors().startsWith("anillo: sd_listen_fds LISTEN_FDS=many (a number from 0 to 1024)"));
        }
    }

    @Test
    void socketsOfAnotherProcessAreLeftAlone() throws Exception {
        Files.writeString(directory.resolve("Program.java"), """
                import module dev.anillo.http;
                void main() throws Exception {
                    IO.println(ServiceManager.sockets().size());
                }
                """);
        try (var program = Launched.start(directory, Map.of("LISTEN_FDS", "1", "LISTEN_PID", "1"),
                Launched.PROJECT.resolve("anillo"), "Program.java")) {
            assertEquals("0\n", program.await().output());
        }
    }
}
