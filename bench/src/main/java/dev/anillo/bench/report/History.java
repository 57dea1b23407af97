package dev.anillo.bench.report;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.anillo.bench.compare.Change;
import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Interval;
import dev.anillo.bench.compare.Metric;
import dev.anillo.bench.compare.Side;
import dev.anillo.bench.gate.Verdict;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What earlier runs came to: a file of JSON lines, one for each run. It is small enough to be kept beside the code, or in a
/// cache of the build server.
///
/// @param runs the oldest first
/// @param problems lines that say nothing, with their numbers; empty: there are none
record History(List<Run> runs, List<String> problems) {
    static final String SCHEMA = "anillo.history/1";
    /// Lines of the file. Bounds it to some megabytes: a line of a run with 60 figures has about 8 KB.
    static final int HISTORY_LINES_MAX = 500;

    /// @param machine the model of its processor; empty: not known
    /// @param verdict the outcome's name; empty: nobody judged
    record Run(Instant date, String head, String machine, String verdict, List<Figure> figures) {
        Optional<Figure> figure(Metric metric, String load) {
            return figures.stream().filter(each -> each.metric == metric && each.load.equals(load)).findFirst();
        }
    }

    /// @param change from base to head, as in [Change]
    record Figure(Metric metric, String load, double base, double head, Interval change) {}

    static Run run(Comparison comparison, Optional<Verdict> verdict, Instant date) {
        return new Run(date, comparison.name(Side.HEAD), comparison.machine().getOrDefault("processor", ""),
                verdict.map(each -> each.outcome().name()).orElse(""),
                comparison.changes().stream().map(History::figure).toList());
    }

    private static Figure figure(Change change) {
        return new Figure(change.metric(), change.load(), change.base(), change.head(), change.interval());
    }

    /// A file that is not there has no runs.
    static History read(Path file) throws IOException {
        var runs = new ArrayList<Run>();
        var problems = new ArrayList<String>();
        var lines = lines(file);
        for (var i = 0; i < lines.size(); i++) {
            try {
                runs.add(parse(lines.get(i)));
            } catch (JsonParseException | IllegalStateException | IllegalArgumentException | UnsupportedOperationException
                    | DateTimeException bad) {
                problems.add(file.getFileName() + ", line " + (i + 1) + " is left out: " + bad.getMessage());
            }
        }
        return new History(List.copyOf(runs), List.copyOf(problems));
    }

    private static List<String> lines(Path file) throws IOException {
        if (!Files.exists(file)) return List.of();
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    }

    /// Adds a run at the end, and drops the oldest lines where there are too many. Lines that say nothing stay as they are.
    /// Whoever reads meanwhile sees the file before or after, never in between. Programs that add at once wait for each other, by a
    /// lock on an empty file beside it, `NAME.lock`, which stays.
    static void append(Path file, Run run) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (var beside = FileChannel.open(file.resolveSibling(file.getFileName() + ".lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            beside.lock(); // until it is closed
            appendAlone(file, run);
        }
    }

    private static void appendAlone(Path file, Run run) throws IOException {
        var lines = new ArrayList<>(lines(file));
        lines.add(text(run));
        var kept = lines.subList(Math.max(0, lines.size() - HISTORY_LINES_MAX), lines.size());
        var written = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + ".new");
        try {
            Files.write(written, kept, StandardCharsets.UTF_8);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static String text(Run run) {
        var line = new JsonObject();
        line.addProperty("schema", SCHEMA);
        line.addProperty("date", run.date.toString());
        line.addProperty("head", run.head);
        line.addProperty("machine", run.machine);
        line.addProperty("verdict", run.verdict);
        line.add("figures", Json.array(run.figures, figure -> {
            var object = new JsonObject();
            object.addProperty("metric", figure.metric.name());
            object.addProperty("load", figure.load);
            object.add("base", Json.number(figure.base));
            object.add("head", Json.number(figure.head));
            object.add("change", Json.interval(figure.change));
            return object;
        }));
        return Json.line(line);
    }

    private static Run parse(String line) {
        var object = JsonParser.parseString(line).getAsJsonObject();
        var schema = Json.text(object, "schema");
        if (!schema.equals(SCHEMA)) throw new IllegalArgumentException("its schema is " + schema + ", not " + SCHEMA);
        var figures = new ArrayList<Figure>();
        for (var element : Json.member(object, "figures").getAsJsonArray()) {
            var figure = element.getAsJsonObject();
            figures.add(new Figure(Metric.valueOf(Json.text(figure, "metric")), Json.text(figure, "load"),
                    Json.number(figure, "base"), Json.number(figure, "head"),
                    Json.interval(Json.member(figure, "change").getAsJsonObject())));
        }
        return new Run(Instant.parse(Json.text(object, "date")), Json.text(object, "head"), Json.text(object, "machine"),
                Json.text(object, "verdict"), List.copyOf(figures));
    }
}
