package dev.anillo.bench.contest;

import dev.anillo.bench.machine.Cpus;
import dev.anillo.bench.machine.ProcessTree;
import dev.anillo.bench.peers.Contender;
import dev.anillo.bench.peers.Family;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A contender that runs, on its processor. Its turn over, it is stopped by SIGSTOP, so that nothing it does by itself
/// disturbs the others.
final class Server implements AutoCloseable {
    private static final int START_MILLIS_MAX = 30_000;
    private static final int END_MILLIS_MAX = 3_000;
    private static final int LOG_CHARACTERS_MAX = 400;

    private static final Set<Server> ALIVE = ConcurrentHashMap.newKeySet();

    private final Contender contender;
    private final Process process;
    private final ProcessTree tree;
    private final BufferedReader answers;
    private final int port;
    private final Path log;
    private double startMillis;
    private boolean paused;

    private Server(Contender contender, Process process, int port, Path log) {
        this.contender = contender;
        this.process = process;
        this.tree = new ProcessTree(process.toHandle());
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.port = port;
        this.log = log;
        ALIVE.add(this);
    }

    /// Those that an early end of this JVM would leave behind, some of them stopped.
    static void closeAll() throws IOException {
        for (var server : ALIVE) server.close();
    }

    /// Returns once it has answered its first request.
    static Server start(Contender contender, Cpus cpus, Path scratch) throws IOException, InterruptedException {
        return start(contender, List.of(), Map.of(), cpus, scratch);
    }

    /// @param command in place of the contender's own; empty for that
    /// @param environment besides this JVM's own
    static Server start(Contender contender, List<String> command, Map<String, String> environment, Cpus cpus,
            Path scratch) throws IOException, InterruptedException {
        var port = freePort();
        var directory = Files.createTempDirectory(scratch, contender.name().replaceAll("\\W", "-") + "-");
        var log = directory.resolve("log");
        var pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(cpus.server())));
        var own = contender.prepare(port, directory);
        if (command.isEmpty()) pinned.addAll(own);
        else command.forEach(word -> pinned.add(word.replace("{port}", Integer.toString(port))));
        var builder = new ProcessBuilder(pinned).directory(directory.toFile()).redirectError(log.toFile());
        if (!answersQuestions(contender)) builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        var begun = System.nanoTime();
        var server = new Server(contender, builder.start(), port, log);
        try {
            server.awaitFirstAnswer(begun);
            return server;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean answersQuestions(Contender contender) {
        return contender.family() == Family.ANILLO || contender.family() == Family.JVM;
    }

    /// Asks until it answers. Whoever asks is on the other processor and waits a moment in between.
    private void awaitFirstAnswer(long begunNanos) throws IOException, InterruptedException {
        var deadline = begunNanos + TimeUnit.MILLISECONDS.toNanos(START_MILLIS_MAX);
        while (true) {
            try (var probe = new Probe(port, START_MILLIS_MAX)) {
                probe.ask("/plaintext");
                startMillis = (System.nanoTime() - begunNanos) / 1e6;
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException(contender.name() + " does not start: " + logEnd(), notYet);
                }
            }
            TimeUnit.MICROSECONDS.sleep(500);
        }
    }

    /// What it said last, in one line.
    private String logEnd() throws IOException {
        if (!Files.exists(log)) return "";
        var said = Files.readString(log).strip().replaceAll("\\s+", " ");
        return said.substring(Math.max(0, said.length() - LOG_CHARACTERS_MAX));
    }

    Contender contender() {
        return contender;
    }

    int port() {
        return port;
    }

    ProcessTree tree() {
        return tree;
    }

    /// From the moment before its process was made to the end of its first answer.
    double startMillis() {
        return startMillis;
    }

    /// @throws IOException with what it said last
    void requireAlive() throws IOException {
        if (!process.isAlive()) throw new IOException(contender.name() + " has ended: " + logEnd());
    }

    void pause() throws IOException, InterruptedException {
        if (!paused) tree.stop();
        paused = true;
    }

    void resume() throws IOException, InterruptedException {
        requireAlive();
        if (paused) tree.proceed();
        paused = false;
    }

    /// Bytes that a JVM's threads have allocated; NaN for others.
    double allocatedBytes() throws IOException {
        return question("allocated");
    }

    /// Bytes of a JVM's live objects; NaN for others.
    double heapBytes() throws IOException {
        return question("heap");
    }

    private double question(String question) throws IOException {
        if (!answersQuestions(contender)) return Double.NaN;
        var out = process.getOutputStream();
        out.write((question + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        for (var line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(question + " ")) return Long.parseLong(line.substring(question.length() + 1));
        }
        throw new IOException(contender.name() + " was asked for " + question + " and has ended: " + logEnd());
    }

    /// Ends it and its children, in any state.
    @Override
    public void close() throws IOException {
        ALIVE.remove(this);
        if (!process.isAlive()) return;
        var children = process.descendants().toList();
        try {
            process.destroy();
            if (paused) tree.proceed();
            if (!process.waitFor(END_MILLIS_MAX, TimeUnit.MILLISECONDS)) process.destroyForcibly().waitFor();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            throw new IOException("interrupted while " + contender.name() + " ends", interrupted);
        } finally {
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
