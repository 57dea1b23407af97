package dev.anillo.bench.contest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The report for programs: each single run, from which everything else can be computed.
final class JsonReport {
    private JsonReport() {}

    static String of(Map<String, String> machine, Results results) {
        var report = new LinkedHashMap<String, Object>();
        report.put("machine", machine);
        report.put("faults", results.faults().stream().map(Object::toString).toList());
        report.put("runs", runs(results));
        report.put("summaries", summaries(results));
        report.put("footprints", footprints(results));
        return text(report) + "\n";
    }

    private static List<Object> runs(Results results) {
        var list = new ArrayList<Object>();
        for (var scenario : results.scenarios()) {
            for (var contender : results.contenders()) {
                for (var run : results.runs(contender, scenario)) list.add(run(contender.name(), scenario.name(), run));
            }
        }
        return list;
    }

    private static Map<String, Object> run(String contender, String scenario, Run run) {
        var object = new LinkedHashMap<String, Object>();
        object.put("contender", contender);
        object.put("workload", scenario);
        object.put("round", run.round());
        object.put("requests", run.load().requests());
        object.put("seconds", run.load().seconds());
        object.put("receivedBytes", run.load().bytes());
        object.put("p50Micros", run.load().p50Micros());
        object.put("p99Micros", run.load().p99Micros());
        object.put("lateMicros", run.load().lateMicros());
        object.put("errors", run.load().errors());
        object.put("userMicros", run.userMicros());
        object.put("systemMicros", run.systemMicros());
        object.put("heapBytes", run.heapBytes());
        object.put("serverBusy", run.serverBusy());
        object.put("generatorBusy", run.generatorBusy());
        return object;
    }

    private static List<Object> summaries(Results results) {
        var list = new ArrayList<Object>();
        for (var scenario : results.scenarios()) {
            for (var contender : results.contenders()) {
                if (results.runs(contender, scenario).isEmpty()) continue;
                var object = new LinkedHashMap<String, Object>();
                object.put("contender", contender.name());
                object.put("workload", scenario.name());
                object.put("requestsPerSecond", results.median(contender, scenario, Run::requestsPerSecond));
                object.put("ratioToBestFloor", results.ratioToBestFloor(contender, scenario));
                object.put("ratioToSameFloor", results.ratioToSameFloor(contender, scenario));
                object.put("cpuRatioToBestFloor", results.cpuRatioToBestFloor(contender, scenario));
                object.put("systemCalls", results.systemCalls(contender, scenario));
                object.put("generatorWasTheLimit", results.generatorWasTheLimit(contender, scenario));
                list.add(object);
            }
        }
        return list;
    }

    private static List<Object> footprints(Results results) {
        var list = new ArrayList<Object>();
        for (var contender : results.contenders()) {
            var object = new LinkedHashMap<String, Object>();
            object.put("contender", contender.name());
            contender.absent().ifPresent(why -> object.put("absent", why));
            object.put("residentBytesAfterLoads", results.residentBytes(contender));
            var figures = results.footprint(contender);
            if (figures != null) {
                object.put("startMillis", figures.startMillis());
                object.put("launchedMillis", figures.launchedMillis());
                object.put("residentBytes", figures.residentBytes());
                object.put("connections", figures.connections());
                object.put("heapBytesPerConnection", figures.heapBytes());
                object.put("residentBytesPerConnection", figures.connectionBytes());
            }
            list.add(object);
        }
        return list;
    }

    /// Maps, lists, texts, numbers, truth values (RFC 8259). What is not known is null.
    static String text(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var members = map.entrySet().stream().map(entry -> text(entry.getKey()) + ":" + text(entry.getValue()));
                yield "{" + String.join(",\n", members.toList()) + "}";
            }
            case List<?> list -> "[" + String.join(",\n", list.stream().map(JsonReport::text).toList()) + "]";
            case Double number -> Double.isFinite(number) ? Double.toString(number) : "null";
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> quoted(value.toString());
        };
    }

    private static String quoted(String text) {
        var out = new StringBuilder("\"");
        for (var character : text.toCharArray()) {
            if (character == '"' || character == '\\') out.append('\\').append(character);
            else if (character < ' ') out.append(String.format("\\u%04x", (int) character));
            else out.append(character);
        }
        return out.append('"').toString();
    }
}
