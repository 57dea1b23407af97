package dev.anillo.bench.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.anillo.bench.compare.Change;
import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Fork;
import dev.anillo.bench.compare.LoadPoint;
import dev.anillo.bench.compare.Measurement;
import dev.anillo.bench.compare.Measurement.Pause;
import dev.anillo.bench.compare.Measurement.Tick;
import dev.anillo.bench.compare.Metric;
import dev.anillo.bench.compare.Side;
import dev.anillo.bench.compare.Visible;
import dev.anillo.bench.gate.Verdict;
import dev.anillo.bench.gate.Verdict.Judged;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/// The report for programs: everything, down to each process and each interval. `compare-1.schema.json` says what its members
/// mean; what changes in it so that a reader would break gets another number.
final class JsonReport {
    static final String SCHEMA = "anillo.compare/1";
    private static final double[] PERCENTILES = {0, 50, 90, 99, 99.9, 99.99, 100};
    private static final double NANOS_PER_MICRO = 1_000;

    private JsonReport() {}

    static String of(Comparison comparison, Optional<Verdict> verdict) {
        var report = new JsonObject();
        report.addProperty("schema", SCHEMA);
        var began = comparison.beganMillis();
        report.add("beganMillis", began.isPresent() ? new JsonPrimitive(began.getAsLong()) : JsonNull.INSTANCE);
        report.add("seconds", Json.number(comparison.seconds()));
        report.addProperty("confidence", Comparison.CONFIDENCE);
        report.add("names", sides(comparison.names()));
        report.add("commands", sides(comparison.commands()));
        report.add("machine", Json.object(comparison.machine()));
        report.add("notes", Json.array(comparison.notes(), JsonPrimitive::new));
        report.add("metrics", metrics());
        report.add("loads", Json.array(comparison.loads(), JsonReport::load));
        report.add("verdict", verdict.map(JsonReport::verdict).orElse(JsonNull.INSTANCE));
        report.add("changes", Json.array(comparison.changes(), JsonReport::change));
        report.add("visible", Json.array(comparison.visible(), JsonReport::visible));
        report.add("latencies", latencies(comparison));
        report.add("forks", Json.array(comparison.forks(), JsonReport::fork));
        report.add("calibration", Json.array(comparison.calibration(), JsonReport::fork));
        return Json.line(report) + "\n";
    }

    private static JsonObject sides(Map<Side, String> texts) {
        var object = new JsonObject();
        for (var side : Side.values()) object.addProperty(Styles.of(side), texts.get(side));
        return object;
    }

    private static JsonObject metrics() {
        var object = new JsonObject();
        for (var metric : Metric.values()) {
            var one = new JsonObject();
            one.addProperty("description", metric.description());
            one.addProperty("unit", metric.unit());
            one.addProperty("isMoreBetter", metric.isMoreBetter());
            one.addProperty("isRatio", metric.isRatio());
            object.add(metric.name(), one);
        }
        return object;
    }

    private static JsonElement load(LoadPoint load) {
        var object = new JsonObject();
        object.addProperty("name", load.name());
        object.add("requestsPerSecond", load.hasSchedule() ? Json.number(load.requestsPerSecond()) : JsonNull.INSTANCE);
        object.addProperty("connections", load.connections());
        object.addProperty("isCounted", load.isCounted());
        return object;
    }

    private static JsonElement verdict(Verdict verdict) {
        var object = new JsonObject();
        object.addProperty("outcome", verdict.outcome().name());
        object.addProperty("why", verdict.why());
        object.add("judged", Json.array(verdict.judged(), JsonReport::judged));
        return object;
    }

    private static JsonElement judged(Judged judged) {
        var object = change(judged.change());
        object.add("floor", Json.number(judged.floor()));
        object.addProperty("isCounter", judged.isCounter());
        object.addProperty("finding", judged.finding().name());
        return object;
    }

    private static JsonObject change(Change change) {
        var object = new JsonObject();
        object.addProperty("metric", change.metric().name());
        object.addProperty("load", change.load());
        object.add("base", Json.number(change.base()));
        object.add("head", Json.number(change.head()));
        object.add("interval", Json.interval(change.interval()));
        object.add("pairs", Json.array(Arrays.stream(change.pairs()).boxed().toList(), Json::number));
        return object;
    }

    private static JsonElement visible(Visible visible) {
        var object = new JsonObject();
        object.addProperty("metric", visible.metric().name());
        object.addProperty("load", visible.load());
        object.add("spread", Json.number(visible.spread()));
        object.add("smallest", Json.number(visible.smallest()));
        return object;
    }

    /// Of all sound processes of a side together.
    private static JsonArray latencies(Comparison comparison) {
        var array = new JsonArray();
        for (var load : comparison.loads()) {
            for (var side : Side.values()) {
                var each = comparison.latencies(side, load);
                if (each.isEmpty()) continue;
                var object = new JsonObject();
                object.addProperty("load", load.name());
                object.addProperty("side", Styles.of(side));
                object.add("latencies", histogram(PercentileCurves.merged(each)));
                array.add(object);
            }
        }
        return array;
    }

    private static JsonObject histogram(Histogram histogram) {
        var object = new JsonObject();
        object.addProperty("answers", histogram.getTotalCount());
        var micros = new JsonObject();
        for (var percentile : PERCENTILES) {
            micros.add(Figures.percentile(percentile), histogram.getTotalCount() == 0 ? JsonNull.INSTANCE
                    : Json.number(histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO));
        }
        object.add("micros", micros);
        var buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        var length = histogram.encodeIntoCompressedByteBuffer(buffer);
        object.addProperty("hdr", Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length)));
        return object;
    }

    private static JsonElement fork(Fork fork) {
        var object = new JsonObject();
        object.addProperty("number", fork.number());
        object.addProperty("pair", fork.pair());
        object.addProperty("side", Styles.of(fork.side()));
        object.add("startMillis", Json.number(fork.startMillis()));
        object.addProperty("problem", fork.problem());
        object.add("measurements", Json.array(fork.measurements(), JsonReport::measurement));
        return object;
    }

    private static JsonElement measurement(Measurement measurement) {
        var object = new JsonObject();
        object.addProperty("load", measurement.load().name());
        object.addProperty("beganMillis", measurement.beganMillis());
        object.add("figures", figures(measurement.figures()));
        object.add("turns", Json.array(measurement.turns(), JsonReport::figures));
        object.add("latencies", histogram(measurement.latencies()));
        object.add("ticks", ticks(measurement.ticks()));
        object.add("pauses", Json.array(measurement.pauses(), JsonReport::pause));
        return object;
    }

    private static JsonObject figures(Map<Metric, Double> figures) {
        var object = new JsonObject();
        figures.forEach((metric, figure) -> object.add(metric.name(), Json.number(figure)));
        return object;
    }

    /// A column for each figure, as all are alike and there are thousands.
    private static JsonObject ticks(List<Tick> ticks) {
        var object = new JsonObject();
        object.add("seconds", column(ticks, Tick::seconds));
        object.add("answers", Json.array(ticks, tick -> new JsonPrimitive(tick.answers())));
        object.add("p50", column(ticks, Tick::p50));
        object.add("p99", column(ticks, Tick::p99));
        object.add("max", column(ticks, Tick::max));
        object.add("ownDelay99", column(ticks, Tick::ownDelay99));
        return object;
    }

    private static JsonArray column(List<Tick> ticks, ToDoubleFunction<Tick> figure) {
        return Json.array(ticks, tick -> Json.number(figure.applyAsDouble(tick)));
    }

    private static JsonElement pause(Pause pause) {
        var object = new JsonObject();
        object.add("seconds", Json.number(pause.seconds()));
        object.add("millis", Json.number(pause.millis()));
        object.addProperty("what", pause.what());
        return object;
    }
}
