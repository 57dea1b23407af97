package dev.anillo.http.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// All that a server's process writes, at the finest level of its log, while clients send a secret wherever clients send
/// some and handlers fail. There is no log of accesses: what a program writes of its own is its own matter.
@Timeout(300)
class SecretsInLogsTest {
    private static final String SECRET = "canary-7f3a9c";
    private static final String FORM = "--B\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n" + SECRET
            + "\r\n--B--\r\n";
    private static final String FIELDS = " HTTP/1.1\r\nHost: localhost\r\nConnection: close"
            + "\r\nAuthorization: Bearer " + SECRET + "\r\nCookie: session=" + SECRET + "\r\nX-Api-Key: " + SECRET
            + "\r\nReferer: https://a.example/?token=" + SECRET + "\r\nContent-Type: multipart/form-data; boundary=B"
            + "\r\nContent-Length: " + FORM.length() + "\r\n\r\n" + FORM;

    private static final String PROGRAM = """
            import module dev.anillo.http;
            void main() throws Exception {
                var reader = MultipartReader.create();
                var server = HttpServer.create((request, response) -> {
                    switch (request.path()) {
                        case "/throws" -> throw new IllegalStateException("planned");
                        case "/splits" ->
                            SetCookie.of("session", Cookies.of(request).get("session") + "\\n").addTo(response);
                        default -> reader.read(request, response, part -> {
                            throw new IllegalStateException("planned, in " + part);
                        }, response::end);
                    }
                });
                server.listen(0, "127.0.0.1", () -> {
                    try {
                        IO.println(server.port());
                    } catch (IOException impossible) {
                        throw new UncheckedIOException(impossible);
                    }
                });
            }
            """;

    @TempDir
    Path directory;

    private static String ask(int port, String request) throws Exception {
        try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void whatAServerWritesHasNoSecretOfARequest() throws Exception {
        Files.writeString(directory.resolve("Program.java"), PROGRAM);
        Files.writeString(directory.resolve("finest.properties"), """
                handlers = java.util.logging.ConsoleHandler
                java.util.logging.ConsoleHandler.level = ALL
                dev.anillo.level = ALL
                """);
        try (var server = Launched.start(directory, Map.of(), Launched.PROJECT.resolve("anillo"),
                "-Djava.util.logging.config.file=finest.properties", "Program.java")) {
            var port = Integer.parseInt(server.awaitLine());
            for (var path : new String[] {"/throws", "/splits", "/upload"}) {
                var answer = ask(port, "POST " + path + "?token=" + SECRET + FIELDS);
                assertTrue(answer.startsWith("HTTP/1.1 500 ") && !answer.contains(SECRET), answer);
            }
            assertTrue(ask(port, "GET /?" + SECRET + " HTTP/1.1\r\n" + SECRET + "\r\n\r\n").startsWith("HTTP/1.1 400 "));
            server.signal("TERM");
            var outcome = server.await();
            var written = outcome.output() + outcome.errors();
            assertTrue(!written.contains(SECRET), written);
            for (var path : new String[] {"/throws", "/splits", "/upload"}) {
                var report = "handler of POST " + path + " threw";
                assertEquals(1, written.lines().filter(line -> line.contains(report)).count(), written);
            }
            assertTrue(written.contains("value of cookie session has a character that no cookie may have"), written);
        }
    }
}
