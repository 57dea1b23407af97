package dev.anillo.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The two processors of a comparison: the server's and the generator's, which is this JVM's too.
///
/// @param server the last one that this process may use; the first ones serve most interrupts
/// @param generator the first one
/// @param allowed how many it may use
public record Cpus(int server, int generator, int allowed) {
    /// What `/proc` counts in (proc(5), USER_HZ).
    public static final int TICKS_PER_SECOND = 100;

    private static final int STEAL = 8;

    /// Time of a processor, in ticks since the start of the system.
    ///
    /// @param stolenTicks in which the host let others run
    public record Busy(long busyTicks, long stolenTicks, long allTicks) {
        /// The part of the time since `before` in which it was not idle.
        public double since(Busy before) {
            var all = allTicks - before.allTicks;
            return all == 0 ? Double.NaN : (double) (busyTicks - before.busyTicks) / all;
        }

        /// The part of the time since `before` in which a virtual machine did not get its processor.
        public double stolenSince(Busy before) {
            var all = allTicks - before.allTicks;
            return all == 0 ? Double.NaN : (double) (stolenTicks - before.stolenTicks) / all;
        }
    }

    /// @throws IOException with less than two processors
    public static Cpus choose() throws IOException {
        var cpus = allowedList();
        if (cpus.size() < 2) {
            throw new IOException("server and generator need a processor each, and this process may use only "
                    + cpus.size() + "; on one they would measure each other");
        }
        return new Cpus(cpus.getLast(), cpus.getFirst(), cpus.size());
    }

    /// How many processors this process may use.
    public static int allowedCount() throws IOException {
        return allowedList().size();
    }

    private static List<Integer> allowedList() throws IOException {
        var line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(each -> each.startsWith("Cpus_allowed_list:")).findFirst().orElseThrow();
        return list(line.substring(line.indexOf(':') + 1).strip());
    }

    /// As in `0-3,8`.
    static List<Integer> list(String ranges) {
        var cpus = new ArrayList<Integer>();
        for (var range : ranges.split(",")) {
            var ends = range.split("-");
            for (var cpu = Integer.parseInt(ends[0]); cpu <= Integer.parseInt(ends[ends.length - 1]); cpu++) cpus.add(cpu);
        }
        return cpus;
    }

    /// This JVM, and what it starts, away from the server's processor.
    public void leaveServerAlone() throws IOException, InterruptedException {
        Shell.run("taskset", "-acp", Integer.toString(generator), Long.toString(ProcessHandle.current().pid()));
    }

    public static Busy busy(int cpu) throws IOException {
        var name = "cpu" + cpu + " ";
        var line = Files.readAllLines(Path.of("/proc/stat")).stream().filter(each -> each.startsWith(name)).findFirst()
                .orElseThrow();
        return parse(line);
    }

    /// user, nice, system, idle, iowait, irq, softirq, steal; guests' time is within user's.
    static Busy parse(String line) {
        var fields = line.split("\\s+");
        var all = 0L;
        var idle = 0L;
        for (var i = 1; i <= STEAL; i++) {
            var ticks = Long.parseLong(fields[i]);
            all += ticks;
            if (i == 4 || i == 5) idle += ticks;
        }
        return new Busy(all - idle, Long.parseLong(fields[STEAL]), all);
    }
}
