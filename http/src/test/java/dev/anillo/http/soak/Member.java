package dev.anillo.http.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A process of a soak, and what it prints.
final class Member {
    private static final String END = new String("the end of its output");

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private boolean ended;

    /// @param errors where its standard error goes
    Member(List<String> command, Path errors) throws IOException {
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile())).start();
        Thread.ofPlatform().daemon().start(() -> read(process.inputReader()));
    }

    private void read(BufferedReader output) {
        try {
            output.lines().forEach(lines::add);
        } catch (UncheckedIOException _) {
            // killed: its pipe is closed as the process is reaped
        } finally {
            lines.add(END);
        }
    }

    /// @throws IllegalStateException when the process has ended, or says nothing
    String awaitLine(int seconds) throws InterruptedException {
        var line = lines.poll(seconds, TimeUnit.SECONDS);
        if (line == null) throw new IllegalStateException("process " + pid() + " has said nothing for " + seconds + " s");
        if (line == END) throw new IllegalStateException("process " + pid() + " has ended");
        return line;
    }

    /// What has come by now.
    void eachLine(Consumer<String> action) {
        for (var line = lines.poll(); line != null; line = lines.poll()) {
            if (line == END) ended = true;
            else action.accept(line);
        }
    }

    /// All has come, and was told.
    boolean hasEnded() {
        return ended;
    }

    void say(String line) throws IOException {
        var input = process.outputWriter();
        input.write(line + "\n");
        input.flush();
    }

    long pid() {
        return process.pid();
    }

    /// @param name `STOP`, `CONT`, `TERM`
    void signal(String name) throws IOException, InterruptedException {
        var status = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start().waitFor();
        if (status != 0) throw new IOException("kill -" + name + " " + pid() + ": status " + status);
    }

    /// SIGKILL, also while it is stopped.
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /// @return its status
    int awaitEnd(int seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new IllegalStateException("process " + pid() + " has not ended within " + seconds + " s");
        }
        return process.exitValue();
    }

    int descriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
            return (int) entries.count();
        }
    }

    long residentKib() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
            if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", ""));
        }
        throw new IOException("no VmRSS of " + pid());
    }
}
