package dev.anillo.http.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `./anillo` promises to the shell: arguments, signals, exit status, one line for what went wrong.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
@Timeout(300)
class LauncherTest {
    private static final String JDK = System.getProperty("java.home");
    private static final String GREETING = "void main() { IO.println(\"hola\"); }";
    private static final String WAITING = """
            void main() throws Exception {
                IO.println("waiting");
                Thread.sleep(Long.MAX_VALUE);
            }
            """;

    @TempDir
    Path directory;

    private Launched.Outcome run(String program, String... arguments) throws Exception {
        Files.writeString(directory.resolve("Program.java"), program);
        return Launched.run(directory, with(arguments, "Program.java"));
    }

    private static String[] with(String[] options, String... command) {
        return Stream.concat(Stream.of(options), Stream.of(command)).toArray(String[]::new);
    }

    // The program.

    @Test
    void passesArgumentsOnAsTheyAre() throws Exception {
        Files.writeString(directory.resolve("Program.java"), """
                void main(String[] arguments) {
                    IO.println(String.join("|", arguments) + " " + System.getProperty("greeting"));
                }
                """);
        var outcome = Launched.run(directory, "-Dgreeting=buenos días", "--", "Program.java",
                "two words", "", "*", "--help", "$HOME");
        assertEquals(new Launched.Outcome(0, "two words||*|--help|$HOME buenos días\n", ""), outcome);
    }

    @Test
    void passesTheExitStatusOn() throws Exception {
        assertEquals(new Launched.Outcome(7, "", ""), run("void main() { System.exit(7); }"));
    }

    @Test
    void endsWithStatusOneAndATraceWhenTheProgramThrows() throws Exception {
        var outcome = run("void main() { throw new IllegalStateException(\"no more\"); }");
        assertEquals(1, outcome.status());
        var trace = "IllegalStateException: no more\n\tat Program.main(Program.java:1)";
        assertTrue(outcome.errors().contains(trace), outcome.errors());
    }

    @Test
    void endsOnSigterm() throws Exception {
        Files.writeString(directory.resolve("Program.java"), WAITING);
        try (var program = Launched.start(directory, "Program.java")) {
            program.awaitLine();
            program.signal("TERM");
            assertEquals(128 + 15, program.await().status());
        }
    }

    @Test
    void servesWhatWasBegunOnSigtermAndEndsAtOnceOnTheSecond() throws Exception {
        Files.writeString(directory.resolve("Program.java"), """
                import module dev.anillo.http;
                void main(String[] arguments) {
                    HttpServer.create((request, response) -> {
                        IO.println("begun");
                        if (request.path().equals("/late")) EventLoop.current().setTimeout(() -> response.end("late"), 300);
                    }).listen(Integer.parseInt(arguments[0]), "127.0.0.1", () -> IO.println("listening"));
                }
                """);
        assertEquals("late", answerThroughSigterm("/late", 1));
        assertEquals("", answerThroughSigterm("/never", 2));
    }

    private String answerThroughSigterm(String path, int signals) throws Exception {
        var port = Launched.freePort();
        try (var program = Launched.start(directory, "Program.java", Integer.toString(port));
                var client = HttpClient.newHttpClient()) {
            program.awaitLine();
            var answer = client.sendAsync(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                    HttpResponse.BodyHandlers.ofString()).thenApply(HttpResponse::body).exceptionally(_ -> "");
            program.awaitLine();
            for (var i = 0; i < signals; i++) program.signal("TERM");
            assertEquals(128 + 15, program.await().status());
            return answer.join();
        }
    }

    @Test
    void endsOnSigint() throws Exception {
        Files.writeString(directory.resolve("Program.java"), WAITING);
        try (var program = Launched.start(directory, "Program.java")) {
            program.awaitLine();
            program.signal("INT");
            assertEquals(128 + 2, program.await().status());
        }
    }

    @Test
    void runsWhatChangedSinceTheLastTime() throws Exception {
        assertEquals("hola\n", run(GREETING).output());
        assertEquals("adiós\n", run(GREETING.replace("hola", "adiós")).output());
        assertEquals("hola\n", run(GREETING).output());
    }

    @Test
    void leavesToJavaWhatIsMoreThanOneClass() throws Exception {
        Files.writeString(directory.resolve("Other.java"),
                "class Other { public String toString() { return \"other\"; } }");
        assertEquals("other\n", run("void main() { IO.println(new Other()); }").output());
        assertEquals("first\n", run("""
                class First { static void main(String[] arguments) { System.out.println("first"); } }
                class Program { static void main(String[] arguments) { System.out.println("second"); } }
                """).output());
    }

    @Test
    void showsTheCompilersErrors() throws Exception {
        var outcome = run("void main() { int number = \"one\"; }");
        assertEquals(1, outcome.status());
        assertTrue(outcome.errors().contains("Program.java:1: error: incompatible types"), outcome.errors());
    }

    @Test
    void servesADirectory() throws Exception {
        Files.writeString(directory.resolve("hola.txt"), "hola");
        try (var launched = Launched.start(directory, "serve", ".", "--port", "0")) {
            var line = launched.awaitLine();
            assertTrue(line.matches("http://127\\.0\\.0\\.1:\\d+/ serves \\."), line);
            var url = URI.create(line.substring(0, line.indexOf(' '))).resolve("hola.txt").toURL();
            try (var content = url.openStream()) {
                assertEquals("hola", new String(content.readAllBytes(), StandardCharsets.UTF_8));
            }
            launched.signal("TERM");
            launched.await();
        }
    }

    @ParameterizedTest
    @CsvSource({"io_uring, 2, 2 loops", "epoll, 1, 1 loop", "nio, 2, 2 loops"})
    void startsTheServerUnderTest(String transport, int loops, String told) throws Exception {
        try (var launched = Launched.start(directory, "bench", "target", "--port", "0", "--transport", transport,
                "--loops=" + loops); var client = HttpClient.newHttpClient()) {
            var line = launched.awaitLine();
            assertTrue(line.matches("http://127\\.0\\.0\\.1:\\d+/ on " + transport + ", " + told), line);
            var base = URI.create(line.substring(0, line.indexOf(' ')));
            assertEquals("Hello, World!", answer(client, base.resolve("plaintext"), null));
            assertEquals("{\"message\":\"Hello, World!\"}", answer(client, base.resolve("json"), null));
            assertEquals("x".repeat(100_000), answer(client, base.resolve("bytes/100000"), null));
            assertEquals("x".repeat(1 << 20), answer(client, base.resolve("file/1m"), null));
            var upload = "hola".repeat(50_000);
            assertEquals(upload, answer(client, base.resolve("echo"), upload));
            assertEquals("ok", answer(client, base, null));
            launched.signal("TERM");
            launched.await();
        }
    }

    /// @param upload null for GET
    private static String answer(HttpClient client, URI uri, String upload) throws Exception {
        var request = HttpRequest.newBuilder(uri);
        if (upload != null) request.POST(HttpRequest.BodyPublishers.ofString(upload));
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, response.statusCode());
        assertEquals("Anillo", response.headers().firstValue("Server").orElseThrow());
        assertTrue(response.headers().firstValue("Date").isPresent());
        return response.body();
    }

    // Errors in one line.

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --port          | 2 | --port of what? usage: ./anillo bench target [--port P] [--loops N] [--transport T]
            --port http     | 2 | --port http: a number from 0 to 65535
            --loops 0       | 2 | --loops 0: a number from 1 to 1024
            --fast          | 2 | unknown option --fast; usage: ./anillo bench target [--port P] [--loops N] [--transport T]
            --transport url | 1 | unknown transport 'url': the names are io_uring, epoll, nio
            """)
    void saysInOneLineWhatIsWrongWithTheServerUnderTest(String arguments, int status, String message) throws Exception {
        var outcome = Launched.run(directory, ("bench target " + arguments).split(" "));
        assertEquals(new Launched.Outcome(status, "", "anillo: " + message + "\n"), outcome);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            serve                 | usage: ./anillo serve DIR [--port P] [--host H]
            serve absent          | no directory absent
            serve . --port 70000  | no port: 70000 (0 to 65535, 0 for any that is free)
            serve . --port        | --port of what? usage: ./anillo serve DIR [--port P] [--host H]
            serve . --open        | unknown option --open; usage: ./anillo serve DIR [--port P] [--host H]
            serve . --list=yes    | unknown option --list; usage: ./anillo serve DIR [--port P] [--host H]
            """)
    void saysInOneLineWhatIsWrongWithServe(String command, String message) throws Exception {
        var outcome = Launched.run(directory, command.split(" "));
        assertEquals(new Launched.Outcome(2, "", "anillo: " + message + "\n"), outcome);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --frobnicate | unknown option --frobnicate (./anillo --help lists them)
            --transport  | unknown option --transport (./anillo --help lists them)
            Missing.java | no file Missing.java
            .            | . is a directory: name the file to run, like ./Main.java
            bench        | bench what? ./anillo bench target, load, compare, gate, peers or micro (./anillo --help lists them)
            notes.txt    | notes.txt is neither a command (doctor, serve, simulate, bench) nor the name of a .java file
            """)
    void saysInOneLineWhatIsWrongWithTheCommandLine(String word, String message) throws Exception {
        assertEquals(new Launched.Outcome(2, "", "anillo: " + message + "\n"), Launched.run(directory, word));
    }

    @Test
    void showsItsUsageWhenCalledWithoutAFile() throws Exception {
        var outcome = Launched.run(directory);
        assertEquals(2, outcome.status());
        assertTrue(outcome.errors().startsWith("Usage: ./anillo "), outcome.errors());
        assertEquals(new Launched.Outcome(0, outcome.errors(), ""), Launched.run(directory, "--help"));
    }

    @Test
    void tellsItsVersionAndWhichJavaItTakes() throws Exception {
        var outcome = Launched.run(directory, "--version");
        var expected = "anillo \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\njava \\d+\\S* \\(" + JDK + "\\)\n";
        assertTrue(outcome.output().matches(expected), outcome.output());
    }

    @Test
    void namesTheTransportsWhenOneIsUnknown() throws Exception {
        var outcome = run("import module dev.anillo.http; void main() { EventLoop.current(); }", "--transport=iouring");
        assertEquals(new Launched.Outcome(1, "",
                "anillo: unknown transport 'iouring': the names are io_uring, epoll, nio\n"), outcome);
    }

    @Test
    void checksTellWhereABufferWasTakenThatNobodyReleases() throws Exception {
        var source = "import module dev.anillo.http; void main() { EventLoop.current().takeBuffer(100); }";
        assertEquals("", run(source).output());
        var outcome = run(source, "--checks");
        assertEquals(0, outcome.status());
        assertTrue(outcome.errors().contains("loop anillo ended: 1 buffer with 16384 bytes not released, taken at"
                + " Program.main(Program.java:1)"), outcome.errors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void saysInOneLineThatAPortIsInUse(String transport) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var port = taken.getLocalPort();
            var outcome = listen("127.0.0.1", port, "--transport=" + transport);
            assertRefused("anillo: bind 127.0.0.1:" + port + ": EADDRINUSE, ", outcome);

            var traced = listen("127.0.0.1", port, "--transport=" + transport, "--stacktrace");
            assertEquals(1, traced.status());
            assertTrue(traced.errors().contains("\n\tat "), traced.errors());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void saysInOneLineThatAnAddressIsNotLocal(String transport) throws Exception {
        var outcome = listen("192.0.2.1", 3000, "--transport=" + transport); // RFC 5737: nobody's address
        assertRefused("anillo: bind 192.0.2.1:3000: EADDRNOTAVAIL, ", outcome);
    }

    @Test
    void saysInOneLineThatAHostIsUnknown() throws Exception {
        assertRefused("anillo: listen no-such-host.invalid:3000: unknown host ", listen("no-such-host.invalid", 3000));
    }

    private Launched.Outcome listen(String host, int port, String... options) throws Exception {
        Files.writeString(directory.resolve("Program.java"), """
                import module dev.anillo.http;
                void main(String[] arguments) {
                    HttpServer.create((_, response) -> response.end())
                            .listen(Integer.parseInt(arguments[1]), arguments[0], () -> System.exit(0));
                }
                """);
        return Launched.run(directory, with(options, "Program.java", host, Integer.toString(port)));
    }

    private static void assertRefused(String start, Launched.Outcome outcome) {
        assertEquals(1, outcome.status());
        assertEquals("", outcome.output());
        assertEquals(1, outcome.errorLines().size(), outcome.errors());
        assertTrue(outcome.errors().startsWith(start), outcome.errors());
    }

    // Where it finds things.

    /// Several first starts at once, where the path has spaces and PATH has a JDK and what POSIX has, no Maven.
    @Test
    void buildsItselfOnFirstUse() throws Exception {
        var clone = copyOfTheProject(directory.resolve("a fresh clone"));
        Files.writeString(directory.resolve("Program.java"), "import module dev.anillo.http; " + GREETING);
        var path = tools("cat chmod cksum cmp cp find mkdir mktemp mv readlink rm sed") + ":" + JDK + "/bin";
        var environment = Map.of("PATH", path, "JAVA_HOME", "", "ANILLO_JAVA_HOME", "");
        try (var first = Launched.start(directory, environment, clone.resolve("anillo"), "Program.java");
                var second = Launched.start(directory, environment, clone.resolve("anillo"), "Program.java")) {
            assertEquals(new Launched.Outcome(0, "hola\n", ""), first.await());
            assertEquals(new Launched.Outcome(0, "hola\n", ""), second.await());
        }
    }

    private static Path copyOfTheProject(Path to) throws IOException {
        for (var part : "anillo pom.xml launcher native-bindings/src/main loop/src/main http/src/main".split(" ")) {
            try (var files = Files.walk(Launched.PROJECT.resolve(part))) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    var copy = to.resolve(Launched.PROJECT.relativize(file));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return to;
    }

    private Path tools(String names) throws IOException {
        var tools = Files.createDirectory(directory.resolve("tools"));
        for (var name : names.split(" ")) {
            var tool = Stream.of(System.getenv("PATH").split(":")).map(place -> Path.of(place, name))
                    .filter(Files::isExecutable).findFirst().orElseThrow();
            var script = Files.writeString(tools.resolve(name), "#!/bin/sh\nexec " + tool + " \"$@\"\n");
            assertTrue(script.toFile().setExecutable(true));
        }
        return tools;
    }

    @Test
    void worksThroughSymbolicLinksAndWithSpacesInPaths() throws Exception {
        var spaced = Files.createDirectory(directory.resolve("with some spaces"));
        Files.writeString(spaced.resolve("Program.java"), GREETING);
        var link = Files.createSymbolicLink(directory.resolve("first"), Launched.PROJECT.resolve("anillo"));
        var linkToLink = Files.createSymbolicLink(spaced.resolve("second"), Path.of("../first"));
        try (var program = Launched.start(directory, Map.of(), linkToLink, "with some spaces/Program.java")) {
            assertEquals(new Launched.Outcome(0, "hola\n", ""), program.await());
        } finally {
            Files.delete(linkToLink);
            Files.delete(link);
        }
    }

    @Test
    void takesTheFirstJdkThatIsNewEnough() throws Exception {
        var old = fakeJdk("old", "17.0.2");
        var fitting = fakeJdk("new enough", "25.0.1");
        var line = "java 25.0.1 (" + fitting + ")";
        assertVersion(line, Map.of("ANILLO_JAVA_HOME", fitting.toString(), "JAVA_HOME", old.toString()));
        assertVersion(line, Map.of("ANILLO_JAVA_HOME", "", "JAVA_HOME", fitting.toString()));
        var installed = fakeJdk(".sdkman/candidates/java/27-ea", "27-ea");
        var path = Map.of("ANILLO_JAVA_HOME", "", "JAVA_HOME", old.toString(), "HOME", directory.toString(),
                "PATH", fitting + "/bin:" + System.getenv("PATH"));
        assertVersion(line, path);
        assertTrue(Files.isDirectory(installed));
    }

    @Test
    void refusesAnOldJdkThatWasAskedFor() throws Exception {
        var old = fakeJdk("old", "17.0.2");
        try (var launched = Launched.start(directory, Map.of("ANILLO_JAVA_HOME", old.toString()),
                Launched.PROJECT.resolve("anillo"), "--version")) {
            var line = "anillo: ANILLO_JAVA_HOME=" + old + " is not a JDK 25 or later (it is 17.0.2)\n";
            assertEquals(new Launched.Outcome(2, "", line), launched.await());
        }
    }

    private void assertVersion(String line, Map<String, String> environment) throws Exception {
        try (var launched = Launched.start(directory, environment, Launched.PROJECT.resolve("anillo"), "--version")) {
            assertEquals(line, launched.await().output().lines().toList().getLast());
        }
    }

    private Path fakeJdk(String name, String version) throws IOException {
        var home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\n");
        for (var tool : List.of("java", "javac")) {
            assertTrue(Files.createFile(home.resolve("bin").resolve(tool)).toFile().setExecutable(true));
        }
        return home;
    }
}
