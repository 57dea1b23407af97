package dev.anillo.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonReportTest {
    private static Schema schema;

    @BeforeAll
    static void readSchema() throws IOException {
        try (var in = JsonReport.class.getResourceAsStream("compare-1.schema.json")) {
            schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
        }
    }

    static Stream<Comparison> comparisons() {
        return Stream.of(MadeUp.comparison(), MadeUp.empty(), MadeUp.allFailed(), MadeUp.onePair(),
                MadeUp.hostile("<script>\"\\\n\u0000|"));
    }

    private static List<String> offences(String json) {
        return schema.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
    }

    private static JsonObject judged() {
        var comparison = MadeUp.onePair();
        return JsonParser.parseString(JsonReport.of(comparison, Optional.of(MadeUp.verdict(comparison)))).getAsJsonObject();
    }

    @ParameterizedTest
    @MethodSource("comparisons")
    void eachReportFitsTheSchema(Comparison comparison) {
        assertEquals(List.of(), offences(JsonReport.of(comparison, Optional.empty())));
        assertEquals(List.of(), offences(JsonReport.of(comparison, Optional.of(MadeUp.verdict(comparison)))));
    }

    @Test
    void theSchemaRefusesWhatItDoesNotKnow() {
        for (var path : List.of("", "verdict", "metrics/CPU", "loads/0", "changes/0", "changes/0/interval", "visible/0",
                "latencies/0", "forks/0", "forks/0/measurements/0", "forks/0/measurements/0/latencies",
                "forks/0/measurements/0/figures",
                "forks/0/measurements/0/ticks", "forks/0/measurements/0/pauses/0")) {
            var report = judged();
            at(report, path).addProperty("other", 1);
            assertFalse(offences(Json.line(report)).isEmpty(), path);
        }
    }

    @Test
    void theSchemaMissesWhatIsNotThere() {
        for (var name : judged().keySet()) {
            var report = judged();
            report.remove(name);
            assertFalse(offences(Json.line(report)).isEmpty(), name);
        }
    }

    private static JsonObject at(JsonObject report, String path) {
        JsonElement element = report;
        for (var name : path.isEmpty() ? new String[0] : path.split("/")) {
            element = switch (element) {
                case JsonArray array -> array.get(Integer.parseInt(name));
                default -> element.getAsJsonObject().get(name);
            };
        }
        return element.getAsJsonObject();
    }

    @Test
    void whatIsNotKnownIsNull() {
        var report = JsonReport.of(MadeUp.allFailed(), Optional.empty());
        assertFalse(report.contains("NaN"));
        assertTrue(report.contains("""
                "base":null,"head":null,"interval":{"estimate":null,"low":null,"high":null},"pairs":[null]"""));
    }

    @Test
    void histogramsComeBackWhole() throws Exception {
        var comparison = MadeUp.onePair();
        var load = comparison.loads().getFirst();
        var latencies = at(judged(), "latencies/1");
        assertEquals("head", latencies.get("side").getAsString());
        var all = PercentileCurves.merged(comparison.latencies(Side.HEAD, load));
        var bytes = Base64.getDecoder().decode(at(latencies, "latencies").get("hdr").getAsString());
        var read = Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(bytes), 0);
        assertEquals(all.getTotalCount(), read.getTotalCount());
        for (var percentile : new double[] {0, 50, 99, 99.99, 100}) {
            assertEquals(all.getValueAtPercentile(percentile), read.getValueAtPercentile(percentile));
        }
        assertEquals(all.getValueAtPercentile(99) / 1e3, at(latencies, "latencies/micros").get("p99").getAsDouble());
    }
}
