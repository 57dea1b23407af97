package dev.anillo.http.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One server on several loops, in processes of its own: on the default loop, its end is the process's.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
@Timeout(300)
class HttpServerGroupTest {
    private static final int LOOPS = 3;
    /// That the kernel's hash leaves out one of three loops has a chance of one in 10^10.
    private static final int CONNECTIONS_MAX = 60;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path directory;

    private static String get(int port, String path) throws IOException {
        try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            ask(client, path, "Connection: close\r\n");
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private Launched start(String transport, String program, String... arguments) throws Exception {
        Files.writeString(directory.resolve("Program.java"), program);
        var command = new String[arguments.length + 2];
        command[0] = "--transport=" + transport;
        command[1] = "Program.java";
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return Launched.start(directory, command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void eachLoopServesItsShareWithAHandlerOfItsOwn(String transport) throws Exception {
        var port = Launched.freePort();
        var program = Files.readString(Launched.PROJECT.resolve("examples").resolve("Loops.java"));
        try (var group = start(transport, program, Integer.toString(port), Integer.toString(LOOPS))) {
            assertEquals("listening on http://127.0.0.1:" + port + "/ with " + LOOPS + " loops", group.awaitLine());
            Set<String> threads = new HashSet<>();
            Set<String> answers = new HashSet<>();
            for (var i = 0; i < CONNECTIONS_MAX; i++) {
                var answer = get(port, "/").lines().toList().getLast();
                assertTrue(answers.add(answer), "a count that two loops share: " + answer);
                threads.add(answer.substring(answer.indexOf(" of ")));
            }
            assertEquals(LOOPS, threads.size(), threads::toString);
            group.signal("TERM");
            assertEquals(TERMINATED, group.await().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void aGroupThatIsClosedAnswersWhatWasBegunAndLetsTheProcessEnd(String transport) throws Exception {
        var port = Launched.freePort();
        try (var group = start(transport, """
                import module dev.anillo.http;
                HttpServerGroup group;
                void main(String[] arguments) {
                    var first = EventLoop.current();
                    group = HttpServerGroup.create(3, () -> (request, response) -> {
                        if (request.path().equals("/where")) {
                            response.end(first.inLoop() ? "first" : "other");
                            return;
                        }
                        group.close();
                        EventLoop.current().setTimeout(() -> response.end("late"), 100);
                    });
                    group.onClose(() -> IO.println("closed " + first.inLoop()));
                    group.listen(Integer.parseInt(arguments[0]), "127.0.0.1", () -> IO.println("listening"));
                }
                """, Integer.toString(port))) {
            group.awaitLine();
            assertTrue(closedOnAnotherLoop(port).endsWith("late"));
            var outcome = group.await();
            assertEquals("closed true\n", outcome.output());
            assertEquals(0, outcome.status(), outcome::errors);
        }
    }

    /// The first loop has nothing left to do then, and must not end before the others.
    private static String closedOnAnotherLoop(int port) throws IOException {
        for (var i = 0; i < CONNECTIONS_MAX; i++) {
            try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                ask(client, "/where", "");
                var input = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
                while (!input.readLine().isEmpty());
                var where = new char[5];
                for (var read = 0; read < where.length;) read += input.read(where, read, where.length - read);
                if (new String(where).equals("first")) continue;
                ask(client, "/", "Connection: close\r\n");
                return input.readAllAsString();
            }
        }
        return fail("no connection came to another loop");
    }

    private static void ask(Socket client, String path, String fields) throws IOException {
        client.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void aPortThatIsTakenIsToldInOneLineAndEndsTheProcess(String transport) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var group = start(transport, """
                        import module dev.anillo.http;
                        void main(String[] arguments) {
                            HttpServerGroup.create(2, () -> (_, response) -> response.end())
                                    .listen(Integer.parseInt(arguments[0]), "127.0.0.1");
                        }
                        """, Integer.toString(taken.getLocalPort()))) {
            var outcome = group.await();
            assertEquals(1, outcome.status());
            assertTrue(outcome.errors().startsWith("anillo: bind 127.0.0.1:" + taken.getLocalPort() + ": EADDRINUSE"),
                    outcome::errors);
            assertEquals(1, outcome.errors().lines().count(), outcome::errors);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void aHandlerThatCannotBeMadeEndsTheProcess(String transport) throws Exception {
        try (var group = start(transport, """
                import module dev.anillo.http;
                void main(String[] arguments) {
                    var first = EventLoop.current();
                    HttpServerGroup.create(2, () -> {
                        if (!first.inLoop() && Thread.currentThread().getName().equals("anillo-1")) {
                            throw new IllegalStateException("no second handler");
                        }
                        return (request, response) -> response.end();
                    }).listen(0, "127.0.0.1");
                }
                """)) {
            var outcome = group.await();
            assertEquals(1, outcome.status());
            assertTrue(outcome.errors().contains("no second handler"), outcome::errors);
        }
    }
}
