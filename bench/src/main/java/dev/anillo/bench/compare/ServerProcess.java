package dev.anillo.bench.compare;

import dev.anillo.bench.machine.ProcessTree;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A contender that runs, on processors of its own, until it is closed.
final class ServerProcess implements AutoCloseable {
    private static final long START_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final int END_MILLIS_MAX = 5_000;
    private static final int ASK_AGAIN_MILLIS = 5;
    private static final int ANSWER_SECONDS_MAX = 10;
    private static final int LOG_CHARACTERS_MAX = 600;
    private static final int GOOD_MAX = 399;
    private static final File NOTHING = new File("/dev/null");
    private static final String HOST = "127.0.0.1";

    private static final Set<ServerProcess> ALIVE = ConcurrentHashMap.newKeySet();

    private final Contender contender;
    private final Process process;
    private final int port;
    private final Path log;
    private double startMillis;
    private boolean paused;

    private ServerProcess(Contender contender, Process process, int port, Path log) {
        this.contender = contender;
        this.process = process;
        this.port = port;
        this.log = log;
        ALIVE.add(this);
    }

    /// Those that an early end of this program would leave behind.
    static void closeAll() {
        ALIVE.forEach(ServerProcess::close);
    }

    /// Returns once it has answered.
    ///
    /// @param scratch directory for what it says
    /// @throws IOException when it does not start, with the end of what it said
    static ServerProcess start(Contender contender, String cpus, String path, Path scratch)
            throws IOException, InterruptedException {
        var port = freePort();
        var log = Files.createTempFile(scratch, "server-", ".log");
        var builder = new ProcessBuilder("taskset", "-c", cpus, "sh", "-c", contender.command(port))
                .directory(contender.directory().toFile()).redirectErrorStream(true).redirectOutput(log.toFile())
                .redirectInput(NOTHING);
        builder.environment().putAll(contender.environment());
        builder.environment().put("PORT", Integer.toString(port));
        var begun = System.nanoTime();
        var server = new ServerProcess(contender, builder.start(), port, log);
        try {
            server.awaitAnswer(begun, path);
            return server;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    private void awaitAnswer(long begunNanos, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url(path)).timeout(Duration.ofSeconds(ANSWER_SECONDS_MAX)).build();
        try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (true) {
                var problem = problem(client, request);
                startMillis = (System.nanoTime() - begunNanos) / 1e6;
                if (problem == null) return;
                if (!process.isAlive()) throw new IOException(contender.name() + " ended at once: " + said());
                if (System.nanoTime() - begunNanos > START_NANOS_MAX) {
                    throw new IOException(contender.name() + " does not answer on port " + port + " (" + problem + "): " + said());
                }
                TimeUnit.MILLISECONDS.sleep(ASK_AGAIN_MILLIS);
            }
        }
    }

    /// Null: it answers.
    private static String problem(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            var status = client.send(request, BodyHandlers.discarding()).statusCode();
            return status <= GOOD_MAX ? null : "status " + status;
        } catch (IOException notYet) {
            return notYet.toString();
        }
    }

    /// The end of it, in one line.
    String said() throws IOException {
        var said = Files.readString(log).strip().replaceAll("\\s+", " ");
        return said.isEmpty() ? "it said nothing" : said.substring(Math.max(0, said.length() - LOG_CHARACTERS_MAX));
    }

    URI url(String path) {
        return URI.create("http://" + HOST + ":" + port + path);
    }

    /// From before its process was made to the end of its first answer.
    double startMillis() {
        return startMillis;
    }

    /// As it is now.
    ProcessTree tree() {
        return new ProcessTree(process.toHandle()).asItIs();
    }

    /// Until it is resumed.
    void pause() throws IOException {
        requireAlive();
        tree().stop();
        paused = true;
    }

    void resume() throws IOException {
        requireAlive();
        tree().proceed();
        paused = false;
    }

    private void requireAlive() throws IOException {
        if (!process.isAlive()) throw new IOException(contender.name() + " has ended: " + said());
    }

    /// Ends it and its children, and returns when they are gone: what one leaves running would disturb the next one. A shell
    /// ends when its children have.
    @Override
    public void close() {
        ALIVE.remove(this);
        var children = process.descendants().toList();
        if (paused) { // it can't do anything, not even end
            children.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (children.isEmpty()) process.destroy();
        else children.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(END_MILLIS_MAX, TimeUnit.MILLISECONDS)) process.destroyForcibly().waitFor();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } finally {
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
