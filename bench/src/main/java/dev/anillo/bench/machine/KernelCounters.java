package dev.anillo.bench.machine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Counts what a server asks of the kernel, by perf(1) and its tracepoints: unlike strace they hardly slow it down, and a
/// server that is slowed down finds more to do at each call. perf is told through a pipe when to count, and says when it does,
/// so that no request is missed and nothing else is counted.
public final class KernelCounters implements AutoCloseable {
    private static final String CALLS = "raw_syscalls:sys_enter";
    private static final String ENTERS = "syscalls:sys_enter_io_uring_enter";
    /// One event for each submission, by the names of newer and of older kernels (before 6.3).
    private static final List<String> SUBMISSIONS = List.of("io_uring:io_uring_submit_req", "io_uring:io_uring_submit_sqe");
    private static final int END_MILLIS_MAX = 5_000;

    private final Path output;
    private final Path pipe;
    private final Process perf;
    private final BufferedReader said;

    /// @param calls system calls
    /// @param enters those that are io_uring_enter(2)
    /// @param submissions that these took; NaN where the kernel has no io_uring tracepoints
    public record Counts(double calls, double enters, double submissions) {}

    /// Which events can be counted here, or why none can.
    public record Support(List<String> events, String refusal) {
        public boolean isThere() {
            return refusal == null;
        }
    }

    private KernelCounters(Path output, Path pipe, Process perf) {
        this.output = output;
        this.pipe = pipe;
        this.perf = perf;
        this.said = perf.errorReader(StandardCharsets.UTF_8);
    }

    public static Support support() throws InterruptedException {
        if (Shell.find("perf").isEmpty()) {
            return new Support(List.of(), "perf is not installed (apt install linux-perf, or linux-tools-generic)");
        }
        var events = new ArrayList<String>();
        var refusal = new ArrayList<String>();
        for (var event : List.of(CALLS, ENTERS)) refusalOf(event).ifPresentOrElse(refusal::add, () -> events.add(event));
        if (!events.contains(CALLS)) {
            return new Support(List.of(), "perf counts no system calls here, as root may and others where"
                    + " kernel.perf_event_paranoid is -1 and tracefs is readable: " + refusal.getFirst());
        }
        for (var event : SUBMISSIONS) {
            if (refusalOf(event).isPresent()) continue;
            events.add(event);
            break;
        }
        return new Support(List.copyOf(events), null);
    }

    private static Optional<String> refusalOf(String event) throws InterruptedException {
        try {
            var said = Shell.run("perf", "stat", "-x,", "-e", event, "--", "true");
            return Double.isNaN(count(said, event)) ? Optional.of(event + " is not counted") : Optional.empty();
        } catch (IOException refused) {
            return Optional.of(refused.getMessage().lines().findFirst().orElse("perf refuses"));
        }
    }

    /// @param directory for the pipe and what perf writes
    public static KernelCounters of(ProcessTree tree, Support support, Path directory) throws IOException, InterruptedException {
        var own = Files.createTempDirectory(directory, "perf-");
        var pipe = own.resolve("control");
        var output = own.resolve("counts");
        Shell.run("mkfifo", pipe.toString());
        var perf = new ProcessBuilder("perf", "stat", "-x,", "-o", output.toString(), "-D", "-1", "--control",
                "fifo:" + pipe, "-e", String.join(",", support.events()), "-p", tree.pidList()).start();
        var counters = new KernelCounters(output, pipe, perf);
        counters.await("Events disabled");
        return counters;
    }

    /// Counts from now on.
    public void start() throws IOException {
        tell("enable");
        await("Events enabled");
    }

    /// Counts no longer.
    public Counts stop() throws IOException, InterruptedException {
        tell("disable");
        await("Events disabled");
        Shell.run("/bin/kill", "-INT", Long.toString(perf.pid()));
        if (!perf.waitFor(END_MILLIS_MAX, TimeUnit.MILLISECONDS)) throw new IOException("perf does not end");
        var csv = Files.readString(output);
        var submissions = SUBMISSIONS.stream().mapToDouble(event -> count(csv, event)).filter(count -> !Double.isNaN(count))
                .findFirst().orElse(Double.NaN);
        return new Counts(count(csv, CALLS), count(csv, ENTERS), submissions);
    }

    /// Opened for both directions a pipe waits for nobody (fifo(7)): where perf has ended, [#await] says so.
    private void tell(String command) throws IOException {
        try (var control = new RandomAccessFile(pipe.toFile(), "rw")) {
            control.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void await(String answer) throws IOException {
        var lines = new ArrayList<String>();
        for (var line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains(answer)) return;
            lines.add(line.strip());
        }
        throw new IOException("perf stat ended: " + String.join(" ", lines));
    }

    /// NaN when perf counted nothing.
    static double count(String csv, String event) {
        return csv.lines().filter(line -> line.contains("," + event + ",")).map(line -> line.split(",")[0])
                .filter(count -> count.matches("\\d+")).mapToDouble(Double::parseDouble).findFirst().orElse(Double.NaN);
    }

    @Override
    public void close() {
        perf.destroyForcibly();
    }
}
