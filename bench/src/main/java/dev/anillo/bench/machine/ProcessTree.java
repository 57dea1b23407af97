package dev.anillo.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A process and its children, such as nginx and its workers, as `/proc` shows them.
public final class ProcessTree {
    private static final int BYTES_PER_KIB = 1024;
    /// Of `/proc/PID/stat` behind the name in parentheses, which may hold spaces (proc(5), counted from 3).
    private static final int UTIME = 14 - 3;
    private static final int STIME = 15 - 3;
    /// By signal(7), but for Alpha, SPARC and MIPS.
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;
    private static final double MICROS_PER_TICK = 1e6 / Cpus.TICKS_PER_SECOND;

    private final ProcessHandle root;
    private final Supplier<List<Long>> pids;

    /// Processor time of all threads, ended ones too, to a tick of 10 ms: the kernel knows their sum to the nanosecond,
    /// and shares it out between user and system as its ticks fell.
    public record CpuTime(double userMicros, double systemMicros) {
        public CpuTime since(CpuTime before) {
            return new CpuTime(userMicros - before.userMicros, systemMicros - before.systemMicros);
        }
    }

    public ProcessTree(ProcessHandle root) {
        this(root, () -> Stream.concat(Stream.of(root), root.descendants()).map(ProcessHandle::pid).toList());
    }

    private ProcessTree(ProcessHandle root, Supplier<List<Long>> pids) {
        this.root = root;
        this.pids = pids;
    }

    /// With the children that there are now. To look for them takes milliseconds, as all processes are gone through.
    public ProcessTree asItIs() {
        var now = pids();
        return new ProcessTree(root, () -> now);
    }

    public List<Long> pids() {
        return pids.get();
    }

    public CpuTime cpuTime() throws IOException {
        var user = 0L;
        var system = 0L;
        for (var pid : pids()) {
            var fields = statFields(Files.readString(Path.of("/proc/" + pid + "/stat")));
            user += Long.parseLong(fields[UTIME]);
            system += Long.parseLong(fields[STIME]);
        }
        return new CpuTime(user * MICROS_PER_TICK, system * MICROS_PER_TICK);
    }

    /// Processor time of all threads of processes that have not ended, to the nanosecond.
    public long cpuNanos() throws IOException {
        var nanos = 0L;
        for (var pid : pids()) nanos += ProcessClock.nanos(pid);
        return nanos;
    }

    /// Of threads with such names, those that have not ended. Linux keeps 15 characters of a name.
    public long cpuNanos(Predicate<String> name) throws IOException {
        var nanos = 0L;
        for (var thread : threads()) {
            var stat = read(thread.resolve("schedstat")).split(" ");
            if (stat.length > 1 && name.test(read(thread.resolve("comm")).strip())) nanos += Long.parseLong(stat[0]);
        }
        return nanos;
    }

    /// How often threads gave their processor up, or had to; of those that have not ended.
    public long contextSwitches() throws IOException {
        var switches = 0L;
        for (var thread : threads()) {
            for (var line : read(thread.resolve("status")).split("\n")) {
                if (line.contains("voluntary_ctxt_switches:")) switches += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return switches;
    }

    private List<Path> threads() throws IOException {
        var threads = new ArrayList<Path>();
        for (var pid : pids()) {
            try (var files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
                files.forEach(threads::add);
            } catch (NoSuchFileException _) {
                // it has ended
            }
        }
        return threads;
    }

    /// Empty when its thread has ended meanwhile.
    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException _) {
            return "";
        } catch (IOException gone) {
            if (Files.exists(file)) throw gone; // ESRCH, for a thread that ends while it is read
            return "";
        }
    }

    static String[] statFields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    /// What is resident, shared pages counted for each process.
    public long residentBytes() throws IOException {
        var bytes = 0L;
        for (var pid : pids()) {
            for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmRSS:")) bytes += Long.parseLong(line.replaceAll("\\D", "")) * BYTES_PER_KIB;
            }
        }
        return bytes;
    }

    /// Until they are told to [#proceed].
    public void stop() throws IOException {
        for (var pid : pids()) Signals.send(pid, SIGSTOP);
    }

    public void proceed() throws IOException {
        for (var pid : pids()) Signals.send(pid, SIGCONT);
    }

    /// As perf(1) wants them.
    public String pidList() {
        return pids().stream().map(pid -> Long.toString(pid)).collect(Collectors.joining(","));
    }

    /// The most files that the process may have open.
    public int filesMax() throws IOException {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/" + root.pid() + "/limits"))) {
                if (line.startsWith("Max open files")) return Integer.parseInt(line.split("\\s{2,}")[1]);
            }
        } catch (NoSuchFileException _) {
            // it has ended, which the next question to it will tell
        }
        return 0;
    }
}
