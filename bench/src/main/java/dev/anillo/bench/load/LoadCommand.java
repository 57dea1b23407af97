package dev.anillo.bench.load;

import com.google.gson.GsonBuilder;
import dev.anillo.bench.load.LoadPlan.Expected;
import dev.anillo.bench.load.Schedule.Arrivals;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `./anillo bench load URL`: how a server answers under a load.
@Command(name = "load", sortOptions = false, mixinStandardHelpOptions = true,
        description = "Asks a server by a schedule, or as fast as it answers, and tells how long the answers took.",
        exitCodeListHeading = "Status:%n", exitCodeList = {
            "0:each request was answered as expected",
            "1:some were not, or there was no connection",
            "2:the command line is wrong",
            "3:this program was too late itself to tell the server's latencies"})
public final class LoadCommand implements Callable<Integer> {
    private static final int ERRORS = 1;
    private static final int TOO_LATE = 3;
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS_PER_SECOND = 1e9;

    @Parameters(paramLabel = "URL", description = "http://HOST[:PORT]/PATH")
    private URI target;

    @Option(names = "--rate", paramLabel = "N", description = "Requests a second, by a schedule that does not wait for"
            + " answers. Without it each connection asks again as soon as it is answered")
    private double rate;

    @Option(names = "--arrivals", paramLabel = "WHICH", defaultValue = "POISSON",
            description = "of a schedule: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
    private Arrivals arrivals;

    @Option(names = {"-c", "--connections"}, paramLabel = "N", defaultValue = "64", description = "default ${DEFAULT-VALUE}")
    private int connections;

    @Option(names = "--pipeline", paramLabel = "N", defaultValue = "1",
            description = "Requests under way on a connection at once, at the most (default ${DEFAULT-VALUE})")
    private int depth;

    @Option(names = {"-t", "--threads"}, paramLabel = "N", defaultValue = "1",
            description = "that share connections and rate (default ${DEFAULT-VALUE})")
    private int threads;

    @Option(names = {"-d", "--duration"}, paramLabel = "SECONDS", defaultValue = "10",
            description = "that are measured (default ${DEFAULT-VALUE})")
    private double seconds;

    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "2",
            description = "before that, not measured (default ${DEFAULT-VALUE})")
    private double warmUpSeconds;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "10",
            description = "after which a request is given up, and counted with that time (default ${DEFAULT-VALUE})")
    private double timeoutSeconds;

    @Option(names = {"-X", "--method"}, paramLabel = "METHOD", description = "default GET, or POST with a body")
    private String method;

    @Option(names = {"-H", "--header"}, paramLabel = "'NAME: VALUE'", description = "may be given several times")
    private List<String> fields = List.of();

    @Option(names = "--body", paramLabel = "TEXT", description = "of each request; @FILE: what is in the file")
    private String body;

    @Option(names = "--expect-status", paramLabel = "N",
            description = "Other answers are errors (default: but 200 to 399)")
    private int expectedStatus;

    @Option(names = "--expect-body", paramLabel = "TEXT",
            description = "Other answers are errors; @FILE: as in the file")
    private String expectedBody;

    @Option(names = "--sleep", description = "Sleep between requests of a schedule, a millisecond at the least, instead"
            + " of keeping a processor busy for each thread: latencies get less exact, and own delay says by how much")
    private boolean sleeps;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "20251",
            description = "of the schedule (default ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "The result for programs too")
    private Path json;

    @Option(names = "--hdr", paramLabel = "FILE", description = "All percentiles of the latencies, in milliseconds, as text"
            + " that wrk2 and HdrHistogram print and that plotters take")
    private Path hdr;

    @Option(names = {"-q", "--quiet"}, description = "No line of progress each second")
    private boolean quiet;

    @Option(names = "--line", hidden = true, description = "The result in one line, for the comparison of servers")
    private boolean inOneLine;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var request = request();
        var plan = plan();
        LoadResult result;
        try (var load = new Load(plan, request, !quiet)) {
            load.connect();
            result = quiet ? load.run(() -> {}, PROGRESS_NANOS) : watched(load, plan);
        }
        IO.print(inOneLine ? LoadReport.line(result) + "\n" : LoadReport.text(request, result));
        if (json != null) Files.writeString(json, json(request, result));
        if (hdr != null) Files.writeString(hdr, LoadReport.percentileDistribution(result));
        if (result.recording().errors() > 0 || result.recording().good == 0) return ERRORS;
        return result.isTooLate() ? TOO_LATE : 0;
    }

    private static LoadResult watched(Load load, LoadPlan plan) throws IOException, InterruptedException {
        try (var progress = new Progress(load, plan)) {
            return load.run(progress::show, PROGRESS_NANOS);
        }
    }

    private static String json(Request request, LoadResult result) {
        return new GsonBuilder().setPrettyPrinting().serializeNulls().create()
                .toJson(LoadReport.json(request, result)) + "\n";
    }

    private Request request() throws IOException {
        var bytes = body == null ? null : bytes(body);
        var all = new ArrayList<>(fields);
        try {
            return new Request(method != null ? method : bytes == null ? "GET" : "POST", target, all, bytes);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage());
        }
    }

    private byte[] bytes(String text) throws IOException {
        if (!text.startsWith("@")) return text.getBytes(StandardCharsets.UTF_8);
        return Files.readAllBytes(Path.of(text.substring(1)));
    }

    private LoadPlan plan() throws IOException {
        require("--rate", rate >= 0, "0 or more requests a second");
        require("--connections", connections >= 1, "1 or more");
        require("--pipeline", depth >= 1, "1 or more");
        require("--threads", threads >= 1 && threads <= connections, "1 or more, and no more than connections");
        require("--duration", seconds > 0, "more than 0 s");
        require("--warm-up", warmUpSeconds >= 0, "0 s or more");
        require("--timeout", timeoutSeconds >= 0.001, "0.001 s or more");
        var expected = new Expected(expectedStatus, expectedBody == null ? null : bytes(expectedBody));
        return new LoadPlan(rate, arrivals, connections, depth, threads, nanos(warmUpSeconds), nanos(seconds),
                nanos(timeoutSeconds), rate > 0 && !sleeps, seed, expected);
    }

    private void require(String option, boolean holds, String what) {
        if (!holds) throw new ParameterException(spec.commandLine(), option + ": " + what);
    }

    private static long nanos(double seconds) {
        return (long) (seconds * NANOS_PER_SECOND);
    }
}
