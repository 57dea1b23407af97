package dev.anillo.bench.contest;

import dev.anillo.bench.machine.Cpus;
import dev.anillo.bench.machine.ProcessTree;
import dev.anillo.bench.peers.Contender;
import dev.anillo.bench.peers.Family;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a contender costs besides load: its start, the memory that it begins with, and that of idle connections.
final class Footprint {
    private static final int CONNECTIONS_MAX = 20_000;
    private static final int FILES_SPARED = 500;
    /// Brings in what a first connection needs, and a pool or two.
    private static final int CONNECTIONS_FIRST = 200;
    /// For connections that were just closed to be noticed.
    private static final int SETTLE_MILLIS = 200;
    /// Where the launcher lies; without it its starts are not measured.
    private static final String HOME = System.getProperty("anillo.home");

    private final Cpus cpus;
    private final Path scratch;
    private final int starts;

    /// @param startMillis from nothing to the end of the first answer, the median of several
    /// @param launchedMillis the same by `./anillo`, with its AOT cache; NaN for others
    /// @param residentBytes after the first answer
    /// @param connections how many were held open
    /// @param heapBytes live objects, for each of them
    /// @param connectionBytes resident memory, for each of them
    record Figures(double startMillis, double launchedMillis, double residentBytes, int connections, double heapBytes,
            double connectionBytes) {}

    /// @param starts how many of each kind
    Footprint(Cpus cpus, Path scratch, int starts) {
        this.cpus = cpus;
        this.scratch = scratch;
        this.starts = starts;
    }

    Figures measure(Contender contender) throws IOException, InterruptedException {
        var millis = new double[starts];
        var resident = new double[starts];
        for (var i = 0; i < starts; i++) {
            try (var server = Server.start(contender, cpus, scratch)) {
                millis[i] = server.startMillis();
                resident[i] = server.tree().residentBytes();
            }
        }
        var launched = contender.family() == Family.ANILLO && HOME != null ? launchedMillis(contender) : Double.NaN;
        try (var server = Server.start(contender, cpus, scratch)) {
            return withConnections(server, Statistics.median(millis), launched, Statistics.median(resident));
        }
    }

    /// As users start it: by the launcher, which has to have compiled before.
    private double launchedMillis(Contender contender) throws IOException, InterruptedException {
        var transport = contender.name().substring(contender.name().indexOf(' ') + 1);
        var command = List.of(Path.of(HOME, "anillo").toString(), "--transport=" + transport, "bench", "target",
                "--port", "{port}");
        var environment = Map.of("ANILLO_JAVA_HOME", System.getProperty("java.home"));
        var millis = new ArrayList<Double>();
        for (var i = 0; i <= starts; i++) {
            try (var server = Server.start(contender, command, environment, cpus, scratch)) {
                if (i > 0) millis.add(server.startMillis());
            }
        }
        return Statistics.median(millis.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private Figures withConnections(Server server, double startMillis, double launchedMillis, double residentBytes)
            throws IOException, InterruptedException {
        var answerBytes = answerBytes(server);
        var files = Math.min(server.tree().filesMax(), new ProcessTree(ProcessHandle.current()).filesMax());
        var count = Math.min(CONNECTIONS_MAX, files - FILES_SPARED);
        try (var first = new IdleConnections(server.port(), answerBytes)) {
            first.open(CONNECTIONS_FIRST);
        }
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        var heap = server.heapBytes();
        var resident = server.tree().residentBytes();
        try (var connections = new IdleConnections(server.port(), answerBytes)) {
            var opened = connections.open(count);
            var heapEach = (server.heapBytes() - heap) / opened;
            var residentEach = (double) (server.tree().residentBytes() - resident) / opened;
            return new Figures(startMillis, launchedMillis, residentBytes, opened, heapEach, residentEach);
        }
    }

    private static long answerBytes(Server server) throws IOException {
        try (var probe = new Probe(server.port(), (int) TimeUnit.SECONDS.toMillis(10))) {
            return probe.ask("/plaintext").bytes();
        }
    }
}
